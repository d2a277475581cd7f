#pragma once

/// \file
/// `Admin`: topics, partitions and configs, by Kafka's names and with Kafka's errors.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::inline v0 {

/// Config values by Kafka's names: {"retention.ms", "86400000"}.
using ConfigMap = std::map<std::string, std::string, std::less<>>;

/// A topic to create.
struct NewTopic {
  std::string name = {};
  /// 1 or more; -1 takes the engine's `num.partitions`.
  std::int32_t partitions = -1;
  ConfigMap configs = {};
};

/// A partition as `describe_topic` tells it. Offsets as in `PartitionOffsets`.
struct PartitionDescription {
  PartitionId id;
  LeaderEpoch leader_epoch;
};

struct TopicDescription {
  std::string name;
  Uuid id;
  bool is_internal = false;
  std::vector<PartitionDescription> partitions;
};

/// What an Admin talks to; Leat's own engine is one backend.
class AdminBackend {
 public:
  virtual ~AdminBackend() = default;
  virtual Result<Uuid> create_topic(const NewTopic& topic) = 0;
  virtual Result<void> delete_topic(std::string_view name) = 0;
  virtual Result<std::vector<std::string>> list_topics(bool with_internal) = 0;
  virtual Result<TopicDescription> describe_topic(std::string_view name) = 0;
  virtual Result<void> add_partitions(std::string_view topic, std::int32_t total) = 0;
  virtual Result<std::vector<ConfigEntry>> describe_configs(std::string_view topic) = 0;
  virtual Result<void> alter_configs(std::string_view topic, const ConfigMap& set,
                                     const std::vector<std::string>& remove) = 0;
};

/// Topics and their configs. A value: copies talk to the same engine. Thread-safe.
/// Every change is durable in the catalog when the call returns (S21).
class Admin {
 public:
  explicit Admin(std::shared_ptr<AdminBackend> backend) : backend_(std::move(backend)) {}

  /// Creates a topic and returns its id.
  /// Errors: kInvalidTopicException (a name Kafka refuses), kTopicAlreadyExists, kInvalidPartitions
  /// (below 1 or above `kPartitionsMax`), kInvalidConfig (unknown name, told with the nearest known
  /// one, or a value out of its range, told with the range), kStorageFull, kStorageReadOnly.
  Result<Uuid> create_topic(const NewTopic& topic) { return backend_->create_topic(topic); }
  /// Deletes a topic with all its records. Readers that hold views of it keep them (S25).
  /// Errors: kUnknownTopicOrPartition, kInvalidTopicException for internal topics.
  Result<void> delete_topic(std::string_view name) { return backend_->delete_topic(name); }
  /// Names in order, without internal topics.
  Result<std::vector<std::string>> list_topics() { return backend_->list_topics(false); }
  /// Names in order, internal topics among them.
  Result<std::vector<std::string>> list_all_topics() { return backend_->list_topics(true); }
  /// Errors: kUnknownTopicOrPartition.
  Result<TopicDescription> describe_topic(std::string_view name) {
    return backend_->describe_topic(name);
  }
  /// Raises the number of partitions to `total`. Errors: kInvalidPartitions when it is not higher.
  Result<void> add_partitions(std::string_view topic, std::int32_t total) {
    return backend_->add_partitions(topic, total);
  }
  /// Every option of the topic with its value and where that comes from.
  Result<std::vector<ConfigEntry>> describe_configs(std::string_view topic) {
    return backend_->describe_configs(topic);
  }
  /// Sets and unsets configs of a topic, all or none. Errors: as for `create_topic`.
  Result<void> alter_configs(std::string_view topic, const ConfigMap& set,
                             const std::vector<std::string>& remove = {}) {
    return backend_->alter_configs(topic, set, remove);
  }

 private:
  std::shared_ptr<AdminBackend> backend_;
};

/// The most partitions a topic may have.
inline constexpr std::int32_t kPartitionsMax = 1'000'000;

}  // namespace leat::inline v0
