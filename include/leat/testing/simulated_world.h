#pragma once

/// \file
/// The world in a box: a clock, a disk, a scheduler and randomness that one test owns. Link
/// leat::sim.
///
///   SimulatedWorld world(seed);
///   {
///     auto engine = Engine::open({.directory = "d", .environment = world.environment()});
///     …                                           // append, flush, append
///     world.crash(CrashOptions::random(seed));    // the power goes under the open engine
///   }
///   auto engine = Engine::open({.directory = "d", .environment = world.environment()});
///   …                                             // everything that was flushed is there
///
/// The same seed gives the same run: print it when a test fails.

#include <cstdint>
#include <memory>
#include <string>

#include "leat/environment.h"
#include "leat/testing/simulated_clock.h"
#include "leat/testing/simulated_disk.h"
#include "leat/testing/simulated_scheduler.h"

namespace leat::testing {

/// Not thread-safe: its parts are, as each says.
class SimulatedWorld {
 public:
  explicit SimulatedWorld(std::uint64_t seed);
  ~SimulatedWorld();
  SimulatedWorld(const SimulatedWorld&) = delete;
  SimulatedWorld& operator=(const SimulatedWorld&) = delete;
  SimulatedWorld(SimulatedWorld&&) = delete;
  SimulatedWorld& operator=(SimulatedWorld&&) = delete;

  /// What to give an engine. After crash() or kill(), ask again: boot id and scheduler may be new
  /// ones. Each announced step (`on_step`) notes the stores made through mappings, and is then
  /// passed on to `observer`.
  [[nodiscard]] Environment environment(StepObserver observer = {});

  [[nodiscard]] SimulatedClock& clock() { return *clock_; }
  [[nodiscard]] SimulatedDisk& disk() { return *disk_; }
  [[nodiscard]] SimulatedScheduler& scheduler() { return *scheduler_; }
  [[nodiscard]] const std::string& boot_id() const { return boot_id_; }

  /// The power goes: the disk crashes, tasks and timers are dropped, the boot id changes.
  void crash(const CrashOptions& options);
  /// The process dies: tasks and timers are dropped, the page cache and the boot id stay.
  void kill();

  /// A hash over which task ran when, across crashes.
  [[nodiscard]] std::uint64_t trace_hash() const;

 private:
  void new_process();

  struct Randomness;
  std::shared_ptr<Randomness> randomness_;
  std::shared_ptr<SimulatedClock> clock_;
  std::shared_ptr<SimulatedDisk> disk_;
  std::shared_ptr<SimulatedScheduler> scheduler_;
  std::uint64_t boots_ = 0;
  std::uint64_t past_trace_hash_ = 0;
  std::string boot_id_;
};

}  // namespace leat::testing
