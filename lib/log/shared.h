#pragma once

/// \file
/// What all logs of an engine share. Thread-safe. Lifetime: that of the longest-lived segment.

#include <atomic>
#include <cstdint>
#include <memory>

#include "log/recently_read.h"

namespace leat::log {

/// How much may be allocated ahead of appends in all segments together (S8). A segment that gets nothing
/// allocates what it needs, as it needs it: slower, never refused.
class AheadBudget {
 public:
  explicit AheadBudget(std::int64_t bytes) : left_(bytes) {}
  [[nodiscard]] bool take(std::uint32_t bytes) noexcept {
    std::int64_t left = left_.load(std::memory_order_relaxed);
    while (left >= bytes) {
      if (left_.compare_exchange_weak(left, left - bytes, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  void give_back(std::uint32_t bytes) noexcept { left_.fetch_add(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t left() const noexcept { return left_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> left_;
};

struct Shared {
  explicit Shared(std::int64_t ahead_bytes) : ahead(ahead_bytes) {}
  RecentlyRead recently_read;
  AheadBudget ahead;
};

}  // namespace leat::log
