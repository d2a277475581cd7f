#pragma once

/// \file
/// One at a time, the others waiting for what the one does: it may have been done for them too.
/// Thread-safe; a leaf.

#include <atomic>
#include <cstdint>
#include <functional>

#include "leat/environment.h"

#include "base/mutex.h"

namespace leat::partition {

class Turn {
 public:
  explicit Turn(const Environment& environment) : environment_(environment) {}
  /// Waits for the turn. False, the turn not taken, as soon as `is_done`, if there is one.
  [[nodiscard]] bool take(const std::function<bool()>& is_done);
  void end();

 private:
  const Environment& environment_;
  base::Mutex mutex_;
  bool is_taken_ LEAT_GUARDED_BY(mutex_) = false;
  std::atomic<std::uint32_t> ended_{0};
};

}  // namespace leat::partition
