// An engine's directory: made, closed, reopened, refused, recovered.

#include "leat/engine.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/testing/simulated_disk.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "support/records.h"
#include "support/temp_directory.h"
#include "unit/io/result_matchers.h"

namespace leat {
namespace {

namespace fs = std::filesystem;
using support::partition_of;
using support::read_values;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsError;
using testing::IsErrorSaying;
using testing::IsOk;
using testing::IsOkAnd;
using ::testing::Optional;

class EngineDirectory : public ::testing::Test {
 protected:
  Engine open() {
    auto opened = Engine::open({.directory = directory_});
    EXPECT_THAT(opened, IsOk());
    return std::move(opened).value();
  }
  static void append(const Engine& engine, const std::string& topic, const std::string& value) {
    auto appender = engine.appender(topic, PartitionId{0});
    ASSERT_THAT(appender, IsOk());
    ASSERT_THAT(appender->append(Record{.value = value}), IsOk());
  }
  /// An engine that was closed with "a" and "b" in topic "t".
  void make() {
    Engine engine = open();
    ASSERT_THAT(engine.create_topic("t", 1), IsOk());
    append(engine, "t", "a");
    append(engine, "t", "b");
    ASSERT_THAT(engine.close(), IsOk());
  }
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ + "/" + name) << text;
  }

  support::TempDirectory parent_;
  std::string directory_ = parent_ / "log";
};

TEST_F(EngineDirectory, IsMadeWhenMissing) {
  Engine engine = open();
  EXPECT_TRUE(engine.recovery().was_clean);
  EXPECT_THAT(engine.recovery().partitions, IsEmpty());
  EXPECT_EQ(engine.health().state, HealthState::kHealthy);
  EXPECT_TRUE(fs::exists(directory_ + "/STATE"));
  EXPECT_TRUE(fs::exists(directory_ + "/LOCK"));
  EXPECT_EQ(fs::status(directory_).permissions(), fs::perms::owner_all);  // G28
}

TEST_F(EngineDirectory, IsReopenedCleanAfterClose) {
  make();
  const Engine engine = open();
  EXPECT_TRUE(engine.recovery().was_clean);
  EXPECT_EQ(engine.recovery().epoch, LeaderEpoch{0});
  EXPECT_THAT(read_values(engine, partition_of("t")), IsOkAnd(ElementsAre("a", "b")));
}

TEST_F(EngineDirectory, IsRecoveredUnderAHigherEpochWithoutClose) {  // G35, S18
  make();
  {
    const Engine engine = open();
    append(engine, "t", "c");
  }
  Engine engine = open();
  EXPECT_FALSE(engine.recovery().was_clean);
  EXPECT_EQ(engine.recovery().epoch, LeaderEpoch{1});
  EXPECT_THAT(read_values(engine, partition_of("t")), IsOkAnd(ElementsAre("a", "b", "c")));
  EXPECT_THAT(engine.close(), IsOk());
  EXPECT_EQ(open().recovery().epoch, LeaderEpoch{1});  // a clean open does not raise it
}

TEST_F(EngineDirectory, NeedsAParent) {
  EXPECT_THAT(Engine::open({.directory = parent_ / "no/such"}),
              IsErrorSaying(ErrorCode::kNotFound, "no/such"));
}

TEST_F(EngineDirectory, OfSomeoneElseIsRefusedByTheNameOfAFile) {
  fs::create_directory(directory_);
  put("photo.jpg", "x");
  EXPECT_THAT(Engine::open({.directory = directory_}),
              IsErrorSaying(ErrorCode::kUnsupportedFormat, "photo.jpg"));
  EXPECT_TRUE(fs::exists(directory_ + "/photo.jpg"));
}

TEST_F(EngineDirectory, OfANewerFormatIsRefusedUnharmed) {
  make();
  put("STATE", "leat-state 2\nopens 0\nstate clean\n");
  EXPECT_THAT(Engine::open({.directory = directory_}),
              IsErrorSaying(ErrorCode::kUnsupportedFormat, "format 2"));
  EXPECT_THAT(Engine::open({.directory = directory_, .mode = Mode::kReadOnly}),
              IsError(ErrorCode::kUnsupportedFormat));
}

TEST_F(EngineDirectory, WithADamagedStateIsRefused) {
  make();
  put("STATE",
      "leat-state 1\nopens 0\nstate clean\nboot x\ndevice 1\ninode 1\nxxh3 0000000000000000\n");
  EXPECT_THAT(Engine::open({.directory = directory_}),
              IsErrorSaying(ErrorCode::kCorruptMessage, "STATE"));
}

TEST_F(EngineDirectory, ThatWasCopiedOpensAndSaysSo) {
  make();
  const std::string copy = parent_ / "copy";
  fs::copy(directory_, copy, fs::copy_options::recursive);
  const auto engine = Engine::open({.directory = copy});
  ASSERT_THAT(engine, IsOk());
  EXPECT_THAT(engine->recovery().notes, Contains(HasSubstr("copied")));
  EXPECT_THAT(read_values(*engine, partition_of("t")), IsOkAnd(ElementsAre("a", "b")));
}

TEST_F(EngineDirectory, IsClosedOnceAndForAll) {
  make();
  Engine engine = open();
  auto appender = engine.appender("t", PartitionId{0});
  auto producer = engine.producer();
  auto consumer = engine.consumer();
  const Admin admin = engine.admin();
  ASSERT_THAT(consumer->assign_topic("t"), IsOk());
  EXPECT_THAT(engine.close(), IsOk());
  EXPECT_THAT(engine.close(), IsOk());
  EXPECT_EQ(engine.health().state, HealthState::kClosed);
  const auto is_closed = IsError(ErrorCode::kClosed);
  EXPECT_THAT(appender->append(Record{.value = "x"}), is_closed);
  EXPECT_THAT(appender->claim(10), is_closed);
  EXPECT_THAT(appender->flush(), is_closed);
  EXPECT_THAT(producer->send("t", {.value = "x"}), is_closed);
  EXPECT_THAT(consumer->try_poll(), is_closed);
  EXPECT_THAT(Admin(admin).list_topics(), is_closed);
  EXPECT_THAT(Admin(admin).create_topic({.name = "u"}), is_closed);
  EXPECT_THAT(engine.appender("t", PartitionId{0}), is_closed);
  EXPECT_THAT(engine.producer(), is_closed);
  EXPECT_THAT(engine.consumer(), is_closed);
  EXPECT_THAT(engine.offsets(partition_of("t")), is_closed);
  EXPECT_THAT(engine.flush(), is_closed);
  EXPECT_THAT(engine.roll(partition_of("t")), is_closed);
  EXPECT_THAT(engine.state_hash(), is_closed);
  EXPECT_THAT(engine.snapshot(parent_ / "s"), is_closed);
}

TEST_F(EngineDirectory, HasTheSameStateHashWithoutItsIndex) {  // G6
  std::uint64_t before = 0;
  {
    Engine engine = open();
    ASSERT_THAT(engine.create_topic("t", 1, {{"internal.segment.bytes", "4096"}}), IsOk());
    for (int n = 0; n < 300; ++n)
      append(engine, "t", std::string(100, static_cast<char>('a' + n % 26)));
    const auto hash = engine.state_hash();
    ASSERT_THAT(hash, IsOk());
    before = *hash;
    ASSERT_THAT(engine.close(), IsOk());
  }
  fs::remove_all(directory_ + "/index");
  Engine engine = open();
  EXPECT_THAT(engine.state_hash(), IsOkAnd(before));
  EXPECT_THAT(engine.close(), IsOk());
}

TEST_F(EngineDirectory, RebuildsADamagedIndexAndReportsIt) {  // S20
  make();
  for (const auto& file : fs::directory_iterator(directory_ + "/index")) {
    if (file.is_regular_file()) std::ofstream(file.path()) << "damaged";
  }
  const Engine engine = open();
  EXPECT_THAT(engine.recovery().notes, Contains(HasSubstr("index")));
  EXPECT_THAT(read_values(engine, partition_of("t")), IsOkAnd(ElementsAre("a", "b")));
}

TEST_F(EngineDirectory, SetsALogThatNoTopicHasAside) {  // S21
  make();
  const std::string stranger(32, 'a');
  fs::create_directory(directory_ + "/logs/" + stranger);
  const Engine engine = open();
  EXPECT_TRUE(fs::exists(directory_ + "/lost/" + stranger));
  EXPECT_FALSE(fs::exists(directory_ + "/logs/" + stranger));
  EXPECT_THAT(engine.recovery().notes, Contains(HasSubstr(stranger)));
}

TEST_F(EngineDirectory, OfASnapshotOpensWithEqualRecordsWhileTheWriterGoesOn) {  // G34
  make();
  Engine engine = open();
  const auto hash = engine.state_hash();
  ASSERT_THAT(engine.snapshot(parent_ / "snapshot"), IsOk());
  append(engine, "t", "later");
  EXPECT_THAT(engine.snapshot(parent_ / "snapshot"), IsError(ErrorCode::kAlreadyExists));
  const auto copy = Engine::open({.directory = parent_ / "snapshot"});
  ASSERT_THAT(copy, IsOk());
  EXPECT_THAT(read_values(*copy, partition_of("t")), IsOkAnd(ElementsAre("a", "b")));
  EXPECT_THAT(copy->state_hash(), IsOkAnd(*hash));
  EXPECT_THAT(read_values(engine, partition_of("t")), IsOkAnd(ElementsAre("a", "b", "later")));
}

TEST_F(EngineDirectory, CountsWhatItDoes) {
  make();
  Engine engine = open();
  append(engine, "t", "c");
  ASSERT_THAT(engine.flush(), IsOk());
  const Metrics metrics = engine.metrics();
  EXPECT_EQ(metrics.at("leat.topics"), 1);
  EXPECT_EQ(metrics.at("leat.partitions"), 1);
  EXPECT_EQ(metrics.at("leat.log.offsets"), 3);
  EXPECT_EQ(metrics.at("leat.log.offsets.unsynced"), 0);
  EXPECT_GE(metrics.at("leat.log.syncs.total"), 1);
}

TEST_F(EngineDirectory, FindsOffsetsByTime) {
  Engine engine = open();
  ASSERT_THAT(engine.create_topic("t", 1), IsOk());
  auto appender = engine.appender("t", PartitionId{0});
  const auto at = [](std::int64_t ms) {
    return Timestamp{std::chrono::milliseconds{1'700'000'000'000 + ms}};
  };
  for (const std::int64_t ms : {0, 10, 20}) {
    ASSERT_THAT(appender->append(Record{.value = "v", .timestamp = at(ms)}), IsOk());
  }
  EXPECT_THAT(engine.offset_for_time(partition_of("t"), at(-5)), IsOkAnd(Optional(Offset{0})));
  EXPECT_THAT(engine.offset_for_time(partition_of("t"), at(10)), IsOkAnd(Optional(Offset{1})));
  EXPECT_THAT(engine.offset_for_time(partition_of("t"), at(11)), IsOkAnd(Optional(Offset{2})));
  EXPECT_THAT(engine.offset_for_time(partition_of("t"), at(21)),
              IsOkAnd(::testing::Eq(std::nullopt)));
}

TEST_F(EngineDirectory, DeletesRecordsForGood) {  // S23
  {
    Engine engine = open();
    ASSERT_THAT(engine.create_topic("t", 1), IsOk());
    append(engine, "t", "a");
    append(engine, "t", "b");
    ASSERT_THAT(engine.roll(partition_of("t")), IsOk());
    append(engine, "t", "c");
    EXPECT_THAT(engine.delete_records(partition_of("t"), Offset{1}), IsOkAnd(Offset{1}));
    EXPECT_THAT(read_values(engine, partition_of("t")), IsOkAnd(ElementsAre("b", "c")));
    EXPECT_THAT(engine.delete_records(partition_of("t"), Offset{4}),
                IsError(ErrorCode::kOffsetOutOfRange));
    EXPECT_THAT(engine.delete_records(partition_of("t"), Offset{2}), IsOkAnd(Offset{2}));
  }  // without close
  const Engine engine = open();
  EXPECT_EQ(engine.offsets(partition_of("t"))->log_start, Offset{2});
  EXPECT_THAT(read_values(engine, partition_of("t")), IsOkAnd(ElementsAre("c")));
}

TEST(EngineInMemory, KeepsNothing) {
  auto engine = Engine::memory();
  ASSERT_THAT(engine, IsOk());
  EXPECT_THAT(engine->create_topic("t"), IsOk());
  EXPECT_THAT(engine->close(), IsOk());
  EXPECT_THAT(Engine::memory()->admin().list_topics(), IsOkAnd(IsEmpty()));
}

TEST(EngineOptionsAtOpen, AreChecked) {
  EngineOptions options;
  options.max_partitions = 0;
  EXPECT_THAT(Engine::open({.directory = {}, .options = options}),
              IsErrorSaying(ErrorCode::kInvalidConfig, "leat.max.partitions"));
}

TEST(ReadOnlyDirectory, IsAClearError) {  // G28; as root no real directory refuses
  testing::SimulatedWorld world(1);
  world.disk().fail({.call = testing::DiskCall::kLock, .error = ErrorCode::kIo});
  EXPECT_THAT(Engine::open({.directory = "/d", .environment = world.environment()}),
              IsErrorSaying(ErrorCode::kIo, "/d/LOCK"));
}

TEST(Snapshot, SurvivesPowerLossOnceItReturned) {  // G34: its own name in the parent too
  testing::SimulatedWorld world(1);
  {
    auto engine = Engine::open({.directory = "/d", .environment = world.environment()});
    ASSERT_THAT(engine, IsOk());
    ASSERT_THAT(engine->create_topic("t", 1), IsOk());
    auto appender = engine->appender("t", PartitionId{0});
    ASSERT_THAT(appender, IsOk());
    ASSERT_THAT(appender->append(Record{.value = "a"}), IsOk());
    ASSERT_THAT(engine->roll(partition_of("t")), IsOk());
    ASSERT_THAT(appender->append(Record{.value = "b"}), IsOk());
    ASSERT_THAT(engine->snapshot("/s"), IsOk());
    world.crash(testing::CrashOptions::lose_all());
  }
  const auto copy = Engine::open({.directory = "/s", .environment = world.environment()});
  ASSERT_THAT(copy, IsOk());
  EXPECT_THAT(read_values(*copy, partition_of("t")), IsOkAnd(ElementsAre("a", "b")));
}

}  // namespace
}  // namespace leat
