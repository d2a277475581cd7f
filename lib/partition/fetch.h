#pragma once

/// \file
/// Reading a partition: a place in it that moves from segment to segment.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "leat/result.h"
#include "leat/types.h"
#include "log/segment_reader.h"
#include "partition/partition.h"

namespace leat::partition {

/// Not thread-safe; any number beside the writer.
class Reader {
 public:
  explicit Reader(std::shared_ptr<Partition> partition) : partition_(std::move(partition)) {}

  [[nodiscard]] Partition& partition() const { return *partition_; }
  /// The next offset to be read.
  [[nodiscard]] Offset offset() const { return offset_; }
  /// Goes there without looking whether there is something: `next` tells.
  void seek(Offset offset);
  /// The next piece of about `bytes_max` bytes, the reader's own until the next call; null at the end. Its
  /// first records may lie below `Piece::first`: they are to be skipped.
  /// Errors: kOffsetOutOfRange (told with the range), kCorruptMessage, kUnknownTopicOrPartition, kIo.
  Result<log::Piece*> next(std::size_t bytes_max);
  /// As `next`, whole batches only: an open one is closed (S2). REQUIRES: `next` was not called.
  Result<log::Piece*> next_batches(std::size_t bytes_max);
  /// Whether `next` may have something to give or to say but a closed gate: for who spins.
  [[nodiscard]] bool has_news() const noexcept { return !place_ || place_->has_news(); }
  /// Whether the last piece was all there was when it was taken.
  [[nodiscard]] bool is_caught_up() const noexcept { return place_ && place_->is_caught_up(); }

 private:
  enum class Unit : std::uint8_t { kRecords, kBatches };
  Result<log::Piece*> next_of(Unit unit, std::size_t bytes_max);
  Result<log::Piece*> next_in_place(Unit unit, std::size_t bytes_max);
  Result<void> find_place();
  std::shared_ptr<Partition> partition_;
  Offset offset_;
  std::optional<log::SegmentReader> place_;
};

}  // namespace leat::partition
