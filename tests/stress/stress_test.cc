// Sixteen threads, the whole public API at random, over a real directory and in memory (T16; G7,
// G8, G9): no race (TSan says), no wrong record, nothing acknowledged that is not there.
// engine_stress_unit_test
// --seconds=600 --seed=7

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"

#include "stress/stressed.h"
#include "support/records.h"
#include "support/temp_directory.h"
#include "unit/io/result_matchers.h"

namespace leat::stress {
namespace {

using support::Got;
using testing::IsOk;

std::uint64_t g_seed = 1;                // NOLINT: set by main
std::chrono::milliseconds g_time{1000};  // NOLINT: set by main, of each test
constexpr int kThreads = 16;

class Stress : public ::testing::TestWithParam<bool> {
 protected:
  static bool is_on_disk() { return GetParam(); }
  Result<Engine> open() {
    Environment environment;
    if (!is_on_disk()) environment.file_system = memory_;
    return Engine::open({.directory = is_on_disk() ? directory_ / "log" : "/log",
                         .environment = std::move(environment)});
  }

  static void create_topics(Engine& engine) {
    const std::map<std::string, ConfigMap> levels{
        {"plain", {}}, {"interval", {{"flush.ms", "5"}}}, {"synced", {{"flush.messages", "1"}}}};
    for (const auto& [name, level] : levels) {
      ConfigMap configs = level;
      configs["internal.segment.bytes"] = "65536";
      ASSERT_THAT(engine.create_topic(name, kPartitions, configs), IsOk());
    }
  }

  /// Each thread's acknowledged records are where it was told, unless they were deleted since.
  void expect_all_there(const Engine& engine) {
    for (const char* const topic : kSteady) {
      for (std::int32_t p = 0; p < kPartitions; ++p)
        expect_there(engine, support::partition_of(topic, p));
    }
  }
  void expect_there(const Engine& engine, const TopicPartition& partition) {
    const auto records = support::read_all(engine, partition);
    ASSERT_THAT(records, IsOk());
    std::map<std::int64_t, std::string> values;
    std::set<std::string> once;
    for (const Got& got : *records) {
      values[got.offset] = *got.value;
      EXPECT_TRUE(once.insert(*got.value).second) << partition.topic << ": twice: " << *got.value;
    }
    const std::int64_t start = engine.offsets(partition)->log_start.value();
    for (const auto& thread : threads_) {
      const auto acked = thread->acked().find(partition);
      if (acked == thread->acked().end()) continue;
      for (const auto& [offset, value] : acked->second) {
        if (offset.value() < start) continue;
        ASSERT_EQ(values[offset.value()], value) << partition.topic;
      }
    }
  }

  support::TempDirectory directory_;
  std::shared_ptr<FileSystem> memory_ = memory_file_system();
  std::vector<std::unique_ptr<Thread>> threads_;
};

/// Returns after the time, without sleeping: nobody wakes it.
void let_pass(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable nobody;
  std::unique_lock lock(mutex);
  (void)nobody.wait_until(lock, std::chrono::steady_clock::now() + time, [] { return false; });
}

TEST_P(Stress, OfManyThreadsLosesAndMixesUpNothing) {
  SCOPED_TRACE("--seed=" + std::to_string(g_seed));
  auto engine = open();
  ASSERT_THAT(engine, IsOk());
  create_topics(*engine);
  auto producer = engine->producer({.linger = std::chrono::milliseconds(1)});
  ASSERT_THAT(producer, IsOk());
  Shared shared{.engine = *engine, .producer = *producer};
  {
    std::vector<std::jthread> running;
    for (int n = 0; n < kThreads; ++n) {
      threads_.push_back(std::make_unique<Thread>(shared, n, g_seed * 1000));
      running.emplace_back([thread = threads_.back().get()] { thread->run(); });
    }
    let_pass(g_time);
    shared.is_over = true;
  }
  std::uint64_t calls = 0;
  for (const auto& thread : threads_) {
    EXPECT_THAT(thread->complaints(), ::testing::IsEmpty());
    calls += thread->calls();
  }
  EXPECT_THAT(producer->close(), IsOk());
  EXPECT_EQ(engine->health().state, HealthState::kHealthy);
  EXPECT_THAT(engine->close(), IsOk());
  const auto again = open();
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->recovery().was_clean);
  expect_all_there(*again);
  std::printf("%llu calls of %d threads, seed %llu\n", static_cast<unsigned long long>(calls),
              kThreads, static_cast<unsigned long long>(g_seed));
}

TEST_P(Stress, OfHandlesEndsWithClosedWhenTheEngineIsClosedBelowThem) {
  SCOPED_TRACE("--seed=" + std::to_string(g_seed));
  auto engine = open();
  ASSERT_THAT(engine, IsOk());
  create_topics(*engine);
  auto producer = engine->producer();
  ASSERT_THAT(producer, IsOk());
  std::vector<Appender> appenders;
  for (std::int32_t p = 0; p < kPartitions; ++p) {
    auto appender = engine->appender("plain", PartitionId{p});
    ASSERT_THAT(appender, IsOk());
    appenders.push_back(*std::move(appender));
  }
  std::vector<std::vector<std::string>> acked(kPartitions);
  {
    std::vector<std::jthread> running;
    for (std::size_t n = 0; n < appenders.size(); ++n) {
      running.emplace_back([&, n] {
        while (true) {
          const std::string value = "plain:" + std::to_string(acked[n].size());
          const auto offset = appenders[n].append({.value = value});
          if (!offset) {
            EXPECT_THAT(offset, testing::IsError(ErrorCode::kClosed));
            return;
          }
          acked[n].push_back(value);
        }
      });
      running.emplace_back([&] {
        while (true) {
          const auto sent = producer->send("synced", {.value = "synced:"});
          if (!sent) {
            EXPECT_THAT(sent, testing::IsError(ErrorCode::kClosed));
            return;
          }
        }
      });
    }
    let_pass(std::chrono::milliseconds(100));
    EXPECT_THAT(engine->close(), IsOk());
  }
  appenders.clear();
  const auto again = open();
  ASSERT_THAT(again, IsOk());
  for (std::int32_t p = 0; p < kPartitions; ++p) {
    const auto values = support::read_values(*again, support::partition_of("plain", p));
    ASSERT_THAT(values, IsOk());
    EXPECT_EQ(*values, acked[static_cast<std::size_t>(p)]);
  }
}

INSTANTIATE_TEST_SUITE_P(, Stress, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "OnDisk" : "InMemory"; });

}  // namespace
}  // namespace leat::stress

int main(int count, char** words) {
  ::testing::InitGoogleTest(&count, words);
  for (const std::string_view word : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
    if (word.starts_with("--seed="))
      leat::stress::g_seed = std::strtoull(word.data() + 7, nullptr, 10);
    if (word.starts_with("--seconds=")) {
      leat::stress::g_time = std::chrono::seconds(std::atoi(word.data() + 10));
    }
  }
  return RUN_ALL_TESTS();
}
