#pragma once

/// \file
/// One file of batches: `<base offset>.log`. Its writer (see segment_writer.h) stores into its mapping or
/// writes through its file; readers take views of what is published.
///
/// Threads: the members under "the writer's side" belong to whoever holds the partition; the others may be
/// called from any thread. Lifetime: shared by the log, its readers and the jobs that seal it.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/mutex.h"
#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/published.h"
#include "log/segment_sum.h"
#include "log/shared.h"
#include "log/sparse_index.h"

namespace leat::log {

/// Bytes of a segment and what keeps them: nothing is unmapped or freed while `lease` lives (S25).
struct View {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> lease;
};

/// What a segment knows of its records as a whole.
struct SegmentStats {
  std::int64_t max_timestamp = INT64_MIN;
  std::int64_t first_timestamp = INT64_MIN;
  std::int32_t first_epoch = 0;
  std::int32_t last_epoch = 0;
};

class Segment : public std::enable_shared_from_this<Segment> {
 public:
  /// Makes the file for a new active segment. Errors: kAlreadyExists, kStorageFull, kIo.
  static Result<std::shared_ptr<Segment>> create(const Environment& environment,
                                                 const std::string& directory, Offset base_offset);
  /// A segment that is there: [0, end) holds whole batches of the offsets [base_offset, next_offset).
  static std::shared_ptr<Segment> existing(const Environment& environment,
                                           const std::string& directory, Offset base_offset,
                                           Head head, Offset next_offset);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  Segment(Segment&&) = delete;
  Segment& operator=(Segment&&) = delete;

  [[nodiscard]] Offset base_offset() const { return base_offset_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] Published& published() { return published_; }
  [[nodiscard]] const Published& published() const { return published_; }
  [[nodiscard]] SparseIndex& index() { return index_; }

  /// The leader epochs of its first and last batch when the log was opened; of all, where it was made since.
  struct Epochs {
    LeaderEpoch first;
    LeaderEpoch last;
  };
  [[nodiscard]] Epochs epochs() const { return epochs_; }
  void set_epochs(Epochs epochs) { epochs_ = epochs; }  // before it is shared
  /// True once no record will be added; its end is then final.
  [[nodiscard]] bool is_complete() const { return complete_.load(std::memory_order_acquire); }
  void mark_complete() { complete_.store(true, std::memory_order_release); }
  /// True once its `.sum` is durable (S19).
  [[nodiscard]] bool is_sealed() const { return sealed_.load(std::memory_order_acquire); }
  /// The end of what is durable, in the file or by the journal; the readers' end on a topic of level `sync` (S10).
  [[nodiscard]] std::uint32_t durable_end() const {
    return durable_end_.load(std::memory_order_acquire);
  }
  /// The end of what is durable in the file.
  [[nodiscard]] std::uint32_t synced_end() const {
    return synced_end_.load(std::memory_order_acquire);
  }

  /// Bytes [position, position + length), all below the published end. Checked against the `.sum` where
  /// there is one, a block once a mapping. Errors: kCorruptMessage (told with the block), kIo.
  Result<View> view(std::uint32_t position, std::uint32_t length);
  /// The writer's mapping as a whole, of which only what is published may be read; empty when there is none.
  /// The lease is the caller's own: whoever else reads the segment counts elsewhere.
  [[nodiscard]] View writers_window() const;

  // The writer's side.

  /// Maps the first `capacity` bytes for stores; false when the system has no map to give (G27): the
  /// segment is then written through its file.
  Result<bool> map(std::uint32_t capacity);
  /// Gives the writer's mapping up. Views that hold it keep it.
  void unmap();
  /// Where to store; nullptr when not mapped.
  [[nodiscard]] std::byte* writable() const { return writable_; }
  /// Up to where `writable` may be stored to.
  [[nodiscard]] std::uint32_t ready_end() const {
    return ready_end_.load(std::memory_order_acquire);
  }
  /// Makes [0, end) and something ahead of it ready: allocated and populated (S8). Errors: kStorageFull.
  Result<void> make_ready(std::uint32_t end) { return make_ready(end, Want::kNow); }
  /// Asks the scheduler for `make_ready(end)` when it is worth it.
  void make_ready_soon(std::uint32_t end);
  /// Writes at `position` through the file: for segments that are not mapped.
  Result<void> write(std::uint32_t position, std::span<const std::span<const std::byte>> parts);
  /// Cuts the file of a segment that is not mapped to `end` bytes, which must not lie below the published.
  Result<void> cut(std::uint32_t end);

  /// Makes [0, end) durable in the file, its directory entry too; `end` must not lie in an open batch. Any thread, one
  /// at a time. Errors: kIo, which poisons the instance (S12).
  Result<void> sync(std::uint32_t end);
  /// Syncs, truncates to `end`, writes `.sum` and `.snapshot`, which has `snapshot`, or no producer (S9, S19).
  /// REQUIRES: is_complete().
  Result<std::shared_ptr<const SegmentSum>> seal(const SegmentStats& stats, std::span<const std::byte> snapshot);
  /// Makes the size of the file durable, after `cut`.
  Result<void> sync_size();
  /// The `.sum` of a sealed segment. Errors: kCorruptMessage, kNotFound, kIo.
  Result<std::shared_ptr<const SegmentSum>> sum();
  /// The end as readers see it: all that is published, or all that is durable.
  [[nodiscard]] Head visible(bool only_durable) const {
    if (!only_durable) return published_.head();
    const std::uint32_t end = durable_end();
    return {end, end};
  }
  /// Says that [0, end) is known to be durable in the file: after recovery, or as read from a `.sum`.
  void set_synced_end(std::uint32_t end) {
    synced_end_.store(end, std::memory_order_release);
    raise_durable_end(end);
  }
  /// Says that [0, end) is durable, if only by the journal (S13).
  void raise_durable_end(std::uint32_t end);
  /// Batches below it were not checked when the log was opened: readers check their CRC.
  [[nodiscard]] std::uint32_t unverified_end() const { return unverified_end_; }
  void set_unverified_end(std::uint32_t end) { unverified_end_ = end; }  // before it is shared
  /// Its file is another process's to change; likewise.
  void set_read_only() { read_only_ = true; }
  void set_sealed() { sealed_.store(true, std::memory_order_release); }
  /// What bounds its mappings; before readers have it.
  void set_shared(std::shared_ptr<Shared> shared) { shared_ = std::move(shared); }
  /// Gives the mapping for reading up; leases keep it.
  void drop_read_map();
  /// No record up to its end, in the segments before it either, is younger: what a search by time goes by.
  /// INT64_MAX until it is known.
  [[nodiscard]] std::int64_t reached() const { return reached_.load(std::memory_order_acquire); }
  void set_reached(std::int64_t timestamp) {
    reached_.store(timestamp, std::memory_order_release);
  }
  /// Closes the file of a segment with nothing unsynced, so that quiet partitions hold none (S8).
  Result<void> release_file();

 private:
  struct ReadMap;
  Segment(const Environment& environment, const std::string& directory, Offset base_offset,
          Head head, Offset next_offset);
  /// The open file, opened if need be.
  Result<std::shared_ptr<File>> file() LEAT_EXCLUDES(file_mutex_);
  std::shared_ptr<Mapping> mapping() const LEAT_EXCLUDES(file_mutex_);
  Result<View> view_mapped(std::uint32_t position, std::uint32_t length);
  Result<View> view_read(std::uint32_t position, std::uint32_t length);
  Result<std::shared_ptr<ReadMap>> read_map(std::uint32_t length);
  enum class Want : std::uint8_t { kNow, kAhead };
  Result<void> make_ready(std::uint32_t end, Want want);
  /// Up to where to allocate: as far as the budget has it, but to `end` if that is wanted now.
  std::uint32_t charge_ahead(std::uint32_t end, Want want) LEAT_REQUIRES(grow_mutex_);
  /// Gives back all but `kept` bytes of what is charged.
  void give_back_ahead(std::uint32_t kept) LEAT_REQUIRES(grow_mutex_);
  Result<void> check_block(const SegmentSum& sum, std::uint32_t block,
                           std::span<const std::byte> bytes) const;

  const Environment& environment_;
  const std::string directory_;
  const Offset base_offset_;
  const std::string path_;
  Published published_;
  SparseIndex index_;
  std::atomic<bool> complete_{false};
  std::atomic<bool> sealed_{false};
  std::atomic<bool> entry_is_durable_{false};
  std::atomic<std::uint32_t> durable_end_{0};
  std::atomic<std::uint32_t> synced_end_{0};
  std::atomic<std::int64_t> reached_{INT64_MAX};
  std::shared_ptr<Shared> shared_;

  Epochs epochs_{};
  std::uint32_t unverified_end_ = 0;
  bool read_only_ = false;
  std::byte* writable_ = nullptr;
  std::atomic<std::uint32_t> ready_end_{0};
  std::atomic<bool> ready_requested_{false};

  // Held across allocate and populate, so that no reader waits for the disk; taken before file_mutex_.
  base::Mutex grow_mutex_;
  std::uint32_t allocated_end_ LEAT_GUARDED_BY(grow_mutex_) = 0;
  std::uint32_t capacity_ LEAT_GUARDED_BY(grow_mutex_) = 0;
  std::uint32_t charged_ LEAT_GUARDED_BY(grow_mutex_) = 0;  // to the budget: allocated ahead

  alignas(64) mutable base::Mutex file_mutex_;
  std::shared_ptr<File> file_ LEAT_GUARDED_BY(file_mutex_);
  std::shared_ptr<Mapping> mapping_ LEAT_GUARDED_BY(file_mutex_);
  std::shared_ptr<ReadMap> read_map_ LEAT_GUARDED_BY(file_mutex_);
  std::shared_ptr<const SegmentSum> sum_ LEAT_GUARDED_BY(file_mutex_);
};

}  // namespace leat::log
