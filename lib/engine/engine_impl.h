#pragma once

/// \file
/// What an Engine is made of: the instance, the lock, the state file, the catalog, and the partitions by topic.
/// The façades (appender.cc, producer.cc, consumer.cc, admin.cc) hold it shared.
///
/// Threads: everything may be called from any thread, but `open` and `close`. Lock order (lib/README.md):
/// admin_mutex_ (held across catalog syncs: one change at a time) -> topics_mutex_ (a leaf, never across I/O).

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "engine/catalog.h"
#include "engine/cursors.h"
#include "engine/groups.h"
#include "engine/journal_replay.h"
#include "engine/scrub.h"
#include "engine/state_file.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"
#include "partition/instance.h"
#include "partition/partition.h"
#include "service/admin_service.h"

namespace leat::inline v0 {

/// A topic as it is served. Partitions are only ever added.
struct ServedTopic {
  std::string name;
  Uuid id;
  index::LogNumber number;
  bool is_internal = false;
  TopicOptions options;
  ConfigMap configs;  ///< what was set on the topic itself
  std::vector<std::shared_ptr<partition::Partition>> partitions;
};

class Engine::Impl : public std::enable_shared_from_this<Engine::Impl> {
 public:
  static Result<std::shared_ptr<Impl>> open(OpenOptions options);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;
  Result<void> close();
  /// As a crash of the process (G35): nothing is synced, the state stays `open`, the lock is free. Handles that
  /// are left find the engine closed.
  void abandon() noexcept;

  [[nodiscard]] partition::Instance& instance() { return *instance_; }
  [[nodiscard]] const Environment& environment() const { return instance_->environment; }
  [[nodiscard]] LeaderEpoch epoch() const { return epoch_; }
  [[nodiscard]] engine::Cursors& cursors() { return *cursors_; }
  [[nodiscard]] engine::Groups& groups() { return *groups_; }
  [[nodiscard]] const RecoveryReport& recovery() const { return report_; }

  /// Errors: kUnknownTopicOrPartition (told with how many partitions there are), Gate's.
  Result<std::shared_ptr<partition::Partition>> partition(const TopicPartition& name);
  /// A snapshot of a topic. Errors: kUnknownTopicOrPartition, Gate's.
  Result<std::shared_ptr<const ServedTopic>> topic(std::string_view name);
  [[nodiscard]] std::vector<std::shared_ptr<const ServedTopic>> topics() const;
  /// Null when there is none.
  [[nodiscard]] std::shared_ptr<const ServedTopic> find_topic(std::string_view name) const;
  [[nodiscard]] std::shared_ptr<const ServedTopic> find_topic(const Uuid& id) const;
  /// Rises with every change of what `topics` returns.
  [[nodiscard]] std::uint64_t topics_version() const noexcept {
    return topics_version_.load(std::memory_order_acquire);
  }
  /// "" in memory.
  [[nodiscard]] std::string directory() const {
    return is_on_disk_ ? options_.directory : std::string();
  }
  [[nodiscard]] std::vector<std::shared_ptr<partition::Partition>> all_partitions() const;

  // Changes of the catalog (engine_admin.cc): durable when they return (S21).
  Result<Uuid> create_topic(const NewTopic& topic, bool is_internal);
  /// What `create_topic` would refuse.
  Result<void> check_new_topic(const NewTopic& topic);
  Result<void> delete_topic(std::string_view name);
  Result<void> add_partitions(std::string_view name, std::int32_t total);
  Result<void> alter_configs(std::string_view name, const ConfigMap& set,
                             const std::vector<std::string>& remove);
  Result<Offset> delete_records(const TopicPartition& partition, Offset before);
  /// The engine's own for ever: drawn and recorded when it is first asked for (M8).
  Result<Uuid> cluster_id();
  /// One that was never given before (I11).
  Result<ProducerId> new_producer_id();
  /// ACLs, quotas, credentials. What was changed before an error stays changed.
  Result<void> change_settings(const std::function<Result<void>(engine::Catalog&)>& change);
  [[nodiscard]] std::shared_ptr<const service::AdminSettings> settings() const;
  /// Rises with every change of `settings`.
  [[nodiscard]] std::uint64_t settings_version() const noexcept {
    return settings_version_.load(std::memory_order_acquire);
  }

  Result<void> flush_all();
  /// Has a job sync all partitions: too much is unsynced (S12).
  void sync_all_soon();
  Result<void> snapshot(const std::string& path);
  Result<std::uint64_t> state_hash();
  [[nodiscard]] Metrics metrics() const;
  [[nodiscard]] Health health() const;
  /// Read-only engines: sees topics made since, and what was appended.
  Result<void> refresh();

 private:
  explicit Impl(OpenOptions options);
  /// A failed sync of the catalog poisons the instance as any other (S12).
  Result<void> change_catalog(const std::function<Result<void>()>& change)
      LEAT_REQUIRES(admin_mutex_);
  Result<void> delete_topic_files(std::string_view name);
  [[nodiscard]] Result<void> check_room(std::int32_t more) const LEAT_REQUIRES(admin_mutex_);
  /// What `topic` would be made as: how many partitions it would have.
  Result<std::int32_t> check_topic(const NewTopic& topic) LEAT_REQUIRES(admin_mutex_);
  Result<void> start();
  Result<void> start_read_write();
  Result<void> start_read_only();
  Result<void> open_catalog(bool recover);
  Result<void> make_new_logs();
  Result<void> recover_partitions(const engine::JournalReplay& journal);
  Result<void> recover_partition(partition::Partition& partition,
                                 const std::optional<log::DurableMark>& durable);
  Result<void> begin_journal();
  void begin_scrub();
  Result<void> set_lost_aside();
  Result<void> remove_tree(const std::string& path);
  void open_views();
  void shut_gate() noexcept;
  void serve(const engine::TopicRecord& topic);
  void serve_no_longer(const ServedTopic& topic);
  void publish_settings();
  void log(LogLevel level, std::string_view text) const;

  OpenOptions options_;
  std::unique_ptr<partition::Instance> instance_;
  std::unique_ptr<FileLock> lock_;
  engine::State state_;
  bool was_found_ = false;  ///< STATE was there
  bool is_on_disk_ = true;  ///< a directory was named
  bool host_rebooted_ = false;
  LeaderEpoch epoch_;
  std::unique_ptr<engine::Catalog> catalog_;
  std::unique_ptr<engine::Cursors> cursors_;
  std::unique_ptr<engine::Groups> groups_;
  std::unique_ptr<engine::Scrub> scrub_;  ///< null: not wanted
  RecoveryReport report_;
  std::atomic<bool> sync_all_is_due_{false};

  base::Mutex admin_mutex_;
  std::int64_t next_producer_id_ LEAT_GUARDED_BY(admin_mutex_) = 0;
  std::int64_t producer_ids_end_ LEAT_GUARDED_BY(admin_mutex_) = 0;  // of the block taken
  mutable base::Mutex topics_mutex_;
  std::map<std::string, std::shared_ptr<const ServedTopic>, std::less<>> topics_
      LEAT_GUARDED_BY(topics_mutex_);
  std::map<Uuid, std::shared_ptr<const ServedTopic>> topics_by_id_ LEAT_GUARDED_BY(topics_mutex_);
  std::atomic<std::uint64_t> topics_version_{0};
  std::shared_ptr<const service::AdminSettings> settings_ LEAT_GUARDED_BY(topics_mutex_);
  std::atomic<std::uint64_t> settings_version_{0};
  // Names that have a '.' or '_', by what they are with '_' only: none may be there twice (M3).
  std::map<std::string, std::string> metric_names_ LEAT_GUARDED_BY(topics_mutex_);
};

}  // namespace leat::inline v0
