#include "partition/turn.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "leat/environment.h"

#include "base/mutex.h"

namespace leat::partition {

bool Turn::take(const std::function<bool()>& is_done) {
  while (true) {
    if (is_done && is_done())
      return false;  // most of a group find it so, and need not queue for the lock
    std::uint32_t seen = 0;
    {
      const base::MutexLock lock(mutex_);
      // Again, within the lock: a turn that ends has done its work before it says so.
      if (is_done && is_done()) return false;
      if (!is_taken_) {
        is_taken_ = true;
        return true;
      }
      seen = ended_.load(std::memory_order_relaxed);
    }
    environment_.scheduler->wait(ended_, seen,
                                 environment_.clock->monotonic() + std::chrono::seconds(1));
  }
}

void Turn::end() {
  {
    const base::MutexLock lock(mutex_);
    is_taken_ = false;
    ended_.fetch_add(1, std::memory_order_release);
  }
  environment_.scheduler->wake(ended_);
}

}  // namespace leat::partition
