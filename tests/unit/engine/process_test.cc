// An engine among processes: locked against a second one, read beside by a third, left alone by a
// forked child (G29, G30).

#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/types.h"

#include "support/child.h"
#include "support/records.h"
#include "support/temp_directory.h"
#include "unit/io/result_matchers.h"

namespace leat {
namespace {

using support::partition_of;
using support::read_values;
using ::testing::ElementsAre;
using testing::IsError;
using testing::IsErrorSaying;
using testing::IsOk;
using testing::IsOkAnd;

class Processes : public ::testing::Test {
 protected:
  /// Another process that has the directory open.
  support::Child other() { return support::Child({LEAT_ENGINE_CHILD, directory_}); }
  Result<Engine> open(Mode mode = Mode::kReadWrite) {
    return Engine::open({.directory = directory_, .mode = mode});
  }

  support::TempDirectory parent_;
  std::string directory_ = parent_ / "log";
};

TEST_F(Processes, LockADirectoryAgainstASecondEngineInTheSameOne) {
  const auto first = open();
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(open(), IsErrorSaying(ErrorCode::kLocked, "pid " + std::to_string(::getpid())));
}

TEST_F(Processes, LockADirectoryAgainstEachOtherUntilTheHolderIsKilled) {
  support::Child holder = other();
  ASSERT_EQ(holder.read_line(), "open");
  EXPECT_THAT(open(), IsErrorSaying(ErrorCode::kLocked, "pid " + std::to_string(holder.pid())));
  EXPECT_EQ(holder.ask("create t"), "ok");
  holder.kill();
  const auto engine = open();
  ASSERT_THAT(engine, IsOk());
  EXPECT_FALSE(engine->recovery().was_clean);
  EXPECT_THAT(engine->admin().list_topics(), IsOkAnd(ElementsAre("t")));
}

TEST_F(Processes, AreRefusedInTheirTurn) {
  auto engine = open();
  ASSERT_THAT(engine, IsOk());
  {
    support::Child refused = other();
    EXPECT_THAT(refused.read_line(), ::testing::HasSubstr("pid " + std::to_string(::getpid())));
  }
  ASSERT_THAT(engine->close(), IsOk());
  support::Child welcome = other();
  EXPECT_EQ(welcome.read_line(), "open");
}

TEST_F(Processes, ReadBesideALiveWriter) {
  support::Child writer = other();
  ASSERT_EQ(writer.read_line(), "open");
  ASSERT_EQ(writer.ask("create t"), "ok");
  ASSERT_EQ(writer.ask("append t a"), "ok");
  auto reader = open(Mode::kReadOnly);
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ(reader->health().state, HealthState::kReadOnly);
  EXPECT_THAT(read_values(*reader, partition_of("t")), IsOkAnd(ElementsAre("a")));

  // What the writer does from now on is seen too, topics as well as records.
  ASSERT_EQ(writer.ask("append t b"), "ok");
  EXPECT_THAT(read_values(*reader, partition_of("t")), IsOkAnd(ElementsAre("a", "b")));
  ASSERT_EQ(writer.ask("create u"), "ok");
  ASSERT_EQ(writer.ask("append u c"), "ok");
  EXPECT_THAT(read_values(*reader, partition_of("u")), IsOkAnd(ElementsAre("c")));

  EXPECT_THAT(reader->create_topic("v"), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_THAT(reader->appender("t", PartitionId{0}), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_THAT(reader->flush(), IsError(ErrorCode::kStorageReadOnly));
}

TEST_F(Processes, FindNothingToReadWhereNoEngineWas) {
  EXPECT_THAT(open(Mode::kReadOnly), IsError(ErrorCode::kNotFound));
}

/// In the child of a fork: how many calls gave anything but kForked.
int calls_not_refused(Engine& engine, Appender& appender, Producer& producer, Consumer& consumer) {
  const TopicPartition t = partition_of("t");
  const auto is_refused = [](const auto& result) {
    return !result && result.error().code() == ErrorCode::kForked ? 0 : 1;
  };
  return is_refused(appender.append(Record{.value = "x"})) + is_refused(appender.claim(8)) +
         is_refused(appender.flush()) + is_refused(producer.send("t", {.value = "x"})) +
         is_refused(consumer.try_poll()) + is_refused(consumer.poll(std::chrono::seconds(0))) +
         is_refused(engine.create_topic("u")) + is_refused(engine.admin().list_topics()) +
         is_refused(engine.offsets(t)) + is_refused(engine.flush()) + is_refused(engine.roll(t)) +
         is_refused(engine.delete_records(t, Offset{0})) + is_refused(engine.state_hash()) +
         is_refused(engine.appender("t", PartitionId{0})) + is_refused(engine.producer()) +
         is_refused(engine.consumer()) + is_refused(engine.close());
}

TEST_F(Processes, LeaveAnEngineAloneInTheChildOfAFork) {  // S26
  auto engine = open();
  ASSERT_THAT(engine, IsOk());
  ASSERT_THAT(engine->create_topic("t", 1), IsOk());
  {
    auto appender = engine->appender("t", PartitionId{0});
    auto producer = engine->producer();
    auto consumer = engine->consumer();
    ASSERT_THAT(consumer->assign_topic("t"), IsOk());
    ASSERT_THAT(appender->append(Record{.value = "a"}), IsOk());
    const pid_t child = ::fork();
    if (child == 0) ::_exit(calls_not_refused(*engine, *appender, *producer, *consumer));
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << "a call in the child was not refused";
    EXPECT_THAT(appender->append(Record{.value = "b"}), IsOk());
  }
  EXPECT_THAT(read_values(*engine, partition_of("t")), IsOkAnd(ElementsAre("a", "b")));
  EXPECT_THAT(open(), IsError(ErrorCode::kLocked));  // the child's end did not give it back
  ASSERT_THAT(engine->close(), IsOk());
  EXPECT_TRUE(open()->recovery().was_clean);
}

TEST_F(Processes, DestroyAnEngineInTheChildOfAForkWithoutHarm) {
  auto engine = open();
  ASSERT_THAT(engine, IsOk());
  ASSERT_THAT(engine->create_topic("t", 1), IsOk());
  const pid_t child = ::fork();
  if (child == 0) {
    {
      const Engine dropped = *std::move(engine);
    }
    ::_exit(0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_THAT(engine->create_topic("u", 1), IsOk());
  EXPECT_THAT(engine->close(), IsOk());
}

}  // namespace
}  // namespace leat
