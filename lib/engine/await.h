#pragma once

/// \file
/// Waiting for an answer that a port gives by a function.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "leat/environment.h"

namespace leat::engine {

/// A word to wait on for what another thread will say.
template <class Value>
struct Awaited {
  std::atomic<std::uint32_t> is_there{0};
  std::optional<Value> value;
};

/// Waits for what `start` is to give to the function it gets. The engine gives it, or closes and
/// says so: nothing is waited for longer.
template <class Value, class Start>
Value await(Scheduler& scheduler, const Clock& clock, const Start& start) {
  const auto awaited = std::make_shared<Awaited<Value>>();
  start([awaited, &scheduler](Value value) {
    awaited->value = std::move(value);
    awaited->is_there.store(1, std::memory_order_release);
    scheduler.wake(awaited->is_there);
  });
  while (awaited->is_there.load(std::memory_order_acquire) == 0) {
    scheduler.wait(awaited->is_there, 0, clock.monotonic() + std::chrono::hours(1));
  }
  return *std::move(awaited->value);
}

}  // namespace leat::engine
