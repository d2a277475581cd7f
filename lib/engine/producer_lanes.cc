#include "engine/producer_lanes.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/producer.h"

#include "engine/engine_impl.h"
#include "engine/producer_batches.h"
#include "engine/producer_in_flight.h"

namespace leat::engine {

Lanes::Lanes(Engine::Impl& engine, const ProducerOptions& options,
             const std::shared_ptr<InFlight>& in_flight)
    : scheduler_(*engine.environment().scheduler) {
  for (Lane& lane : lanes_) lane.batches = std::make_shared<Batches>(engine, options, in_flight);
}

Batches& Lanes::mine() noexcept {
  const ThreadId self = std::this_thread::get_id();
  const std::size_t home = std::hash<ThreadId>()(self);
  for (std::size_t i = 0; i < kLanes; ++i) {
    Lane& lane = lanes_[(home + i) % kLanes];
    // relaxed: a thread looks for its own id only, which nobody else writes.
    ThreadId owner = lane.owner.load(std::memory_order_relaxed);
    if (owner == self) [[likely]]
      return *lane.batches;
    const bool is_free = owner == ThreadId();
    if (is_free && lane.owner.compare_exchange_strong(owner, self, std::memory_order_relaxed)) {
      return *lane.batches;
    }
  }
  return *lanes_[home % kLanes].batches;
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
