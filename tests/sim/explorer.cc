#include "sim/explorer.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "leat/error.h"

#include "sim/draw.h"
#include "sim/settings.h"
#include "sim/workload.h"

namespace leat::simtest {
namespace {

using leat::sim::draw;
using leat::testing::CrashOptions;
using leat::testing::DiskCall;

constexpr std::size_t kBitsInFull = 12;

std::uint64_t combinations(std::size_t pending) {
  return pending <= kBitsInFull ? std::uint64_t{1} << pending
                                : std::numeric_limits<std::uint64_t>::max();
}

/// Late mutations more often: what is new at a place was not judged at the one before.
std::size_t late_one(std::size_t pending, std::uint64_t drawn) {
  const std::size_t from = drawn % 2 == 0 ? 0 : pending - std::min<std::size_t>(pending, 8);
  return from + (drawn >> 8U) % (pending - from);
}

CrashOptions any_image(std::size_t pending, std::uint64_t seed) {
  if (pending == 0) return CrashOptions::lose_all();
  const std::size_t one = late_one(pending, draw(seed, 1));
  switch (seed % 8) {
    case 0:
      return CrashOptions::lose_all();
    case 1:
      return CrashOptions::keep_all();
    case 2:
      return CrashOptions::drop_one(one);
    case 3:
      return CrashOptions::keep_one(one);
    case 4:
      return CrashOptions::tear_one(one, seed);
    case 5:
      return CrashOptions::keep_first(one);
    default:
      return CrashOptions::random(seed);
  }
}

/// What led to a failure, for whoever reads its message.
void tell(Scenario& scenario) {
  std::printf("what was done last:%s\nwhat is pending:\n", scenario.story().c_str());
  for (const std::string& mutation : scenario.world().disk().pending()) {
    std::printf("    %s\n", mutation.c_str());
  }
}

}  // namespace

std::vector<Play> plays(std::uint64_t seed, std::uint64_t count) {
  std::vector<Play> all;
  const bool is_one = g_settings.only != Settings::kAll;
  if (!is_one) all.push_back({.name = "the script", .seed = seed, .act = play_everything});
  for (std::uint64_t n = 0; n < count; ++n) {
    if (is_one && n != g_settings.only) continue;
    const std::uint64_t own = seed * 1'000'003 + n;
    all.push_back({.name = "workload " + std::to_string(n),
                   .seed = own,
                   .act = [own](Scenario& scenario) { Workload(own).play(scenario); }});
  }
  return all;
}

void walk(const Play& play, const AtPlace& at_place) {
  Scenario scenario(play.seed);
  SimulatedDisk& disk = scenario.world().disk();
  std::optional<std::pair<std::uint64_t, std::uint64_t>> last;
  std::size_t place = 0;
  const auto look = [&](std::string_view call, std::string_view path) {
    if (::testing::Test::HasFailure()) return;  // the first is the one to look at
    disk.note_stores();
    const std::pair now(disk.mutation_count(), scenario.promises());
    if (now == last) return;
    last = now;
    SCOPED_TRACE(play.name + ", place " + std::to_string(place) + ", before " + std::string(call) +
                 " " + std::string(path));
    at_place(scenario, place++);
    if (::testing::Test::HasFailure()) tell(scenario);
  };
  disk.set_observer(
      [&](DiskCall call, std::string_view path) { look(leat::testing::name_of(call), path); });
  scenario.on_step([&](std::string_view step) { look("step", step); });
  play.act(scenario);
  look("the end", "");
  disk.set_observer({});
  for (const Error& error : scenario.errors())
    ADD_FAILURE() << play.name << ": " << error.to_string();
}

std::vector<std::size_t> pending_at_places(const Play& play) {
  std::vector<std::size_t> pending;
  walk(play, [&](Scenario& scenario, std::size_t) {
    pending.push_back(scenario.world().disk().pending_count());
  });
  return pending;
}

// --- Plan

Plan::Plan(std::vector<std::size_t> pending, std::uint64_t images, std::uint64_t seed)
    : pending_(std::move(pending)), seed_(seed) {
  if (pending_.empty()) return;
  each_ = std::max<std::uint64_t>(1, images / 2 / pending_.size());
  double used = 0;
  double in_full = 0;
  for (const std::size_t count : pending_) {
    const std::uint64_t all = combinations(count);
    used += static_cast<double>(std::min(all, each_));
    if (all > each_ && count <= kBitsInFull) in_full += static_cast<double>(all) * 1.125;
  }
  const double left = static_cast<double>(images) - used;
  if (in_full > 0 && left > 0) share_in_full_ = std::min(1.0, left / in_full);
}

bool Plan::is_in_full(std::size_t place) const {
  const std::uint64_t all = combinations(pending_[place]);
  if (all <= each_) return true;
  if (pending_[place] > kBitsInFull) return false;
  constexpr std::uint64_t kParts = 1U << 30U;
  return static_cast<double>(draw(seed_, place) % kParts) < share_in_full_ * kParts;
}

std::size_t Plan::places_in_full() const {
  std::size_t count = 0;
  for (std::size_t place = 0; place < pending_.size(); ++place) count += is_in_full(place) ? 1 : 0;
  return count;
}

std::vector<CrashOptions> Plan::images_at(std::size_t place) const {
  const std::size_t pending = pending_.at(place);
  const std::uint64_t seed = draw(seed_, place);
  if (is_in_full(place)) {
    const std::uint64_t all = combinations(pending);
    return leat::testing::crashes_worth_trying(pending, all + all / 8, seed);
  }
  std::vector<CrashOptions> images;
  for (std::uint64_t n = 0; n < each_; ++n) images.push_back(any_image(pending, draw(seed, n)));
  return images;
}

// --- Tally

Tally::~Tally() {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
  const int lost = ::testing::Test::HasFailure() ? 1 : 0;  // the first ends the suite
  std::printf("%s: %llu images of %llu workloads, %d lost, seed %llu, %.1f s, %.0f a second\n",
              suite_.c_str(), static_cast<unsigned long long>(images_),
              static_cast<unsigned long long>(g_settings.workloads), lost,
              static_cast<unsigned long long>(g_settings.seed), took.count(),
              static_cast<double>(images_) / took.count());
  if (g_settings.ledger.empty()) return;
  std::ofstream(g_settings.ledger, std::ios::app)
      << g_settings.date << ',' << g_settings.commit << ',' << suite_ << ',' << g_settings.seed
      << ',' << g_settings.workloads << ',' << images_ << ',' << lost << ','
      << static_cast<long>(took.count()) << '\n';
}

// --- Cascade

void Cascade::judge(const std::shared_ptr<SimulatedDisk>& image, int depth) {
  if (::testing::Test::HasFailure()) return;
  tally_.count();
  if (depth <= 1) return expect_kept(image, Death::kPower, truth_);
  int call = 0;
  expect_kept(image, Death::kPower, truth_, [&] {
    ++call;
    if (next() >> 61U != 0 || ::testing::Test::HasFailure()) return;  // one call in eight
    image->note_stores();
    const std::uint64_t seed = next();
    SCOPED_TRACE("power lost again at call " + std::to_string(call) + " of recovery, image " +
                 std::to_string(seed));
    judge(image->image(any_image(image->pending_count(), seed)), depth - 1);
  });
}

}  // namespace leat::simtest
