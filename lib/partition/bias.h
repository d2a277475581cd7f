#pragma once

/// \file
/// The biased flag of S4: one owner enters and leaves with plain loads and stores; anyone else makes it leave
/// with a membarrier. Where the kernel refuses membarrier the owner never enters, and takes the mutex.
///
/// Threads: `enter`/`leave` by the owner, one thread at a time; `revoke`/`restore` under the partition's mutex.

#include <atomic>
#include <chrono>
#include <cstdint>

#include "io/posix_membarrier.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

namespace leat::partition {

class Bias {
 public:
  /// True: the partition is the caller's until `leave`. False: take the mutex.
  [[nodiscard]] bool enter() noexcept {
    inside_.store(1, std::memory_order_relaxed);
    io::membarrier_light();  // pairs with the heavy one in `revoke`: one of the two sees the other's store
    // acquire: pairs with the release in `restore`, so that the owner sees what others did meanwhile.
    if (revoked_.load(std::memory_order_acquire) == 0) [[likely]] return true;
    leave();
    return false;
  }
  void leave() noexcept {
    // release: pairs with the acquire in `revoke`.
    inside_.store(0, std::memory_order_release);
  }

  /// How long to wait for an owner who has a claim open: a second, or a millisecond.
  enum class Patience : std::int16_t { kShort = 1, kLong = 1'000 };

  /// Waits until the owner is outside. Errors: kBusy when it stays inside: a claim is open.
  Result<void> revoke(Scheduler& scheduler, const Clock& clock,
                      Patience patience = Patience::kLong) noexcept {
    revoked_.store(1, std::memory_order_relaxed);
    if (io::membarrier_available()) io::membarrier_heavy();
    for (int spin = 0; spin < kSpins; ++spin) {
      if (inside_.load(std::memory_order_acquire) == 0) return {};
    }
    // Each wait is bounded, and so is their number: a simulated clock may not move of itself.
    for (int wait = 0; wait < static_cast<int>(patience); ++wait) {
      scheduler.wait(inside_, 1, clock.monotonic() + std::chrono::milliseconds(1));
      if (inside_.load(std::memory_order_acquire) == 0) return {};
    }
    restore();
    return Error(ErrorCode::kBusy, "an Appender has a claim open; commit or abandon it");
  }
  void restore() noexcept {
    // Without membarrier it stays revoked: the owner then always takes the mutex.
    if (io::membarrier_available()) revoked_.store(0, std::memory_order_release);
  }
  /// Before the first `enter`.
  void prepare() noexcept { revoked_.store(io::membarrier_available() ? 0 : 1); }

 private:
  static constexpr int kSpins = 20'000;
  alignas(64) std::atomic<std::uint32_t> inside_{0};
  alignas(64) std::atomic<std::uint32_t> revoked_{0};
};

}  // namespace leat::partition
