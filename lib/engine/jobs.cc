#include "engine/jobs.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "base/mutex.h"
#include "leat/environment.h"
#include "leat/types.h"

namespace leat::engine {

Jobs::Jobs(std::shared_ptr<Scheduler> scheduler, std::shared_ptr<Clock> clock)
    : state_(std::make_shared<State>()), clock_(std::move(clock)) {
  state_->scheduler = std::move(scheduler);
}

Jobs::~Jobs() { stop(); }

void Jobs::State::run(std::uint64_t id) {
  Task task;
  {
    const base::MutexLock lock(mutex);
    const auto found = waiting.find(id);
    if (found == waiting.end()) return;  // stopped or cancelled
    task = std::move(found->second);
    waiting.erase(found);
    timers.erase(id);
    running.fetch_add(1, std::memory_order_relaxed);
  }
  task();
  task = nullptr;  // what it holds goes before it counts as ended
  running.fetch_sub(1, std::memory_order_release);
  scheduler->wake(running);
}

Scheduler::Task Jobs::runner(const std::shared_ptr<State>& state, std::uint64_t id) {
  // Weak: the state holds the scheduler, which holds this for as long as it has not run.
  return [weak = std::weak_ptr(state), id] {
    if (const auto alive = weak.lock()) alive->run(id);
  };
}

std::uint64_t Jobs::keep(Task task) {
  const base::MutexLock lock(state_->mutex);
  if (state_->is_stopped) return 0;
  const std::uint64_t id = state_->next++;
  state_->waiting.emplace(id, std::move(task));
  return id;
}

void Jobs::post(Task task) noexcept {
  const std::uint64_t id = keep(std::move(task));
  if (id == 0) return;
  state_->scheduler->post(runner(state_, id));
}

Scheduler::TimerId Jobs::post_after(std::chrono::nanoseconds delay, Task task) noexcept {
  const std::uint64_t id = keep(std::move(task));
  if (id == 0) return 0;
  const TimerId timer =
      state_->scheduler->post_after(delay, runner(state_, id));
  const base::MutexLock lock(state_->mutex);
  if (state_->waiting.contains(id)) state_->timers.emplace(id, timer);
  return id;
}

bool Jobs::cancel(TimerId timer) noexcept {
  Task task;  // destroyed outside the lock
  TimerId inner = 0;
  {
    const base::MutexLock lock(state_->mutex);
    const auto found = state_->waiting.find(timer);
    if (found == state_->waiting.end()) return false;
    task = std::move(found->second);
    state_->waiting.erase(found);
    if (const auto known = state_->timers.find(timer); known != state_->timers.end()) {
      inner = known->second;
      state_->timers.erase(known);
    }
  }
  if (inner != 0) (void)state_->scheduler->cancel(inner);  // if it runs, it finds nothing
  return true;
}

void Jobs::wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                MonotonicTime deadline) noexcept {
  state_->scheduler->wait(word, expected, deadline);
}

void Jobs::wake(const std::atomic<std::uint32_t>& word) noexcept { state_->scheduler->wake(word); }

void Jobs::stop() noexcept {
  std::map<std::uint64_t, Task> dropped;
  std::map<std::uint64_t, TimerId> timers;
  {
    const base::MutexLock lock(state_->mutex);
    state_->is_stopped = true;
    dropped.swap(state_->waiting);
    timers.swap(state_->timers);
  }
  for (const auto& [id, timer] : timers) (void)state_->scheduler->cancel(timer);
  dropped.clear();
  for (std::uint32_t running = state_->running.load(std::memory_order_acquire); running != 0;
       running = state_->running.load(std::memory_order_acquire)) {
    state_->scheduler->wait(state_->running, running,
                            clock_->monotonic() + std::chrono::milliseconds(100));
  }
}

}  // namespace leat::engine
