#include "partition/append.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "log/log.h"
#include "partition/partition.h"
#include "partition/producer_state.h"
#include "record/validate.h"

namespace leat::partition {
namespace {

std::int64_t ms(Timestamp time) { return time.time_since_epoch().count(); }

/// Appends by `work(log, now)`. REQUIRES: the partition is the caller's.
template <class Work>
Result<Offset> append_inside(Partition& partition, Timestamp now, const Work& work) {
  LEAT_TRY_VOID(partition.check(true));  // inside: closing takes the hold after it shut the gate
  partition.map_if_busy();
  Result<Offset> offset = work(partition.opened_log(), now);
  partition.note_append();
  // Deleted meanwhile: that is why, not the file that is gone.
  if (!offset) [[unlikely]]
    LEAT_TRY_VOID(partition.check(true));
  return offset;
}

/// What follows every append, outside.
void end_append(Partition& partition, const Result<Offset>& offset) {
  partition.waiters().notify();
  partition.relieve();
  if (!offset) [[unlikely]]
    partition.note_failure(offset.error());
}

/// Appends under the hold.
template <class Work>
Result<Appended> append_held(Partition& partition, const Work& work) {
  LEAT_TRY_VOID(partition.log());
  const Timestamp now = partition.instance().environment.clock->now();
  Result<Offset> offset = Offset{};
  {
    LEAT_TRY(const Partition::Hold hold, Partition::Hold::take(partition));
    offset = append_inside(partition, now, work);
  }
  end_append(partition, offset);
  if (!offset) [[unlikely]]
    return std::move(offset).error();
  return Appended{*offset, now};
}

/// Appends as the owner, by the bias unless someone else has the partition.
template <class Work>
Result<Offset> append_biased(Partition& partition, const Work& work) {
  if (!partition.bias().enter()) [[unlikely]] {
    LEAT_TRY(const Appended appended, append_held(partition, work));
    return appended.base_offset;
  }
  const Timestamp now = partition.instance().environment.clock->now();
  Result<Offset> offset = append_inside(partition, now, work);
  partition.bias().leave();
  end_append(partition, offset);
  return offset;
}

Error no_key(const Partition& partition, std::size_t index) {
  return {ErrorCode::kInvalidRecord, fmt::format("record {} has no key, by which topic '{}' with "
                                                 "its cleanup.policy=compact would keep the "
                                                 "latest; give it one",
                                                 index, partition.name().topic)};
}

/// Before the partition is the caller's: the options have its mutex. Errors: kInvalidTimestamp,
/// kInvalidRecord.
Result<void> check_records(const Partition& partition, std::span<const Record> records) {
  if (partition.needs_keys()) [[unlikely]] {
    const auto keyless =
        std::ranges::find_if(records, [](const Record& record) { return record.key.is_null(); });
    if (keyless != records.end()) {
      return no_key(partition, static_cast<std::size_t>(keyless - records.begin()));
    }
  }
  const auto is_dated = [](const Record& record) { return record.timestamp.has_value(); };
  if (std::ranges::none_of(records, is_dated)) [[likely]]
    return {};
  const TopicOptions options = partition.options();
  const Timestamp now = partition.instance().environment.clock->now();
  for (const Record& record : records) {
    if (record.timestamp) LEAT_TRY_VOID(check_timestamp(options, *record.timestamp, now));
  }
  return {};
}

/// Under the hold: fenced and looked for before an offset is chosen (S1).
Result<Appended> append_produced(Partition& partition, const record::ValidatedBatch& batch,
                                 ProducedBatch produced) {
  std::optional<ProducedBatch> there;
  LEAT_TRY(Appended appended,
           append_held(partition, [&](log::Log& log, Timestamp now) -> Result<Offset> {
             LEAT_TRY(there, partition.producers().check(produced, now));
             if (there) return there->base_offset;
             LEAT_TRY(produced.base_offset, log.append(batch));
             partition.producers().apply(produced);
             return produced.base_offset;
           }));
  appended.was_there = there.has_value();
  appended.time = there ? there->time : produced.time;
  return appended;
}

void count_batch(Partition& partition) {
  partition.instance().counters.batches_appended.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

Result<void> check_key(const Partition& partition, BytesView key) {
  if (partition.needs_keys() && key.is_null()) return no_key(partition, 0);
  return {};
}

Result<void> check_timestamp(const TopicOptions& options, Timestamp timestamp, Timestamp now) {
  if (options.message_timestamp_type == TimestampType::kLogAppendTime) return {};
  const bool is_negative = timestamp.time_since_epoch().count() < 0;  // and nothing is taken off it
  const auto before = options.message_timestamp_before_max;
  const auto after = options.message_timestamp_after_max;
  const bool is_early = is_negative || (before != kNever && now - timestamp > before);
  const bool is_late = !is_early && after != kNever && timestamp - now > after;
  if (!is_early && !is_late) return {};
  return Error(ErrorCode::kInvalidTimestamp,
               fmt::format("timestamp {} ms is not within message.timestamp.before.max.ms={} and "
                           "message.timestamp.after.max.ms={} of now, {}",
                           ms(timestamp), before.count(), after.count(), ms(now)));
}

Result<Appended> append(Partition& partition, const Record& record) {
  LEAT_TRY_VOID(check_records(partition, std::span(&record, 1)));
  return append_held(partition,
                     [&](log::Log& log, Timestamp now) { return log.append(record, ms(now)); });
}

Result<Appended> append(Partition& partition, std::span<const Record> records) {
  LEAT_TRY_VOID(check_records(partition, records));
  count_batch(partition);
  return append_held(partition,
                     [&](log::Log& log, Timestamp now) { return log.append(records, ms(now)); });
}

Result<Appended> append(Partition& partition, const record::ValidatedBatch& batch) {
  const auto keyless = batch.facts().null_key_at;
  if (partition.needs_keys() && keyless) [[unlikely]] {
    return no_key(partition, static_cast<std::size_t>(*keyless));
  }
  count_batch(partition);
  const Timestamp now = partition.instance().environment.clock->now();
  if (const auto produced = produced_batch(batch.view(), now)) {
    return append_produced(partition, batch, *produced);
  }
  return append_held(partition, [&](log::Log& log, Timestamp) { return log.append(batch); });
}

Result<Offset> append_owned(Partition& partition, const Record& record) {
  LEAT_TRY_VOID(check_records(partition, std::span(&record, 1)));
  return append_biased(partition,
                       [&](log::Log& log, Timestamp now) { return log.append(record, ms(now)); });
}

Result<Offset> append_owned(Partition& partition, std::span<const Record> records) {
  LEAT_TRY_VOID(check_records(partition, records));
  count_batch(partition);
  return append_biased(partition,
                       [&](log::Log& log, Timestamp now) { return log.append(records, ms(now)); });
}

}  // namespace leat::partition
