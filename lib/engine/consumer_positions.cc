// Where a consumer stands: assigning, seeking, reading back, saving.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/consumed_batch.h"
#include "engine/consumer_impl.h"
#include "engine/cursors.h"
#include "engine/engine_impl.h"  // NOLINT(misc-include-cleaner): Engine::Impl
#include "log/log.h"
#include "partition/fetch.h"
#include "partition/partition.h"
#include "record/batch_view.h"

namespace leat::inline v0 {
namespace {

/// Bytes that `read_back` asks for at a time.
constexpr std::size_t kReadBackBytes = std::size_t{64} * 1024;

std::string name_of(const TopicPartition& partition) {
  return fmt::format("{}-{}", partition.topic, partition.partition.value());
}

engine::CursorPlace place_of(const partition::Partition& partition) {
  return {partition.identity().log_id, partition.name().partition};
}

}  // namespace

// --- the assignment
// ------------------------------------------------------------------------------------

Result<void> Consumer::Impl::assign(std::vector<TopicPartition> partitions) {
  if (member_) {
    return Error(ErrorCode::kInvalidArgument,
                 "the consumer is subscribed: its group assigns; unsubscribe() before assign()");
  }
  std::vector<Assigned> assigned;
  std::unordered_set<TopicPartition> seen;
  for (const TopicPartition& name : partitions) {
    if (!seen.insert(name).second) {
      return Error(ErrorCode::kInvalidArgument, name_of(name) + " is named twice");
    }
    LEAT_TRY(auto partition, engine_->partition(name));
    assigned.push_back({.name = std::make_shared<const TopicPartition>(name),
                        .reader = partition::Reader(std::move(partition))});
    LEAT_TRY_VOID(begin(assigned.back()));
  }
  names_ = std::move(partitions);
  assigned_ = std::move(assigned);
  turn_ = 0;
  return {};
}

Result<void> Consumer::Impl::assign_topic(std::string_view topic) {
  LEAT_TRY(const auto found, engine_->topic(topic));
  std::vector<TopicPartition> partitions;
  for (const auto& partition : found->partitions) partitions.push_back(partition->name());
  return assign(std::move(partitions));
}

Result<void> Consumer::Impl::begin(Assigned& assigned) {
  if (!options_.cursor.empty()) {
    LEAT_TRY(const auto saved,
             engine_->cursors().find(options_.cursor, place_of(assigned.reader.partition())));
    if (saved) {
      LEAT_TRY(const Offset offset, recovered(assigned, *saved));
      go_to(assigned, offset);
      return {};
    }
  }
  if (options_.offset_reset == OffsetReset::kNone) return {};  // the first poll tells
  return reset(assigned);
}

Result<void> Consumer::Impl::reset(Assigned& assigned) {
  LEAT_TRY(const PartitionOffsets offsets, assigned.reader.partition().offsets());
  switch (options_.offset_reset) {
    case OffsetReset::kEarliest:
      go_to(assigned, offsets.log_start);
      return {};
    case OffsetReset::kLatest:
      go_to(assigned, offsets.high_watermark);
      return {};
    case OffsetReset::kNone:
      break;
  }
  return Error(
      ErrorCode::kOffsetOutOfRange,
      fmt::format("{} has no position and offset_reset is kNone; seek within [{}, {}]",
                  name_of(*assigned.name), offsets.log_start.value(), offsets.log_end.value()));
}

void Consumer::Impl::go_to(Assigned& assigned, Offset offset) {
  assigned.reader.seek(offset);
  assigned.has_position = true;
  assigned.epoch.reset();
}

Result<LeaderEpoch> Consumer::Impl::epoch_before(
    const std::shared_ptr<partition::Partition>& partition, Offset offset,
    std::optional<LeaderEpoch> if_damaged) {
  LEAT_TRY(const PartitionOffsets offsets, partition->offsets());
  if (offset <= offsets.log_start) return LeaderEpoch{0};
  partition::Reader reader(partition);
  reader.seek(offset + -1);
  const auto piece = reader.next(1);
  // The next poll tells, and can be sought past (G22): a consumer that cannot be assigned cannot.
  if (!piece && piece.error().code() == ErrorCode::kCorruptMessage) {
    return if_damaged.value_or(offsets.leader_epoch);
  }
  if (!piece) return piece.error();
  if (*piece == nullptr || (*piece)->records_of)
    return offsets.leader_epoch;  // an open batch has the current one
  return record::BatchView((*piece)->bytes.data()).leader_epoch();
}

Result<Offset> Consumer::Impl::recovered(Assigned& assigned, const Position& saved) {
  const auto partition = assigned.reader.partition().shared_from_this();
  LEAT_TRY(const PartitionOffsets offsets, partition->offsets());
  Offset newer = std::min(saved.offset, offsets.high_watermark);
  LEAT_TRY(const LeaderEpoch epoch, epoch_before(partition, newer, saved.epoch));
  if (epoch > saved.epoch && newer > offsets.log_start) {
    // Power loss took offsets back and they were given again: what bears a newer epoch was not read
    // yet. Epochs do not fall along the log: in (older, newer] the first offset behind a newer one
    // is sought.
    Offset older = offsets.log_start;
    while (newer - older > 1) {
      const Offset middle = older + (newer - older) / 2;
      LEAT_TRY(const LeaderEpoch there, epoch_before(partition, middle, saved.epoch));
      (there > saved.epoch ? newer : older) = middle;
    }
    newer = newer + -1;
  }
  if (newer != saved.offset && environment().log) {
    environment().log(
        LogLevel::kWarning,
        fmt::format("cursor '{}': {} lost offsets in a crash; goes on at {} instead of {}",
                    options_.cursor, name_of(*assigned.name), newer.value(), saved.offset.value()));
  }
  return newer;
}

// --- seeking
// -------------------------------------------------------------------------------------------

Result<Consumer::Impl::Assigned*> Consumer::Impl::find(const TopicPartition& partition) {
  const auto found = std::find(names_.begin(), names_.end(), partition);
  if (found != names_.end()) return &assigned_[static_cast<std::size_t>(found - names_.begin())];
  return Error(ErrorCode::kUnknownTopicOrPartition,
               name_of(partition) + " is not assigned to this consumer");
}

Result<void> Consumer::Impl::seek(const TopicPartition& partition, Offset offset) {
  LEAT_TRY(Assigned* const assigned, find(partition));
  LEAT_TRY(const PartitionOffsets offsets, assigned->reader.partition().offsets());
  if (offset < offsets.log_start || offset > offsets.log_end) {
    return Error(
        ErrorCode::kOffsetOutOfRange,
        fmt::format("offset {} is not within [{}, {}] of {}", offset.value(),
                    offsets.log_start.value(), offsets.log_end.value(), name_of(partition)));
  }
  go_to(*assigned, offset);
  return {};
}

Result<void> Consumer::Impl::seek_to_beginning(const TopicPartition& partition) {
  LEAT_TRY(Assigned* const assigned, find(partition));
  LEAT_TRY(const PartitionOffsets offsets, assigned->reader.partition().offsets());
  go_to(*assigned, offsets.log_start);
  return {};
}

Result<void> Consumer::Impl::seek_to_end(const TopicPartition& partition) {
  LEAT_TRY(Assigned* const assigned, find(partition));
  LEAT_TRY(const PartitionOffsets offsets, assigned->reader.partition().offsets());
  go_to(*assigned, offsets.high_watermark);
  return {};
}

Result<void> Consumer::Impl::seek_to_time(const TopicPartition& partition, Timestamp time) {
  LEAT_TRY(Assigned* const assigned, find(partition));
  LEAT_TRY(const PartitionOffsets offsets, assigned->reader.partition().offsets());
  LEAT_TRY(log::Log* const log, assigned->reader.partition().log());
  LEAT_TRY(const auto found, log->find(time));
  go_to(*assigned,
        found ? std::min(found->offset, offsets.high_watermark) : offsets.high_watermark);
  return {};
}

Result<void> Consumer::Impl::seek_to_last(const TopicPartition& partition, std::int64_t count) {
  LEAT_TRY(Assigned* const assigned, find(partition));
  if (count < 0) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the last {} records: a count is 0 or more", count));
  }
  LEAT_TRY(const PartitionOffsets offsets, assigned->reader.partition().offsets());
  const std::int64_t there = offsets.high_watermark - offsets.log_start;
  go_to(*assigned, offsets.high_watermark + -std::min(count, there));
  return {};
}

Result<Position> Consumer::Impl::position(const TopicPartition& partition) {
  LEAT_TRY(Assigned* const assigned, find(partition));
  if (!assigned->has_position) LEAT_TRY_VOID(reset(*assigned));
  const Offset offset = assigned->reader.offset();
  if (!assigned->epoch) {
    LEAT_TRY(assigned->epoch,
             epoch_before(assigned->reader.partition().shared_from_this(), offset));
  }
  return Position{offset, *assigned->epoch};
}

Result<void> Consumer::Impl::set_paused(const TopicPartition& partition, bool paused) {
  LEAT_TRY(Assigned* const assigned, find(partition));
  assigned->is_paused = paused;
  return {};
}

// --- reading back
// --------------------------------------------------------------------------------------

namespace {

/// Adds the records of [from, until) to `batch`.
Result<void> read_range(const std::shared_ptr<partition::Partition>& partition, Offset from,
                        Offset until, const ConsumedBatch::Impl::Source& source,
                        ConsumedBatch::Impl& batch) {
  partition::Reader reader(partition);
  reader.seek(from);
  while (reader.offset() < until) {
    LEAT_TRY(auto* const piece, reader.next(kReadBackBytes));
    if (!piece) return {};
    auto added = batch.add(*piece, source, ConsumedBatch::Impl::kAllRecords);
    if (added.error) return *std::move(added.error);
  }
  return {};
}

}  // namespace

Result<std::vector<ConsumedRecord>> Consumer::Impl::read_back(const TopicPartition& partition,
                                                              std::size_t count,
                                                              ConsumedBatch& lease) {
  LEAT_TRY(Assigned* const assigned, find(partition));
  if (!assigned->has_position) LEAT_TRY_VOID(reset(*assigned));
  const auto source = assigned->reader.partition().shared_from_this();
  LEAT_TRY(const PartitionOffsets offsets, source->offsets());
  const Offset until = assigned->reader.offset();
  std::vector<ConsumedRecord> records;
  // Compaction leaves gaps: further back each time, until there are enough or no more.
  const std::int64_t there = std::max<std::int64_t>(until - offsets.log_start, 0);
  std::int64_t back =
      static_cast<std::int64_t>(std::min<std::uint64_t>(count, static_cast<std::uint64_t>(there)));
  while (back > 0) {
    auto batch = std::make_unique<ConsumedBatch::Impl>();
    LEAT_TRY_VOID(read_range(source, until + -back, until, assigned->name, *batch));
    lease = ConsumedBatch(std::move(batch));
    records.clear();
    for (const ConsumedRecord& record : lease.records()) {
      if (record.offset < until) records.push_back(record);
    }
    if (records.size() >= count || back == there) break;
    back = back > there / 2 ? there : back * 2;
  }
  std::reverse(records.begin(), records.end());
  if (records.size() > count) records.resize(count);
  return records;
}

// --- saving
// --------------------------------------------------------------------------------------------

Result<void> Consumer::Impl::save() {
  if (options_.cursor.empty()) {
    return Error(ErrorCode::kInvalidArgument,
                 "ConsumerOptions::cursor names no cursor to save under");
  }
  std::vector<std::pair<engine::CursorPlace, Position>> positions;
  for (const Assigned& assigned : assigned_) {
    if (!assigned.has_position) continue;
    LEAT_TRY(const Position position, this->position(*assigned.name));
    positions.emplace_back(place_of(assigned.reader.partition()), position);
  }
  if (positions.empty()) return {};
  return engine_->cursors().save(options_.cursor, positions);
}

}  // namespace leat::inline v0
