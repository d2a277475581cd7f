#pragma once

/// \file
/// The scheduler as one engine uses it: runs jobs on the injected one, and can end its own without ending those
/// of others. After `stop` no job of this engine runs or is kept anywhere.
///
/// Threads: all of it from any thread; `stop` not from a job.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>

#include "base/mutex.h"
#include "leat/environment.h"
#include "leat/types.h"

namespace leat::engine {

class Jobs final : public Scheduler {
 public:
  Jobs(std::shared_ptr<Scheduler> scheduler, std::shared_ptr<Clock> clock);
  ~Jobs() override;
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;
  Jobs(Jobs&&) = delete;
  Jobs& operator=(Jobs&&) = delete;

  void post(Task task) noexcept override;
  TimerId post_after(std::chrono::nanoseconds delay, Task task) noexcept override;
  bool cancel(TimerId timer) noexcept override;
  void wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
            MonotonicTime deadline) noexcept override;
  void wake(const std::atomic<std::uint32_t>& word) noexcept override;
  void stop() noexcept override;

 private:
  /// Shared with the wrappers that the scheduler holds, which may outlive the engine.
  struct State {
    base::Mutex mutex;
    bool is_stopped LEAT_GUARDED_BY(mutex) = false;
    std::uint64_t next LEAT_GUARDED_BY(mutex) = 1;
    std::map<std::uint64_t, Task> waiting LEAT_GUARDED_BY(mutex);
    std::map<std::uint64_t, TimerId> timers LEAT_GUARDED_BY(mutex);  // ours to the scheduler's
    std::atomic<std::uint32_t> running{0};
    std::shared_ptr<Scheduler> scheduler;
    void run(std::uint64_t id);
  };
  std::uint64_t keep(Task task);
  static Task runner(const std::shared_ptr<State>& state, std::uint64_t id);
  std::shared_ptr<State> state_;
  std::shared_ptr<Clock> clock_;
};

}  // namespace leat::engine
