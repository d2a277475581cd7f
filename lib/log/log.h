#pragma once

/// \file
/// The log of one partition: its segments in order of base offset, the last of them active. Appends, rolls,
/// finds, syncs, seals, deletes.
///
/// Threads: the members under "the writer's side" belong to whoever holds the partition; the rest may be
/// called from any thread beside it. `sync` and `seal_next` are called by one thread at a time.
/// Lifetime: segments are shared with readers and may outlive the log.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "leat/environment.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/chain.h"
#include "log/follower.h"
#include "log/journal_frame.h"
#include "log/log_options.h"
#include "log/segment.h"
#include "log/segment_reader.h"
#include "log/segment_writer.h"
#include "log/shared.h"
#include "log/sparse_index.h"
#include "record/validate.h"

namespace leat::log {

/// Where the entries of sealed segments are found again; partition has them in RocksDB. Thread-safe.
/// Absence is never an error: the lookup then scans.
class SealedIndex {
 public:
  virtual ~SealedIndex() = default;
  virtual std::optional<IndexEntry> floor(Offset segment, Offset offset) = 0;
  virtual std::optional<IndexEntry> before(Offset segment, Timestamp time) = 0;
  /// A segment was sealed; its entries may now be dropped from memory.
  virtual void add(const SegmentSum& sum, const std::vector<IndexEntry>& entries) = 0;
};

struct LogPlace {
  std::string directory;      ///< of the partition; made with the first append
  std::string cut_directory;  ///< where recovery copies what it cuts
  std::shared_ptr<Shared> shared{};  ///< null: nothing is bounded
};

struct LogState {
  LeaderEpoch epoch;   ///< of what is appended
  Offset log_start;    ///< as the catalog has it (S19)
  bool recover = false;        ///< after an unclean stop
  bool host_rebooted = false;
  bool read_only = false;      ///< beside a live writer: nothing is changed
  bool is_synced_each = false;  ///< each batch was durable before the next one was appended
  /// After an unclean stop: how far all is known to be durable, by the journal (S16).
  std::optional<DurableMark> durable = {};
  Follower* follower = nullptr;  ///< outlives the log
  /// Read-only: whether no writer has the directory open, and the last one closed it. Asked where a chain ends
  /// before its file does.
  std::function<bool()> is_closed = {};
};

/// What recovery did.
struct LogRecovery {
  std::uint64_t cut_bytes = 0;
  std::string reason;
};

/// All that a sync must make durable, in order; taken under the partition's hold, synced outside it.
struct SyncPoint {
  std::vector<std::shared_ptr<Segment>> complete;
  std::shared_ptr<Segment> active;
  std::uint32_t active_end = 0;
  Offset offset;  ///< all below is durable after it
};

/// A stretch of a segment that is not durable yet: whole batches.
struct UnsyncedStretch {
  std::shared_ptr<Segment> segment;
  std::uint32_t from = 0;
  DurableMark end;  ///< how far all is durable when this is
};

/// The first record at or after a time.
struct TimeFound {
  Offset offset;
  Timestamp timestamp;
  LeaderEpoch leader_epoch;
};

/// Where an epoch ended: the offset at which the next one begins, or the log end (L6).
struct EpochEnd {
  LeaderEpoch leader_epoch;
  Offset end;
};

class Log {
 public:
  /// Lists the directory, which may be missing: the log is then empty. Recovers if told to (S16, S17).
  /// Errors: kIo, kUnsupportedFormat.
  static Result<std::unique_ptr<Log>> open(const Environment& environment, LogPlace place,
                                           const LogOptions& options, const LogState& state,
                                           SealedIndex* sealed_index);

  [[nodiscard]] const LogRecovery& recovery() const { return recovery_; }
  [[nodiscard]] Offset log_start() const {
    return Offset{log_start_.load(std::memory_order_acquire)};
  }
  [[nodiscard]] Offset log_end() const;
  [[nodiscard]] Offset durable_offset() const {
    return Offset{durable_offset_.load(std::memory_order_acquire)};
  }
  /// What readers may read up to: all, or what is durable (S10).
  [[nodiscard]] Offset high_watermark() const;
  [[nodiscard]] std::uint64_t size_in_bytes() const;
  [[nodiscard]] std::size_t segment_count() const;

  // Reading.

  /// A reader at the batch that holds `offset` or the first behind it. nullopt: the log is empty.
  /// REQUIRES: log_start <= offset <= log_end. Errors: kIo, kCorruptMessage.
  Result<std::optional<SegmentReader>> reader_at(Offset offset);
  /// A reader at the start of the segment behind a complete one; nullopt when there is none.
  std::optional<SegmentReader> reader_behind(const Segment& segment);
  /// What a reader gets at offsets that no segment has any more: kCorruptMessage.
  [[nodiscard]] Error missing(Offset from, Offset to) const;
  Result<std::optional<TimeFound>> find(Timestamp time);
  /// The first of the youngest records; nullopt when there is none. Errors: kIo, kCorruptMessage.
  Result<std::optional<TimeFound>> find_newest();
  /// Visible bytes from the batch with `from` on; stops counting at `enough`, which it also returns where
  /// reading would give an error.
  [[nodiscard]] std::uint64_t bytes_from(Offset from, std::uint64_t enough);
  /// The largest epoch at most `epoch` that is known, or that itself when it is older than all, and where it
  /// ended; nullopt for a later one than the log's own (L6, S18). Errors: kIo, kCorruptMessage.
  Result<std::optional<EpochEnd>> end_of(LeaderEpoch epoch);
  /// The index entries of a segment, from its headers: for the rebuild of what `SealedIndex` holds.
  Result<std::vector<IndexEntry>> scan_entries(const Segment& segment) const;
  /// Whether a reader's segment is still part of the log.
  [[nodiscard]] std::vector<std::shared_ptr<Segment>> segments() const;
  /// Read-only logs: sees what the writer in another process has appended since.
  Result<void> refresh();

  // The writer's side.

  /// The short way of `append`: the offset, or -1, nothing done, where `append` must see to it.
  [[nodiscard]] std::int64_t try_append(const Record& record, std::int64_t now) noexcept {
    return writer_ ? writer_->try_append(record, now) : -1;
  }
  /// Appends one record. Errors: kMessageTooLarge, kRecordListTooLarge, kStorageFull, kIo.
  Result<Offset> append(const Record& record, std::int64_t now) {
    const std::int64_t offset = try_append(record, now);
    if (offset >= 0) [[likely]] return Offset{offset};
    return append_slowly(record, now);
  }
  /// Appends the records as one batch; returns the offset of the first. REQUIRES: not empty.
  Result<Offset> append(std::span<const Record> records, std::int64_t now);
  Result<Offset> append(const record::ValidatedBatch& batch);
  /// As SegmentWriter's, with room made first. Maps the active segment if it is not.
  Result<SegmentWriter::Claim> claim(BytesView key, std::size_t size, std::int64_t now);
  Offset commit_claim(const SegmentWriter::Claim& claim) { return writer().commit_claim(claim); }
  void abandon_claim(const SegmentWriter::Claim& claim) { writer().abandon(claim); }
  /// Closes the open batch: every batch is whole then.
  void close_batch() {
    if (writer_) writer_->close_batch();
  }
  /// Completes the active segment, if it has records; the next append begins a new one.
  Result<void> roll();
  /// Called, under the hold, when a segment was completed: `seal_next` has something to do.
  void on_roll(std::function<void()> told) { on_roll_ = std::move(told); }
  [[nodiscard]] bool has_unsealed() const;
  /// Of all segments since the log was opened; of what was cut or deleted since, too.
  [[nodiscard]] std::int64_t appended_bytes() const {
    return appended_before_ + (writer_ ? std::int64_t{writer_->end()} : 0);
  }
  /// From here on the active segment is mapped, or is not (S8).
  void want_mapped(bool wanted) { want_mapped_ = wanted; }
  [[nodiscard]] bool is_mapped() const { return writer_ && writer_->is_mapped(); }
  void unmap() {
    if (writer_) writer_->unmap();
  }
  /// Closes the active segment's file, if all of it is synced: the next write opens it again (S8).
  void release_file() {
    if (!writer_) return;
    Segment& segment = writer_->segment();
    if (segment.synced_end() == segment.published().head().end) (void)segment.release_file();
  }
  void set_options(const LogOptions& options);
  [[nodiscard]] SyncPoint sync_point();
  /// Raises log start and forgets the segments wholly below it, whose files are then removed by
  /// `remove_files`. REQUIRES: `to` is durable in the catalog (S23).
  std::vector<std::shared_ptr<Segment>> raise_log_start(Offset to);

  // Outside the partition's hold.

  /// Makes all of `point` durable in its files. Any error poisons the instance (S12).
  Result<void> sync(const SyncPoint& point);
  /// What of `point` is not durable, in order.
  [[nodiscard]] static std::vector<UnsyncedStretch> unsynced(const SyncPoint& point);
  /// Says that the journal has made all of `point` durable.
  void note_journaled(const SyncPoint& point);
  /// About how much is not durable: more may be appended meanwhile.
  [[nodiscard]] std::uint64_t unsynced_bytes() const;
  /// Seals the oldest complete segment; false when there is none. Errors: as `sync`.
  Result<bool> seal_next();
  Result<void> remove_files(Offset segment) const;
  /// Truncates the active segment to its end and closes it (S9). REQUIRES: synced, no appends.
  Result<void> close_files();

 private:
  Log(const Environment& environment, LogPlace place, const LogOptions& options,
      const LogState& state, SealedIndex* sealed_index);
  /// The active segment's writer. REQUIRES: there is one: after `make_room`, and while a claim is held.
  SegmentWriter& writer() { return *writer_; }
  Result<Offset> append_slowly(const Record& record, std::int64_t now);
  /// Sees to it that there is an active segment with room. REQUIRES: `bytes` fits into an empty one.
  Result<void> make_room(std::uint64_t bytes, std::int64_t timestamp);
  Result<void> check_size(std::uint64_t batch_bytes) const;
  Result<void> make_directory();
  Result<void> begin_segment();
  Result<void> sync_directories();
  Result<void> map_if_wanted();
  void add_segment(std::shared_ptr<Segment> segment);
  void raise_durable_offset(Offset to);
  [[nodiscard]] std::shared_ptr<Segment> segment_at(Offset offset) const;
  [[nodiscard]] std::shared_ptr<Segment> segment_behind(const Segment& segment) const;
  /// The first that may have a record at or after `time`.
  [[nodiscard]] std::shared_ptr<Segment> segment_reaching(Timestamp time) const;
  void note_sealed(Segment& segment, std::int64_t max_timestamp);
  [[nodiscard]] SegmentReader read_from(std::shared_ptr<Segment> segment, std::uint32_t position,
                                        Offset from) const;
  Result<SegmentReader> seek(const std::shared_ptr<Segment>& segment, Offset offset);
  /// The position of the batch with `offset`, or of the first behind it.
  Result<std::uint32_t> locate(Segment& segment, Offset offset);
  Result<std::int64_t> newest_in(const std::shared_ptr<Segment>& segment);
  Result<EpochEnd> end_within(const std::shared_ptr<Segment>& segment, LeaderEpoch epoch);
  Result<std::optional<std::uint32_t>> find_past_damage(const Segment& segment, std::uint32_t position,
                                                        Offset offset) const;
  Result<std::optional<TimeFound>> find_in(const std::shared_ptr<Segment>& segment, Timestamp time);

  // Opening (log_open.cc).
  Result<void> load();
  Result<void> remove_below_log_start(std::vector<Offset>& bases);
  Result<void> raise_end_to_log_start();
  void pass_over_lost();
  Result<bool> load_sealed(Offset base_offset);
  Result<bool> load_unsealed(Offset base_offset, std::optional<Offset> successor = std::nullopt);
  Result<void> restore_follower();
  Result<bool> restore_from(const Segment& segment);
  void follow(const record::BatchView& batch) const {
    if (state_.follower != nullptr) state_.follower->follow(batch);
  }
  [[nodiscard]] std::vector<std::byte> snapshot() const {
    return state_.follower == nullptr ? std::vector<std::byte>() : state_.follower->snapshot();
  }
  Result<void> pass_over_missing(const std::vector<Offset>& summed, const std::vector<Offset>& bases,
                                 Offset end);
  [[nodiscard]] bool may_be_torn(Offset segment) const;
  /// How much of a segment is known to be durable: recovery neither cuts nor rewrites it (S16, S17).
  [[nodiscard]] std::uint32_t durable_bytes(Offset segment) const;
  /// A writer's batches are of no later epoch than its own; beside one, it may be a later one.
  [[nodiscard]] std::int32_t epoch_max() const {
    return state_.read_only ? INT32_MAX : state_.epoch.value();
  }
  Result<void> check_is_torn(File& file, const std::string& path, const Chain& chain) const;
  /// What a walk over a segment came by.
  struct Walked {
    std::uint32_t last = 0;          ///< position of the last batch
    std::uint32_t last_durable = 0;  ///< of the last that begins before the durable mark
    Offset durable_offset;           ///< behind that one
  };
  [[nodiscard]] Result<bool> has_damage(File& file, std::uint32_t durable, const Chain& chain,
                                        const Walked& walked) const;
  Result<bool> keep_damaged(File& file, Offset base_offset);
  void add_unsealed(Offset base_offset, const Chain& chain);
  void report(LogLevel level, const std::string& text) const;
  void complete_last(const SegmentStats& stats);
  Result<void> refresh_active(Segment& active);
  Result<void> cut_whole(Offset base_offset, std::string reason);
  Result<void> copy_aside(File& file, Offset base_offset, std::uint64_t from, std::uint64_t bytes);

  const Environment& environment_;
  const LogPlace place_;
  LogOptions options_;  // the writer's
  const LogState state_;
  SealedIndex* const sealed_index_;
  std::atomic<bool> durable_reads_;  // of options_, for readers
  LogRecovery recovery_;
  Offset loaded_end_;              // while opening, then the end of a log without segments
  std::int32_t loaded_epoch_ = 0;  // while opening: the epoch of the last batch
  std::atomic<std::int64_t> log_start_{0};
  std::atomic<std::int64_t> durable_offset_{0};

  // The writer's: lines of their own, written with each record, while readers look at the above.
  alignas(64) std::optional<SegmentWriter> writer_;
  bool want_mapped_ = false;
  std::int64_t appended_before_ = 0;  // the writer's segment; negative by what was there at open
  std::function<void()> on_roll_;
  bool directory_exists_ = false;
  std::atomic<bool> directories_are_durable_{false};
  std::optional<SegmentStats> active_stats_;  // of an active segment found at open
  std::vector<std::byte> active_snapshot_;    // while opening: the follower's, at its end
  bool follower_is_behind_ = false;           // while opening: sealed segments were passed over

  alignas(64) mutable base::Mutex mutex_;  // a leaf; held for a few instructions
  std::deque<std::shared_ptr<Segment>> segments_ LEAT_GUARDED_BY(mutex_);
  struct Sealing {
    std::shared_ptr<Segment> segment;
    SegmentStats stats;
    std::vector<std::byte> snapshot{};  // the follower's
  };
  std::deque<Sealing> sealing_ LEAT_GUARDED_BY(mutex_);
  std::int64_t reached_ LEAT_GUARDED_BY(mutex_) = INT64_MIN;  // of what is sealed so far
  Offset opened_end_;  // where this writer's epoch began, if it is another one; set while opening
};

}  // namespace leat::log
