#pragma once

/// \file
/// Tasks, timers and waits, one step at a time, in an order drawn from a seed.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "leat/environment.h"
#include "leat/testing/simulated_clock.h"
#include "leat/types.h"

namespace leat::testing {

/// Runs nothing by itself: `run_one`, `run_until_idle`, `advance` and `wait` run tasks on the
/// thread that calls them. Which of the ready tasks comes next is drawn from the seed; the same
/// seed and the same calls give the same order and the same `trace_hash()`.
///
/// `wait` from the test's thread runs other tasks until the word changes; when none is ready, time
/// moves on to the next timer, or to the deadline. A task that waits runs others inside itself. A
/// wait that nothing can end any more (no task, no timer, no deadline) returns early and counts in
/// `stuck_waits()`.
class SimulatedScheduler final : public Scheduler {
 public:
  SimulatedScheduler(std::uint64_t seed, std::shared_ptr<SimulatedClock> clock);
  SimulatedScheduler(const SimulatedScheduler&) = delete;
  SimulatedScheduler& operator=(const SimulatedScheduler&) = delete;
  SimulatedScheduler(SimulatedScheduler&&) = delete;
  SimulatedScheduler& operator=(SimulatedScheduler&&) = delete;
  ~SimulatedScheduler() override;

  void post(Task task) noexcept override;
  TimerId post_after(std::chrono::nanoseconds delay, Task task) noexcept override;
  bool cancel(TimerId timer) noexcept override;
  void wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
            MonotonicTime deadline) noexcept override;
  void wake(const std::atomic<std::uint32_t>& word) noexcept override;
  /// Drops all tasks and timers; what is posted later is dropped too.
  void stop() noexcept override;

  /// Runs one ready task: a posted one, or a timer whose time has come. False when there is none.
  bool run_one() noexcept;
  /// Runs tasks until none is ready; returns how many. Does not move time.
  std::size_t run_until_idle() noexcept;
  /// Lets `passed` go by: stops at each timer on the way and runs all that is ready there.
  void advance(std::chrono::nanoseconds passed) noexcept;

  /// Tasks that could run now.
  [[nodiscard]] std::size_t ready_count() const noexcept;
  /// Timers that are not due yet.
  [[nodiscard]] std::size_t timer_count() const noexcept;
  [[nodiscard]] std::uint64_t stuck_waits() const noexcept;
  /// A hash over which task ran when.
  [[nodiscard]] std::uint64_t trace_hash() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leat::testing
