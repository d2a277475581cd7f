#pragma once

/// \file
/// What a poll gathered: runs of plain records in place, and what keeps their bytes. All that is
/// not a plain record (compressed and control batches, records below the position) is dealt with
/// here, once a batch, so that the iterator decodes and nothing else.
///
/// Threads: filled by one thread, then const. Lifetime: independent of the consumer and the engine.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "log/segment_reader.h"
#include "record/batch_view.h"
#include "record/record_cursor.h"

namespace leat::inline v0 {

class ConsumedBatch::Impl {
 public:
  using Source = std::shared_ptr<const TopicPartition>;
  /// As `records_max`: no bound.
  static constexpr std::size_t kAllRecords = SIZE_MAX;

  /// Records side by side. Invariant: there is at least one, and it is the first one wanted.
  struct Run {
    std::span<const std::byte> bytes;
    /// Present: bare records of one batch. Absent: whole batches, plain and not empty.
    std::optional<record::RecordBase> records_of;
    const TopicPartition* source = nullptr;
  };

  /// How far `add` got.
  struct Added {
    /// 0 when none was wanted or could be read; exact only under a bound.
    std::size_t records = 0;
    /// Set when not all of the piece was taken: the next offset to be read.
    std::optional<Offset> stopped_at{};
    /// Of the last batch looked at; nullopt: of an open batch, which has the current one.
    std::optional<LeaderEpoch> epoch{};
    /// Why the batch at `stopped_at` cannot be read: kCorruptMessage, told with its offsets.
    std::optional<Error> error{};
  };

  Impl() {
    runs_.reserve(kOwnRuns);
    kept_.reserve(kOwnRuns);
  }
  ~Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;

  /// Adds the records of `piece` from `piece.first` on, at most `records_max`, and takes its lease.
  Added add(log::Piece& piece, const Source& source, std::size_t records_max) {
    if (!piece.records_of || piece.record_count > records_max) return add_some(piece, source, records_max);
    add_whole(piece, source);
    return {.records = piece.record_count};
  }

  [[nodiscard]] const std::pmr::vector<Run>& runs() const { return runs_; }
  [[nodiscard]] bool empty() const { return runs_.empty(); }
  [[nodiscard]] std::size_t size_in_bytes() const { return size_in_bytes_; }

 private:
  struct Adding;
  Added add_some(log::Piece& piece, const Source& source, std::size_t records_max);
  /// Adds the bare records of a piece, all of which are wanted.
  void add_whole(log::Piece& piece, const Source& source);
  void add_batches(const log::Piece& piece, Adding& adding);
  /// Takes one batch; false when the piece ends there.
  bool add_batch(const record::BatchView& batch, Adding& adding);
  Result<std::span<const std::byte>> records_of(const record::BatchView& batch);
  /// Adds the bare records from `adding.first` on, as many as are wanted; false when some are left.
  bool add_records(std::span<const std::byte> records, const record::RecordBase& base,
                   Adding& adding);
  void keep(std::shared_ptr<const void> lease);

  // A poll of a few runs allocates once: itself.
  static constexpr std::size_t kOwnRuns = 4;
  static constexpr std::size_t kOwnBytes = kOwnRuns * (sizeof(Run) + sizeof(std::shared_ptr<const void>));
  alignas(Run) std::array<std::byte, kOwnBytes> own_;
  std::pmr::monotonic_buffer_resource memory_{own_.data(), own_.size()};
  std::pmr::vector<Run> runs_{&memory_};
  std::pmr::vector<std::shared_ptr<const void>> kept_{&memory_};  // leases, sources, unpacked records
  std::size_t size_in_bytes_ = 0;
};

}  // namespace leat::inline v0
