#pragma once

/// \file
/// The group commit of an engine (S10, S13): whoever wants something durable joins; one at a time
/// commits, for all partitions that are due by then, by one frame of the journal. What is too much
/// for a frame, or finds no room, is left to the partition's own sync of its files.
///
/// Threads: everything from any thread, but `use_journal`. The turn is held across partitions'
/// holds and the write, never across a callback.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "log/journal.h"
#include "log/log.h"
#include "partition/turn.h"

namespace leat::partition {

struct Instance;
class Partition;
using Partitions = std::vector<std::shared_ptr<Partition>>;

class GroupCommit {
 public:
  explicit GroupCommit(Instance& instance);

  /// From here on there is a journal to commit to; before the first commit.
  void use_journal(std::unique_ptr<log::Journal> journal) { journal_ = std::move(journal); }
  /// Whether so many bytes of a partition are committed here: more is cheaper to sync where it is
  /// (S13).
  [[nodiscard]] bool takes(std::uint64_t bytes) const { return journal_ && bytes <= kBytesMax; }

  /// Commits all that is due, `partition` among it, unless `is_done` comes first. Afterwards the
  /// partition may still not be durable: then its own files must be synced. Errors: a failed write
  /// or sync, which poisons (S12).
  Result<void> commit(const std::shared_ptr<Partition>& partition,
                      const std::function<bool()>& is_done);
  /// The same for many at once.
  Result<void> commit(const Partitions& partitions);
  /// Has a job commit it, with all that is due by then.
  void commit_soon(const std::shared_ptr<Partition>& partition);

  /// The partition's own files have all of `point`.
  void note_synced(const Partition& partition, const log::SyncPoint& point);
  void note_deleted(const Partition& partition);

 private:
  struct Member {
    std::shared_ptr<Partition> partition;
    log::SyncPoint point;
    std::int64_t appended_bytes = 0;  // as counted at the point
    std::vector<log::UnsyncedStretch> stretches;
    std::vector<log::View> views;
    std::uint64_t frame_bytes = 0;
  };
  static constexpr std::uint64_t kBytesMax = std::uint64_t{256} << 10U;

  void add(const std::shared_ptr<Partition>& partition);
  enum class Teller : std::uint8_t { kThisJob, kAnother };
  /// Has the turn: commits who is due, and ends the turn. Callbacks run in a job.
  Result<void> run(Teller teller);
  void tell(const Partitions& partitions, const Result<void>& outcome, Teller teller);
  Result<void> commit_members(const std::vector<Member>& members, Partitions& left);
  [[nodiscard]] std::optional<Member> member(const std::shared_ptr<Partition>& partition);
  void add_entries(const Member& member);
  [[nodiscard]] bool has_room(std::uint64_t bytes);
  Result<void> write_frame();
  void settle(const Member& member);
  void gather();
  void checkpoint_soon(Partitions partitions, std::size_t half);
  void write_marks_soon();
  void write_marks();

  Instance& instance_;
  const Environment& environment_;
  std::unique_ptr<log::Journal> journal_;
  Turn turn_;

  base::Mutex mutex_;  // a leaf
  Partitions due_ LEAT_GUARDED_BY(mutex_);
  std::atomic<std::uint32_t> arrived_{0};  // who has come to wait since the last commit began
  std::atomic<bool> job_is_due_{false};
  std::atomic<bool> marks_are_due_{false};

  // Whoever has the turn.
  std::uint32_t last_group_ = 0;  // how many the last commit was for
  log::FrameBuilder frame_;
  std::array<std::map<log::PartitionKey, std::shared_ptr<Partition>>, 2>
      touched_;  // by the frames of each half
};

}  // namespace leat::partition
