#pragma once

/// \file
/// Reads one segment from a position on, in pieces: runs of whole batches, or records of a batch that is
/// or was open when the reader got there. A value with a place in the segment; takes no lock but the
/// segment's for a lease, of the writer's mapping once.
///
/// Threads: not thread-safe; any number of readers of a segment beside its writer.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "leat/result.h"
#include "leat/types.h"
#include "log/log_options.h"
#include "log/published.h"
#include "log/segment.h"
#include "record/record_cursor.h"

namespace leat::log {

/// A run of bytes of a segment, readable while `lease` lives.
struct Piece {
  std::span<const std::byte> bytes{};
  std::shared_ptr<const void> lease{};
  /// Absent: `bytes` are whole batches, headers included. Present: bare records of one batch.
  std::optional<record::RecordBase> records_of{};
  Offset first{};  ///< the reader's position: smaller offsets in the first batch are to be skipped
  std::size_t record_count = 0;  ///< of bare records, none of which lies below `first`
};

class SegmentReader {
 public:
  /// Reads on from the batch at `position`, whose first offset is at most `from`.
  SegmentReader(std::shared_ptr<Segment> segment, const LogOptions& options, std::uint32_t position,
                Offset from);

  /// The next piece of about `bytes_max` bytes, at least one batch or record; null at the visible end. The
  /// reader's own until the next call. Errors: kCorruptMessage, kIo.
  Result<Piece*> next(std::size_t bytes_max);
  /// As `next`, whole batches only: null at an open one. REQUIRES: `next` was not called.
  Result<Piece*> next_whole(std::size_t bytes_max);
  /// Whether the next batch is open: to be closed, or `next_whole` gives nothing.
  [[nodiscard]] bool is_at_open_batch() const noexcept {
    const Head head = segment_->visible(only_durable_);
    return position_ == head.batch && position_ < head.end;
  }
  /// Whether `next` may have something to give or to say: a look at one word, for who spins.
  [[nodiscard]] bool has_news() const noexcept {
    return segment_->visible(only_durable_).end != position_ || segment_->is_complete();
  }
  /// Whether the last piece was all there was when it was taken; looks at nothing that the writer writes.
  [[nodiscard]] bool is_caught_up() const noexcept {
    return position_ == seen_end_ && !segment_->is_complete();
  }
  /// The offset after the last piece: what `next` returns begins there.
  [[nodiscard]] Offset offset() const { return offset_; }
  [[nodiscard]] const std::shared_ptr<Segment>& segment() const { return segment_; }
  /// Whether all of a segment that gets no more records was read.
  [[nodiscard]] bool is_at_end() const;

 private:
  Result<Piece*> next_batches(Head head, std::size_t bytes_max);
  Result<Piece*> next_records(Head head, std::size_t bytes_max);
  Result<Piece*> enter_open_batch(Head head, std::size_t bytes_max);
  /// Has [position, position + length) as the bytes of `piece_`, with what keeps them.
  Result<void> look_at(std::uint32_t position, std::uint32_t length);

  std::shared_ptr<Segment> segment_;
  bool only_durable_;
  bool append_time_;
  std::uint32_t position_;
  std::uint32_t seen_end_ = UINT32_MAX;  // the visible end when `next` last looked
  Offset offset_;
  // Within a batch that was open when entered: its position and what its records are relative to.
  std::optional<std::uint32_t> inside_;
  OpenBatch open_;
  View window_;  // the writer's mapping, once it was seen
  Piece piece_;
};

}  // namespace leat::log
