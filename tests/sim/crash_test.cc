// Crashes at every call that the engine makes of the disk, over what each could leave (T2; G1-G5,
// G22). Other seeds, more images: engine_sim_test --seed=7 --images=20

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/testing/simulated_disk.h"

#include "sim/scenario.h"

namespace leat::simtest {
namespace {

using leat::testing::CrashOptions;
using leat::testing::DiskCall;

std::uint64_t g_seed = 1;  // NOLINT: set by main
int g_images = 2;          // NOLINT: random images a call, set by main

/// Takes images of a scenario's disk before each of its calls, and judges each.
class Explorer {
 public:
  explicit Explorer(Scenario& scenario) : scenario_(scenario) {}
  ~Explorer() {
    scenario_.world().disk().set_observer({});
    std::printf("%llu images, seed %llu\n", static_cast<unsigned long long>(images_),
                static_cast<unsigned long long>(g_seed));
  }
  Explorer(const Explorer&) = delete;
  Explorer& operator=(const Explorer&) = delete;
  Explorer(Explorer&&) = delete;
  Explorer& operator=(Explorer&&) = delete;

  /// `judge` is called before each call of the disk that the scenario makes, and at each announced
  /// step.
  void at_each_call(std::function<void()> judge) {
    judge_ = std::move(judge);
    scenario_.world().disk().set_observer([this](DiskCall call, std::string_view path) {
      look(std::string(leat::testing::name_of(call)) + " " + std::string(path));
    });
    scenario_.on_step([this](std::string_view step) { look(std::string(step)); });
  }

  void kill() { judge(disk().snapshot(), Death::kProcess, "killed", {}); }
  void cut_power(const CrashOptions& options, const std::string& what,
                 const std::function<void()>& again = {}) {
    judge(disk().image(options), Death::kPower, what, again);
  }
  /// All lost, all kept, and some random ones.
  void cut_power_somehow() {
    cut_power(CrashOptions::lose_all(), "all lost");
    cut_power(CrashOptions::keep_all(), "all kept");
    for (int n = 0; n < g_images; ++n) {
      const std::uint64_t seed = next_seed();
      cut_power(CrashOptions::random(seed), "random image " + std::to_string(seed));
    }
  }
  /// The power goes, and at some call of the recovery it goes again.
  void cut_power_twice() {
    const std::uint64_t seed = next_seed();
    const auto first = disk().image(CrashOptions::random(seed));
    int call = 0;
    judge(first, Death::kPower, "first image " + std::to_string(seed), [&] {
      if (++call % 7 != static_cast<int>(seed % 7)) return;
      judge(first->image(CrashOptions::random(seed + static_cast<std::uint64_t>(call))),
            Death::kPower, "second crash at call " + std::to_string(call), {});
    });
  }
  [[nodiscard]] std::uint64_t images() const { return images_; }

 private:
  SimulatedDisk& disk() { return scenario_.world().disk(); }
  std::uint64_t next_seed() { return g_seed * 1'000'003 + images_; }
  void look(const std::string& place) {
    if (::testing::Test::HasFailure()) return;  // the first is the one to look at
    disk().note_stores();
    SCOPED_TRACE("seed " + std::to_string(g_seed) + ", before call " + std::to_string(++calls_) +
                 ": " + place);
    judge_();
  }
  void judge(const std::shared_ptr<SimulatedDisk>& image, Death death, const std::string& what,
             const std::function<void()>& again) {
    if (::testing::Test::HasFailure()) return;
    SCOPED_TRACE(what);
    ++images_;
    expect_kept(image, death, scenario_.truth(), again);
  }

  Scenario& scenario_;
  std::function<void()> judge_;
  std::uint64_t images_ = 0;
  std::uint64_t calls_ = 0;
};

void expect_a_good_run(const Scenario& scenario) {
  for (const Error& error : scenario.errors()) ADD_FAILURE() << error.to_string();
}

TEST(ProcessDeath, LosesNothingAcknowledgedAtAnyCallOfTheDisk) {
  Scenario scenario(g_seed);
  Explorer explorer(scenario);
  explorer.at_each_call([&] { explorer.kill(); });
  play_everything(scenario);
  expect_a_good_run(scenario);
  EXPECT_GT(explorer.images(), 100U);
}

TEST(PowerLoss, KeepsWhatIsDurableAndAPrefixOfTheRestAtAnyCallOfTheDisk) {
  Scenario scenario(g_seed);
  Explorer explorer(scenario);
  explorer.at_each_call([&] { explorer.cut_power_somehow(); });
  play_everything(scenario);
  expect_a_good_run(scenario);
  EXPECT_GT(explorer.images(), 400U);
}

TEST(PowerLoss, IsSurvivedDuringRecoveryToo) {
  Scenario scenario(g_seed);
  Explorer explorer(scenario);
  int call = 0;
  explorer.at_each_call([&] {
    if (++call % 5 == 0) explorer.cut_power_twice();
  });
  play_everything(scenario);
  expect_a_good_run(scenario);
  EXPECT_GT(explorer.images(), 100U);
}

}  // namespace
}  // namespace leat::simtest

int main(int count, char** words) {
  ::testing::InitGoogleTest(&count, words);
  for (const std::string_view word : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
    if (word.starts_with("--seed="))
      leat::simtest::g_seed = std::strtoull(word.data() + 7, nullptr, 10);
    if (word.starts_with("--images=")) leat::simtest::g_images = std::atoi(word.data() + 9);
  }
  return RUN_ALL_TESTS();
}
