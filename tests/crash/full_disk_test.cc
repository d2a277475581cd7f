// A full disk, a real one: a tmpfs of 64 MiB (G24). No signal comes, reads and deletes go on,
// appends resume.

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <sys/mount.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/result.h"
#include "leat/types.h"

#include "crash/settings.h"
#include "support/records.h"
#include "support/temp_directory.h"
#include "unit/io/result_matchers.h"

namespace leat::crash {
namespace {

using support::partition_of;
using testing::IsError;
using testing::IsOk;
using testing::IsOkAnd;
using ::testing::SizeIs;

class FullDisk : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", disk_.path().c_str(), "tmpfs", 0, "size=64m") != 0) {
      GTEST_SKIP() << "mounting a tmpfs is refused here: " << std::strerror(errno);
    }
    is_mounted_ = true;
    reopen();
    ASSERT_TRUE(engine_.has_value());
    ASSERT_THAT(engine_->create_topic("t", 1, {{"segment.bytes", "1048576"}}), IsOk());
  }
  void TearDown() override {
    engine_.reset();
    if (is_mounted_) ::umount(disk_.path().c_str());
  }
  /// A crash of the process first, if it was not closed (G35).
  void reopen() {
    engine_.reset();
    EngineOptions options;
    options.mmap_appends = GetParam();
    auto opened = Engine::open({.directory = disk_ / "log", .options = options});
    ASSERT_THAT(opened, IsOk());
    engine_.emplace(*std::move(opened));
  }
  /// Appends until the disk is full; returns how many records fitted.
  static std::int64_t fill(Appender& appender) {
    const std::string value(1000, 'x');
    for (std::int64_t n = 0; n < 200'000; ++n) {
      const auto offset = appender.append(Record{.value = value});
      if (offset) continue;
      EXPECT_THAT(offset, IsError(ErrorCode::kStorageFull));
      return n;
    }
    ADD_FAILURE() << "the disk never filled";
    return 0;
  }

  support::TempDirectory disk_;
  bool is_mounted_ = false;
  std::optional<Engine> engine_;
};

TEST_P(FullDisk, FailsAppendsUntilThereIsRoomAgainAndServesTheRest) {
  auto appender = engine_->appender("t", PartitionId{0});
  ASSERT_THAT(appender, IsOk());
  const std::int64_t fitted = fill(*appender);
  EXPECT_GT(fitted, 30'000);
  EXPECT_TRUE(is_retriable(ErrorCode::kStorageFull));
  EXPECT_EQ(engine_->health().state, HealthState::kHealthy);

  // Reads go on, and so does deleting.
  const auto read = support::read_all(*engine_, partition_of("t"));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->size(), static_cast<std::size_t>(fitted));
  const auto start = engine_->delete_records(partition_of("t"), Offset{fitted / 2});
  ASSERT_THAT(start, IsOk());
  EXPECT_GT(start->value(), 0);

  // The same appender, without a restart.
  EXPECT_THAT(appender->append(Record{.value = "after"}), IsOkAnd(Offset{fitted}));
  EXPECT_THAT(engine_->flush(), IsOk());
  EXPECT_THAT(engine_->close(), IsOk());

  auto reopened = Engine::open({.directory = disk_ / "log"});
  ASSERT_THAT(reopened, IsOk());
  const auto kept = support::read_all(*reopened, partition_of("t"));
  ASSERT_THAT(kept, IsOk());
  EXPECT_EQ(kept->front().offset, start->value());
  EXPECT_EQ(kept->back().value, "after");
}

TEST_P(FullDisk, KeepsWhatWasAcknowledgedAcrossAKill) {
  const std::string ballast = disk_ / "ballast";
  std::ofstream(ballast) << std::string(1 << 20, 'b');
  auto appender = engine_->appender("t", PartitionId{0});
  ASSERT_THAT(appender, IsOk());
  const auto fitted = static_cast<std::size_t>(fill(*appender));
  engine_.reset();  // without close: as a crash of the process (G35)
  {
    const auto beside = Engine::open({.directory = disk_ / "log", .mode = Mode::kReadOnly});
    ASSERT_THAT(beside, IsOk());
    EXPECT_THAT(support::read_all(*beside, partition_of("t")), IsOkAnd(SizeIs(fitted)));
  }
  // A writer's open needs a block for STATE: it says so, or finds one.
  if (const auto full = Engine::open({.directory = disk_ / "log"}); !full) {
    EXPECT_THAT(full, IsError(ErrorCode::kStorageFull));
  }
  std::filesystem::remove(ballast);
  const auto reopened = Engine::open({.directory = disk_ / "log"});
  ASSERT_THAT(reopened, IsOk());
  EXPECT_THAT(support::read_all(*reopened, partition_of("t")), IsOkAnd(SizeIs(fitted)));
}

/// Else the next full disk finds none, and nothing can be deleted any more (G24).
TEST_P(FullDisk, TakesItsReserveBackOnceThereIsRoom) {
  auto appender = engine_->appender("t", PartitionId{0});
  ASSERT_THAT(appender, IsOk());
  std::filesystem::remove(disk_ / "log/RESERVE");  // as if a deletion before had used it
  const std::int64_t fitted = fill(*appender);
  EXPECT_FALSE(std::filesystem::exists(disk_ / "log/RESERVE"));
  ASSERT_THAT(engine_->delete_records(partition_of("t"), Offset{fitted / 2}), IsOk());
  EXPECT_TRUE(std::filesystem::exists(disk_ / "log/RESERVE"));
  std::filesystem::remove(disk_ / "log/RESERVE");
  ASSERT_THAT(engine_->admin().delete_topic("t"), IsOk());
  EXPECT_TRUE(std::filesystem::exists(disk_ / "log/RESERVE"));
}

/// Filled and freed again and again, with kills and clean closes in between (T12).
TEST_P(FullDisk, GoesOnThroughCyclesOfFillingAndFreeing) {
  std::mt19937_64 random(g_full_disk.seed);
  SCOPED_TRACE("--seed=" + std::to_string(g_full_disk.seed));
  std::int64_t end = 0;
  for (int cycle = 0; cycle < g_full_disk.cycles; ++cycle) {
    SCOPED_TRACE("cycle " + std::to_string(cycle));
    {
      auto appender = engine_->appender("t", PartitionId{0});
      ASSERT_THAT(appender, IsOk());
      const std::int64_t fitted = fill(*appender);
      ASSERT_GT(fitted, 100);
      end += fitted;
    }
    EXPECT_EQ(engine_->health().state, HealthState::kHealthy);
    const auto before = engine_->offsets(partition_of("t"));
    ASSERT_THAT(before, IsOk());
    EXPECT_EQ(before->log_end, Offset{end});
    const std::int64_t held = end - before->log_start.value();
    const auto freed = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(held / 2));
    const auto start =
        engine_->delete_records(partition_of("t"), before->log_start + (held / 4 + freed));
    ASSERT_THAT(start, IsOk());
    if (random() % 3 == 0) {
      EXPECT_THAT(engine_->flush(), IsOk());
    }
    if (random() % 4 == 0) {
      EXPECT_THAT(engine_->close(), IsOk());
    }
    if (random() % 2 == 0 || engine_->health().state == HealthState::kClosed) reopen();
    ASSERT_TRUE(engine_.has_value());
    const auto records = support::read_all(*engine_, partition_of("t"));
    ASSERT_THAT(records, IsOk());
    EXPECT_EQ(records->front().offset, start->value());
    EXPECT_EQ(records->size(), static_cast<std::size_t>(end - start->value()));
  }
}

INSTANTIATE_TEST_SUITE_P(, FullDisk, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Mapped" : "Written"; });

}  // namespace
}  // namespace leat::crash
