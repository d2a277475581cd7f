#pragma once

/// \file
/// Time that a test owns.

#include <atomic>
#include <chrono>
#include <cstdint>

#include "leat/environment.h"
#include "leat/types.h"

namespace leat::testing {

/// A clock that moves only when told. Thread-safe. Begins at 2026-01-01 00:00:00 UTC, monotonic at
/// 1 hour.
class SimulatedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override;
  [[nodiscard]] MonotonicTime monotonic() const noexcept override;
  [[nodiscard]] std::chrono::nanoseconds tick() const noexcept override {
    return std::chrono::milliseconds(1);
  }

  /// Time passes: both clocks move on. Timers do not run by this alone:
  /// SimulatedScheduler::advance.
  void advance(std::chrono::nanoseconds passed) noexcept;
  /// The host's clock is set (G31): wall time steps, forwards or back; monotonic time does not
  /// move.
  void set_wall(Timestamp now) noexcept;

 private:
  std::atomic<std::int64_t> wall_ns_{1'767'225'600'000'000'000};
  std::atomic<std::int64_t> monotonic_ns_{3'600'000'000'000};
};

}  // namespace leat::testing
