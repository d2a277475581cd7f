#include "engine/producer_lanes.h"

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/producer.h"

#include "engine/engine_impl.h"
#include "engine/producer_batches.h"
#include "engine/producer_in_flight.h"

namespace leat::engine {
namespace {

/// Not 0, and no other living thread's.
std::uint64_t number_of_this_thread() noexcept {
  return std::bit_cast<std::uint64_t>(std::this_thread::get_id());
}

/// Threads are numbered by addresses far apart: the product's upper bits spread them.
std::size_t home_of(std::uint64_t thread) noexcept {
  constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;
  return (thread * kGoldenRatio >> 32U) % Lanes::kLanes;
}

}  // namespace

Lanes::Lanes(Engine::Impl& engine, const ProducerOptions& options,
             const std::shared_ptr<InFlight>& in_flight)
    : scheduler_(*engine.environment().scheduler) {
  for (Lane& lane : lanes_) lane.batches = std::make_shared<Batches>(engine, options, in_flight);
}

Batches& Lanes::mine() noexcept {
  const std::uint64_t self = number_of_this_thread();
  const std::size_t home = home_of(self);
  for (std::size_t i = 0; i < kLanes; ++i) {
    Lane& lane = lanes_[(home + i) % kLanes];
    // relaxed: a thread looks for its own number only, which nobody else writes.
    std::uint64_t owner = lane.owner.load(std::memory_order_relaxed);
    if (owner == self) [[likely]]
      return *lane.batches;
    if (owner == 0 && lane.owner.compare_exchange_strong(owner, self, std::memory_order_relaxed)) {
      return *lane.batches;
    }
  }
  return *lanes_[home].batches;
}

void Lanes::flush() {
  for (const Lane& lane : lanes_) lane.batches->flush();
}

void Lanes::flush_soon() {
  if (flush_is_due_.exchange(true, std::memory_order_acq_rel)) return;
  scheduler_.post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->flush_is_due_.store(false, std::memory_order_release);
    self->flush();
  });
}

void Lanes::refuse() {
  for (const Lane& lane : lanes_) lane.batches->refuse();
}

void Lanes::close() {
  for (const Lane& lane : lanes_) lane.batches->close();
}

}  // namespace leat::engine
