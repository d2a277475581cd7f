// Several threads at one partition (S4, S6, S10); run under TSan too.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "unit/partition/partition_fixture.h"

namespace leat::partition {
namespace {

class Threads : public PartitionFixture {
 protected:
  ~Threads() override { scheduler_->stop(); }
  Environment environment() override {
    return with_defaults({.clock = posix_clock(),
                          .file_system = memory_,
                          .scheduler = scheduler_,
                          .log = {},
                          .on_step = {},
                          .random = {},
                          .boot_id = "b"});
  }
  void SetUp() override {
    ASSERT_THAT(memory_->create_directory("/d"), IsOk());
    ASSERT_THAT(memory_->create_directory("/d/logs"), IsOk());
    ASSERT_THAT(partition().log(), IsOk());
  }
  std::shared_ptr<FileSystem> memory_ = memory_file_system();
  std::shared_ptr<Scheduler> scheduler_ = thread_scheduler("t", 2);
};

TEST_F(Threads, OwnerAndOthersInterleaveWithoutALoss) {
  constexpr int kEach = 3000;
  ASSERT_THAT(partition().acquire_ownership(), IsOk());
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i)
        EXPECT_THAT(append_owned(partition(), Record{.value = "o"}), IsOk());
    });
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kEach / 10; ++i) EXPECT_THAT(append("x"), IsOk());
      });
    }
  }
  EXPECT_EQ(read().size(), static_cast<std::size_t>(kEach + kEach / 5));
}

TEST_F(Threads, GroupCommitSyncsFewerTimesThanItAcks) {
  constexpr int kThreads = 8;
  constexpr int kEach = 100;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kEach; ++i) {
          const auto appended = append("v");
          EXPECT_THAT(partition().make_durable(appended->base_offset.next()), IsOk());
        }
      });
    }
  }
  EXPECT_LE(instance().counters.syncs, std::uint64_t{kThreads * kEach});
  EXPECT_EQ(partition().offsets()->durable, Offset{kThreads * kEach});
}

class Flag : public Waiter {
 public:
  explicit Flag(Scheduler& scheduler) : scheduler_(scheduler) {}
  void wake() noexcept override {
    word.store(1, std::memory_order_release);
    scheduler_.wake(word);
  }
  std::atomic<std::uint32_t> word{0};

 private:
  Scheduler& scheduler_;
};

TEST_F(Threads, NoWakeUpIsLost) {  // S6: a lost one would wait for its deadline, and fail
  constexpr std::int64_t kRecords = 3000;
  std::jthread writer([&] {
    for (std::int64_t i = 0; i < kRecords; ++i) EXPECT_THAT(append("v"), IsOk());
  });
  const Clock& clock = *instance().environment.clock;
  for (Offset seen{0}; seen.value() < kRecords;) {
    const auto waiter = std::make_shared<Flag>(*scheduler_);
    partition().waiters().arm(waiter);
    Waiters::settle();
    if (partition().offsets()->log_end == seen) {
      const auto deadline = clock.monotonic() + std::chrono::seconds(60);
      while (waiter->word.load(std::memory_order_acquire) == 0 && clock.monotonic() < deadline) {
        scheduler_->wait(waiter->word, 0, deadline);
      }
      // It may be the late notify of the record before: woken is woken, what counts is that someone did.
      ASSERT_NE(waiter->word.load(std::memory_order_acquire), 0U) << "the wake-up was lost";
    }
    partition().waiters().disarm(waiter.get());
    seen = partition().offsets()->log_end;
  }
}

TEST_F(Threads, ReadersFollowWhileOptionsChange) {
  std::jthread writer([&] {
    for (int i = 0; i < 2000; ++i) EXPECT_THAT(append("v"), IsOk());
  });
  std::jthread changer([&] {
    for (int i = 0; i < 50; ++i) {
      TopicOptions options = options_;
      options.segment_bytes = i % 2 == 0 ? 1 << 20 : 2 << 20;
      EXPECT_THAT(partition().set_options(options), IsOk());
    }
  });
  std::size_t got = 0;
  for (int i = 0; i < 100; ++i) got = read().size();
  writer.join();
  EXPECT_LE(got, read().size());
  EXPECT_EQ(read().size(), 2000U);
}

}  // namespace
}  // namespace leat::partition
