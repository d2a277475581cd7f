// Scrub: damage in cold segments is found at a set rate (G23).

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/testing/simulated_disk.h"
#include "leat/testing/simulated_scheduler.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "base/uuid.h"
#include "unit/io/result_matchers.h"

namespace leat {
namespace {

using leat::testing::IsOk;
using leat::testing::SimulatedWorld;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

/// An engine with 4 sealed segments of two blocks and a bit each.
class Scrubbed : public ::testing::Test {
 protected:
  static constexpr std::int64_t kBlock = 65'536;

  void open(std::int64_t bytes_per_second) {
    EngineOptions options;
    options.scrub_bytes_per_second = bytes_per_second;
    Environment environment = world_.environment();
    environment.log = [this](LogLevel level, std::string_view text) {
      if (level == LogLevel::kError) said_.emplace_back(text);
    };
    engine_.emplace(
        Engine::open({.directory = "/d", .options = options, .environment = environment}).value());
    id_ = engine_->create_topic("t", 1).value();
    auto appender = engine_->appender("t", PartitionId{0}).value();
    for (int segment = 0; segment < 4; ++segment) {
      for (int i = 0; i < 10; ++i) appender.append({.value = std::string(14'000, 'x')}).value();
      ASSERT_THAT(engine_->roll({"t", PartitionId{0}}), IsOk());
    }
    world_.scheduler().run_until_idle();
  }
  void pass(std::chrono::nanoseconds time) {
    for (auto passed = 0ns; passed < time; passed += 100ms) {
      world_.scheduler().advance(100ms);
      world_.scheduler().run_until_idle();
    }
  }
  double metric(const char* name) { return engine_->metrics().at(name); }
  void damage(const std::string& base, std::uint64_t position) {
    const auto file = world_.disk().open("/d/logs/" + base::to_hex(id_) + "/0/" + base + ".log",
                                         OpenMode::kReadWrite);
    ASSERT_THAT(file, IsOk());
    ASSERT_THAT((*file)->write(position, std::array{std::byte{0}, std::byte{0}}), IsOk());
  }

  SimulatedWorld world_{1};
  std::optional<Engine> engine_;
  Uuid id_;
  std::vector<std::string> said_;
};

TEST_F(Scrubbed, GoesThroughAllAndFindsNothing) {
  open(10 * kBlock);
  pass(10s);
  EXPECT_EQ(metric("leat.scrub.rounds.total"), 1);
  EXPECT_GT(metric("leat.scrub.bytes.total"), 4 * 140'000);
  EXPECT_EQ(metric("leat.scrub.damaged.total"), 0);
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(Scrubbed, ReadsNoFasterThanItsRate) {
  open(kBlock);  // 12 blocks: 12 seconds
  pass(5s);
  EXPECT_LE(metric("leat.scrub.bytes.total"), 6 * kBlock);
  EXPECT_GE(metric("leat.scrub.bytes.total"), 3 * kBlock);
}

TEST_F(Scrubbed, ReportsDamageThatNobodyHasRead) {
  open(10 * kBlock);
  damage("00000000000000000020", 70'000);
  pass(10s);
  EXPECT_EQ(metric("leat.scrub.damaged.total"), 1);
  EXPECT_THAT(said_, ElementsAre(HasSubstr("00000000000000000020.log: bytes [65536, 131072)")));
}

TEST_F(Scrubbed, RestsForAnHourAndBeginsAnew) {
  open(10 * kBlock);
  pass(10s);
  damage("00000000000000000000", 100);
  pass(30min);
  EXPECT_EQ(metric("leat.scrub.damaged.total"), 0);
  pass(31min);
  EXPECT_EQ(metric("leat.scrub.damaged.total"), 1);
}

TEST_F(Scrubbed, PassesOverWhatWasDeleted) {
  open(kBlock);
  pass(2s);
  ASSERT_THAT(engine_->admin().delete_topic("t"), IsOk());
  pass(30s);
  EXPECT_EQ(metric("leat.scrub.damaged.total"), 0);
  EXPECT_EQ(metric("leat.scrub.rounds.total"), 1);
}

TEST_F(Scrubbed, IsOffUnlessAskedFor) {
  open(0);
  EXPECT_FALSE(engine_->metrics().contains("leat.scrub.bytes.total"));
}

}  // namespace
}  // namespace leat
