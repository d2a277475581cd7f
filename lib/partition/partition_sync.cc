// Durability, sealing and closing: everything that syncs. Little is committed with what others have (S10, S13); much, and
// what is sealed or closed, is synced in the partition's own files, one thread at a time: who comes meanwhile waits, and
// finds its own bytes durable or takes the next turn.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "log/log.h"
#include "partition/bias.h"
#include "partition/instance.h"
#include "partition/partition.h"

namespace leat::partition {
namespace {

/// How long after someone kept the partition the sync is tried again.
constexpr std::chrono::milliseconds kRetryAfter{10};
/// Appends after which a stream that is no longer synced much at a time may be mapped again.
constexpr std::uint32_t kStreamAppends = 4'096;

/// Whether nothing was lost by the failure, so that the call may be made again: a claim is open, the topic is
/// gone, the disk or the process is full (G24, G27). A sync reports none of these (Segment).
bool is_harmless(const Error& error) {
  switch (error.code()) {  // NOLINT(clang-diagnostic-switch-enum): all others are not
    case ErrorCode::kBusy:
    case ErrorCode::kUnknownTopicOrPartition:
    case ErrorCode::kStorageFull:
    case ErrorCode::kTooManyOpenFiles:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<void> Partition::with_sync_turn(const std::function<Result<void>()>& work,
                                       const std::function<bool()>& is_done) {
  if (!sync_turn_.take(is_done)) return {};  // the turn before was for us too
  auto done = instance_.gate.is_poisoned() ? instance_.gate.check_writable() : work();
  // No sync is tried again: the kernel may have dropped the pages and would report success (S12).
  if (!done && !is_harmless(done.error())) instance_.gate.poison(done.error());
  sync_turn_.end();
  return done;
}

bool Partition::take_sync_point(log::SyncPoint& point, std::int64_t& appended_bytes) {
  if (!check_not_deleted()) return false;
  const auto hold = Hold::take(*this, Bias::Patience::kShort);  // who has a claim open keeps nobody else
  if (!hold) return false;
  note_sync_point(point, appended_bytes);
  return true;
}

void Partition::note_sync_point(log::SyncPoint& point, std::int64_t& appended_bytes) {
  point = opened_log().sync_point();
  count_unsynced();
  appended_bytes = counted_bytes_;
  is_dirty_ = false;
}

void Partition::end_commit(std::int64_t appended_bytes) {
  // A sync of the files and a commit of the journal may end in any order.
  std::int64_t known = durable_bytes_.load(std::memory_order_relaxed);
  while (known < appended_bytes) {
    if (!durable_bytes_.compare_exchange_weak(known, appended_bytes, std::memory_order_relaxed)) continue;
    instance_.unsynced.add(known - appended_bytes);
    break;
  }
  instance_.counters.syncs.fetch_add(1, std::memory_order_relaxed);
  waiters_.notify();  // readers of a `sync` topic see it only now
}

Result<void> Partition::sync_once() {
  LEAT_TRY_VOID(check_not_deleted());
  log::SyncPoint point;
  std::int64_t bytes = 0;
  const bool is_stream = is_awaited() && !instance_.commits.takes(opened_log().unsynced_bytes());
  {
    LEAT_TRY(const Hold hold, Hold::take(*this));
    note_sync_point(point, bytes);
    if (is_stream) write_streams();
  }
  LEAT_TRY_VOID(opened_log().sync(point));
  instance_.commits.note_synced(*this, point);
  end_commit(bytes);
  return {};
}

/// What is made durable much at a time is written through the file: syncing a mapping takes three times as long.
void Partition::write_streams() {
  if (is_owned_) return;
  if (has_map_share_) {
    give_map_up(kStreamAppends);
  } else {
    appends_to_map_ = kStreamAppends;
  }
}

Result<void> Partition::sync_files(const std::function<bool()>& is_done) {
  return with_sync_turn([&] { return sync_once(); }, is_done);
}

Result<void> Partition::make_durable(Offset offset) {
  LEAT_TRY(log::Log* const log, this->log());
  Result<void> outcome;
  const auto is_durable = [&] { return log->durable_offset() >= offset; };
  bool was_left = false;  // by a group commit
  while (outcome && !is_durable()) {
    const bool joins = !was_left && instance_.commits.takes(log->unsynced_bytes());
    outcome = joins ? instance_.commits.commit(shared_from_this(), is_durable) : sync_files(is_durable);
    was_left = joins;
  }
  return tell_durable(outcome);
}

Result<void> Partition::tell_durable(const Result<void>& outcome) {
  if (!outcome && outcome.error().code() == ErrorCode::kBusy) {
    // Whoever waits is not lost by that: once more, when the claim may be done.
    instance_.environment.scheduler->post_after(
        kRetryAfter, [self = shared_from_this()] { self->sync_files_soon(); });
    return outcome;
  }
  complete_durable(outcome);
  return outcome;
}

Result<void> Partition::flush() {
  LEAT_TRY(log::Log* const log, this->log());
  return make_durable(log->log_end());
}

void Partition::when_durable(Offset offset, OnDurable done) {
  {
    const base::MutexLock lock(pending_mutex_);
    pending_.push_back({offset, std::move(done)});
  }
  sync_soon();
}

bool Partition::is_awaited() {
  const base::MutexLock lock(pending_mutex_);
  return !pending_.empty();
}

void Partition::complete_durable(const Result<void>& outcome) {
  std::vector<Pending> ready;
  {
    const base::MutexLock lock(pending_mutex_);
    const Offset durable = opened_log().durable_offset();
    const auto is_waiting = [&](const Pending& p) { return outcome && p.offset > durable; };
    const auto first_ready = std::stable_partition(pending_.begin(), pending_.end(), is_waiting);
    std::move(first_ready, pending_.end(), std::back_inserter(ready));
    pending_.erase(first_ready, pending_.end());
  }
  for (const Pending& pending : ready) pending.done(outcome);
}

void Partition::sync_soon() {
  if (!is_opened()) return;
  if (instance_.commits.takes(opened_log().unsynced_bytes())) {
    instance_.commits.commit_soon(shared_from_this());
  } else {
    sync_files_soon();
  }
}

void Partition::sync_files_soon() {
  if (sync_is_due_.exchange(true, std::memory_order_acq_rel)) return;
  instance_.environment.scheduler->post([self = shared_from_this()] {
    self->sync_is_due_.store(false, std::memory_order_release);
    if (!self->is_opened()) return;
    (void)self->tell_durable(self->sync_files());  // who waits is told; a failure has poisoned the instance
  });
}

void Partition::count_unsynced() {
  const std::int64_t appended = opened_log().appended_bytes();
  instance_.unsynced.add(appended - counted_bytes_);
  counted_bytes_ = appended;
}

void Partition::sync_for_room() {
  if (instance_.sync_all_soon) instance_.sync_all_soon();
  // A failure has poisoned the instance: the next append tells.
  if (instance_.unsynced.are_too_many()) (void)flush();
}

void Partition::note_first_append() {
  is_dirty_ = true;
  if (durability() != Durability::kInterval) return;
  instance_.environment.scheduler->post_after(options_.flush_interval, [self = shared_from_this()] {
    if (!self->instance_.gate.is_closed()) self->sync_soon();
  });
}

void Partition::seal_soon() {
  instance_.environment.scheduler->post([self = shared_from_this()] {
    if (!self->instance_.gate.is_closed()) (void)self->seal_all();  // a failure has poisoned the instance
  });
}

Result<void> Partition::seal_all() {
  LEAT_TRY(log::Log* const log, this->log());
  return with_sync_turn([&]() -> Result<void> {
    while (true) {
      LEAT_TRY_VOID(check_not_deleted());
      LEAT_TRY(const bool sealed, log->seal_next());
      if (!sealed) return {};
      instance_.counters.segments_sealed.fetch_add(1, std::memory_order_relaxed);
    }
  });
}

Result<void> Partition::close() {
  if (!is_opened()) return {};
  if (deleted_.load(std::memory_order_acquire)) return {};
  // By its hold whoever looked at the gate before it was shut has left, and what it appended is synced.
  LEAT_TRY_VOID(tell_durable(sync_files()));
  return with_sync_turn([&]() -> Result<void> {
    LEAT_TRY(const Hold hold, Hold::take(*this));
    return opened_log().close_files();
  });
}

}  // namespace leat::partition
