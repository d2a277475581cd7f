#pragma once

/// \file
/// Appending to a partition, beside the fast lane: from any thread, under its hold.

#include <cstddef>
#include <cstdint>
#include <span>

#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "partition/partition.h"
#include "record/validate.h"

namespace leat::partition {

/// Where records went, and when by the log's clock.
struct Appended {
  Offset base_offset;
  Timestamp time;
  /// An idempotent producer's batch that was there before: these are its place and time (I2).
  bool was_there = false;
};

/// Appends one record; it is readable when this returns, but on a `sync` topic only once it is
/// durable. Errors: kMessageTooLarge, kRecordListTooLarge, kInvalidTimestamp, kInvalidRecord (no
/// key on a compacted topic: B10; one such record refuses its whole batch), kStorageFull,
/// kStorageReadOnly, kUnknownTopicOrPartition, kForked, kClosed, kBusy.
Result<Appended> append(Partition& partition, const Record& record);
/// Appends the records as one batch. REQUIRES: not empty.
Result<Appended> append(Partition& partition, std::span<const Record> records);
/// Appends a batch from elsewhere as it is; an idempotent producer's once, in its order. Errors: also
/// kOutOfOrderSequenceNumber (I3, I4), kInvalidProducerEpoch (I5).
Result<Appended> append(Partition& partition, const record::ValidatedBatch& batch);

/// The owner's append where nothing but the record is to be seen to: the offset, or -1, nothing
/// done, where `append_owned` must be called. Inline: a Result on the way would cost as much as the
/// append. REQUIRES: ownership.
[[nodiscard]] inline std::int64_t try_append_owned(Partition& partition,
                                                   const Record& record) noexcept {
  if (record.timestamp || !partition.bias().enter()) [[unlikely]]
    return -1;
  std::int64_t offset = -1;
  // Inside: closing takes the hold after it shut the gate.
  if (partition.is_plain_sailing()) [[likely]] {
    const Timestamp now = partition.instance().environment.clock->now();
    offset = partition.opened_log().try_append(record, now.time_since_epoch().count());
  }
  partition.bias().leave();
  if (offset >= 0) [[likely]]
    partition.waiters().notify();
  return offset;
}
/// The owner's append: the fast lane (S4). Errors: the same. REQUIRES: ownership.
Result<Offset> append_owned(Partition& partition, const Record& record);
/// The same for several as one batch. REQUIRES: also not empty.
Result<Offset> append_owned(Partition& partition, std::span<const Record> records);

/// Whether a record with this key may go to the topic. Errors: kInvalidRecord (B10).
Result<void> check_key(const Partition& partition, BytesView key);
/// Whether a publisher's own timestamp lies within what the topic allows. Errors:
/// kInvalidTimestamp.
Result<void> check_timestamp(const TopicOptions& options, Timestamp timestamp, Timestamp now);

}  // namespace leat::partition
