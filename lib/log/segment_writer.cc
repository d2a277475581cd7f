#include "log/segment_writer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/check.h"
#include "base/try.h"
#include "base/varint.h"
#include "log/log_options.h"
#include "log/published.h"
#include "log/segment.h"
#include "log/sparse_index.h"
#include "record/batch_builder.h"
#include "record/batch_view.h"
#include "record/checkpoint.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "record/record_encoder.h"
#include "record/validate.h"

namespace leat::log {
namespace {

constexpr auto kHeaderSize = static_cast<std::uint32_t>(record::kHeaderSize);

Timestamp time_of(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }

/// Lays out a record whose value is still to come; returns where the value goes. The first byte of the
/// length is left out, as in record::encode_uncommitted, and returned in `first`.
std::byte* lay_out(std::byte* at, const record::RecordFrame& frame, const record::RecordDeltas& deltas,
                   BytesView key, std::size_t value_size, std::byte& first) {
  std::array<std::byte, base::kVarintSizeMax> length{};
  base::put_varint(length.data(), static_cast<std::int32_t>(frame.body_size));
  const std::size_t length_size = frame.size - frame.body_size;
  std::memcpy(at + 1, length.data() + 1, length_size - 1);
  first = length[0];
  at += length_size;
  *at++ = std::byte{0};  // attributes
  at = base::put_varlong(at, deltas.timestamp);
  at = base::put_varint(at, deltas.offset);
  at = base::put_varint(at, key.is_null() ? -1 : static_cast<std::int32_t>(key.size()));
  if (key.size() != 0) std::memcpy(at, key.data(), key.size());
  at = base::put_varint(at + key.size(), static_cast<std::int32_t>(value_size));
  at[value_size] = std::byte{0};  // no headers
  return at;
}

}  // namespace

SegmentWriter::SegmentWriter(std::shared_ptr<Segment> segment, const LogOptions& options,
                             LeaderEpoch epoch, const SegmentStats& stats)
    : segment_(std::move(segment)), options_(options), epoch_(epoch.value()), stats_(stats) {
  const Head head = segment_->published().head();
  cursor_ = head.end;
  batch_ = head.end;
  base_offset_ = segment_->published().log_end();
  indexed_position_ = cursor_;
}

bool SegmentWriter::has_room(std::uint64_t bytes, std::int64_t timestamp) const {
  if (cursor_ == 0) return true;  // an empty segment takes what the log takes
  // With a header: the open batch may turn out to be full.
  const std::uint64_t needed = std::uint64_t{cursor_} + bytes + kHeaderSize;
  if (needed > options_.segment_bytes) return false;
  if (base_offset_ + count_ - segment_->base_offset().value() >= INT32_MAX - 1) return false;  // S9
  // An open batch is in no stats yet. In double: times of batches from elsewhere may be anything.
  const std::int64_t first = is_open_ && stats_.first_timestamp == INT64_MIN ? base_timestamp_
                                                                             : stats_.first_timestamp;
  const double age = static_cast<double>(timestamp) - static_cast<double>(first);
  return first == INT64_MIN || age <= static_cast<double>(options_.segment_ms.count());
}

std::int64_t SegmentWriter::try_append_any(const Record& record, std::int64_t now) noexcept {
  if (payload_of(record) >= fast_end_) return -1;
  const std::int64_t timestamp = timestamp_of(record, now);
  const record::RecordDeltas deltas{timestamp - base_timestamp_, count_};
  const record::RecordFrame frame = record::measure(record, deltas);
  if (std::uint64_t{cursor_} + frame.size >= fast_end_ || !keeps_time(deltas.timestamp)) return -1;
  std::byte* const at = data_ + cursor_;
  commit(at, record::encode_uncommitted(at, frame, record, deltas), frame.size, timestamp);
  return publish();
}

Result<Offset> SegmentWriter::append(const Record& record, std::int64_t now) {
  const std::int64_t timestamp = timestamp_of(record, now);
  if (data_ == nullptr) {
    return append_closed(std::span(&record, 1), {.size = 0,
                                                 .now = now,
                                                 .base_timestamp = timestamp,
                                                 .max_timestamp = timestamp});
  }
  // Measured against a batch of its own first: the deltas in the open one are at most as long.
  const record::RecordFrame estimate =
      record::measure(record, {timestamp - (is_open_ ? base_timestamp_ : timestamp), count_});
  LEAT_TRY_VOID(open_for(estimate.size, timestamp));
  const record::RecordDeltas deltas{timestamp - base_timestamp_, count_};
  const record::RecordFrame frame = record::measure(record, deltas);
  LEAT_TRY_VOID(make_ready(cursor_ + frame.size));
  std::byte* const at = data_ + cursor_;
  commit(at, record::encode_uncommitted(at, frame, record, deltas), frame.size, timestamp);
  checkpoint_if_due();
  set_fast_end();
  return Offset{publish()};
}

RecordsShape shape_of(std::span<const Record> records, std::int64_t now,
                      TimestampType type) noexcept {
  RecordsShape shape{.size = kHeaderSize, .now = now};
  shape.base_timestamp = shape.max_timestamp = timestamp_of(records.front(), now, type);
  std::int32_t count = 0;
  for (const Record& record : records) {
    if (record::is_plain(record) && !record.timestamp && shape.base_timestamp == now) [[likely]] {
      shape.size += record::measure_plain(record, count++);
      continue;
    }
    const std::int64_t timestamp = timestamp_of(record, now, type);
    shape.size += record::measure(record, {timestamp - shape.base_timestamp, count++}).size;
    shape.max_timestamp = std::max(shape.max_timestamp, timestamp);
  }
  return shape;
}

Result<Offset> SegmentWriter::append(std::span<const Record> records, const RecordsShape& shape) {
  if (data_ == nullptr) return append_closed(records, shape);
  close_batch();
  const auto size = static_cast<std::uint32_t>(shape.size);
  LEAT_TRY_VOID(make_ready(cursor_ + size));
  // The header last and its magic last of it: a kill in between leaves zeros, the end of the log.
  std::byte* const header = data_ + cursor_;
  std::byte* at = header + kHeaderSize;
  std::int32_t count = 0;
  for (const Record& record : records) {
    record::RecordDeltas deltas{shape.now - shape.base_timestamp, count++};
    if (record.timestamp) [[unlikely]] {
      deltas.timestamp = timestamp_of(record, shape.now) - shape.base_timestamp;
    }
    at = record::is_plain(record) ? record::encode_plain(at, record, deltas, *at)
                                  : record::encode(at, record::measure(record, deltas), record, deltas);
  }
  LEAT_CHECK(at == header + size);
  const bool append_time = options_.timestamp_type == TimestampType::kLogAppendTime;
  record::close_header(
      header,
      {.base_offset = Offset{base_offset_},
       .length = static_cast<std::int32_t>(size - record::kLengthEnd),
       .leader_epoch = LeaderEpoch{epoch_},
       .attributes = append_time ? record::attributes::kLogAppendTime : std::uint16_t{0},
       .last_offset_delta = count - 1,
       .base_timestamp = time_of(shape.base_timestamp),
       .max_timestamp = time_of(shape.max_timestamp),
       .record_count = count});
  return take_in(size, count, shape.base_timestamp, shape.max_timestamp);
}

Result<Offset> SegmentWriter::append_closed(std::span<const Record> records,
                                            const RecordsShape& shape) {
  record::BatchOptions batch;
  if (options_.timestamp_type == TimestampType::kLogAppendTime) {
    batch.timestamp_type = record::TimestampType::kLogAppendTime;
  }
  record::BatchBuilder builder(batch);
  for (const Record& record : records) {
    LEAT_CHECK(builder.append(record, time_of(timestamp_of(record, shape.now))));
  }
  LEAT_TRY(const std::span<const std::byte> bytes,
           builder.finish(Offset{base_offset_}, LeaderEpoch{epoch_}));
  LEAT_TRY_VOID(write(std::span(&bytes, 1)));
  return take_in(static_cast<std::uint32_t>(bytes.size()), static_cast<std::int64_t>(records.size()),
                 shape.base_timestamp, shape.max_timestamp);
}

Offset SegmentWriter::take_in(std::uint32_t size, std::int64_t count, std::int64_t base_timestamp,
                              std::int64_t max_timestamp) {
  add_index_entry();
  cursor_ += size;
  batch_ = cursor_;
  const Offset base{base_offset_};
  base_offset_ += count;
  note_batch(epoch_, base_timestamp, max_timestamp);
  segment_->published().advance({cursor_, cursor_}, base_offset_);
  return base;
}

Result<Offset> SegmentWriter::append(const record::ValidatedBatch& batch) {
  close_batch();
  const std::span<const std::byte> bytes = batch.bytes();
  const record::BatchView& view = batch.view();
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const Offset base{base_offset_};
  if (data_ != nullptr) {
    LEAT_TRY_VOID(make_ready(cursor_ + size));
    // As above: the header last.
    std::byte* const at = data_ + cursor_;
    std::memcpy(at + kHeaderSize, bytes.data() + kHeaderSize, size - kHeaderSize);
    std::array<std::byte, record::kHeaderSize> header{};
    std::memcpy(header.data(), bytes.data(), kHeaderSize);
    record::place(header.data(), base, LeaderEpoch{epoch_});
    std::atomic_signal_fence(std::memory_order_release);
    std::memcpy(at, header.data(), kHeaderSize);
  } else {
    std::array<std::byte, record::kHeaderSize> header{};
    std::memcpy(header.data(), bytes.data(), kHeaderSize);
    record::place(header.data(), base, LeaderEpoch{epoch_});
    const std::array parts{std::span<const std::byte>(header), bytes.subspan(kHeaderSize)};
    LEAT_TRY_VOID(write(parts));
  }
  return take_in(size, view.last_offset_delta() + std::int64_t{1},
                 view.base_timestamp().time_since_epoch().count(),
                 view.max_timestamp().time_since_epoch().count());
}

Result<SegmentWriter::Claim> SegmentWriter::claim(BytesView key, std::size_t size,
                                                  std::int64_t now) {
  LEAT_CHECK(data_ != nullptr);
  // Only sizes matter to `measure`: any bytes of that length stand for the value.
  const Record shape{.key = key,
                     .value = std::span<const std::byte>(data_, size),
                     .headers = {},
                     .timestamp = std::nullopt};
  const std::int64_t delta = now - (is_open_ ? base_timestamp_ : now);
  LEAT_TRY_VOID(open_for(record::measure(shape, {delta, count_}).size, now));
  const record::RecordDeltas deltas{now - base_timestamp_, count_};
  const record::RecordFrame frame = record::measure(shape, deltas);
  LEAT_TRY_VOID(make_ready(cursor_ + frame.size));
  Claim claim{.value = {}, .commit_byte = {}, .size = frame.size, .timestamp = now};
  std::byte* const value = lay_out(data_ + cursor_, frame, deltas, key, size, claim.commit_byte);
  claim.value = {value, size};
  return claim;
}

Offset SegmentWriter::commit_claim(const Claim& claim) noexcept {
  commit(data_ + cursor_, claim.commit_byte, claim.size, claim.timestamp);
  checkpoint_if_due();
  set_fast_end();
  return Offset{publish()};
}

void SegmentWriter::abandon(const Claim& claim) noexcept {
  // Behind the last record there are zeros, or recovery would walk into what was filled in.
  std::memset(data_ + cursor_, 0, claim.size);
}

// --- the open batch ----------------------------------------------------------------------------------

Result<void> SegmentWriter::open_for(std::uint32_t size, std::int64_t timestamp) {
  const bool fits = is_open_ && keeps_time(timestamp - base_timestamp_) &&
                    std::uint64_t{cursor_} + size <= batch_limit_;
  if (fits) return {};
  close_batch();
  LEAT_TRY_VOID(make_ready(cursor_ + kHeaderSize + size));
  open_batch(timestamp);
  return {};
}

void SegmentWriter::open_batch(std::int64_t timestamp) noexcept {
  add_index_entry();
  std::byte* const header = data_ + cursor_;
  const bool append_time = options_.timestamp_type == TimestampType::kLogAppendTime;
  record::open_header(header, {.base_offset = Offset{base_offset_},
                               .leader_epoch = LeaderEpoch{epoch_},
                               .attributes = append_time ? record::attributes::kLogAppendTime
                                                         : std::uint16_t{0},
                               .base_timestamp = time_of(timestamp)});
  segment_->published().open({base_offset_, timestamp});
  batch_ = cursor_;
  cursor_ += kHeaderSize;
  // A page whose last byte is the header's has no record yet; the first one crosses into the next.
  page_end_ = (cursor_ / kPageBytes + 1) * kPageBytes;
  batch_limit_ = batch_ + std::min({kOpenBatchBytes, options_.max_message_bytes,
                                    std::max(options_.segment_bytes, batch_) - batch_});
  is_open_ = true;
  base_timestamp_ = timestamp;
  max_timestamp_ = timestamp;
  checkpoints_ = 0;
  chain_ = record::CheckpointChain(header);
  set_fast_end();
}

void SegmentWriter::checkpoint_if_due() noexcept {
  if (cursor_ < page_end_) return;
  const auto count = static_cast<std::uint32_t>(count_);
  record::store_checkpoint(data_ + batch_, checkpoints_++, chain_.step(data_ + cursor_, count));
  page_end_ = (cursor_ / kPageBytes + 1) * kPageBytes;
}

void SegmentWriter::set_fast_end() noexcept {
  fast_end_ = is_open_ ? std::min({page_end_, batch_limit_, segment_->ready_end()}) : 0;
}

void SegmentWriter::close_batch() noexcept {
  if (!is_open_) return;
  is_open_ = false;
  fast_end_ = 0;
  if (count_ == 0) {  // opened for a claim that was given up: as if it had never been
    std::memset(data_ + batch_, 0, kHeaderSize);
    cursor_ = batch_;
    return;
  }
  const bool append_time = options_.timestamp_type == TimestampType::kLogAppendTime;
  record::close_header(
      data_ + batch_,
      {.base_offset = Offset{base_offset_},
       .length = static_cast<std::int32_t>(cursor_ - batch_ - record::kLengthEnd),
       .leader_epoch = LeaderEpoch{epoch_},
       .attributes = append_time ? record::attributes::kLogAppendTime : std::uint16_t{0},
       .last_offset_delta = count_ - 1,
       .base_timestamp = time_of(base_timestamp_),
       .max_timestamp = time_of(max_timestamp_),
       .record_count = count_});
  note_batch(epoch_, base_timestamp_, max_timestamp_);
  base_offset_ += count_;
  count_ = 0;
  batch_ = cursor_;
  segment_->published().advance({cursor_, cursor_}, base_offset_);
}

Result<void> SegmentWriter::write(std::span<const std::span<const std::byte>> parts) {
  auto written = segment_->write(cursor_, parts);
  // What a failed write left behind must not be found behind a shorter batch later.
  if (!written) (void)segment_->cut(cursor_);
  return written;
}

// --- bookkeeping -------------------------------------------------------------------------------------

Result<void> SegmentWriter::make_ready(std::uint32_t end) {
  if (segment_->ready_end() < end) LEAT_TRY_VOID(segment_->make_ready(end));
  // As far ahead as it has come: a partition with little in it takes little.
  const std::uint64_t ahead = std::clamp(end, kPopulateStepMin, kPopulateAhead);
  if (segment_->ready_end() < end + ahead / 2) {
    segment_->make_ready_soon(
        static_cast<std::uint32_t>(std::min<std::uint64_t>(end + ahead, options_.segment_bytes)));
  }
  return {};
}

void SegmentWriter::add_index_entry() {
  const bool is_due = cursor_ == 0 || cursor_ - indexed_position_ >= options_.index_interval_bytes;
  if (!is_due) return;
  segment_->index().add({Offset{base_offset_}, cursor_, stats_.max_timestamp});
  indexed_position_ = cursor_;
}

void SegmentWriter::note_batch(std::int32_t epoch, std::int64_t first_timestamp,
                               std::int64_t max_timestamp) {
  if (stats_.first_timestamp == INT64_MIN) {
    stats_.first_timestamp = first_timestamp;
    stats_.first_epoch = epoch;
  }
  stats_.last_epoch = epoch;
  stats_.max_timestamp = std::max(stats_.max_timestamp, max_timestamp);
}

Result<bool> SegmentWriter::map(std::uint32_t capacity) {
  close_batch();
  LEAT_TRY(const bool mapped, segment_->map(capacity));
  data_ = segment_->writable();
  return mapped;
}

void SegmentWriter::unmap() {
  close_batch();
  data_ = nullptr;
  segment_->unmap();
}

}  // namespace leat::log
