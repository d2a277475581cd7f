#include "base/mutex.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "leat/types.h"

namespace leat::base {
namespace {

class Counter {
 public:
  void add(int value) LEAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    value_ += value;
    changed_.notify_all();
  }
  int wait_for(int value) LEAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    while (value_ < value) changed_.wait(mutex_);
    return value_;
  }
  bool wait_until(MonotonicTime deadline) LEAT_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return changed_.wait_until(mutex_, deadline);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int value_ LEAT_GUARDED_BY(mutex_) = 0;
};

void add_from_threads(Counter& counter, int threads, int times) {
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&counter, times] {
      for (int j = 0; j < times; ++j) counter.add(1);
    });
  }
}

TEST(Mutex, LetsOneThreadInAtATime) {
  Counter counter;
  add_from_threads(counter, 4, 1000);
  EXPECT_EQ(counter.wait_for(4000), 4000);
}

TEST(Mutex, RefusesASecondHolderWithoutWaiting) {
  Mutex mutex;
  const MutexLock lock(mutex);
  bool taken = true;
  std::jthread([&]() LEAT_NO_THREAD_SAFETY_ANALYSIS { taken = mutex.try_lock(); }).join();
  EXPECT_FALSE(taken);
}

TEST(CondVar, WakesWhoWaitsForAChange) {
  Counter counter;
  const std::jthread adder([&] { counter.add(7); });
  EXPECT_EQ(counter.wait_for(7), 7);
}

TEST(CondVar, GivesUpAtADeadlineThatHasPassed) {
  Counter counter;
  EXPECT_FALSE(counter.wait_until(MonotonicTime{}));
}

TEST(SharedMutex, LetsReadersInTogether) {
  SharedMutex mutex;
  int value = 0;
  {
    const WriterLock lock(mutex);
    value = 1;
  }
  const ReaderLock mine(mutex);
  int seen = 0;
  std::jthread([&] {
    const ReaderLock theirs(mutex);
    seen = value;
  }).join();
  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace leat::base
