#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <memory>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"

namespace leat::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using ::testing::AnyOf;
using ::testing::ElementsAre;

class ThreadSchedulerTest : public ::testing::Test {
 protected:
  /// Runs `body` on the scheduler and returns what it returned.
  template <class Body>
  auto on_scheduler(Body body) {
    auto result = std::make_shared<std::promise<decltype(body())>>();
    scheduler_->post([result, body] { result->set_value(body()); });
    return result->get_future().get();
  }
  /// Returns once `word` is `value`.
  void await(const std::atomic<std::uint32_t>& word, std::uint32_t value) {
    for (auto seen = word.load(); seen != value; seen = word.load()) {
      scheduler_->wait(word, seen, MonotonicTime::max());
    }
  }
  std::shared_ptr<Scheduler> scheduler_ = thread_scheduler("leat-test", 2);
};

TEST_F(ThreadSchedulerTest, RunsATaskOnAnotherThread) {
  EXPECT_NE(on_scheduler([] { return std::this_thread::get_id(); }), std::this_thread::get_id());
}

TEST_F(ThreadSchedulerTest, RunsAsManyTasksAtOnceAsItHasWorkers) {
  std::promise<void> second_ran;
  std::promise<void> first_ended;
  scheduler_->post([&] {
    second_ran.get_future().get();  // Would wait for ever on a single worker.
    first_ended.set_value();
  });
  scheduler_->post([&] { second_ran.set_value(); });
  first_ended.get_future().get();
}

TEST_F(ThreadSchedulerTest, NamesItsWorkersAndBlocksAllSignalsThere) {
  const auto name = on_scheduler([] {
    std::array<char, 16> text{};
    pthread_getname_np(pthread_self(), text.data(), text.size());
    return std::string(text.data());
  });
  EXPECT_THAT(name, AnyOf("leat-test-0", "leat-test-1"));
  EXPECT_TRUE(on_scheduler([] {
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    return sigismember(&blocked, SIGTERM) == 1 && sigismember(&blocked, SIGALRM) == 1;
  }));
}

TEST_F(ThreadSchedulerTest, LeavesTheSignalsOfItsCallerAlone) {
  on_scheduler([] { return 0; });
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 0);
}

TEST_F(ThreadSchedulerTest, DropsAnExceptionThatLeavesATask) {
  scheduler_->post([] { throw std::runtime_error("unseen"); });
  EXPECT_EQ(on_scheduler([] { return 7; }), 7);
}

TEST_F(ThreadSchedulerTest, RunsTimersInTheOrderOfTheirTimes) {
  scheduler_ = thread_scheduler("leat-test", 1);
  std::vector<int> order;
  std::promise<void> done;
  scheduler_->post_after(milliseconds(20), [&] {
    order.push_back(2);
    done.set_value();
  });
  scheduler_->post_after(milliseconds(1), [&] { order.push_back(1); });
  scheduler_->post_after(nanoseconds::max(), [&] { order.push_back(3); });
  done.get_future().get();
  EXPECT_THAT(order, ElementsAre(1, 2));
}

TEST_F(ThreadSchedulerTest, NeverRunsATimerBeforeItsTime) {
  const auto clock = posix_clock();
  const MonotonicTime start = clock->monotonic();
  std::promise<MonotonicTime> ran;
  scheduler_->post_after(milliseconds(5), [&] { ran.set_value(clock->monotonic()); });
  EXPECT_GE(ran.get_future().get() - start, milliseconds(5));
}

TEST_F(ThreadSchedulerTest, CancelsATimerThatHasNotBegun) {
  const auto timer = scheduler_->post_after(hours(1), [] { ADD_FAILURE() << "cancelled"; });
  EXPECT_TRUE(scheduler_->cancel(timer));
  EXPECT_FALSE(scheduler_->cancel(timer));
  EXPECT_FALSE(scheduler_->cancel(0));
}

TEST_F(ThreadSchedulerTest, RefusesToCancelATimerThatHasBegun) {
  std::promise<void> begun;
  std::promise<void> go_on;
  const auto timer = scheduler_->post_after(nanoseconds(0), [&] {
    begun.set_value();
    go_on.get_future().get();
  });
  begun.get_future().get();
  EXPECT_FALSE(scheduler_->cancel(timer));
  go_on.set_value();
  scheduler_->stop();
}

TEST_F(ThreadSchedulerTest, RunsEachTimerOrCancelsItNeverBoth) {
  constexpr std::uint32_t kTimers = 2000;
  std::atomic<std::uint32_t> ran{0};
  std::uint32_t cancelled = 0;
  for (std::uint32_t i = 0; i < kTimers; ++i) {
    const auto timer = scheduler_->post_after(nanoseconds(i % 3 * 1000), [&] {
      ran.fetch_add(1);
      scheduler_->wake(ran);
    });
    if (i % 2 == 0) std::this_thread::yield();
    if (scheduler_->cancel(timer)) ++cancelled;
  }
  await(ran, kTimers - cancelled);
  scheduler_->stop();
  EXPECT_EQ(ran.load() + cancelled, kTimers);
}

TEST_F(ThreadSchedulerTest, WakesAWaiterWhenTheWordHasChanged) {
  std::atomic<std::uint32_t> word{0};
  scheduler_->post([&] {
    word.store(1);
    scheduler_->wake(word);
  });
  await(word, 1);
  EXPECT_EQ(word.load(), 1U);
}

TEST_F(ThreadSchedulerTest, EndsAWaitAtItsDeadline) {
  const std::atomic<std::uint32_t> word{0};
  const auto clock = posix_clock();
  const MonotonicTime deadline = clock->monotonic() + milliseconds(5);
  while (clock->monotonic() < deadline) scheduler_->wait(word, 0, deadline);
  scheduler_->wait(word, 0, MonotonicTime{});  // Long past: returns at once.
}

TEST_F(ThreadSchedulerTest, WaitsForRunningTasksAndDropsTheRestWhenStopped) {
  std::promise<void> begun;
  std::promise<void> go_on;
  bool ended = false;
  auto scheduler = thread_scheduler("leat-test", 1);
  scheduler->post([&] {
    begun.set_value();
    go_on.get_future().get();
    ended = true;
  });
  begun.get_future().get();
  scheduler->post([] { ADD_FAILURE() << "had not begun"; });
  scheduler->post_after(nanoseconds(0), [] { ADD_FAILURE() << "had not begun"; });
  std::thread stopper([&] { scheduler->stop(); });
  // A stopped scheduler gives no timer ids: from there on nothing begins.
  while (scheduler->post_after(hours(1), [] {}) != 0) std::this_thread::yield();
  go_on.set_value();
  stopper.join();
  EXPECT_TRUE(ended);
  scheduler->post([] { ADD_FAILURE() << "stopped"; });
}

TEST_F(ThreadSchedulerTest, MayBeStoppedAndDroppedByItsOwnTask) {
  std::promise<void> done;
  auto scheduler = thread_scheduler("leat-test", 2);
  auto* const raw = scheduler.get();
  raw->post([held = std::move(scheduler), &done]() mutable {
    held->stop();
    held.reset();
    done.set_value();
  });
  done.get_future().get();
}

TEST_F(ThreadSchedulerTest, DoesNothingInAChildOfFork) {  // S26
  on_scheduler([] { return 0; });
  const pid_t child = ::fork();
  if (child == 0) {
    const std::atomic<std::uint32_t> word{0};
    scheduler_->post([] {});
    scheduler_->wait(word, 0, MonotonicTime::max());
    scheduler_->stop();
    scheduler_.reset();
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(ThreadSchedulerTest, MayBeDroppedInAChildOfForkAfterItWasStopped) {  // S26
  on_scheduler([] { return 0; });
  scheduler_->stop();
  const pid_t child = ::fork();
  if (child == 0) {
    scheduler_.reset();
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace leat::testing
