#pragma once

/// \file
/// The one writer of a segment. Mapped, single records go into the open batch (S2): a store of the first
/// byte of their length commits them, nothing else is touched but the published word. Whole batches, and
/// everything of a segment that is not mapped, are appended closed.
///
/// Threads: none of its own; the caller holds the partition. Lifetime: the segment outlives it.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/log_options.h"
#include "log/segment.h"
#include "record/checkpoint.h"
#include "record/layout.h"
#include "record/record_encoder.h"
#include "record/validate.h"

namespace leat::log {

/// The bytes that a record brings, in 64 bits: sizes on disk are computed in 32.
[[nodiscard]] inline std::uint64_t payload_of(const Record& record) noexcept {
  std::uint64_t size = std::uint64_t{record.key.size()} + record.value.size();
  for (const Header& header : record.headers) size += header.key.size() + header.value.size();
  return size;
}

/// When a record is dated: the publisher's own time counts on CreateTime topics only.
[[nodiscard]] inline std::int64_t timestamp_of(const Record& record, std::int64_t now,
                                               TimestampType type) noexcept {
  const bool is_own = record.timestamp && type == TimestampType::kCreateTime;
  return is_own ? record.timestamp->time_since_epoch().count() : now;
}

/// What a batch of some records will be.
struct RecordsShape {
  std::uint64_t size = 0;  ///< bytes, the header's among them
  std::int64_t now = 0;    ///< the time of records that have none, or of all on a LogAppendTime topic
  std::int64_t base_timestamp = 0;
  std::int64_t max_timestamp = 0;
};
/// REQUIRES: not empty; sizes that together fit 31 bits.
[[nodiscard]] RecordsShape shape_of(std::span<const Record> records, std::int64_t now,
                                    TimestampType type) noexcept;

/// Invariants: (1) records of [batch_, cursor_) are committed in order; (2) a record that
/// ends below `fast_end_` may be stored without any further check; (3) the records behind the last
/// checkpoint lie in one page (S3).
class SegmentWriter {
 public:
  /// Goes on at the published end of `segment`.
  SegmentWriter(std::shared_ptr<Segment> segment, const LogOptions& options, LeaderEpoch epoch,
                const SegmentStats& stats);

  /// Appends to the open batch when nothing stands in the way; -1: `append` must see to it.
  [[nodiscard]] std::int64_t try_append(const Record& record, std::int64_t now) noexcept {
    const bool is_plain = record::is_plain(record) && !record.timestamp;
    const std::uint64_t end = cursor_ + record.key.size() + record.value.size() + record::kPlainOverheadMax;
    if (!is_plain || end >= fast_end_) [[unlikely]] return try_append_any(record, now);
    const std::int64_t delta = now - base_timestamp_;
    if (!keeps_time(delta)) [[unlikely]] return -1;
    std::byte* const at = data_ + cursor_;
    std::byte first{};
    const std::byte* const behind = record::encode_plain(at, record, {delta, count_}, first);
    commit(at, first, static_cast<std::uint32_t>(behind - at), now);
    return publish();
  }
  /// Whether the segment has room for the record, by size (S9), offsets and age; if not: roll.
  [[nodiscard]] bool has_room(std::uint64_t bytes, std::int64_t timestamp) const;
  /// REQUIRES: has_room for the record. Errors: kStorageFull, kIo.
  Result<Offset> append(const Record& record, std::int64_t now);
  /// Appends the records as one batch, written where it is to stand; returns its base offset.
  /// REQUIRES: `shape` is theirs; has_room for it. Errors: kStorageFull, kIo.
  Result<Offset> append(std::span<const Record> records, const RecordsShape& shape);
  /// Appends a whole batch of `count` offsets, patching its base offset and leader epoch (S1); returns the
  /// base offset. REQUIRES: has_room(batch size). Errors: kStorageFull, kIo.
  Result<Offset> append(const record::ValidatedBatch& batch);

  /// A record with its value still to be filled in; see `commit_claim`.
  struct Claim {
    std::span<std::byte> value;
    std::byte commit_byte{};
    std::uint32_t size = 0;
    std::int64_t timestamp = 0;
  };
  /// Lays out a record with `key` and a value of `size` bytes at the end, not yet committed.
  /// REQUIRES: mapped, has_room. Errors: kStorageFull, kIo.
  Result<Claim> claim(BytesView key, std::size_t size, std::int64_t now);
  /// REQUIRES: nothing was appended or closed since the claim.
  Offset commit_claim(const Claim& claim) noexcept;
  /// Takes the claimed bytes back. REQUIRES: as `commit_claim`.
  void abandon(const Claim& claim) noexcept;

  /// Writes the header of the open batch, if there is one (S2). After it every batch is whole.
  void close_batch() noexcept;
  /// Goes over to a mapping, or back to writing through the file. Closes the open batch.
  Result<bool> map(std::uint32_t capacity);
  void unmap();
  [[nodiscard]] bool is_mapped() const { return data_ != nullptr; }

  void set_options(const LogOptions& options) { options_ = options; }
  [[nodiscard]] Segment& segment() { return *segment_; }
  [[nodiscard]] const std::shared_ptr<Segment>& segment_handle() const { return segment_; }
  [[nodiscard]] Offset log_end() const { return Offset{base_offset_ + count_}; }
  [[nodiscard]] std::uint32_t end() const { return cursor_; }
  [[nodiscard]] const SegmentStats& stats() const { return stats_; }
  [[nodiscard]] bool has_open_batch() const { return is_open_; }

 private:
  /// `try_append` of any record, and of those whose exact size decides.
  [[nodiscard]] std::int64_t try_append_any(const Record& record, std::int64_t now) noexcept;
  [[nodiscard]] std::int64_t timestamp_of(const Record& record, std::int64_t now) const {
    return log::timestamp_of(record, now, options_.timestamp_type);
  }
  /// On a LogAppendTime topic a batch has one time: a new millisecond closes it (S2).
  [[nodiscard]] bool keeps_time(std::int64_t delta) const {
    return delta == 0 || options_.timestamp_type == TimestampType::kCreateTime;
  }
  void commit(std::byte* at, std::byte first, std::uint32_t size, std::int64_t timestamp) noexcept {
    // release: a crash between the stores leaves either no record or a whole one (G4).
    std::atomic_ref(*at).store(first, std::memory_order_release);
    max_timestamp_ = std::max(max_timestamp_, timestamp);
    cursor_ += size;
    ++count_;
  }
  std::int64_t publish() noexcept {
    segment_->published().advance({batch_, cursor_}, base_offset_ + count_);
    return base_offset_ + count_ - 1;
  }
  /// Opens a batch if none is open or the open one cannot take `size` more bytes at `timestamp`.
  Result<void> open_for(std::uint32_t size, std::int64_t timestamp);
  void open_batch(std::int64_t timestamp) noexcept;
  /// A checkpoint over all records so far when the last one reached the end of the page (S3).
  void checkpoint_if_due() noexcept;
  void set_fast_end() noexcept;
  /// Makes room for stores up to `end`, and asks for more ahead.
  Result<void> make_ready(std::uint32_t end);
  void add_index_entry();
  void note_batch(std::int32_t epoch, std::int64_t first_timestamp, std::int64_t max_timestamp);
  Result<void> write(std::span<const std::span<const std::byte>> parts);
  Result<Offset> append_closed(std::span<const Record> records, const RecordsShape& shape);
  /// Takes the batch in that stands, closed, at the end; returns its base offset.
  Offset take_in(std::uint32_t size, std::int64_t count, std::int64_t base_timestamp,
                 std::int64_t max_timestamp);

  std::shared_ptr<Segment> segment_;
  LogOptions options_;
  std::int32_t epoch_;
  bool is_open_ = false;
  std::byte* data_ = nullptr;
  std::uint32_t cursor_ = 0;     // the end of what is committed
  std::uint32_t fast_end_ = 0;   // 0 while no batch is open
  std::uint32_t batch_ = 0;      // position of the open batch, or cursor_
  std::int32_t count_ = 0;       // records of the open batch
  std::int64_t base_offset_ = 0;  // of the open batch, or the log end
  std::int64_t base_timestamp_ = 0;
  std::int64_t max_timestamp_ = INT64_MIN;  // of the open batch
  std::uint32_t batch_limit_ = 0;  // where the open batch is full
  std::uint32_t page_end_ = 0;     // a record that reaches it needs a checkpoint
  std::uint32_t checkpoints_ = 0;  // of the open batch
  record::CheckpointChain chain_;
  std::uint32_t indexed_position_ = 0;
  SegmentStats stats_;
};

}  // namespace leat::log
