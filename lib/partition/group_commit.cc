#include "partition/group_commit.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "log/journal.h"
#include "log/journal_frame.h"
#include "log/log.h"
#include "partition/instance.h"
#include "partition/partition.h"

namespace leat::partition {
namespace {

/// How long a commit may wait for more to commit: less than it takes.
constexpr std::chrono::microseconds kGatherMax{50};
constexpr int kYieldsMax = 1'000;  // a simulated clock may not move of itself
/// How long marks may wait for a frame to be written with.
constexpr std::chrono::milliseconds kMarksAfter{100};
/// How long after someone kept a partition its checkpoint is tried again.
constexpr std::chrono::milliseconds kRetryAfter{10};

log::PartitionKey key_of(const Partition& partition) {
  return {.log = partition.identity().number.value(),
          .partition = partition.name().partition.value()};
}

/// A write that found no room, or no descriptor: nothing is durable by it, and nothing lost (G24,
/// G27).
bool is_harmless(const Error& error) {
  return error.code() == ErrorCode::kStorageFull || error.code() == ErrorCode::kTooManyOpenFiles;
}

}  // namespace

GroupCommit::GroupCommit(Instance& instance)
    : instance_(instance), environment_(instance.environment), turn_(instance.environment) {}

// --- joining
// -------------------------------------------------------------------------------------------

void GroupCommit::add(const std::shared_ptr<Partition>& partition) {
  if (!partition->become_due()) return;
  const base::MutexLock lock(mutex_);
  due_.push_back(partition);
}

Result<void> GroupCommit::commit(const std::shared_ptr<Partition>& partition,
                                 const std::function<bool()>& is_done) {
  add(partition);
  arrived_.fetch_add(1, std::memory_order_relaxed);
  if (!turn_.take(is_done)) return {};  // the turn before was for us too
  gather();
  return run(Teller::kAnother);
}

Result<void> GroupCommit::commit(const Partitions& partitions) {
  for (const auto& partition : partitions) add(partition);
  (void)turn_.take({});
  return run(Teller::kAnother);
}

void GroupCommit::commit_soon(const std::shared_ptr<Partition>& partition) {
  add(partition);
  if (job_is_due_.exchange(true, std::memory_order_acq_rel)) return;
  environment_.scheduler->post([this] {
    job_is_due_.store(false, std::memory_order_release);
    (void)turn_.take({});
    (void)run(Teller::kThisJob);  // who waits is told; a failure has poisoned the instance
  });
}

/// Gives way while those whom the last commit released are on their way back with more: begun at
/// once, a commit would take one record where it could take all of theirs.
void GroupCommit::gather() {
  const Clock& clock = *environment_.clock;
  if (arrived_.load(std::memory_order_relaxed) < last_group_) {
    const MonotonicTime latest = clock.monotonic() + kGatherMax;
    for (int i = 0; i < kYieldsMax && clock.monotonic() < latest; ++i) {
      if (arrived_.load(std::memory_order_relaxed) >= last_group_) break;
      std::this_thread::yield();
    }
  }
  last_group_ = arrived_.exchange(0, std::memory_order_relaxed);
}

// --- a turn
// --------------------------------------------------------------------------------------------

Result<void> GroupCommit::run(Teller teller) {
  Partitions due;
  {
    const base::MutexLock lock(mutex_);
    due.swap(due_);
  }
  std::vector<Member> members;
  Partitions left;
  Result<void> outcome;
  if (instance_.gate.is_poisoned()) outcome = instance_.gate.check_writable();
  for (const auto& partition : due) {
    partition->begin_commit();
    auto found = outcome ? member(partition) : std::nullopt;
    if (found) {
      members.push_back(*std::move(found));
    } else {
      left.push_back(partition);
    }
  }
  if (outcome) outcome = commit_members(members, left);
  turn_.end();
  tell(due, outcome, teller);
  if (!outcome) return outcome;
  for (const auto& partition : left) partition->sync_files_soon();
  return {};
}

/// Whoever waits by a callback. The committing thread may be one that has something locked.
void GroupCommit::tell(const Partitions& partitions, const Result<void>& outcome, Teller teller) {
  Partitions awaited;
  for (const auto& partition : partitions) {
    if (partition->is_awaited()) awaited.push_back(partition);
  }
  if (awaited.empty()) return;
  const auto work = [awaited = std::move(awaited), outcome] {
    for (const auto& partition : awaited) partition->complete_durable(outcome);
  };
  if (teller == Teller::kThisJob) {
    work();
  } else {
    environment_.scheduler->post(work);
  }
}

/// nullopt: it must sync its own files, or has gone, or somebody keeps it: its own sync tells.
std::optional<GroupCommit::Member> GroupCommit::member(
    const std::shared_ptr<Partition>& partition) {
  Member member{.partition = partition, .point = {}, .stretches = {}, .views = {}};
  if (!partition->take_sync_point(member.point, member.appended_bytes)) return std::nullopt;
  member.stretches = log::Log::unsynced(member.point);
  std::uint64_t bytes = 0;
  for (const log::UnsyncedStretch& stretch : member.stretches)
    bytes += stretch.end.position - stretch.from;
  if (bytes > kBytesMax) return std::nullopt;
  for (const log::UnsyncedStretch& stretch : member.stretches) {
    auto view = stretch.segment->view(stretch.from, stretch.end.position - stretch.from);
    if (!view) return std::nullopt;
    member.views.push_back(*std::move(view));
  }
  member.frame_bytes = bytes + member.stretches.size() * log::kEntryHeaderBytes;
  return member;
}

/// As many frames as it takes. Who finds no room is `left`.
Result<void> GroupCommit::commit_members(const std::vector<Member>& members, Partitions& left) {
  std::size_t next = 0;
  while (next < members.size()) {
    frame_.clear();
    const std::size_t first = next;
    while (next < members.size() && has_room(frame_.size_with(members[next].frame_bytes))) {
      add_entries(members[next++]);
    }
    if (next == first) {
      left.push_back(members[next++].partition);
      continue;
    }
    if (!frame_.is_empty()) {
      auto written = write_frame();
      if (!written && !is_harmless(written.error())) return written;
      if (!written) {  // the files themselves may have room: theirs was made before the append
        for (std::size_t i = first; i < next; ++i) left.push_back(members[i].partition);
        continue;
      }
    }
    for (std::size_t i = first; i < next; ++i) settle(members[i]);
  }
  return {};
}

void GroupCommit::add_entries(const Member& member) {
  for (std::size_t i = 0; i < member.stretches.size(); ++i) {
    const std::span<const std::byte> bytes = member.views[i].bytes;
    const auto into = frame_.add_entry(key_of(*member.partition), member.stretches[i].end,
                                       static_cast<std::uint32_t>(bytes.size()));
    std::ranges::copy(bytes, into.begin());
  }
}

/// Room in the half in use; a frame that is empty may begin the other.
bool GroupCommit::has_room(std::uint64_t bytes) {
  if (journal_->has_room(bytes)) return true;
  if (!frame_.is_empty() || bytes > journal_->frame_bytes_max()) return false;
  const std::size_t full = journal_->half();
  if (!journal_->turn_over()) return false;
  Partitions touched;
  for (auto& [key, partition] : touched_[full]) touched.push_back(std::move(partition));
  touched_[full].clear();
  checkpoint_soon(std::move(touched), full);
  return true;
}

Result<void> GroupCommit::write_frame() {
  auto written = journal_->write(frame_);
  // No sync is tried again: the kernel may have dropped the pages and would report success (S12).
  if (!written && !is_harmless(written.error())) instance_.gate.poison(written.error());
  if (written) instance_.counters.journal_commits.fetch_add(1, std::memory_order_relaxed);
  return written;
}

void GroupCommit::settle(const Member& member) {
  Partition& partition = *member.partition;
  partition.opened_log().note_journaled(member.point);
  if (!member.stretches.empty()) {
    journal_->note_journaled(key_of(partition), member.stretches.back().end);
    touched_[journal_->half()].emplace(key_of(partition), member.partition);
  }
  partition.end_commit(member.appended_bytes);
}

// --- checkpoints
// ---------------------------------------------------------------------------------------

/// Syncs the files of all that a half speaks of, after which it may be written over (S14).
void GroupCommit::checkpoint_soon(Partitions partitions, std::size_t half) {
  environment_.scheduler->post([this, partitions = std::move(partitions), half] {
    if (environment_.on_step) environment_.on_step("journal.checkpoint");
    Partitions kept;
    for (const auto& partition : partitions) {
      if (instance_.gate.is_closed()) return;  // closing syncs all
      const auto synced = partition->sync_files();
      if (synced || synced.error().code() == ErrorCode::kUnknownTopicOrPartition) continue;
      if (instance_.gate.is_poisoned()) return;
      kept.push_back(partition);
    }
    if (kept.empty()) {
      journal_->free(half);
      instance_.counters.journal_checkpoints.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    environment_.scheduler->post_after(
        kRetryAfter, [this, kept = std::move(kept), half] { checkpoint_soon(kept, half); });
  });
}

void GroupCommit::note_synced(const Partition& partition, const log::SyncPoint& point) {
  if (!journal_ || !point.active) return;
  journal_->note_synced(key_of(partition),
                        {point.active->base_offset(), point.active_end, point.offset});
  write_marks_soon();
}

void GroupCommit::note_deleted(const Partition& partition) {
  if (journal_) journal_->forget(key_of(partition).log);
}

void GroupCommit::write_marks_soon() {
  if (marks_are_due_.exchange(true, std::memory_order_acq_rel)) return;
  environment_.scheduler->post_after(kMarksAfter, [this] {
    marks_are_due_.store(false, std::memory_order_release);
    if (!instance_.gate.check_writable() || !journal_->has_marks_due())
      return;  // a frame has taken them along
    (void)turn_.take({});
    write_marks();
    turn_.end();
  });
}

void GroupCommit::write_marks() {
  frame_.clear();
  // A failure has poisoned the instance, or the disk is full: then there are no marks.
  if (has_room(frame_.size_with(log::kMarkBytes))) (void)write_frame();
}

}  // namespace leat::partition
