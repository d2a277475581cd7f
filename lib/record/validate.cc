#include "record/validate.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/layout.h"
#include "record/record_cursor.h"

namespace leat::record {
namespace {

Error corrupt(std::string message) { return {ErrorCode::kCorruptMessage, std::move(message)}; }
Error invalid(std::string message) { return {ErrorCode::kInvalidRecord, std::move(message)}; }

/// The batch as far as its size goes: all of it is in `bytes` and it is not too large.
Result<BatchView> check_frame(std::span<const std::byte> bytes, const ValidateLimits& limits) {
  if (bytes.size() < kHeaderSize) {
    return corrupt("a batch of " + std::to_string(bytes.size()) +
                   " bytes is shorter than its header of 61");
  }
  const BatchView batch(bytes.data());
  // Before the length: batches of other versions count it otherwise.
  if (batch.magic() == 0 || batch.magic() == 1) {
    return invalid("magic " + std::to_string(batch.magic()) + " is not served: only batches of v2");
  }
  if (batch.magic() != kMagic) {
    return corrupt("magic is " + std::to_string(batch.magic()) + ", not 2");
  }
  if (batch.length() < kLengthMin) {
    return corrupt("batch length is " + std::to_string(batch.length()) + ", at least 49 is right");
  }
  if (batch.size_in_bytes() > limits.batch_size_max) {
    return Error(ErrorCode::kMessageTooLarge,
                 "a batch of " + std::to_string(batch.size_in_bytes()) +
                     " bytes exceeds the limit of " + std::to_string(limits.batch_size_max));
  }
  if (batch.size_in_bytes() > bytes.size()) {
    return corrupt("a batch of " + std::to_string(batch.size_in_bytes()) + " bytes is cut after " +
                   std::to_string(bytes.size()));
  }
  return batch;
}

Result<void> check_attributes(const BatchView& batch) {
  const std::uint16_t bits = batch.attributes();
  if ((bits & ~attributes::kKnown) != 0) {
    return invalid("attributes " + std::to_string(bits) + " have bits that have no meaning");
  }
  if ((bits & attributes::kCompressionMask) > attributes::kCompressionLast) {
    return Error(ErrorCode::kUnsupportedCompressionType,
                 "compression type " + std::to_string(bits & attributes::kCompressionMask) +
                     " is none of 0 to 4");
  }
  if (batch.is_transactional() && !batch.producer_id()) {
    return invalid("a transactional batch has no producer id");
  }
  return {};
}

Result<void> check_producer(const BatchView& batch) {
  const std::optional<ProducerId> id = batch.producer_id();
  if (!id) return {};
  if (id->value() < 0)
    return invalid("producer id " + std::to_string(id->value()) + " is negative");
  if (batch.producer_epoch().value() < 0) return invalid("a producer id without an epoch");
  // Markers have a producer but no sequence (T14).
  if (!batch.is_control() && batch.base_sequence() < 0) {
    return invalid("a producer id without a sequence");
  }
  return {};
}

/// Counts and offsets that the header claims, as far as they can be judged without the records.
Result<void> check_counts(const BatchView& batch, BatchOrigin origin) {
  const std::int64_t count = batch.record_count();
  const std::int64_t span = std::int64_t{batch.last_offset_delta()} + 1;
  if (count < 0 || span < 1 || count > span) {
    return invalid(std::to_string(count) + " records do not fit a last offset delta of " +
                   std::to_string(span - 1));
  }
  if (origin == BatchOrigin::kLog) {
    // The batch behind this one needs an offset too.
    const std::int64_t base = batch.base_offset().value();
    if (base >= 0 && base <= std::numeric_limits<std::int64_t>::max() - span) return {};
    return invalid("base offset " + std::to_string(base) + " with " + std::to_string(span) +
                   " offsets is out of range");
  }
  if (count != span) {
    return invalid("a producer's batch of " + std::to_string(count) +
                   " records has a last offset delta of " + std::to_string(span - 1));
  }
  if (batch.base_offset() != Offset{0}) {
    return invalid("a producer's batch has base offset " +
                   std::to_string(batch.base_offset().value()) + ", not 0");
  }
  return {};
}

Result<void> check_client(const BatchView& batch) {
  if (batch.is_control()) return invalid("clients may not write control batches");
  if ((batch.attributes() & attributes::kDeleteHorizon) != 0) {
    return invalid("clients may not set a delete horizon");
  }
  return {};
}

/// Walks the records and holds them against the header.
class RecordCheck {
 public:
  RecordCheck(const BatchView& batch, BatchOrigin origin) : batch_(batch), origin_(origin) {}

  Result<RecordFacts> run(std::span<const std::byte> records) {
    // Deltas are looked at as such: from offset 0, and dated by the producer.
    RecordCursor cursor(records, {Offset{0}, batch_.base_timestamp(), std::nullopt});
    RecordView record;
    while (cursor.next(record)) LEAT_TRY_VOID(take(record));
    if (!cursor.ok()) {
      return invalid("record " + std::to_string(count_) + " is malformed at byte " +
                     std::to_string(cursor.position()) + " of the records");
    }
    if (count_ != batch_.record_count()) {
      return invalid("the header counts " + std::to_string(batch_.record_count()) +
                     " records, there are " + std::to_string(count_));
    }
    return facts_;
  }

 private:
  Result<void> take(const RecordView& record) {
    const std::int64_t delta = record.offset.value();
    const bool in_order = origin_ == BatchOrigin::kClient
                              ? delta == count_
                              : delta > last_delta_ && delta <= batch_.last_offset_delta();
    if (!in_order) {
      return invalid("record " + std::to_string(count_) + " has offset delta " +
                     std::to_string(delta));
    }
    if (record.key.is_null() && !facts_.null_key_at) facts_.null_key_at = count_;
    if (record.timestamp.time_since_epoch().count() != kNoTimestamp) {
      facts_.min_timestamp =
          is_dated_ ? std::min(facts_.min_timestamp, record.timestamp) : record.timestamp;
      is_dated_ = true;
    }
    facts_.max_timestamp =
        count_ == 0 ? record.timestamp : std::max(facts_.max_timestamp, record.timestamp);
    last_delta_ = delta;
    ++count_;
    return {};
  }

  const BatchView& batch_;
  BatchOrigin origin_;
  RecordFacts facts_;
  bool is_dated_ = false;  // any of them
  std::int32_t count_ = 0;
  std::int64_t last_delta_ = -1;
};

Result<RecordFacts> check_records(const BatchView& batch, const ValidateLimits& limits) {
  RecordCheck check(batch, limits.origin);
  if (batch.compression() == Compression::kNone) return check.run(batch.records());
  LEAT_TRY(const std::vector<std::byte> records,
           decompress(batch.compression(), batch.records(), limits.records_size_max));
  return check.run(records);
}

}  // namespace

Result<ValidatedBatch> validate(std::span<const std::byte> bytes, const ValidateLimits& limits) {
  LEAT_TRY(const BatchView batch, check_frame(bytes, limits));
  if (!batch.crc_is_right()) return corrupt("the CRC-32C of the batch is not the one it carries");
  LEAT_TRY_VOID(check_attributes(batch));
  if (limits.origin == BatchOrigin::kClient) LEAT_TRY_VOID(check_client(batch));
  LEAT_TRY_VOID(check_producer(batch));
  LEAT_TRY_VOID(check_counts(batch, limits.origin));
  LEAT_TRY(const RecordFacts facts, check_records(batch, limits));
  return ValidatedBatch(batch, facts);
}

}  // namespace leat::record
