#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): POSIX's, not C's.
#include <string>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "io/posix_fork_guard.h"
#include "io/posix_futex.h"

namespace leat::io {
namespace {

using Task = Scheduler::Task;
using TimerId = Scheduler::TimerId;

/// Blocks every signal while it lives: threads started meanwhile inherit that, so that the host's
/// handlers never run on ours.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  SignalsBlocked(SignalsBlocked&&) = delete;
  SignalsBlocked& operator=(SignalsBlocked&&) = delete;
  ~SignalsBlocked() { (void)pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// What the threads and their owner share; the last of them frees it.
///
/// Invariants: a timer is in `timers_` or, once due, in `ready_`, under the same id in both; an id
/// is in neither once its task has begun. Workers sleep on `work_`, the timer thread on
/// `timer_change_`, a stop() on `idle_`: nobody wakes without a reason.
class ThreadPool : public std::enable_shared_from_this<ThreadPool> {
 public:
  ThreadPool(std::string name, int workers)
      : name_(std::move(name)), workers_max_(static_cast<std::size_t>(std::max(workers, 1))) {}

  void post(Task task) LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    if (stopping_) return;
    ready_.push_back({kNoTimer, std::move(task)});
    start_worker_if_needed();
    work_.notify_one();
  }

  TimerId post_after(std::chrono::nanoseconds delay, Task task) LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    if (stopping_) return kNoTimer;
    const TimerId id = ++last_timer_;
    const MonotonicTime now = clock_->monotonic();
    // A delay past the end of time is one that never ends.
    const MonotonicTime due =
        delay > MonotonicTime::max() - now ? MonotonicTime::max() : now + delay;
    timers_.emplace(std::pair(due, id), std::move(task));
    due_of_.emplace(id, due);
    if (!timer_thread_started_) {
      timer_thread_started_ =
          start_thread("timer", [self = shared_from_this()] { self->run_timers(); });
    }
    if (timers_.begin()->first.second == id) timer_change_.notify_one();
    return id;
  }

  bool cancel(TimerId id) LEAT_EXCLUDES(mutex_) {
    Task dropped;  // Destroyed after the lock is given back: it may own anything.
    const base::MutexLock lock(mutex_);
    if (const auto due = due_of_.find(id); due != due_of_.end()) {
      const auto timer = timers_.find({due->second, id});
      dropped = std::move(timer->second);
      timers_.erase(timer);
      due_of_.erase(due);
      return true;
    }
    const auto ready = std::ranges::find(ready_, id, &Ready::timer);
    if (id == kNoTimer || ready == ready_.end()) return false;
    dropped = std::move(ready->task);
    ready_.erase(ready);
    return true;
  }

  void stop() LEAT_EXCLUDES(mutex_) {
    std::deque<Ready> dropped_ready;
    std::map<std::pair<MonotonicTime, TimerId>, Task> dropped_timers;
    const base::MutexLock lock(mutex_);
    stopping_ = true;
    dropped_ready.swap(ready_);
    dropped_timers.swap(timers_);
    due_of_.clear();
    work_.notify_all();
    timer_change_.notify_all();
    // A task may stop its own scheduler: it does not wait for itself, nor for others that do the
    // same.
    const bool in_task = is_ours(std::this_thread::get_id());
    if (in_task) ++stopping_tasks_;
    idle_.notify_all();
    while (running_ > stopping_tasks_) idle_.wait(mutex_);
    if (in_task) --stopping_tasks_;
  }

  /// REQUIRES: stop() was called.
  void join() LEAT_EXCLUDES(mutex_) {
    for (std::thread& thread : take_threads()) {
      if (thread.get_id() == std::this_thread::get_id()) {
        thread
            .detach();  // The last handle went away inside a task; the thread ends right after it.
      } else {
        thread.join();
      }
    }
  }

  /// For a child of fork(), where the threads are no more: they can be neither joined nor
  /// destroyed, and the mutex may be held for ever.
  void outlive_everyone() { itself_ = shared_from_this(); }

 private:
  static constexpr TimerId kNoTimer = 0;

  struct Ready {
    TimerId timer;
    Task task;
  };

  [[nodiscard]] bool is_ours(std::thread::id id) const LEAT_REQUIRES(mutex_) {
    return std::ranges::find(threads_, id, &std::thread::get_id) != threads_.end();
  }

  std::vector<std::thread> take_threads() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    return std::exchange(threads_, {});
  }

  void start_worker_if_needed() LEAT_REQUIRES(mutex_) {
    if (workers_ == workers_max_ || ready_.size() <= waiting_workers_) return;
    const std::string number = std::to_string(workers_);
    if (start_thread(number, [self = shared_from_this()] { self->run_tasks(); })) ++workers_;
  }

  /// False when no thread can be had; the next post tries again.
  template <class Body>
  bool start_thread(const std::string& suffix, Body body) LEAT_REQUIRES(mutex_) {
    try {
      const SignalsBlocked blocked;
      threads_.emplace_back(std::move(body));
    } catch (const std::system_error&) {
      return false;
    }
    // The kernel keeps 15 characters: the prefix gives way, not the number.
    const std::string name =
        name_.substr(0, std::min(name_.size(), 14 - suffix.size())) + "-" + suffix;
    (void)pthread_setname_np(threads_.back().native_handle(), name.c_str());
    return true;
  }

  void run_tasks() LEAT_EXCLUDES(mutex_) {
    while (std::optional<Task> task = next_task()) {
      run(*task);
      task.reset();  // What the task owns goes before it counts as ended.
      end_task();
    }
  }

  /// Sleeps until there is a task, and counts it as running; none once stopping.
  std::optional<Task> next_task() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    while (!stopping_ && ready_.empty()) {
      ++waiting_workers_;
      work_.wait(mutex_);
      --waiting_workers_;
    }
    if (stopping_) return std::nullopt;
    std::optional<Task> task = std::move(ready_.front().task);
    ready_.pop_front();
    ++running_;
    return task;
  }

  void end_task() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    --running_;
    if (stopping_) idle_.notify_all();
  }

  /// A task reports its own errors; an exception that leaves it has nowhere to go and is dropped.
  static void run(const Task& task) noexcept {
    try {
      task();
    } catch (...) {  // NOLINT(bugprone-empty-catch)
    }
  }

  void run_timers() LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    while (!stopping_) {
      if (timers_.empty()) {
        timer_change_.wait(mutex_);
        continue;
      }
      const MonotonicTime due = timers_.begin()->first.first;
      if (due == MonotonicTime::max()) {
        timer_change_.wait(mutex_);
      } else if (clock_->monotonic() < due) {
        timer_change_.wait_until(mutex_, due);
      } else {
        make_first_timer_ready();
      }
    }
  }

  void make_first_timer_ready() LEAT_REQUIRES(mutex_) {
    const auto first = timers_.begin();
    const TimerId id = first->first.second;
    ready_.push_back({id, std::move(first->second)});
    due_of_.erase(id);
    timers_.erase(first);
    start_worker_if_needed();
    work_.notify_one();
  }

  const std::string name_;
  const std::size_t workers_max_;
  const std::shared_ptr<Clock> clock_ = posix_clock();
  std::shared_ptr<ThreadPool> itself_;  ///< Set only by outlive_everyone().

  base::Mutex mutex_;
  base::CondVar work_;
  base::CondVar timer_change_;
  base::CondVar idle_;
  std::deque<Ready> ready_ LEAT_GUARDED_BY(mutex_);
  std::map<std::pair<MonotonicTime, TimerId>, Task> timers_ LEAT_GUARDED_BY(mutex_);
  std::unordered_map<TimerId, MonotonicTime> due_of_ LEAT_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ LEAT_GUARDED_BY(mutex_);
  TimerId last_timer_ LEAT_GUARDED_BY(mutex_) = kNoTimer;
  std::size_t workers_ LEAT_GUARDED_BY(mutex_) = 0;
  std::size_t waiting_workers_ LEAT_GUARDED_BY(mutex_) = 0;
  std::size_t running_ LEAT_GUARDED_BY(mutex_) = 0;
  std::size_t stopping_tasks_ LEAT_GUARDED_BY(mutex_) = 0;
  bool timer_thread_started_ LEAT_GUARDED_BY(mutex_) = false;
  bool stopping_ LEAT_GUARDED_BY(mutex_) = false;
};

/// The scheduler of the real world. A task whose exception escapes, or for whose place in the queue
/// there is no memory, is dropped: tasks report their own errors. In a child of fork() nothing
/// runs, and nothing waits.
class ThreadScheduler final : public Scheduler {
 public:
  ThreadScheduler(std::string name, int threads)
      : pool_(std::make_shared<ThreadPool>(std::move(name), threads)),
        fork_guard_(ForkGuard::open()) {}
  ThreadScheduler(const ThreadScheduler&) = delete;
  ThreadScheduler& operator=(const ThreadScheduler&) = delete;
  ThreadScheduler(ThreadScheduler&&) = delete;
  ThreadScheduler& operator=(ThreadScheduler&&) = delete;
  ~ThreadScheduler() override {
    if (forked()) {
      pool_->outlive_everyone();
      return;
    }
    pool_->stop();
    pool_->join();
  }

  void post(Task task) noexcept override {
    if (forked()) return;
    try {
      pool_->post(std::move(task));
    } catch (...) {  // NOLINT(bugprone-empty-catch): see the class.
    }
  }

  TimerId post_after(std::chrono::nanoseconds delay, Task task) noexcept override {
    if (forked()) return 0;
    try {
      return pool_->post_after(delay, std::move(task));
    } catch (...) {
      return 0;
    }
  }

  bool cancel(TimerId timer) noexcept override { return !forked() && pool_->cancel(timer); }

  void wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
            MonotonicTime deadline) noexcept override {
    if (!forked()) futex_wait(word, expected, deadline);
  }

  void wake(const std::atomic<std::uint32_t>& word) noexcept override { futex_wake(word); }

  void stop() noexcept override {
    if (!forked()) pool_->stop();
  }

 private:
  /// A kernel without MADV_WIPEONFORK (before 4.14) cannot tell.
  [[nodiscard]] bool forked() const noexcept { return fork_guard_ && fork_guard_->forked(); }

  std::shared_ptr<ThreadPool> pool_;
  Result<ForkGuard> fork_guard_;
};

}  // namespace
}  // namespace leat::io

namespace leat::inline v0 {

std::shared_ptr<Scheduler> thread_scheduler(std::string name, int threads) {
  return std::make_shared<io::ThreadScheduler>(std::move(name), threads);
}

}  // namespace leat::inline v0
