#include "log/recently_read.h"

#include <memory>
#include <utility>

#include "base/mutex.h"
#include "log/segment.h"

namespace leat::log {

void RecentlyRead::add(const std::shared_ptr<Segment>& segment) {
  std::weak_ptr<Segment> oldest = segment;
  {
    const base::MutexLock lock(mutex_);
    std::swap(oldest, ring_[next_]);
    next_ = (next_ + 1) % ring_.size();
  }
  if (const auto left = oldest.lock(); left && left != segment) left->drop_read_map();
}

}  // namespace leat::log
