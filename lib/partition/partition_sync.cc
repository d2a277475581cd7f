// Group commit (S10), sealing and closing: everything that syncs. One thread at a time has the
// turn; who comes meanwhile waits for it, and finds its own bytes durable or takes the next turn
// for all who wait by then.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iterator>
#include <thread>
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
#include "partition/instance.h"
#include "partition/partition.h"

namespace leat::partition {
namespace {

/// How long after someone kept the partition the sync is tried again.
constexpr std::chrono::milliseconds kRetryAfter{10};
/// How long a sync may wait for more to sync: less than it takes.
constexpr std::chrono::microseconds kGatherMax{50};
constexpr int kYieldsMax = 1'000;  // a simulated clock may not move of itself

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

bool Partition::take_sync_turn(const std::function<bool()>& is_done) {
  const Environment& environment = instance_.environment;
  while (true) {
    if (is_done && is_done()) return false;  // most of a group find it so, and need not queue for the lock
    std::uint32_t seen = 0;
    {
      const base::MutexLock lock(sync_mutex_);
      // Again, within the lock: a turn that ends has done its work before it says so.
      if (is_done && is_done()) return false;
      if (!is_syncing_) {
        is_syncing_ = true;
        return true;
      }
      seen = sync_turns_.load(std::memory_order_relaxed);
    }
    environment.scheduler->wait(sync_turns_, seen,
                                environment.clock->monotonic() + std::chrono::seconds(1));
  }
}

Result<void> Partition::with_sync_turn(const std::function<Result<void>()>& work,
                                       const std::function<bool()>& is_done) {
  const Environment& environment = instance_.environment;
  if (!take_sync_turn(is_done)) return {};  // the turn before was for us too
  auto done = instance_.gate.is_poisoned() ? instance_.gate.check_writable() : work();
  // No sync is tried again: the kernel may have dropped the pages and would report success (S12).
  if (!done && !is_harmless(done.error())) instance_.gate.poison(done.error());
  {
    const base::MutexLock lock(sync_mutex_);
    is_syncing_ = false;
    sync_turns_.fetch_add(1, std::memory_order_release);
  }
  environment.scheduler->wake(sync_turns_);
  return done;
}

Result<void> Partition::sync_once() {
  LEAT_TRY_VOID(check_not_deleted());
  log::Log& log = opened_log();
  log::SyncPoint point;
  std::int64_t bytes = 0;
  {
    LEAT_TRY(const Hold hold, Hold::take(*this));
    point = log.sync_point();
    count_unsynced();
    bytes = counted_bytes_;
    is_dirty_ = false;
  }
  LEAT_TRY_VOID(log.sync(point));
  instance_.unsynced.add(synced_bytes_ - bytes);
  synced_bytes_ = bytes;
  instance_.counters.syncs.fetch_add(1, std::memory_order_relaxed);
  waiters_.notify();  // readers of a `sync` topic see it only now
  return {};
}

/// Gives way while those whom the last sync released are on their way back with more: begun at once, a sync
/// would take one record where it could take all of theirs.
void Partition::gather() {
  const Clock& clock = *instance_.environment.clock;
  if (arrived_.load(std::memory_order_relaxed) < last_group_) {
    const MonotonicTime latest = clock.monotonic() + kGatherMax;
    for (int i = 0; i < kYieldsMax && clock.monotonic() < latest; ++i) {
      if (arrived_.load(std::memory_order_relaxed) >= last_group_) break;
      std::this_thread::yield();
    }
  }
  last_group_ = arrived_.exchange(0, std::memory_order_relaxed);
}

Result<void> Partition::make_durable(Offset offset) {
  LEAT_TRY(log::Log* const log, this->log());
  Result<void> outcome;
  const auto is_durable = [&] { return log->durable_offset() >= offset; };
  if (!is_durable()) arrived_.fetch_add(1, std::memory_order_relaxed);
  while (outcome && !is_durable()) {
    outcome = with_sync_turn(
        [&]() -> Result<void> {
          gather();
          return sync_once();
        },
        is_durable);
  }
  if (!outcome && outcome.error().code() == ErrorCode::kBusy) {
    // Whoever waits is not lost by that: once more, when the claim may be done.
    instance_.environment.scheduler->post_after(kRetryAfter,
                                                [self = shared_from_this()] { self->sync_soon(); });
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
    const base::MutexLock lock(sync_mutex_);
    pending_.push_back({offset, std::move(done)});
  }
  sync_soon();
}

void Partition::complete_durable(const Result<void>& outcome) {
  std::vector<Pending> ready;
  {
    const base::MutexLock lock(sync_mutex_);
    const Offset durable = opened_log().durable_offset();
    const auto is_waiting = [&](const Pending& p) { return outcome && p.offset > durable; };
    const auto first_ready = std::stable_partition(pending_.begin(), pending_.end(), is_waiting);
    std::move(first_ready, pending_.end(), std::back_inserter(ready));
    pending_.erase(first_ready, pending_.end());
  }
  for (const Pending& pending : ready) pending.done(outcome);
}

void Partition::sync_soon() {
  if (sync_is_due_.exchange(true, std::memory_order_acq_rel)) return;
  instance_.environment.scheduler->post([self = shared_from_this()] {
    self->sync_is_due_.store(false, std::memory_order_release);
    if (self->is_opened()) (void)self->flush();  // who waits is told; a failure has poisoned the instance
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
  LEAT_TRY_VOID(flush());
  return with_sync_turn([&]() -> Result<void> {
    LEAT_TRY(const Hold hold, Hold::take(*this));
    return opened_log().close_files();
  });
}

}  // namespace leat::partition
