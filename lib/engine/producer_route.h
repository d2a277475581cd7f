#pragma once

/// \file
/// What a producer knows of a topic: looked up once and kept as long as the engine serves the topic
/// as it was, so that a record costs no look-up.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "leat/environment.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "engine/engine_impl.h"
#include "engine/producer_partitions.h"
#include "partition/partition.h"
#include "record/batch_builder.h"
#include "record/layout.h"
#include "record/record_encoder.h"

namespace leat::engine {

struct Accumulator;

/// Not thread-safe.
class Route {
 public:
  /// Errors: those of Engine::Impl::topic.
  static Result<Route> find(Engine::Impl& engine, const ProducerOptions& options,
                            std::string_view topic);

  /// False: the topic is not as it was; find it again.
  [[nodiscard]] bool is_current() const noexcept { return !served_.expired(); }

  /// Whether `check` has nothing against the record, as can be told in a few instructions.
  [[nodiscard]] bool is_harmless(const Record& record) const noexcept {
    constexpr std::size_t kOverhead = record::kPlainOverheadMax + record::kHeaderSize;
    return record::is_plain(record) && !record.timestamp &&
           record.key.size() + record.value.size() + kOverhead <= size_max_;
  }
  /// Errors: all that can be told of a record before anything is appended: kRecordTooLarge,
  /// kInvalidTimestamp.
  [[nodiscard]] Result<void> check(const Record& record, const Clock& clock) const;
  /// Java's choice for the record.
  std::int32_t choose(const Record& record) { return chooser_.choose(record, partition_count()); }
  /// Errors: kUnknownTopicOrPartition.
  [[nodiscard]] Result<void> check_partition(std::string_view topic, PartitionId partition) const;

  [[nodiscard]] std::int32_t partition_count() const {
    return static_cast<std::int32_t>(accumulators_.size());
  }
  /// nullptr when the topic is not as it was. REQUIRES: index < partition_count().
  [[nodiscard]] std::shared_ptr<partition::Partition> partition(std::int32_t index) const;
  /// Whatever gathers the records of a partition; the caller sets and keeps it.
  [[nodiscard]] Accumulator*& accumulator(std::int32_t index) {
    return accumulators_[static_cast<std::size_t>(index)];
  }

  /// What a batch begun now is like.
  [[nodiscard]] const record::BatchOptions& batch() const { return batch_; }
  /// Without linger and compression: appended at once.
  [[nodiscard]] bool is_direct() const { return is_direct_; }
  /// Acknowledged when synced (S10).
  [[nodiscard]] bool is_durable() const { return is_durable_; }
  [[nodiscard]] bool has_append_time() const {
    return batch_.timestamp_type == record::TimestampType::kLogAppendTime;
  }

 private:
  Route(const std::shared_ptr<const ServedTopic>& served, const ProducerOptions& options,
        const std::function<std::uint64_t()>& random);

  // The engine replaces what it serves and never changes it, and nobody else keeps it for long.
  std::weak_ptr<const ServedTopic> served_;
  TopicOptions options_;
  std::size_t size_max_;
  record::BatchOptions batch_;
  bool is_direct_ = false;
  bool is_durable_ = false;
  PartitionChooser chooser_;
  std::vector<Accumulator*> accumulators_;  // by partition
};

}  // namespace leat::engine
