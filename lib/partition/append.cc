#include "partition/append.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/try.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/log.h"
#include "partition/partition.h"
#include "record/batch_builder.h"
#include "record/layout.h"
#include "record/validate.h"

namespace leat::partition {
namespace {

std::int64_t ms(Timestamp time) { return time.time_since_epoch().count(); }

/// Appends under the hold by `work(log, now)`, and does what follows every append.
template <class Work>
Result<Appended> append_held(Partition& partition, Work work) {
  LEAT_TRY(log::Log* const log, partition.log());
  const Timestamp now = partition.instance().environment.clock->now();
  Result<Offset> offset = Offset{};
  {
    LEAT_TRY(const Partition::Hold hold, Partition::Hold::take(partition));
    LEAT_TRY_VOID(partition.check(true));  // inside: closing takes the hold after it shut the gate
    partition.map_if_busy();
    offset = work(*log, now);
    partition.note_append();
  }
  partition.waiters().notify();
  if (!offset) [[unlikely]] {
    partition.note_failure(offset.error());
    return std::move(offset).error();
  }
  return Appended{*offset, now};
}

Result<void> check_records(const TopicOptions& options, std::span<const Record> records,
                           Timestamp now) {
  for (const Record& record : records) {
    if (record.timestamp) LEAT_TRY_VOID(check_timestamp(options, *record.timestamp, now));
  }
  return {};
}

}  // namespace

Result<void> check_timestamp(const TopicOptions& options, Timestamp timestamp, Timestamp now) {
  if (options.message_timestamp_type == TimestampType::kLogAppendTime) return {};
  const auto before = options.message_timestamp_before_max;
  const auto after = options.message_timestamp_after_max;
  const bool is_early = before != kNever && now - timestamp > before;
  const bool is_late = after != kNever && timestamp - now > after;
  if (!is_early && !is_late && timestamp.time_since_epoch().count() >= 0) return {};
  return Error(ErrorCode::kInvalidTimestamp,
               fmt::format("timestamp {} ms is not within message.timestamp.before.max.ms={} and "
                           "message.timestamp.after.max.ms={} of now, {}",
                           ms(timestamp), before.count(), after.count(), ms(now)));
}

Result<Appended> append(Partition& partition, const Record& record) {
  const TopicOptions options = record.timestamp ? partition.options() : TopicOptions{};
  return append_held(partition, [&](log::Log& log, Timestamp now) -> Result<Offset> {
    if (record.timestamp) LEAT_TRY_VOID(check_timestamp(options, *record.timestamp, now));
    return log.append(record, ms(now));
  });
}

Result<Appended> append(Partition& partition, std::span<const Record> records) {
  LEAT_CHECK(!records.empty());
  const TopicOptions options = partition.options();
  const Timestamp now = partition.instance().environment.clock->now();
  LEAT_TRY_VOID(check_records(options, records, now));
  record::BatchOptions batch;
  if (options.message_timestamp_type == TimestampType::kLogAppendTime) {
    batch.timestamp_type = record::TimestampType::kLogAppendTime;
  }
  batch.size_max = static_cast<std::size_t>(options.max_message_bytes);
  record::BatchBuilder builder(batch);
  for (const Record& record : records) {
    const bool is_own = record.timestamp && batch.timestamp_type == record::TimestampType::kCreateTime;
    if (!builder.append(record, is_own ? *record.timestamp : now)) {
      return Error(ErrorCode::kMessageTooLarge,
                   fmt::format("{} records do not fit into one batch of max.message.bytes={}",
                               records.size(), options.max_message_bytes));
    }
  }
  LEAT_TRY(const auto bytes, builder.finish());
  LEAT_TRY(const auto validated,
           record::validate(bytes, {.origin = record::BatchOrigin::kLog,
                                    .batch_size_max = bytes.size(),
                                    .records_size_max = bytes.size()}));
  return append(partition, validated);
}

Result<Appended> append(Partition& partition, const record::ValidatedBatch& batch) {
  partition.instance().counters.batches_appended.fetch_add(1, std::memory_order_relaxed);
  return append_held(partition,
                     [&](log::Log& log, Timestamp) -> Result<Offset> { return log.append(batch); });
}

Result<Offset> append_owned(Partition& partition, const Record& record) {
  Bias& bias = partition.bias();
  const bool is_plain = !record.timestamp.has_value();
  if (!is_plain || !bias.enter()) [[unlikely]] {
    LEAT_TRY(const Appended appended, append(partition, record));
    return appended.base_offset;
  }
  if (auto open = partition.check(true); !open) [[unlikely]] {  // inside, as in `append_held`
    bias.leave();
    return std::move(open).error();
  }
  Result<Offset> offset = partition.opened_log().append(
      record, ms(partition.instance().environment.clock->now()));
  partition.note_append();
  bias.leave();
  partition.waiters().notify();
  if (!offset) [[unlikely]] partition.note_failure(offset.error());
  return offset;
}

}  // namespace leat::partition
