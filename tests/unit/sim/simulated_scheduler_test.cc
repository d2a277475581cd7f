#include "leat/testing/simulated_scheduler.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/testing/simulated_clock.h"

namespace leat::testing {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SimulatedClock, MovesOnlyWhenTold) {
  SimulatedClock clock;
  const Timestamp wall = clock.now();
  const MonotonicTime monotonic = clock.monotonic();
  EXPECT_EQ(clock.now(), wall);
  clock.advance(seconds(5));
  EXPECT_EQ(clock.now() - wall, seconds(5));
  EXPECT_EQ(clock.monotonic() - monotonic, seconds(5));
}

TEST(SimulatedClock, AddsUpLessThanMilliseconds) {
  SimulatedClock clock;
  const Timestamp wall = clock.now();
  for (int i = 0; i < 4; ++i) clock.advance(microseconds(250));
  EXPECT_EQ(clock.now() - wall, milliseconds(1));
}

TEST(SimulatedClock, StepsWallTimeAlone) {  // G31
  SimulatedClock clock;
  const MonotonicTime monotonic = clock.monotonic();
  const Timestamp past = clock.now() - hours(24 * 3650);
  clock.set_wall(past);
  EXPECT_EQ(clock.now(), past);
  EXPECT_EQ(clock.monotonic(), monotonic);
}

class SimulatedSchedulerTest : public ::testing::Test {
 protected:
  /// Posts a task that writes its name down.
  void post(const std::string& name) {
    scheduler_.post([this, name] { ran_.push_back(name); });
  }
  Scheduler::TimerId post_after(std::chrono::nanoseconds delay, const std::string& name) {
    return scheduler_.post_after(delay, [this, name] { ran_.push_back(name); });
  }
  std::shared_ptr<SimulatedClock> clock_ = std::make_shared<SimulatedClock>();
  SimulatedScheduler scheduler_{7, clock_};
  std::vector<std::string> ran_;
};

/// The order in which `seed` runs ten tasks, and its trace hash.
std::pair<std::string, std::uint64_t> run_with(std::uint64_t seed) {
  SimulatedScheduler scheduler(seed, std::make_shared<SimulatedClock>());
  std::string order;
  for (char name = 'a'; name < 'k'; ++name) scheduler.post([&order, name] { order += name; });
  scheduler.run_until_idle();
  return {order, scheduler.trace_hash()};
}

TEST(SimulatedSchedulerSeed, GivesTheSameOrderAndTraceHash) { EXPECT_EQ(run_with(1), run_with(1)); }

TEST(SimulatedSchedulerSeed, GivesOtherOrdersForOtherSeeds) {
  std::set<std::string> orders;
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    orders.insert(run_with(seed).first);
    hashes.insert(run_with(seed).second);
  }
  EXPECT_THAT(orders, SizeIs(Gt(15U)));
  EXPECT_THAT(hashes, SizeIs(20));
}

TEST_F(SimulatedSchedulerTest, RunsNothingByItself) {
  post("task");
  EXPECT_THAT(ran_, IsEmpty());
  EXPECT_EQ(scheduler_.ready_count(), 1U);
  EXPECT_TRUE(scheduler_.run_one());
  EXPECT_FALSE(scheduler_.run_one());
  EXPECT_THAT(ran_, ElementsAre("task"));
}

TEST_F(SimulatedSchedulerTest, RunsWhatATaskPosts) {
  scheduler_.post([this] { post("posted"); });
  EXPECT_EQ(scheduler_.run_until_idle(), 2U);
  EXPECT_THAT(ran_, ElementsAre("posted"));
}

TEST_F(SimulatedSchedulerTest, FiresTimersInOrderAsTimeGoesBy) {
  post_after(seconds(2), "second");
  post_after(seconds(1), "first");
  post_after(seconds(3), "third");
  const MonotonicTime start = clock_->monotonic();
  scheduler_.advance(milliseconds(2500));
  EXPECT_THAT(ran_, ElementsAre("first", "second"));
  EXPECT_EQ(clock_->monotonic() - start, milliseconds(2500));
  EXPECT_EQ(scheduler_.timer_count(), 1U);
}

TEST_F(SimulatedSchedulerTest, FiresATimerThatATimerSets) {
  scheduler_.post_after(seconds(1), [this] { post_after(seconds(1), "again"); });
  scheduler_.advance(seconds(2));
  EXPECT_THAT(ran_, ElementsAre("again"));
}

TEST_F(SimulatedSchedulerTest, CancelsATimerUntilItBegins) {
  const auto timer = post_after(seconds(1), "cancelled");
  EXPECT_TRUE(scheduler_.cancel(timer));
  EXPECT_FALSE(scheduler_.cancel(timer));
  const auto due = post_after(seconds(1), "due, not begun");
  clock_->advance(seconds(1));
  EXPECT_EQ(scheduler_.ready_count(), 1U);
  EXPECT_TRUE(scheduler_.cancel(due));
  scheduler_.advance(seconds(2));
  EXPECT_THAT(ran_, IsEmpty());
}

TEST_F(SimulatedSchedulerTest, RunsOthersWhileItWaits) {
  std::atomic<std::uint32_t> word{0};
  post("other");
  scheduler_.post_after(seconds(1), [&] {
    word = 1;
    scheduler_.wake(word);
  });
  const MonotonicTime start = clock_->monotonic();
  scheduler_.wait(word, 0, MonotonicTime::max());
  EXPECT_EQ(word.load(), 1U);
  EXPECT_THAT(ran_, ElementsAre("other"));
  EXPECT_EQ(clock_->monotonic() - start, seconds(1));
}

TEST_F(SimulatedSchedulerTest, LetsTimePassToTheDeadlineOfAWait) {
  const std::atomic<std::uint32_t> word{0};
  const MonotonicTime deadline = clock_->monotonic() + seconds(3);
  post_after(seconds(10), "too late");
  scheduler_.wait(word, 0, deadline);
  EXPECT_EQ(clock_->monotonic(), deadline);
  EXPECT_THAT(ran_, IsEmpty());
}

TEST_F(SimulatedSchedulerTest, ReturnsAtOnceWhenTheWordHasChanged) {
  const std::atomic<std::uint32_t> word{1};
  post("not run");
  scheduler_.wait(word, 0, MonotonicTime::max());
  EXPECT_THAT(ran_, IsEmpty());
}

TEST_F(SimulatedSchedulerTest, CountsAWaitThatNothingCanEnd) {
  const std::atomic<std::uint32_t> word{0};
  scheduler_.wait(word, 0, MonotonicTime::max());
  EXPECT_EQ(scheduler_.stuck_waits(), 1U);
}

TEST_F(SimulatedSchedulerTest, DropsAnExceptionThatLeavesATask) {
  scheduler_.post([] { throw std::runtime_error("unseen"); });
  EXPECT_TRUE(scheduler_.run_one());
}

TEST_F(SimulatedSchedulerTest, DropsEverythingWhenStopped) {
  post("task");
  post_after(seconds(1), "timer");
  scheduler_.stop();
  post("later");
  scheduler_.advance(seconds(2));
  EXPECT_THAT(ran_, IsEmpty());
}

}  // namespace
}  // namespace leat::testing
