#include "log/segment_reader.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <fmt/core.h>

#include "base/try.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/log_options.h"
#include "log/published.h"
#include "log/segment.h"
#include "record/batch_view.h"
#include "record/layout.h"
#include "record/record_cursor.h"

namespace leat::log {
namespace {

/// What is looked at first: most batches are not larger (S2).
constexpr std::uint32_t kFirstLook = kOpenBatchBytes;

Error damaged(const Segment& segment, std::uint32_t position, Offset offset) {
  return {ErrorCode::kCorruptMessage,
          fmt::format("{}: no whole batch at position {}, where offset {} should be; seek past it, and run "
                      "`leat verify`",
                      segment.path(), position, offset.value())};
}

/// What recovery asks of a batch, for one that it did not see: the CRC leaves out magic and base offset.
bool is_whole(const record::BatchView& batch, Offset expected) {
  return batch.magic() == record::kMagic && batch.base_offset() <= expected &&
         batch.last_offset() >= expected && batch.crc_is_right();
}

}  // namespace

SegmentReader::SegmentReader(std::shared_ptr<Segment> segment, const LogOptions& options,
                             std::uint32_t position, Offset from)
    : segment_(std::move(segment)),
      only_durable_(options.durable_reads),
      append_time_(options.timestamp_type == TimestampType::kLogAppendTime),
      position_(position),
      offset_(from) {}

bool SegmentReader::is_at_end() const {
  // Complete first: no byte is published after it.
  return segment_->is_complete() && position_ == segment_->published().head().end;
}

Result<Piece*> SegmentReader::next(std::size_t bytes_max) {
  const Head head = segment_->visible(only_durable_);
  seen_end_ = head.end;
  if (inside_) return next_records(head, bytes_max);
  if (position_ < head.batch) return next_batches(head, bytes_max);
  if (position_ < head.end) return enter_open_batch(head, bytes_max);
  return nullptr;
}

Result<Piece*> SegmentReader::next_whole(std::size_t bytes_max) {
  const Head head = segment_->visible(only_durable_);
  seen_end_ = head.end;
  if (position_ < head.batch) return next_batches(head, bytes_max);
  return nullptr;
}

Result<void> SegmentReader::look_at(std::uint32_t position, std::uint32_t length) {
  if (window_.bytes.empty()) window_ = segment_->writers_window();
  // What lies within the mapping stays good, sealed since or not; beyond it was written through the file.
  if (std::size_t{position} + length <= window_.bytes.size()) [[likely]] {
    piece_.bytes = window_.bytes.subspan(position, length);
    piece_.lease = window_.lease;
    return {};
  }
  LEAT_TRY(View view, segment_->view(position, length));
  piece_.bytes = view.bytes;
  piece_.lease = std::move(view.lease);
  return {};
}

Result<Piece*> SegmentReader::enter_open_batch(Head head, std::size_t bytes_max) {
  const std::optional<OpenBatch> open = segment_->published().open_batch(position_);
  if (!open) return next(bytes_max);  // closed meanwhile: its header is final now
  open_ = *open;
  inside_ = position_;
  position_ += static_cast<std::uint32_t>(record::kHeaderSize);
  return next_records(head, bytes_max);
}

Result<Piece*> SegmentReader::next_records(Head head, std::size_t bytes_max) {
  std::uint32_t end = head.end;
  const bool is_closed = head.batch > *inside_;
  if (is_closed) {
    LEAT_TRY_VOID(look_at(*inside_, record::kHeaderSize));
    end = *inside_ + static_cast<std::uint32_t>(record::BatchView(piece_.bytes.data()).size_in_bytes());
  }
  if (position_ == end) {
    if (!is_closed) return nullptr;
    inside_.reset();
    return next(bytes_max);
  }
  LEAT_TRY_VOID(look_at(position_, end - position_));
  record::RecordBase base{Offset{open_.base_offset},
                          Timestamp{std::chrono::milliseconds{open_.base_timestamp}}, std::nullopt};
  if (append_time_) base.log_append_time = base.timestamp;
  // Only a walk tells where the next one begins; the caller finds the records in the cache.
  record::RecordCursor cursor(piece_.bytes, base);
  RecordView record;
  const Offset first = offset_;
  std::size_t begin = 0;
  std::size_t count = 0;
  while (cursor.position() - begin < bytes_max && cursor.next(record)) {
    if (record.offset < first) [[unlikely]] {  // begun in the middle of the batch
      begin = cursor.position();
      continue;
    }
    offset_ = record.offset.next();
    ++count;
  }
  if (!cursor.ok()) return damaged(*segment_, position_, offset_);
  position_ += static_cast<std::uint32_t>(cursor.position());
  if (count == 0) return next(bytes_max);  // all lay below
  piece_.bytes = piece_.bytes.subspan(begin, cursor.position() - begin);
  piece_.records_of = base;
  piece_.first = first;
  piece_.record_count = count;
  return &piece_;
}

Result<Piece*> SegmentReader::next_batches(Head head, std::size_t bytes_max) {
  const std::uint32_t available = head.batch - position_;
  std::uint32_t looked = std::min<std::uint32_t>(
      available, static_cast<std::uint32_t>(std::clamp<std::size_t>(bytes_max, kFirstLook, INT32_MAX)));
  std::span<const std::byte>& run = piece_.bytes;
  auto seen = look_at(position_, looked);
  const std::uint32_t in_block = kSumBlockBytes - position_ % kSumBlockBytes;
  if (!seen && seen.error().code() == ErrorCode::kCorruptMessage && looked > in_block) {
    looked = in_block;  // a block further on is damaged: the good ones first
    seen = look_at(position_, looked);
  }
  LEAT_TRY_VOID(seen);
  auto first = record::BatchView::first_of(run);
  if (!first && looked >= record::kHeaderSize) {  // a batch larger than asked for comes whole
    const std::size_t size = record::BatchView(run.data()).size_in_bytes();
    if (size < record::kHeaderSize || size > available) return damaged(*segment_, position_, offset_);
    looked = static_cast<std::uint32_t>(size);
    LEAT_TRY_VOID(look_at(position_, looked));
    first = record::BatchView::first_of(run);
  }
  if (!first) return damaged(*segment_, position_, offset_);
  std::size_t taken = 0;
  Offset next_offset = offset_;
  for (auto batch = first; batch; batch = record::BatchView::first_of(run.subspan(taken))) {
    if (taken > 0 && taken + batch->size_in_bytes() > bytes_max) break;
    if (position_ + taken < segment_->unverified_end() && !is_whole(*batch, next_offset)) {
      if (taken > 0) break;  // the good ones first
      return damaged(*segment_, position_, offset_);
    }
    taken += batch->size_in_bytes();
    next_offset = batch->next_offset();
  }
  run = run.first(taken);
  piece_.records_of.reset();
  piece_.first = offset_;
  position_ += static_cast<std::uint32_t>(taken);
  offset_ = std::max(offset_, next_offset);
  return &piece_;
}

}  // namespace leat::log
