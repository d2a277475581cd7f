#pragma once

/// \file
/// The topics of an engine as the adaptor sees them, and what may be done with them. `engine` has
/// the one that serves; tests have theirs.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/admin.h"
#include "leat/environment.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "service/admin_service.h"
#include "service/partition_log.h"

namespace leat::service {

/// A topic at one moment; its partitions are only ever added.
struct Topic {
  std::string name;
  Uuid id;
  bool is_internal = false;
  TopicOptions options;
  std::vector<std::shared_ptr<PartitionLog>> partitions;

  /// Null when there is no such partition.
  [[nodiscard]] const std::shared_ptr<PartitionLog>* partition(PartitionId id_of) const {
    const std::int32_t index = id_of.value();
    if (index < 0 || static_cast<std::size_t>(index) >= partitions.size()) return nullptr;
    return &partitions[static_cast<std::size_t>(index)];
  }
};
using TopicPtr = std::shared_ptr<const Topic>;

class LogService {
 public:
  virtual ~LogService() = default;

  // Looking: from any thread, at the price of a lookup.

  /// Null when there is none.
  [[nodiscard]] virtual TopicPtr find(std::string_view name) const = 0;
  [[nodiscard]] virtual TopicPtr find(const Uuid& id) const = 0;
  /// By name.
  [[nodiscard]] virtual std::vector<TopicPtr> topics() const = 0;
  /// Rises with every change of the topics: what a cached answer is compared by.
  [[nodiscard]] virtual std::uint64_t topics_version() const noexcept = 0;
  /// The engine's own, for ever (M8).
  [[nodiscard]] virtual Uuid cluster_id() const = 0;
  /// Of everything appended from now on (K6).
  [[nodiscard]] virtual LeaderEpoch leader_epoch() const = 0;
  /// "" in memory.
  [[nodiscard]] virtual std::string directory() const = 0;
  [[nodiscard]] virtual const EngineOptions& options() const = 0;
  [[nodiscard]] virtual const Environment& environment() const = 0;
  /// Whether it takes changes. Errors: kStorageReadOnly, told with why; kClosed.
  [[nodiscard]] virtual Result<void> health() const = 0;
  /// ACLs, quotas and credentials; as long as this.
  [[nodiscard]] virtual AdminService& admin() noexcept = 0;
  /// Makes every writer see what was armed (S6); between arming and looking again.
  virtual void settle() noexcept = 0;

  // Changing: durable when they return, so they wait for the disk: from a pool's thread (K3).

  /// A producer id that was never given before (I11).
  virtual Result<ProducerId> new_producer_id() = 0;
  /// Errors: as Admin's.
  virtual Result<Uuid> create_topic(const NewTopic& topic) = 0;
  virtual Result<void> delete_topic(std::string_view name) = 0;
  virtual Result<void> add_partitions(std::string_view topic, std::int32_t total) = 0;
  virtual Result<void> alter_configs(std::string_view topic, const ConfigMap& set,
                                     const std::vector<std::string>& remove) = 0;
  [[nodiscard]] virtual Result<std::vector<ConfigEntry>> describe_configs(
      std::string_view topic) = 0;
  /// What `create_topic` would refuse, without making it (M10).
  virtual Result<void> check_new_topic(const NewTopic& topic) = 0;
  /// Raises log start to `before` exactly, nullopt to the high watermark; frees whole segments
  /// (M13). Returns log start. Errors: kOffsetOutOfRange.
  virtual Result<Offset> delete_records(const TopicPartition& partition,
                                        std::optional<Offset> before) = 0;
};

}  // namespace leat::service
