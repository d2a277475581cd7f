#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/types.h"

#include "base/uuid.h"
#include "record/batch_view.h"
#include "unit/engine/bus.h"

namespace leat::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class CursorTest : public Bus {
 protected:
  CursorTest() : CursorTest(memory_file_system()) {}
  explicit CursorTest(const std::shared_ptr<FileSystem>& given) : Bus(on(given)), files(given) {
    topic("t");
    publish("t", 5);
  }
  Consumer named(const std::string& name, std::size_t records = 0) {
    return consumer("t", {.max_poll_records = records, .cursor = name});
  }
  void reopen() {
    engine.close().value();
    engine = Engine::memory(on(files)).value();
  }
  /// Five records in "apart", a batch each, and two of them read and saved.
  void read_two_of_five_batches() {
    topic("apart");
    Appender to = appender("apart", 0);
    for (int i = 0; i < 5; ++i) {
      to.append({.value = std::to_string(i)}).value();
      engine.flush().value();
    }
    Consumer c = consumer("apart", {.max_poll_records = 2, .cursor = "a"});
    poll(c);
    c.save().value();
  }
  /// Flips a bit in the value of the record of "apart" at `offset`.
  void damage(std::size_t offset) {
    const Uuid id = engine.admin().describe_topic("apart").value().id;
    engine.close().value();
    const auto file = files
                          ->open("/leat/logs/" + base::to_hex(id) + "/0/00000000000000000000.log",
                                 OpenMode::kReadWrite)
                          .value();
    std::vector<std::byte> bytes(file->size().value());
    file->read(0, bytes).value();
    std::size_t end = 0;
    for (std::size_t i = 0; i <= offset; ++i) {
      end += record::BatchView(bytes.data() + end).size_in_bytes();
    }
    const std::size_t value = end - 2;  // before the count of headers
    bytes[value] ^= std::byte{1};
    file->write(value, std::span(bytes).subspan(value, 1)).value();
    engine = Engine::memory(on(files)).value();
  }
  static Environment on(std::shared_ptr<FileSystem> files) {
    Environment environment;
    environment.file_system = std::move(files);
    return environment;
  }
  std::shared_ptr<FileSystem> files;
};

TEST_F(CursorTest, GoesOnWhereItWasSaved) {
  Consumer c = named("a", 2);
  poll(c);
  c.save().value();
  Consumer again = named("a");
  EXPECT_THAT(poll(again), ElementsAre("2", "3", "4"));
}

TEST_F(CursorTest, SurvivesARestart) {
  {
    Consumer c = named("a", 2);
    poll(c);
    c.save().value();
    poll(c);
    c.save().value();
  }
  reopen();
  Consumer again = named("a");
  EXPECT_THAT(poll(again), ElementsAre("4"));
}

TEST_F(CursorTest, BehindADamagedRecordGoesOn) {  // G22
  read_two_of_five_batches();
  damage(1);
  Consumer again = consumer("apart", {.cursor = "a"});
  EXPECT_THAT(again.save(), IsOk());
  EXPECT_THAT(poll(again), ElementsAre("2", "3", "4"));
}

TEST_F(CursorTest, AtADamagedRecordCanBeSoughtPastIt) {  // G22
  read_two_of_five_batches();
  damage(2);
  Consumer again = consumer("apart", {.cursor = "a"});
  EXPECT_THAT(again.poll(std::chrono::nanoseconds(0)), IsError(ErrorCode::kCorruptMessage));
  again.seek(at("apart"), Offset{3}).value();
  EXPECT_THAT(again.save(), IsOk());
  EXPECT_THAT(poll(again), ElementsAre("3", "4"));
}

TEST_F(CursorTest, IsDurableWhenSaved) {
  Consumer c = named("a");
  poll(c);
  c.save().value();
  const auto offsets = engine.offsets(at("__leat_cursors")).value();
  EXPECT_EQ(offsets.durable, Offset{1});
  EXPECT_EQ(offsets.log_end, Offset{1});
}

TEST_F(CursorTest, HasAPlaceForEachNameAndPartition) {
  topic("two", 2);
  publish("two", 3, 0);
  publish("two", 3, 1);
  Consumer a = consumer("two", {.cursor = "a"});
  a.seek(at("two", 0), Offset{1}).value();
  a.seek(at("two", 1), Offset{2}).value();
  a.save().value();
  Consumer b = consumer("two", {.cursor = "b"});
  b.save().value();
  reopen();
  Consumer again = consumer("two", {.cursor = "a"});
  EXPECT_EQ(again.position(at("two", 0))->offset, Offset{1});
  EXPECT_EQ(again.position(at("two", 1))->offset, Offset{2});
  EXPECT_EQ(consumer("two", {.cursor = "b"}).position(at("two", 1))->offset, Offset{0});
}

TEST_F(CursorTest, NeedsAName) {
  Consumer c = consumer("t");
  EXPECT_THAT(c.save(), IsError(ErrorCode::kInvalidArgument));
}

TEST_F(CursorTest, IsForgottenWithItsTopic) {
  Consumer c = named("a");
  poll(c);
  c.save().value();
  engine.admin().delete_topic("t").value();
  topic("t");
  publish("t", 1);
  Consumer again = named("a");
  EXPECT_THAT(poll(again), ElementsAre("0"));
}

TEST_F(CursorTest, IsKeptInAnInternalTopic) {
  Consumer c = named("a");
  c.save().value();
  EXPECT_THAT(engine.admin().list_topics().value(), Not(Contains("__leat_cursors")));
  EXPECT_THAT(engine.admin().list_all_topics().value(), Contains("__leat_cursors"));
}

TEST_F(CursorTest, HasTheBytesThatItsFormatTells) {  // lib/engine/FORMAT.md
  Consumer c = named("a", 2);
  poll(c);
  c.save().value();
  const LeaderEpoch epoch = c.position(at("t"))->epoch;
  ASSERT_LT(epoch.value(), 128);
  Consumer cursors = consumer("__leat_cursors");
  const ConsumedBatch batch = cursors.poll(kLong).value();
  const ConsumedRecord record = *batch.records().begin();  // the iterator that holds it goes
  const std::string key(record.key.text());
  const std::string value(record.value.text());
  ASSERT_EQ(key.size(), 25U);
  EXPECT_EQ(key.substr(0, 4), std::string("\0\0\2a", 4));
  EXPECT_EQ(key.substr(20), std::string(5, '\0'));
  ASSERT_EQ(value.size(), 23U);
  EXPECT_EQ(value.substr(0, 10), std::string("\0\0\0\0\0\0\0\0\0\2", 10));
  EXPECT_EQ(value.substr(10, 4), std::string("\0\0\0", 3) + static_cast<char>(epoch.value()));
  EXPECT_EQ(value.back(), '\0');
}

TEST_F(CursorTest, IsNotMadeByReading) {
  Consumer c = named("a");
  poll(c);
  EXPECT_THAT(engine.admin().list_all_topics().value(), Not(Contains("__leat_cursors")));
}

}  // namespace
}  // namespace leat::testing
