#include "leat/testing/simulated_world.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "leat/environment.h"
#include "leat/testing/simulated_clock.h"
#include "leat/testing/simulated_disk.h"
#include "leat/testing/simulated_scheduler.h"

#include "sim/draw.h"

namespace leat::testing {

/// Shared with the environments given out: engines draw their ids from it, from any thread.
struct SimulatedWorld::Randomness {
  explicit Randomness(std::uint64_t seed_given) : seed(seed_given) {}
  std::uint64_t next() { return sim::draw(seed, drawn++); }
  const std::uint64_t seed;
  std::atomic<std::uint64_t> drawn{0};
};

SimulatedWorld::SimulatedWorld(std::uint64_t seed)
    : randomness_(std::make_shared<Randomness>(seed)),
      clock_(std::make_shared<SimulatedClock>()),
      disk_(std::make_shared<SimulatedDisk>()),
      scheduler_(std::make_shared<SimulatedScheduler>(randomness_->next(), clock_)),
      boot_id_("simulated-boot-0") {}

SimulatedWorld::~SimulatedWorld() = default;

Environment SimulatedWorld::environment(StepObserver observer) {
  Environment environment;
  environment.clock = clock_;
  environment.file_system = disk_;
  environment.scheduler = scheduler_;
  environment.on_step = [disk = disk_, observer = std::move(observer)](std::string_view step) {
    disk->note_stores();
    if (observer) observer(step);
  };
  environment.random = [randomness = randomness_] { return randomness->next(); };
  environment.boot_id = boot_id_;
  return environment;
}

void SimulatedWorld::crash(const CrashOptions& options) {
  disk_->crash(options);
  boot_id_ = "simulated-boot-" + std::to_string(++boots_);
  new_process();
}

void SimulatedWorld::kill() {
  disk_->kill();
  new_process();
}

void SimulatedWorld::new_process() {
  past_trace_hash_ = trace_hash();
  scheduler_->stop();
  scheduler_ = std::make_shared<SimulatedScheduler>(randomness_->next(), clock_);
}

std::uint64_t SimulatedWorld::trace_hash() const {
  return sim::draw(past_trace_hash_, scheduler_->trace_hash());
}

}  // namespace leat::testing
