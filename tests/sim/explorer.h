#pragma once

/// \file
/// Where the power can go while a workload plays, and what each place can leave.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "leat/testing/simulated_disk.h"

#include "sim/judge.h"
#include "sim/scenario.h"

namespace leat::simtest {

/// Something that a scenario can be made to do, the same each time.
struct Play {
  std::string name;
  std::uint64_t seed = 1;
  std::function<void(Scenario&)> act;
};

/// The script of scenario.h, then `count` generated workloads.
[[nodiscard]] std::vector<Play> plays(std::uint64_t seed, std::uint64_t count);

using AtPlace = std::function<void(Scenario& scenario, std::size_t place)>;

/// Plays, and stops before each call of the disk and at each announced step, where something new is
/// pending or promised. Nothing may fail in the play itself. Ends at the first failure of the test.
void walk(const Play& play, const AtPlace& at_place);

/// How many mutations are pending at each place.
[[nodiscard]] std::vector<std::size_t> pending_at_places(const Play& play);

/// How many images to take at each place.
class Plan {
 public:
  /// `images` in all, about: half of them spread over all places, the other half for all that is
  /// legal at some (up to 2^12).
  Plan(std::vector<std::size_t> pending, std::uint64_t images, std::uint64_t seed);

  /// The images of one place, whose mutations the walk found pending: every combination of lost and
  /// kept and an eighth as many torn ones, or as many as are due, drawn from the seed.
  [[nodiscard]] std::vector<leat::testing::CrashOptions> images_at(std::size_t place) const;
  [[nodiscard]] std::size_t places() const { return pending_.size(); }
  /// Of them, with every combination.
  [[nodiscard]] std::size_t places_in_full() const;

 private:
  [[nodiscard]] bool is_in_full(std::size_t place) const;

  std::vector<std::size_t> pending_;
  std::uint64_t seed_;
  std::uint64_t each_ = 1;
  double share_in_full_ = 0;
};

/// What a suite has seen; prints it, and adds it to the ledger.
class Tally {
 public:
  explicit Tally(std::string suite) : suite_(std::move(suite)) {}
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;
  ~Tally();

  void count() { ++images_; }
  [[nodiscard]] std::uint64_t images() const { return images_; }

 private:
  std::string suite_;
  std::uint64_t images_ = 0;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// Crashes in a row: at the calls of a recovery that the seed chooses the power goes again, up to
/// `depth` crashes.
class Cascade {
 public:
  Cascade(Tally& tally, const Truth& truth, std::uint64_t seed)
      : tally_(tally), truth_(truth), seed_(seed) {}
  /// Judges the image and what becomes of it.
  void judge(const std::shared_ptr<SimulatedDisk>& image, int depth);

 private:
  std::uint64_t next() { return seed_ = seed_ * 6364136223846793005U + 1442695040888963407U; }

  Tally& tally_;
  const Truth& truth_;
  std::uint64_t seed_;
};

}  // namespace leat::simtest
