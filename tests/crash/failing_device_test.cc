// A device that fails under ext4 and xfs, a real one to the kernel (T9; S12, S25, G2, G20, G21,
// G25): nbdkit's error filter below a loop device. Skipped where it cannot be had, and says what is
// missing. More: device_crash_test --scenarios=40 --seed=7; one alone: --only=3

#include "crash/failing_device.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"

#include "crash/acknowledgement.h"
#include "crash/failing_device_child.h"
#include "support/child.h"
#include "support/records.h"
#include "unit/io/result_matchers.h"

namespace leat::crash {
namespace {

using testing::IsOk;

int g_scenarios = 6;           // NOLINT: set by main
int g_only = -1;               // NOLINT: set by main
std::uint64_t g_seed = 20261;  // NOLINT: set by main

enum class Moment : std::uint8_t { kAppend, kRoll, kRecovery, kRead };

/// What happens to one device, all of it from a number and the seed.
struct Scenario {
  int number = 0;
  std::string file_system = {};
  Moment moment = Moment::kAppend;
  Faults faults = {};
  Orders orders = {};
  bool reopens_in_place = false;  ///< healed, with the page cache as the failed sync left it

  explicit Scenario(int which) : number(which) {
    std::mt19937_64 random(g_seed * 1000 + static_cast<std::uint64_t>(which));
    const auto coin = [&] { return random() % 2 == 0; };
    moment = static_cast<Moment>(which % 4);
    file_system = (which + which / 4) % 2 == 0 ? "ext4" : "xfs";
    faults.reads = moment == Moment::kRead;
    faults.writes = !faults.reads && which / 2 % 3 != 1;
    faults.flushes = !faults.reads && which / 2 % 3 != 0;
    faults.error = coin() ? "EIO" : "ENOSPC";
    if (faults.writes && random() % 3 == 0) faults.percent = 50;
    orders.seed = g_seed;
    orders.until = static_cast<std::int64_t>(20 + random() % 300);
    orders.rolls = moment == Moment::kRoll;
    orders.is_transient = coin();
    orders.reads_survive = file_system == "ext4";
    orders.is_mapped = coin();
    orders.has_journal = random() % 4 != 0;
    reopens_in_place = orders.is_transient;
  }

  [[nodiscard]] std::string to_string() const {
    constexpr const char* kMoments[] = {"appends", "a roll", "recovery", "reads"};
    return "scenario " + std::to_string(number) + " (--only=" + std::to_string(number) +
           " --seed=" + std::to_string(g_seed) + "): " + file_system + ", " + faults.error +
           " of " + (faults.reads ? "reads" : "") + (faults.writes ? "writes " : "") +
           (faults.flushes ? "flushes " : "") + " (" + std::to_string(faults.percent) +
           " %) during " + kMoments[static_cast<int>(moment)] + " after " +
           std::to_string(orders.until) + " acknowledgements" +
           (orders.is_transient ? ", healed at once" : "") +
           (orders.is_mapped ? ", mapped" : ", written") +
           (orders.has_journal ? ", journal" : ", no journal");
  }
};

/// A device, and what has been acknowledged on it.
class Trial {
 public:
  explicit Trial(const Scenario& scenario)
      : scenario_(scenario), device_(scenario.file_system, scenario.faults) {
    device_.mount();
  }

  void go() {
    switch (scenario_.moment) {
      case Moment::kAppend:
      case Moment::kRoll:
        return fail_while_writing();
      case Moment::kRecovery:
        return fail_while_recovering();
      case Moment::kRead:
        return fail_while_reading();
    }
  }

  /// As after a boot: what the disk has, and nothing else. All that was acknowledged is there, and
  /// nothing that nobody wrote.
  void expect_all_there() {
    device_.heal();
    device_.unmount();
    device_.check();
    device_.mount_healed();
    {
      auto engine = Engine::open({.directory = device_.directory()});
      ASSERT_THAT(engine, IsOk());
      for (const Topic topic : {Topic::kSync, Topic::kKey, Topic::kLane}) {
        for (std::int32_t n = 0; n < kPartitionsOfAFailingDevice; ++n)
          expect_there(*engine, topic, n);
      }
      EXPECT_THAT(engine->close(), IsOk());
    }
    device_.unmount();
  }

  [[nodiscard]] std::size_t acknowledgements() const {
    std::size_t count = 0;
    for (const auto& [place, acks] : acked_) count += acks.size();
    return count;
  }

 private:
  void fail_while_writing() {
    Orders orders = next();
    orders.fails = true;
    EXPECT_EQ(run(orders), kDone);
    reopen_in_place();
  }

  void fail_while_recovering() {
    {
      Orders orders = next();
      const std::int64_t until = std::exchange(orders.until, 1'000'000);
      support::Child child(orders.to_arguments());
      for (std::int64_t n = 0; n < until; ++n) ASSERT_TRUE(take(child)) << "it ended by itself";
      child.kill();
      while (take(child)) continue;
    }
    device_.fail();
    Orders orders = next();
    orders.fails = true;
    EXPECT_THAT(run(orders), ::testing::AnyOf(kDone, kRefusedToOpen));
    reopen_in_place();
  }

  void fail_while_reading() {
    EXPECT_EQ(run(next()), kDone);
    device_.unmount();
    device_.mount();  // nothing of it is cached
    Orders orders = next();
    orders.only_reads = true;
    EXPECT_EQ(run(orders), kDone);
  }

  /// What the failed sync left in the page cache is not trusted (G21): what this reports is there
  /// after all of that is gone. The file system may refuse until it is mounted again.
  void reopen_in_place() {
    device_.heal();
    if (!scenario_.reopens_in_place) return;
    Orders orders = next();
    orders.until = 40;
    orders.may_be_refused = true;
    EXPECT_THAT(run(orders), ::testing::AnyOf(kDone, kRefusedToOpen));
  }

  Orders next() {
    Orders orders = scenario_.orders;
    orders.directory = device_.directory();
    orders.trigger = device_.trigger();
    orders.run = run_++;
    return orders;
  }

  /// Its exit code; a signal is more than a thousand.
  int run(const Orders& orders) {
    support::Child child(orders.to_arguments());
    while (take(child)) continue;
    const int status = child.wait();
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

  /// The next acknowledgement; false when there are no more.
  bool take(support::Child& child) {
    Acknowledgement ack;
    if (!child.read(std::as_writable_bytes(std::span(&ack, 1)))) return false;
    const auto [at, is_new] = acked_[{ack.topic, ack.partition}].emplace(ack.offset, ack.hash);
    EXPECT_EQ(at->second, ack.hash) << name_of(ack.topic) << "-" << ack.partition << " offset "
                                    << ack.offset << " was another record before";
    return true;
  }

  void expect_there(const Engine& engine, Topic topic, std::int32_t partition) {
    const std::string place = name_of(topic) + ("-" + std::to_string(partition));
    const auto& acks = acked_[{topic, partition}];
    const auto records =
        support::read_all(engine, support::partition_of(name_of(topic), partition));
    if (!records && acks.empty()) return;  // perhaps the topic never was
    ASSERT_THAT(records, IsOk()) << place;
    std::int64_t expected = 0;
    std::size_t found = 0;
    for (const support::Got& got : *records) {
      ASSERT_EQ(got.offset, expected++) << place;
      ASSERT_TRUE(was_written(g_seed, got.value.value_or(""))) << place << " offset " << got.offset;
      const auto ack = acks.find(got.offset);
      if (ack == acks.end()) continue;
      ++found;
      ASSERT_EQ(hash_of(*got.value), ack->second) << place << " offset " << got.offset;
    }
    EXPECT_EQ(found, acks.size()) << place << " ends at " << expected;
  }

  const Scenario& scenario_;
  FailingDevice device_;
  std::uint64_t run_ = 0;
  std::map<std::pair<Topic, std::int32_t>, std::map<std::int64_t, std::uint64_t>> acked_;
};

TEST(FailingDevice, TakesNothingThatWasAcknowledgedAndNoProcessWithIt) {
  if (const std::string missing = FailingDevice::missing(); !missing.empty()) {
    GTEST_SKIP() << "no device that fails can be made here; missing: " << missing;
  }
  if (const std::string refused = FailingDevice::rehearse(); !refused.empty()) {
    GTEST_SKIP() << "no device that fails can be made here: " << refused;
  }
  std::size_t acknowledgements = 0;
  for (int number = 0; number < g_scenarios; ++number) {
    if (g_only >= 0 && number != g_only) continue;
    const Scenario scenario(number);
    SCOPED_TRACE(scenario.to_string());
    std::printf("%s\n", scenario.to_string().c_str());
    std::fflush(stdout);
    Trial trial(scenario);
    trial.go();
    if (HasFatalFailure()) return;
    trial.expect_all_there();
    if (HasFatalFailure()) return;
    acknowledgements += trial.acknowledgements();
  }
  std::printf("%d scenarios, %zu acknowledged records, seed %llu\n", g_scenarios, acknowledgements,
              static_cast<unsigned long long>(g_seed));
}

}  // namespace
}  // namespace leat::crash

int main(int count, char** words) {
  if (count == leat::crash::Orders::kArguments && std::string_view(words[1]) == "--child") {
    return leat::crash::run_on_failing_device(leat::crash::Orders::from_arguments(words));
  }
  ::testing::InitGoogleTest(&count, words);
  for (const std::string_view word : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
    if (word.starts_with("--scenarios=")) leat::crash::g_scenarios = std::atoi(word.data() + 12);
    if (word.starts_with("--only=")) leat::crash::g_only = std::atoi(word.data() + 7);
    if (word.starts_with("--seed=")) {
      leat::crash::g_seed = std::strtoull(word.data() + 7, nullptr, 10);
    }
  }
  return RUN_ALL_TESTS();
}
