#pragma once

/// \file
/// Who sleeps until a partition has something new, at no cost to its writer (S6): the writer pays a plain load
/// of a flag; the sleeper raises the flag, makes the writer see it with a membarrier, and looks once more.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "io/posix_membarrier.h"
#include "leat/types.h"

namespace leat::partition {

/// Someone to be woken. `wake` may come from any thread, spuriously, and must not block or call back into the
/// engine.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void wake() noexcept = 0;
};

/// Someone armed, whatever type it has: a port's waiter needs no wrapper.
struct Armed {
  std::shared_ptr<void> waiter;
  void (*wake)(void*) noexcept;  ///< called with `waiter.get()`; as Waiter::wake
};

/// The waiters of one partition. Thread-safe.
class Waiters {
 public:
  /// Wakes whoever is armed. After each publish; a load when nobody is.
  void notify() noexcept {
    io::membarrier_light();  // pairs with the heavy one in `settle`
    if (armed_.load(std::memory_order_relaxed)) [[unlikely]] wake_all();
  }
  /// `waiter` is woken once by the next `notify`. After arming in all partitions: `settle`, then look again.
  void arm(const std::shared_ptr<Waiter>& waiter) {
    arm({waiter, [](void* armed) noexcept { static_cast<Waiter*>(armed)->wake(); }});
  }
  void arm(Armed armed);
  void disarm(const void* waiter);

  /// Makes every writer see what was armed.
  static void settle() noexcept {
    if (io::membarrier_available()) io::membarrier_heavy();
  }
  /// How long a sleep may be: without membarrier a wake-up may be lost, so it is short.
  [[nodiscard]] static std::chrono::nanoseconds sleep_max() noexcept {
    return io::membarrier_available() ? std::chrono::nanoseconds(std::chrono::hours(1))
                                      : std::chrono::milliseconds(1);
  }

 private:
  void wake_all() noexcept;
  alignas(64) std::atomic<bool> armed_{false};
  base::Mutex mutex_;
  std::vector<Armed> waiters_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::partition
