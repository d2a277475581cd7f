#include "leat/testing/simulated_clock.h"

#include <chrono>

#include "leat/types.h"

namespace leat::testing {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

Timestamp SimulatedClock::now() const noexcept {
  return Timestamp(std::chrono::floor<milliseconds>(nanoseconds(wall_ns_.load())));
}

MonotonicTime SimulatedClock::monotonic() const noexcept {
  return MonotonicTime(nanoseconds(monotonic_ns_.load()));
}

void SimulatedClock::advance(nanoseconds passed) noexcept {
  wall_ns_ += passed.count();
  monotonic_ns_ += passed.count();
}

void SimulatedClock::set_wall(Timestamp now) noexcept {
  wall_ns_ = duration_cast<nanoseconds>(now.time_since_epoch()).count();
}

}  // namespace leat::testing
