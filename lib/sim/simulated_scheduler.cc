#include "leat/testing/simulated_scheduler.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/testing/simulated_clock.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "sim/draw.h"

namespace leat::testing {

using std::chrono::nanoseconds;

/// Invariant: an id is in `ready_` or in `timers_`, never in both, and in neither once it has
/// begun.
class SimulatedScheduler::Impl {
 public:
  Impl(std::uint64_t seed, std::shared_ptr<SimulatedClock> clock)
      : seed_(seed), clock_(std::move(clock)), trace_hash_(seed) {}

  SimulatedClock& clock() { return *clock_; }

  void post(Task task) LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    const std::uint64_t id = ++last_id_;
    if (!stopped_) ready_.push_back({id, std::move(task)});
  }

  TimerId post_after(nanoseconds delay, Task task) LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    const std::uint64_t id = ++last_id_;
    if (stopped_) return id;
    const MonotonicTime now = clock_->monotonic();
    const MonotonicTime due =
        delay > MonotonicTime::max() - now ? MonotonicTime::max() : now + delay;
    timers_.emplace(std::pair(due, id), std::move(task));
    return id;
  }

  bool cancel(TimerId id) LEAT_EXCLUDES(mutex_) {
    Task dropped;  // Destroyed after the lock is given back: it may own anything.
    const base::MutexLock lock(mutex_);
    const auto timer =
        std::ranges::find_if(timers_, [id](const auto& entry) { return entry.first.second == id; });
    if (timer != timers_.end()) {
      dropped = std::move(timer->second);
      timers_.erase(timer);
      return true;
    }
    const auto ready = std::ranges::find(ready_, id, &Ready::id);
    if (ready == ready_.end()) return false;
    dropped = std::move(ready->task);
    ready_.erase(ready);
    return true;
  }

  void stop() LEAT_EXCLUDES(mutex_) {
    std::vector<Ready> dropped_ready;
    Timers dropped_timers;
    const base::MutexLock lock(mutex_);
    stopped_ = true;
    dropped_ready.swap(ready_);
    dropped_timers.swap(timers_);
  }

  bool run_one() LEAT_EXCLUDES(mutex_) {
    std::optional<Task> task = take();
    if (!task) return false;
    try {
      (*task)();
    } catch (...) {  // NOLINT(bugprone-empty-catch): as the thread scheduler does.
    }
    return true;
  }

  /// The time of the first timer, if there is one.
  std::optional<MonotonicTime> next_timer() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    if (timers_.empty() || timers_.begin()->first.first == MonotonicTime::max())
      return std::nullopt;
    return timers_.begin()->first.first;
  }

  void note_stuck_wait() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    ++stuck_waits_;
  }

  std::size_t ready_count() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    make_due_timers_ready();
    return ready_.size();
  }
  std::size_t timer_count() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    make_due_timers_ready();
    return timers_.size();
  }
  std::uint64_t stuck_waits() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    return stuck_waits_;
  }
  std::uint64_t trace_hash() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    return trace_hash_;
  }

 private:
  struct Ready {
    std::uint64_t id;
    Task task;
  };
  using Timers = std::map<std::pair<MonotonicTime, std::uint64_t>, Task>;

  void make_due_timers_ready() LEAT_REQUIRES(mutex_) {
    const MonotonicTime now = clock_->monotonic();
    while (!timers_.empty() && timers_.begin()->first.first <= now) {
      auto node = timers_.extract(timers_.begin());
      ready_.push_back({node.key().second, std::move(node.mapped())});
    }
  }

  std::optional<Task> take() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    make_due_timers_ready();
    if (ready_.empty()) return std::nullopt;
    const auto chosen =
        ready_.begin() + static_cast<std::ptrdiff_t>(sim::draw(seed_, steps_++) % ready_.size());
    trace_hash_ =
        sim::draw(trace_hash_ ^ chosen->id,
                  static_cast<std::uint64_t>(clock_->monotonic().time_since_epoch().count()));
    std::optional<Task> task = std::move(chosen->task);
    ready_.erase(chosen);
    return task;
  }

  const std::uint64_t seed_;
  const std::shared_ptr<SimulatedClock> clock_;
  base::Mutex mutex_;
  std::vector<Ready> ready_ LEAT_GUARDED_BY(mutex_);
  Timers timers_ LEAT_GUARDED_BY(mutex_);
  std::uint64_t last_id_ LEAT_GUARDED_BY(mutex_) = 0;
  std::uint64_t steps_ LEAT_GUARDED_BY(mutex_) = 0;
  std::uint64_t stuck_waits_ LEAT_GUARDED_BY(mutex_) = 0;
  std::uint64_t trace_hash_ LEAT_GUARDED_BY(mutex_);
  bool stopped_ LEAT_GUARDED_BY(mutex_) = false;
};

SimulatedScheduler::SimulatedScheduler(std::uint64_t seed, std::shared_ptr<SimulatedClock> clock)
    : impl_(std::make_unique<Impl>(seed, std::move(clock))) {}
SimulatedScheduler::~SimulatedScheduler() = default;

void SimulatedScheduler::post(Task task) noexcept { impl_->post(std::move(task)); }

Scheduler::TimerId SimulatedScheduler::post_after(nanoseconds delay, Task task) noexcept {
  return impl_->post_after(delay, std::move(task));
}

bool SimulatedScheduler::cancel(TimerId timer) noexcept { return impl_->cancel(timer); }

void SimulatedScheduler::wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                              MonotonicTime deadline) noexcept {
  SimulatedClock& clock = impl_->clock();
  while (word.load(std::memory_order_acquire) == expected && clock.monotonic() < deadline) {
    if (impl_->run_one()) continue;
    const MonotonicTime next = std::min(impl_->next_timer().value_or(deadline), deadline);
    if (next == MonotonicTime::max()) {
      impl_->note_stuck_wait();
      std::this_thread::yield();  // Only another thread can help now.
      return;
    }
    clock.advance(std::max(next - clock.monotonic(), nanoseconds(0)));
  }
}

// Whoever waits looks at its word after each step.
void SimulatedScheduler::wake(const std::atomic<std::uint32_t>&) noexcept {}

void SimulatedScheduler::stop() noexcept { impl_->stop(); }

bool SimulatedScheduler::run_one() noexcept { return impl_->run_one(); }

std::size_t SimulatedScheduler::run_until_idle() noexcept {
  std::size_t count = 0;
  while (impl_->run_one()) ++count;
  return count;
}

void SimulatedScheduler::advance(nanoseconds passed) noexcept {
  SimulatedClock& clock = impl_->clock();
  const MonotonicTime end = clock.monotonic() + passed;
  run_until_idle();
  while (clock.monotonic() < end) {
    const MonotonicTime next = std::min(impl_->next_timer().value_or(end), end);
    clock.advance(std::max(next - clock.monotonic(), nanoseconds(0)));
    run_until_idle();
  }
}

std::size_t SimulatedScheduler::ready_count() const noexcept { return impl_->ready_count(); }
std::size_t SimulatedScheduler::timer_count() const noexcept { return impl_->timer_count(); }
std::uint64_t SimulatedScheduler::stuck_waits() const noexcept { return impl_->stuck_waits(); }
std::uint64_t SimulatedScheduler::trace_hash() const noexcept { return impl_->trace_hash(); }

}  // namespace leat::testing
