#include "record/batch_builder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "record/record_encoder.h"
#include "record/validate.h"

namespace leat::record {
namespace {

std::uint16_t attributes_of(const BatchOptions& options) {
  unsigned bits = static_cast<unsigned>(options.compression);
  if (options.timestamp_type == TimestampType::kLogAppendTime) bits |= attributes::kLogAppendTime;
  if (options.transactional) bits |= attributes::kTransactional;
  if (options.control) bits |= attributes::kControl;
  return static_cast<std::uint16_t>(bits);
}

/// The first room that a batch is given: most have several records.
constexpr std::size_t kRoomMin = 512;

}  // namespace

void BatchBuilder::reset(const BatchOptions& options) {
  options_ = options;
  if (buffer_.size() < kHeaderSize) buffer_.resize(kHeaderSize);
  size_ = kHeaderSize;
  fast_end_ = 0;
  record_count_ = 0;
  facts_ = {};
}

bool BatchBuilder::append_any(const Record& record, Timestamp timestamp) {
  if (empty()) base_timestamp_ = facts_.min_timestamp = facts_.max_timestamp = timestamp;
  const RecordDeltas deltas{(timestamp - base_timestamp_).count(), record_count_};
  const RecordFrame frame = measure(record, deltas);
  const bool fits = frame.size <= options_.size_max - std::min(options_.size_max, size_);
  const bool countable = record_count_ < std::numeric_limits<std::int32_t>::max();
  if (!countable || (!fits && !empty())) return false;

  const std::size_t end = size_ + frame.size;
  if (end > buffer_.size()) buffer_.resize(std::max({end, 2 * buffer_.size(), kRoomMin}));
  fast_end_ = std::min(buffer_.size(), options_.size_max);
  encode(buffer_.data() + size_, frame, record, deltas);
  note(record, timestamp, frame.size);
  return true;
}

Result<std::span<const std::byte>> BatchBuilder::finish(Offset base_offset,
                                                        LeaderEpoch leader_epoch) {
  if (empty()) return Error(ErrorCode::kInvalidArgument, "a batch has at least one record");
  if (options_.compression != Compression::kNone) {
    const auto records = std::span(buffer_).first(size_).subspan(kHeaderSize);
    LEAT_TRY(const std::vector<std::byte> packed,
             compress(options_.compression, options_.level, records));
    size_ = kHeaderSize + packed.size();
    if (buffer_.size() < size_) buffer_.resize(size_);
    std::ranges::copy(packed, buffer_.begin() + kHeaderSize);
  }
  close_header(buffer_.data(), {.base_offset = base_offset,
                                .length = static_cast<std::int32_t>(size_ - kLengthEnd),
                                .leader_epoch = leader_epoch,
                                .attributes = attributes_of(options_),
                                .last_offset_delta = record_count_ - 1,
                                .base_timestamp = base_timestamp_,
                                .max_timestamp = facts_.max_timestamp,
                                .producer_id = options_.producer_id,
                                .producer_epoch = options_.producer_epoch,
                                .base_sequence = options_.base_sequence,
                                .record_count = record_count_});
  return std::span<const std::byte>(buffer_).first(size_);
}

Result<ValidatedBatch> BatchBuilder::finish_validated(std::optional<Timestamp> append_time,
                                                      std::size_t records_size_max) {
  if (size_ - kHeaderSize > records_size_max) {
    return Error(ErrorCode::kMessageTooLarge, "records of " + std::to_string(size_ - kHeaderSize) +
                                                  " bytes in one batch exceed the limit of " +
                                                  std::to_string(records_size_max));
  }
  // The header's is the batch's time; the records keep their deltas, which nobody looks at then.
  if (append_time) facts_.max_timestamp = *append_time;
  LEAT_TRY(const std::span<const std::byte> bytes, finish());
  return ValidatedBatch(BatchView(bytes.data()), facts_);
}

}  // namespace leat::record
