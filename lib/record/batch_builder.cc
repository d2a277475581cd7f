#include "record/batch_builder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "record/compression.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "record/record_encoder.h"

namespace leat::record {
namespace {

std::uint16_t attributes_of(const BatchOptions& options) {
  unsigned bits = static_cast<unsigned>(options.compression);
  if (options.timestamp_type == TimestampType::kLogAppendTime) bits |= attributes::kLogAppendTime;
  if (options.transactional) bits |= attributes::kTransactional;
  if (options.control) bits |= attributes::kControl;
  return static_cast<std::uint16_t>(bits);
}

}  // namespace

void BatchBuilder::reset(const BatchOptions& options) {
  options_ = options;
  buffer_.resize(kHeaderSize);
  record_count_ = 0;
}

bool BatchBuilder::append(const Record& record, Timestamp timestamp) {
  if (empty()) base_timestamp_ = max_timestamp_ = timestamp;
  const RecordDeltas deltas{(timestamp - base_timestamp_).count(), record_count_};
  const RecordFrame frame = measure(record, deltas);
  const bool fits = frame.size <= options_.size_max - std::min(options_.size_max, buffer_.size());
  const bool countable = record_count_ < std::numeric_limits<std::int32_t>::max();
  if (!countable || (!fits && !empty())) return false;

  const std::size_t at = buffer_.size();
  buffer_.resize(at + frame.size);
  encode(buffer_.data() + at, frame, record, deltas);
  max_timestamp_ = std::max(max_timestamp_, timestamp);
  ++record_count_;
  return true;
}

Result<std::span<const std::byte>> BatchBuilder::finish(Offset base_offset,
                                                        LeaderEpoch leader_epoch) {
  if (empty()) return Error(ErrorCode::kInvalidArgument, "a batch has at least one record");
  if (options_.compression != Compression::kNone) {
    const auto records = std::span(buffer_).subspan(kHeaderSize);
    LEAT_TRY(const std::vector<std::byte> packed,
             compress(options_.compression, options_.level, records));
    buffer_.resize(kHeaderSize);
    buffer_.insert(buffer_.end(), packed.begin(), packed.end());
  }
  close_header(buffer_.data(), {.base_offset = base_offset,
                                .length = static_cast<std::int32_t>(buffer_.size() - kLengthEnd),
                                .leader_epoch = leader_epoch,
                                .attributes = attributes_of(options_),
                                .last_offset_delta = record_count_ - 1,
                                .base_timestamp = base_timestamp_,
                                .max_timestamp = max_timestamp_,
                                .producer_id = options_.producer_id,
                                .producer_epoch = options_.producer_epoch,
                                .base_sequence = options_.base_sequence,
                                .record_count = record_count_});
  return std::span<const std::byte>(buffer_);
}

}  // namespace leat::record
