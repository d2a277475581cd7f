#include "partition/waiters.h"

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace leat::partition {

void Waiters::arm(const std::shared_ptr<Waiter>& waiter) {
  const base::MutexLock lock(mutex_);
  waiters_.push_back(waiter);
  armed_.store(true, std::memory_order_relaxed);
}

void Waiters::disarm(const Waiter* waiter) {
  const base::MutexLock lock(mutex_);
  std::erase_if(waiters_, [&](const auto& armed) { return armed.get() == waiter; });
  armed_.store(!waiters_.empty(), std::memory_order_relaxed);
}

void Waiters::wake_all() noexcept {
  std::vector<std::shared_ptr<Waiter>> woken;
  {
    const base::MutexLock lock(mutex_);
    woken = std::move(waiters_);
    waiters_.clear();
    armed_.store(false, std::memory_order_relaxed);
  }
  // Outside the lock: a waiter may go on to arm itself again at once.
  for (const auto& waiter : woken) waiter->wake();
}

}  // namespace leat::partition
