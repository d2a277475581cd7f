#include "partition/waiters.h"

#include <atomic>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace leat::partition {

void Waiters::arm(Armed armed) {
  const base::MutexLock lock(mutex_);
  waiters_.push_back(std::move(armed));
  armed_.store(true, std::memory_order_relaxed);
}

void Waiters::disarm(const void* waiter) {
  const base::MutexLock lock(mutex_);
  std::erase_if(waiters_, [&](const Armed& armed) { return armed.waiter.get() == waiter; });
  armed_.store(!waiters_.empty(), std::memory_order_relaxed);
}

void Waiters::wake_all() noexcept {
  std::vector<Armed> woken;
  {
    const base::MutexLock lock(mutex_);
    woken = std::move(waiters_);
    waiters_.clear();
    armed_.store(false, std::memory_order_relaxed);
  }
  // Outside the lock: a waiter may go on to arm itself again at once.
  for (const Armed& armed : woken) armed.wake(armed.waiter.get());
}

}  // namespace leat::partition
