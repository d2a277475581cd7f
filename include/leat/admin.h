#pragma once

/// \file
/// `Admin`: topics, partitions, configs and consumer groups, by Kafka's names and with Kafka's
/// errors.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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

/// A consumer group, in short.
struct GroupListing {
  std::string group = {};
  std::string state = {};          ///< "Stable", "Empty", "PreparingRebalance", … as Kafka has them
  std::string type = {};           ///< "classic" or "consumer" (KIP-848)
  std::string protocol_type = {};  ///< "consumer"; "" of a group that has only offsets
  friend bool operator==(const GroupListing&, const GroupListing&) = default;
};

struct GroupMemberDescription {
  std::string member_id = {};
  std::optional<std::string> instance_id = std::nullopt;
  std::string client_id = {};
  std::string host = {};
  std::vector<TopicPartition> assignment = {};  ///< sorted; empty while the group rebalances
  friend bool operator==(const GroupMemberDescription&, const GroupMemberDescription&) = default;
};

struct GroupDescription {
  GroupListing listing = {};
  std::string assignor = {};  ///< that all members have agreed on; "" while they have not
  std::vector<GroupMemberDescription> members = {};
};

/// Where a group stands in a partition, and how far behind that is.
struct PartitionLag {
  TopicPartition partition = {};
  std::optional<Offset> committed = std::nullopt;  ///< nullopt: nothing is
  Offset log_end = {};                             ///< that consumers can read up to
  /// Records that it has not committed; nullopt where it has committed nothing.
  std::optional<std::int64_t> lag = std::nullopt;
  /// The age of the oldest of those; 0 when there is none.
  std::optional<std::chrono::milliseconds> time_lag = std::nullopt;
  std::optional<GroupMemberDescription> member = std::nullopt;  ///< who reads it
};

/// As MSK names them.
struct GroupLag {
  std::vector<PartitionLag> partitions = {};  ///< by topic and number
  std::int64_t max_offset_lag = 0;
  std::int64_t sum_offset_lag = 0;
  std::chrono::milliseconds estimated_max_time_lag{0};
};

/// Where `reset_offsets` puts a group.
struct ResetTo {
  enum class Kind : std::uint8_t { kEarliest, kLatest, kOffset, kTime, kShift, kDuration };
  Kind kind = Kind::kEarliest;
  std::int64_t value = 0;  ///< an offset; ms since the epoch; records, either way; ms back from now

  static ResetTo earliest() { return {Kind::kEarliest, 0}; }
  static ResetTo latest() { return {Kind::kLatest, 0}; }
  static ResetTo offset(Offset offset) { return {Kind::kOffset, offset.value()}; }
  /// To the first record at or after it, else to the end.
  static ResetTo time(Timestamp time) { return {Kind::kTime, time.time_since_epoch().count()}; }
  /// From where it stands, or from the beginning; never out of the log.
  static ResetTo shift(std::int64_t records) { return {Kind::kShift, records}; }
  /// To the first record of the last so long.
  static ResetTo duration(std::chrono::milliseconds back) {
    return {Kind::kDuration, back.count()};
  }
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
  virtual Result<std::vector<GroupListing>> list_groups() = 0;
  virtual Result<GroupDescription> describe_group(std::string_view group) = 0;
  virtual Result<GroupLag> group_lag(std::string_view group) = 0;
  virtual Result<std::map<TopicPartition, Offset>> reset_offsets(
      std::string_view group, const std::vector<TopicPartition>& partitions, ResetTo to,
      bool dry_run) = 0;
  virtual Result<void> delete_group(std::string_view group) = 0;
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

  // Consumer groups.

  /// By name. Errors: kClosed.
  Result<std::vector<GroupListing>> list_groups() { return backend_->list_groups(); }
  /// Errors: kGroupIdNotFound.
  Result<GroupDescription> describe_group(std::string_view group) {
    return backend_->describe_group(group);
  }
  /// Of every partition that the group has committed in, or that a member reads. Reads the first
  /// unread record of each for its age. Errors: kGroupIdNotFound.
  Result<GroupLag> group_lag(std::string_view group) { return backend_->group_lag(group); }
  /// Commits other offsets for a group without members, and returns them; `dry_run` does not
  /// commit. No partitions are all that it has committed in. Errors: kNonEmptyGroup,
  /// kUnknownTopicOrPartition, kOffsetOutOfRange (kOffset outside of the log).
  Result<std::map<TopicPartition, Offset>> reset_offsets(
      std::string_view group, const std::vector<TopicPartition>& partitions, ResetTo to,
      bool dry_run = false) {
    return backend_->reset_offsets(group, partitions, to, dry_run);
  }
  /// With all its offsets. Errors: kGroupIdNotFound, kNonEmptyGroup.
  Result<void> delete_group(std::string_view group) { return backend_->delete_group(group); }

 private:
  std::shared_ptr<AdminBackend> backend_;
};

/// The most partitions a topic may have.
inline constexpr std::int32_t kPartitionsMax = 1'000'000;

}  // namespace leat::inline v0
