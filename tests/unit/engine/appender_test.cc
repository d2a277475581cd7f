#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/types.h"

#include "unit/engine/bus.h"
#include "unit/io/result_matchers.h"

namespace leat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AppenderTest : public Bus {
 protected:
  AppenderTest() { topic("t"); }
  static void fill(std::span<std::byte> bytes, std::string_view text) {
    std::memcpy(bytes.data(), text.data(), text.size());
  }
  std::vector<std::string> all() {
    Consumer consumer = this->consumer("t");
    return poll(consumer);
  }
};

TEST_F(AppenderTest, NumbersRecordsFromZero) {
  Appender t = appender("t");
  EXPECT_THAT(t.append({.value = "a"}), IsOkAnd(Offset{0}));
  EXPECT_THAT(t.append({.value = "b"}), IsOkAnd(Offset{1}));
  EXPECT_THAT(all(), ElementsAre("a", "b"));
}

TEST_F(AppenderTest, AppendsManyAsOneBatchAndReturnsTheFirstOffset) {
  Appender t = appender("t");
  t.append({.value = "a"}).value();
  const std::array<Record, 3> records{Record{.value = "b"}, Record{.value = "c"},
                                      Record{.value = "d"}};
  EXPECT_THAT(t.append(records), IsOkAnd(Offset{1}));
  EXPECT_THAT(t.append({.value = "e"}), IsOkAnd(Offset{4}));
  EXPECT_THAT(all(), ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(AppenderTest, RefusesABatchOfNothing) {
  Appender t = appender("t");
  EXPECT_THAT(t.append(std::span<const Record>()), IsError(ErrorCode::kInvalidArgument));
}

TEST_F(AppenderTest, IsTheOnlyOneOfItsPartitionUntilItGoes) {
  topic("two", 2);
  std::optional<Appender> first = appender("two", 0);
  EXPECT_THAT(engine.appender("two", PartitionId{0}), IsErrorSaying(ErrorCode::kBusy, "two-0"));
  EXPECT_THAT(engine.appender("two", PartitionId{1}), IsOk());
  first.reset();
  EXPECT_THAT(engine.appender("two", PartitionId{0}), IsOk());
}

TEST_F(AppenderTest, IsNotToBeHadForWhatIsNotThere) {
  EXPECT_THAT(engine.appender("none", PartitionId{0}),
              IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(engine.appender("t", PartitionId{1}), IsError(ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(AppenderTest, RefusesARecordOverMaxMessageBytesAndGoesOn) {
  topic("small", 1, {{"max.message.bytes", "1000"}});
  Appender t = appender("small");
  EXPECT_THAT(t.append({.value = std::string(1000, 'x')}), IsError(ErrorCode::kRecordTooLarge));
  EXPECT_THAT(t.append({.value = std::string(900, 'x')}), IsOkAnd(Offset{0}));
}

TEST_F(AppenderTest, RefusesARecordWithoutAKeyOnACompactedTopic) {  // B10
  topic("latest", 1, {{"cleanup.policy", "compact,delete"}});
  Appender t = appender("latest");
  EXPECT_THAT(t.append({.value = "x"}), IsErrorSaying(ErrorCode::kInvalidRecord, "'latest'"));
  EXPECT_THAT(t.append({.key = "", .value = "a"}), IsOkAnd(Offset{0}));
  EXPECT_THAT(t.append({.value = "x"}), IsError(ErrorCode::kInvalidRecord));
  EXPECT_THAT(t.claim(1), IsError(ErrorCode::kInvalidRecord));
  EXPECT_THAT(t.claim(1, "k"), IsOk());
}

TEST_F(AppenderTest, OneRecordWithoutAKeyRefusesItsWholeBatchOnACompactedTopic) {  // B10
  topic("latest", 1, {{"cleanup.policy", "compact"}});
  Appender t = appender("latest");
  const std::array<Record, 2> records{Record{.key = "k", .value = "a"}, Record{.value = "x"}};
  EXPECT_THAT(t.append(records), IsErrorSaying(ErrorCode::kInvalidRecord, "record 1"));
  EXPECT_EQ(engine.offsets(at("latest"))->log_end, Offset{0});
}

TEST_F(AppenderTest, AsksForKeysFromTheMomentTheTopicIsCompacted) {  // B10
  Appender t = appender("t");
  t.append({.value = "a"}).value();
  ASSERT_THAT(engine.admin().alter_configs("t", {{"cleanup.policy", "compact"}}), IsOk());
  EXPECT_THAT(t.append({.value = "x"}), IsError(ErrorCode::kInvalidRecord));
  ASSERT_THAT(engine.admin().alter_configs("t", {{"cleanup.policy", "delete"}}), IsOk());
  EXPECT_THAT(t.append({.value = "b"}), IsOkAnd(Offset{1}));
}

TEST_F(AppenderTest, KeepsAnOwnTimestampAndRefusesOneFarInTheFuture) {
  Appender t = appender("t");
  const Timestamp then{std::chrono::milliseconds{1'000}};
  t.append({.value = "old", .timestamp = then}).value();
  Consumer consumer = this->consumer("t");
  const ConsumedBatch batch = consumer.poll(kLong).value();
  EXPECT_EQ(batch.records().begin()->timestamp, then);
  EXPECT_THAT(t.append({.value = "x", .timestamp = Timestamp{std::chrono::years{400}}}),
              IsError(ErrorCode::kInvalidTimestamp));
}

TEST_F(AppenderTest, OnASyncTopicReturnsWhenDurable) {
  topic("safe", 1, {{"flush.messages", "1"}});
  Appender t = appender("safe");
  t.append({.value = "a"}).value();
  EXPECT_EQ(engine.offsets(at("safe"))->durable, Offset{1});
  const std::array<Record, 2> records{Record{.value = "b"}, Record{.value = "c"}};
  t.append(records).value();
  EXPECT_EQ(engine.offsets(at("safe"))->durable, Offset{3});
}

TEST_F(AppenderTest, FlushMakesAllDurable) {
  Appender t = appender("t");
  t.append({.value = "a"}).value();
  EXPECT_THAT(t.flush(), IsOk());
  EXPECT_EQ(engine.offsets(at("t"))->durable, Offset{1});
}

TEST_F(AppenderTest, AClaimIsReadableOnceCommitted) {
  Appender t = appender("t");
  const auto claimed = t.claim(5, "key").value();
  ASSERT_EQ(claimed.size(), 5U);
  fill(claimed, "hello");
  EXPECT_THAT(all(), IsEmpty());
  EXPECT_THAT(t.commit(), IsOkAnd(Offset{0}));
  Consumer consumer = this->consumer("t");
  const ConsumedBatch batch = consumer.poll(kLong).value();
  EXPECT_EQ(batch.records().begin()->key, BytesView("key"));
  EXPECT_EQ(batch.records().begin()->value, BytesView("hello"));
}

TEST_F(AppenderTest, AClaimStandsBetweenAppends) {
  Appender t = appender("t");
  t.append({.value = "a"}).value();
  fill(t.claim(1).value(), "b");
  t.commit().value();
  t.append({.value = "c"}).value();
  EXPECT_THAT(all(), ElementsAre("a", "b", "c"));
}

TEST_F(AppenderTest, AnAbandonedClaimLeavesNothing) {
  Appender t = appender("t");
  fill(t.claim(1).value(), "x");
  t.abandon();
  EXPECT_THAT(t.append({.value = "a"}), IsOkAnd(Offset{0}));
  EXPECT_THAT(all(), ElementsAre("a"));
}

TEST_F(AppenderTest, ASecondClaimDropsTheFirst) {
  Appender t = appender("t");
  fill(t.claim(3).value(), "one");
  fill(t.claim(3).value(), "two");
  t.commit().value();
  EXPECT_THAT(all(), ElementsAre("two"));
}

TEST_F(AppenderTest, CommitsOnlyWhatIsClaimed) {
  Appender t = appender("t");
  EXPECT_THAT(t.commit(), IsError(ErrorCode::kInvalidArgument));
  t.claim(1).value();
  t.commit().value();
  EXPECT_THAT(t.commit(), IsError(ErrorCode::kInvalidArgument));
}

TEST_F(AppenderTest, RefusesOtherAppendsWhileAClaimIsOpen) {
  Appender t = appender("t");
  t.claim(1).value();
  const std::array<Record, 1> records{Record{.value = "a"}};
  EXPECT_THAT(t.append({.value = "a"}), IsErrorSaying(ErrorCode::kBusy, "a claim is open in t-0"));
  EXPECT_THAT(t.append(records), IsError(ErrorCode::kBusy));
  EXPECT_THAT(t.flush(), IsError(ErrorCode::kBusy));
  t.abandon();
  EXPECT_THAT(t.append({.value = "a"}), IsOk());
}

TEST_F(AppenderTest, RefusesAClaimOverMaxMessageBytes) {
  topic("small", 1, {{"max.message.bytes", "1000"}});
  Appender t = appender("small");
  EXPECT_THAT(t.claim(1000), IsError(ErrorCode::kRecordTooLarge));
  EXPECT_THAT(t.append({.value = "a"}), IsOk());
}

TEST_F(AppenderTest, AClaimGoesWithItsAppender) {
  {
    appender("t").claim(3).value();
  }
  publish("t", 1);
  EXPECT_THAT(all(), ElementsAre("0"));
}

TEST_F(AppenderTest, ClaimsACopyWhereTheLogIsNotMapped) {  // S8
  Engine unmapped = Engine::open({.directory = {},
                                  .mode = Mode::kReadWrite,
                                  .options = {.mmap_appends = false},
                                  .environment = {}})
                        .value();
  unmapped.create_topic("t", 1, {{"max.message.bytes", "1000"}}).value();
  Appender t = unmapped.appender("t", PartitionId{0}).value();
  EXPECT_THAT(t.claim(1001), IsError(ErrorCode::kRecordTooLarge));
  fill(t.claim(5, "key").value(), "hello");
  EXPECT_THAT(t.append({.value = "x"}), IsError(ErrorCode::kBusy));
  EXPECT_THAT(t.commit(), IsOkAnd(Offset{0}));
  EXPECT_THAT(t.commit(), IsError(ErrorCode::kInvalidArgument));
  t.claim(1).value();
  t.abandon();
  EXPECT_THAT(t.append({.value = "x"}), IsOkAnd(Offset{1}));
  Consumer consumer = unmapped.consumer().value();
  consumer.assign_topic("t").value();
  const ConsumedBatch batch = consumer.poll(kLong).value();
  EXPECT_THAT(values(batch), ElementsAre("hello", "x"));
  EXPECT_EQ(batch.records().begin()->key, BytesView("key"));
}

TEST_F(AppenderTest, ProducersAppendBesideIt) {
  Appender t = appender("t");
  Producer p = producer();
  t.append({.value = "a"}).value();
  p.send("t", {.value = "b"}).value();
  EXPECT_THAT(t.append({.value = "c"}), IsOkAnd(Offset{2}));
  EXPECT_THAT(all(), ElementsAre("a", "b", "c"));
}

TEST_F(AppenderTest, GoesOnOverManySegments) {
  topic("rolling", 1, {{"segment.bytes", "1048576"}});
  Appender t = appender("rolling");
  const std::string value(1'000, 'x');
  for (int i = 0; i < 3'000; ++i) EXPECT_THAT(t.append({.value = value}), IsOkAnd(Offset{i}));
  Consumer consumer = this->consumer("rolling");
  std::size_t read = 0;
  for (auto some = poll(consumer); !some.empty(); some = poll(consumer)) read += some.size();
  EXPECT_EQ(read, 3'000U);
}

TEST_F(AppenderTest, IsRefusedAfterTheTopicIsDeleted) {
  Appender t = appender("t");
  engine.admin().delete_topic("t").value();
  EXPECT_THAT(t.append({.value = "a"}), IsError(ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(AppenderTest, IsClosedWithTheEngine) {
  Appender t = appender("t");
  engine.close().value();
  EXPECT_THAT(t.append({.value = "a"}), IsError(ErrorCode::kClosed));
  EXPECT_THAT(t.claim(1), IsError(ErrorCode::kClosed));
  EXPECT_THAT(t.flush(), IsError(ErrorCode::kClosed));
}

}  // namespace
}  // namespace leat::testing
