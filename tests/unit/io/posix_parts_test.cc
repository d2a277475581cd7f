#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"

#include "io/posix_fork_guard.h"
#include "io/posix_membarrier.h"
#include "io/posix_region.h"
#include "unit/io/result_matchers.h"

namespace leat::testing {
namespace {

using std::chrono::nanoseconds;

TEST(ForkGuard, TellsTheChildFromTheParent) {  // S26
  auto guard = io::ForkGuard::open().value();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(guard.forked() ? 0 : 1);
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(guard.forked());
}

TEST(ForkGuard, KeepsItsWordWhenMoved) {
  auto first = io::ForkGuard::open().value();
  io::ForkGuard second = std::move(first);
  EXPECT_FALSE(second.forked());
  auto third = io::ForkGuard::open().value();
  third = std::move(second);
  EXPECT_FALSE(third.forked());
}

/// Dekker's question: of two threads that each store their own flag and then load the other's, at
/// least one sees the other. Without the barriers x86 lets both miss, within a few thousand rounds.
TEST(Membarrier, LetsOneOfTwoSidesSeeTheOther) {  // S6
  if (!io::membarrier_available()) GTEST_SKIP() << "membarrier is refused here";
  constexpr int kRounds = 20'000;
  std::atomic<int> round{0};
  std::atomic<int> done{0};
  std::atomic<int> often{0};
  std::atomic<int> rarely{0};
  int often_saw = 0;
  std::thread thread([&] {
    for (int i = 1; i <= kRounds; ++i) {
      while (round.load(std::memory_order_acquire) != i) std::this_thread::yield();
      often.store(i, std::memory_order_relaxed);
      io::membarrier_light();
      often_saw = rarely.load(std::memory_order_relaxed);
      done.store(i, std::memory_order_release);
    }
  });
  int both_missed = 0;
  for (int i = 1; i <= kRounds; ++i) {
    round.store(i, std::memory_order_release);
    rarely.store(i, std::memory_order_relaxed);
    io::membarrier_heavy();
    const int rarely_saw = often.load(std::memory_order_relaxed);
    while (done.load(std::memory_order_acquire) != i) std::this_thread::yield();
    if (rarely_saw != i && often_saw != i) ++both_missed;
  }
  thread.join();
  EXPECT_EQ(both_missed, 0);
}

TEST(AnonymousRegion, IsZerosAndZerosAgainAfterClear) {
  auto region = io::AnonymousRegion::reserve(100'000);
  ASSERT_EQ(region.size(), 100'000U);
  std::memset(region.data(), 7, region.size());
  region.clear(10, 90'000);
  EXPECT_EQ(region.data()[9], std::byte{7});
  EXPECT_EQ(region.data()[10], std::byte{0});
  EXPECT_EQ(region.data()[50'000], std::byte{0});
  EXPECT_EQ(region.data()[89'999], std::byte{0});
  EXPECT_EQ(region.data()[90'000], std::byte{7});
}

TEST(AnonymousRegion, IsEmptyWhenThereIsNoAddressSpace) {
  EXPECT_EQ(io::AnonymousRegion::reserve(std::size_t{1} << 62).size(), 0U);
}

TEST(PosixClock, TellsWallTimeWithinItsTickAndNeverGoesBack) {  // S7
  const auto clock = posix_clock();
  EXPECT_GT(clock->tick(), nanoseconds(0));
  const Timestamp coarse = clock->now();
  EXPECT_LE(coarse, clock->now());
  const MonotonicTime before = clock->monotonic();
  EXPECT_LE(before, clock->monotonic());
}

TEST(WithDefaults, FillsWhatIsEmptyWithTheRealThing) {
  const Environment filled = with_defaults({});
  EXPECT_NE(filled.clock, nullptr);
  EXPECT_NE(filled.file_system, nullptr);
  EXPECT_NE(filled.scheduler, nullptr);
  EXPECT_EQ(filled.boot_id.size(), 36U);
  EXPECT_NE(filled.random(), filled.random());
  filled.log(LogLevel::kInfo, "dropped");
  filled.on_step("dropped");
}

TEST(WithDefaults, KeepsWhatIsGiven) {
  Environment given;
  given.file_system = memory_file_system();
  given.boot_id = "boot";
  const Environment filled = with_defaults(given);
  EXPECT_EQ(filled.file_system, given.file_system);
  EXPECT_EQ(filled.boot_id, "boot");
}

}  // namespace
}  // namespace leat::testing
