#include <chrono>
#include <cstdint>
#include <memory>
#include <time.h>  // NOLINT(modernize-deprecated-headers): POSIX's, not C's.

#include "leat/environment.h"
#include "leat/types.h"

namespace leat::io {
namespace {

std::chrono::nanoseconds as_duration(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// CLOCK_REALTIME_COARSE for records' timestamps: the time of the kernel's last tick, read from the
/// vDSO in a few nanoseconds (S7); nothing ticks on our side.
class PosixClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override {
    timespec time{};
    (void)::clock_gettime(CLOCK_REALTIME_COARSE, &time);  // Fails only for an unknown clock.
    // By hand: on the way of every append, and a division of 64 bits less.
    const auto milliseconds = static_cast<std::uint32_t>(time.tv_nsec) / 1'000'000U;
    return Timestamp(std::chrono::milliseconds(time.tv_sec * 1'000 + milliseconds));
  }

  /// The clock that futex deadlines and std::chrono::steady_clock are on.
  [[nodiscard]] MonotonicTime monotonic() const noexcept override {
    timespec time{};
    (void)::clock_gettime(CLOCK_MONOTONIC, &time);
    return MonotonicTime(as_duration(time));
  }

  [[nodiscard]] std::chrono::nanoseconds tick() const noexcept override {
    timespec time{};
    (void)::clock_getres(CLOCK_REALTIME_COARSE, &time);
    return as_duration(time);
  }
};

}  // namespace
}  // namespace leat::io

namespace leat::inline v0 {

std::shared_ptr<Clock> posix_clock() { return std::make_shared<io::PosixClock>(); }

}  // namespace leat::inline v0
