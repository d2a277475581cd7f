#pragma once

/// \file
/// The catalog: topics, their configs, log starts. A log like any other, with id 00…01 and one partition, read
/// without the index and always synced (S21). What is in memory is what the records say: `apply` is the same
/// function for a change and for the replay at open (K1).
///
/// Threads: not thread-safe; the engine's admin mutex guards changes, topics are copied out.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/catalog_records.h"
#include "leat/admin.h"
#include "leat/environment.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/log.h"
#include "service/admin_service.h"

namespace leat::engine {

/// The catalog's own log id.
[[nodiscard]] Uuid catalog_id();

/// The name as metrics have it: '.' and '_' are one there, so Kafka refuses names that differ in
/// them alone (M3).
[[nodiscard]] std::string metric_name(std::string_view topic);

struct TopicRecord {
  Uuid id;
  TopicValue value;
  std::map<std::int32_t, Offset> log_starts;  ///< by partition, where above 0
};

class Catalog {
 public:
  struct Place {
    std::string directory;  ///< DIR
    LeaderEpoch epoch;
    bool recover = false;
    bool host_rebooted = false;
    bool read_only = false;
    bool must_be_there = false;  ///< STATE is, and was written after it
    std::function<bool()> is_closed = {};  ///< see log::LogState
  };
  /// Errors: kIo, kUnsupportedFormat (a feature level that this version does not know), kCorruptMessage.
  static Result<std::unique_ptr<Catalog>> open(const Environment& environment, const Place& place);

  [[nodiscard]] const std::map<Uuid, TopicRecord>& topics() const { return topics_; }
  /// Ids whose delete record was seen: their directories may go.
  [[nodiscard]] const std::set<Uuid>& deleted() const { return deleted_; }
  [[nodiscard]] const log::LogRecovery& recovery() const { return log_->recovery(); }
  [[nodiscard]] std::int32_t next_number() const { return next_number_; }
  [[nodiscard]] std::int64_t partition_count() const;
  /// Zero until `put_cluster_id`.
  [[nodiscard]] Uuid cluster_id() const { return cluster_id_; }
  /// The first producer id that no block has (I11).
  [[nodiscard]] std::int64_t next_producer_id() const { return next_producer_id_; }
  /// ACLs, quotas, credentials.
  [[nodiscard]] const service::AdminSettings& settings() const { return settings_; }
  /// A sync of it failed: the instance is to be poisoned (S12).
  [[nodiscard]] bool sync_failed() const { return sync_failed_; }

  // Each is durable when it returns. An error leaves memory as it was; a failed sync poisons the instance.
  Result<void> put(const TopicRecord& topic);
  Result<void> remove(const Uuid& id);
  Result<void> put_log_start(const Uuid& id, PartitionId partition, Offset offset);
  Result<void> put_cluster_id(const Uuid& id);
  Result<void> put_next_producer_id(std::int64_t next);
  Result<void> put_acl(const service::Acl& acl);
  Result<void> remove_acl(const service::Acl& acl);
  /// None: the entity has none any more.
  Result<void> put_quotas(const service::QuotaEntity& entity, const service::QuotaValues& values);
  /// nullopt: the user has none any more.
  Result<void> put_scram_credential(const service::ScramUser& user,
                                    const std::optional<service::ScramCredential>& credential);

  /// Read-only: replays what was appended since; true when there was something.
  Result<bool> refresh();
  Result<void> close();
  [[nodiscard]] log::Log& log() { return *log_; }
  /// Takes the reserve back that deleting on a full disk has used (G24): to be called once there is room again.
  /// As well as it can be had.
  void keep_reserve();

 private:
  explicit Catalog(const Environment& environment) : environment_(environment) {}
  Result<void> replay();
  Result<void> append(std::span<const std::byte> key, BytesView value);
  Result<void> append_to_free(std::span<const std::byte> key, BytesView value);
  Result<void> apply(const RecordView& record);
  Result<void> apply_topic(const Uuid& id, BytesView value);
  // Of the settings: catalog_settings.cc.
  Result<void> apply_acl(const RecordView& record);
  Result<void> apply_quotas(const RecordView& record);
  Result<void> apply_scram(const RecordView& record);

  const Environment& environment_;
  std::unique_ptr<log::Log> log_;
  Result<void> sync();
  std::string reserve_;  // the path of a file that holds space back
  Offset replayed_;
  bool sync_failed_ = false;
  std::map<Uuid, TopicRecord> topics_;
  std::set<Uuid> deleted_;
  std::int32_t next_number_ = 2;  // 1 is the catalog's own
  Uuid cluster_id_;
  std::int64_t next_producer_id_ = 0;
  service::AdminSettings settings_;
};

}  // namespace leat::engine
