#include "leat/producer.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/testing/simulated_clock.h"
#include "leat/testing/simulated_scheduler.h"
#include "leat/types.h"

#include "unit/engine/bus.h"

namespace leat::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::chrono::hours kForEver{1};

class ProducerTest : public Bus {
 protected:
  ProducerTest() { topic("t"); }
  std::vector<std::string> all(std::string_view name = "t") {
    Consumer consumer = this->consumer(name);
    return poll(consumer);
  }
  std::int32_t partition_of(Producer& producer, std::string_view topic, BytesView key) {
    return producer.send(topic, {.key = key, .value = "v"})->partition.value();
  }
};

// --- what is sent
// --------------------------------------------------------------------------------------

TEST_F(ProducerTest, TellsWhereARecordWent) {
  Producer p = producer();
  const Timestamp time{milliseconds{1'234}};
  const RecordMetadata sent = p.send("t", {.value = "a", .timestamp = time}).value();
  EXPECT_EQ(sent.partition, PartitionId{0});
  EXPECT_EQ(sent.offset, Offset{0});
  EXPECT_EQ(sent.timestamp, time);
  EXPECT_EQ(p.send("t", {.value = "b"})->offset, Offset{1});
  EXPECT_THAT(all(), ElementsAre("a", "b"));
}

TEST_F(ProducerTest, TellsTheTimeOfTheLogWhereTheLogDates) {
  topic("dated", 1, {{"message.timestamp.type", "LogAppendTime"}});
  for (const CompressionType compression : {CompressionType::kNone, CompressionType::kLz4}) {
    Producer p = producer({.compression = compression});
    const Timestamp own{milliseconds{1'234}};
    const RecordMetadata sent = p.send("dated", {.value = "a", .timestamp = own}).value();
    EXPECT_GT(sent.timestamp, own);
    Consumer consumer = this->consumer("dated", {.offset_reset = OffsetReset::kLatest});
    consumer.seek(at("dated"), sent.offset).value();
    EXPECT_EQ(consumer.poll(kLong)->records().begin()->timestamp, sent.timestamp);
  }
}

TEST_F(ProducerTest, KeepsNullApartFromEmptyAndHeadersInOrder) {
  Producer p = producer({.compression = CompressionType::kZstd});
  const std::array<Header, 2> headers{Header{"a", "1"}, Header{"b", nullptr}};
  p.send("t", {.key = nullptr, .value = ""}).value();
  p.send("t", {.key = "", .value = nullptr, .headers = headers}).value();
  Consumer consumer = this->consumer("t");
  const ConsumedBatch batch = consumer.poll(kLong).value();
  auto record = batch.records().begin();
  EXPECT_TRUE(record->key.is_null());
  EXPECT_EQ(record->value, BytesView(""));
  ++record;
  EXPECT_EQ(record->key, BytesView(""));
  EXPECT_TRUE(record->value.is_null());
  EXPECT_THAT(std::vector<Header>(record->headers.begin(), record->headers.end()),
              ElementsAre(headers[0], headers[1]));
}

TEST_F(ProducerTest, SendsManyAndAnswersInTheirOrder) {
  topic("four", 4);
  Producer p = producer();
  std::vector<std::string> keys;
  for (int i = 0; i < 50; ++i) keys.push_back(std::to_string(i));
  std::vector<Record> records;
  for (const std::string& key : keys) records.push_back({.key = key, .value = key});
  const auto sent = p.send_all("four", records).value();
  Consumer consumer = this->consumer("four");
  const ConsumedBatch batch = consumer.poll(kLong).value();
  std::map<std::pair<PartitionId, Offset>, std::string> there;
  for (const ConsumedRecord& record : batch.records()) {
    there[{record.partition(), record.offset}] = record.value.text();
  }
  ASSERT_EQ(sent.size(), keys.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ((there[{sent[i].partition, sent[i].offset}]), keys[i]);
  }
}

TEST_F(ProducerTest, SendsNothingOfManyWhenOneIsTooLarge) {
  topic("small", 1, {{"max.message.bytes", "1000"}});
  Producer p = producer();
  const std::string large(1000, 'x');
  const std::array<Record, 2> records{Record{.value = "a"}, Record{.value = large}};
  EXPECT_THAT(p.send_all("small", records), IsError(ErrorCode::kRecordTooLarge));
  EXPECT_THAT(all("small"), IsEmpty());
}

TEST_F(ProducerTest, KeepsTheOrderOfAPartitionOverManyBatches) {
  Producer p =
      producer({.compression = CompressionType::kSnappy, .linger = kForEver, .batch_bytes = 500});
  std::vector<std::string> sent;
  for (int i = 0; i < 1'000; ++i) {
    sent.push_back(std::to_string(i));
    p.send_async("t", {.value = sent.back()}).value();
  }
  p.flush().value();
  EXPECT_EQ(all(), sent);
}

class Compressions : public ProducerTest, public ::testing::WithParamInterface<CompressionType> {};

TEST_P(Compressions, AreReadBackAndTakeLessRoom) {
  Producer p = producer({.compression = GetParam()});
  const std::string value(100, 'x');
  p.send_all("t", std::vector<Record>(100, Record{.key = "k", .value = value})).value();
  Consumer consumer = this->consumer("t");
  const ConsumedBatch batch = consumer.poll(kLong).value();
  EXPECT_LT(batch.size_in_bytes(), 5'000U);
  const auto read = values(batch);
  EXPECT_EQ(read.size(), 100U);
  EXPECT_THAT(read, Each(value));
}
INSTANTIATE_TEST_SUITE_P(All, Compressions,
                         ::testing::Values(CompressionType::kGzip, CompressionType::kSnappy,
                                           CompressionType::kLz4, CompressionType::kZstd));

TEST_F(ProducerTest, ATopicsCompressionPrevails) {
  topic("gzip", 1, {{"compression.type", "gzip"}});
  topic("plain", 1, {{"compression.type", "uncompressed"}});
  const std::string value(10'000, 'x');
  producer().send("gzip", {.value = value}).value();
  producer({.compression = CompressionType::kGzip}).send("plain", {.value = value}).value();
  EXPECT_LT(consumer("gzip").poll(kLong)->size_in_bytes(), 1'000U);
  EXPECT_GT(consumer("plain").poll(kLong)->size_in_bytes(), 10'000U);
}

// --- where it goes
// -------------------------------------------------------------------------------------

TEST_F(ProducerTest, ChoosesThePartitionOfAKeyAsJavaDoes) {
  topic("ten", 10);
  Producer p = producer();
  // The hashes of Kafka's UtilsTest.testMurmur2, their sign bit cleared, modulo 10.
  EXPECT_EQ(partition_of(p, "ten", "21"), 0);
  EXPECT_EQ(partition_of(p, "ten", "foobar"), 6);
  EXPECT_EQ(partition_of(p, "ten", "a-little-bit-long-string"), 2);
  EXPECT_EQ(partition_of(p, "ten", "a-little-bit-longer-string"), 9);
  EXPECT_EQ(partition_of(p, "ten", "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), 7);
  EXPECT_EQ(partition_of(p, "ten", "abc"), 7);
}

TEST_F(ProducerTest, StaysWithOnePartitionForABatchWorthOfNullKeys) {
  topic("many", 64);
  Producer p = producer({.batch_bytes = 1'000});
  const std::string value(90, 'x');
  std::vector<std::int32_t> went;
  for (int i = 0; i < 1'000; ++i)
    went.push_back(p.send("many", {.value = value})->partition.value());
  // A record has 97 bytes here, so eleven make a batch.
  for (std::size_t i = 0; i < went.size(); ++i) EXPECT_EQ(went[i], went[i - i % 11]) << i;
  EXPECT_GT((std::set(went.begin(), went.end()).size()), 10U);
}

TEST_F(ProducerTest, AsksThePartitionerThatItIsGiven) {
  topic("three", 3);
  Producer p =
      producer({.partitioner = [](std::string_view topic, const Record& record, std::int32_t n) {
        return PartitionId{topic == "three" && record.key == "last" ? n - 1 : 0};
      }});
  EXPECT_EQ(partition_of(p, "three", "last"), 2);
  EXPECT_EQ(partition_of(p, "three", "other"), 0);
}

TEST_F(ProducerTest, RefusesAPartitionThatIsNotThere) {
  Producer p = producer({.partitioner = [](std::string_view, const Record& record, std::int32_t n) {
    return record.key.is_null() ? PartitionId{n} : PartitionId{-1};
  }});
  EXPECT_THAT(p.send("t", {.value = "a"}),
              IsErrorSaying(ErrorCode::kInvalidArgument, "answered 1 for topic 't'"));
  EXPECT_THAT(p.send("t", {.key = "k"}), IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(p.send_to(at("t", 1), {.value = "a"}), IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(p.send_to(at("t", -1), {.value = "a"}), IsError(ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(ProducerTest, CatchesAPartitionerThatThrows) {
  Producer p =
      producer({.partitioner = [](std::string_view, const Record&, std::int32_t) -> PartitionId {
        throw std::runtime_error("dice lost");
      }});
  EXPECT_THAT(p.send("t", {.value = "a"}),
              IsErrorSaying(ErrorCode::kUnknownServerError, "dice lost"));
}

TEST_F(ProducerTest, SendsToAGivenPartitionWhateverTheKey) {
  topic("ten", 10);
  Producer p = producer();
  std::optional<PartitionId> went;
  p.send_to(at("ten", 3), {.key = "21"}, [&](const auto& sent) { went = sent->partition; }).value();
  EXPECT_EQ(went, PartitionId{3});
}

// --- refusals
// ------------------------------------------------------------------------------------------

TEST_F(ProducerTest, RefusesWhatCannotBeSentAndDoesNotCallBack) {
  topic("small", 1, {{"max.message.bytes", "1000"}});
  Producer p = producer({.linger = kForEver});
  const std::string large(1000, 'x');
  const OnAck never = [](const auto&) { ADD_FAILURE(); };
  EXPECT_THAT(p.send_async("none", {.value = "a"}, never),
              IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(p.send_async("small", {.value = large}, never), IsError(ErrorCode::kRecordTooLarge));
  EXPECT_THAT(
      p.send_async("t", {.value = "a", .timestamp = Timestamp{std::chrono::years{400}}}, never),
      IsError(ErrorCode::kInvalidTimestamp));
  EXPECT_THAT(p.flush(), IsOk());
}

TEST_F(ProducerTest, TellsACompressedRecordThatIsTooLargeByItsAcknowledgement) {
  topic("small", 1, {{"max.message.bytes", "200"}, {"compression.type", "gzip"}});
  Producer p = producer();
  EXPECT_THAT(p.send("small", {.value = std::string(1'000, 'x')}), IsOk());
  std::string noise;
  for (unsigned i = 0; i < 1'000; ++i) noise.push_back(static_cast<char>((i * i * 7919U) >> 5U));
  EXPECT_THAT(p.send("small", {.value = noise}), IsError(ErrorCode::kRecordTooLarge));
}

TEST_F(ProducerTest, IsClosedForGood) {
  Producer p = producer();
  EXPECT_THAT(p.close(), IsOk());
  EXPECT_THAT(p.close(), IsOk());
  EXPECT_THAT(p.send("t", {.value = "a"}), IsError(ErrorCode::kClosed));
  EXPECT_THAT(p.send_async("t", {.value = "a"}), IsError(ErrorCode::kClosed));
}

TEST_F(ProducerTest, IsClosedWithTheEngine) {
  Producer p = producer();
  engine.close().value();
  EXPECT_THAT(p.send("t", {.value = "a"}), IsError(ErrorCode::kClosed));
}

// --- acknowledgements
// ----------------------------------------------------------------------------------

TEST_F(ProducerTest, AcknowledgesOnTheSendersThreadWhereNothingIsToBeWaitedFor) {
  Producer p = producer();
  std::optional<std::thread::id> told_on;
  p.send_async("t", {.value = "a"}, [&](const auto& sent) {
     EXPECT_THAT(sent, IsOk());
     told_on = std::this_thread::get_id();
   }).value();
  EXPECT_EQ(told_on, std::this_thread::get_id());
}

TEST_F(ProducerTest, AcknowledgesWhatIsDurableWhereThatIsAsked) {
  for (const CompressionType compression : {CompressionType::kNone, CompressionType::kLz4}) {
    Producer p = producer({.acks = Acks::kSync, .compression = compression});
    const Offset sent = p.send("t", {.value = "a"})->offset;
    EXPECT_GE(engine.offsets(at("t"))->durable, sent.next());
    std::promise<Offset> durable;
    p.send_async("t", {.value = "b"}, [&](const auto&) {
       durable.set_value(engine.offsets(at("t"))->durable);
     }).value();
    EXPECT_GE(durable.get_future().get(), sent.next().next());
  }
}

TEST_F(ProducerTest, AcknowledgesASyncTopicWhenDurable) {
  topic("safe", 1, {{"flush.messages", "1"}});
  Producer p = producer();
  p.send("safe", {.value = "a"}).value();
  EXPECT_EQ(engine.offsets(at("safe"))->durable, Offset{1});
}

TEST_F(ProducerTest, FlushWaitsForAllAcknowledgements) {
  Producer p =
      producer({.acks = Acks::kSync, .compression = CompressionType::kLz4, .linger = kForEver});
  std::atomic<int> told = 0;
  for (int i = 0; i < 100; ++i)
    p.send_async("t", {.value = "a"}, [&](const auto&) { ++told; }).value();
  EXPECT_THAT(p.flush(), IsOk());
  EXPECT_EQ(told, 100);
}

TEST_F(ProducerTest, CloseSendsWhatIsBatched) {
  {
    Producer p = producer({.linger = kForEver});
    p.send_async("t", {.value = "a"}).value();
    EXPECT_THAT(all(), IsEmpty());
  }
  EXPECT_THAT(all(), ElementsAre("a"));
}

TEST_F(ProducerTest, SurvivesACallbackThatThrows) {
  Producer p = producer();
  EXPECT_THAT(
      p.send_async("t", {.value = "a"}, [](const auto&) { throw std::runtime_error("no"); }),
      IsOk());
  EXPECT_THAT(p.send("t", {.value = "b"}), IsOk());
}

TEST_F(ProducerTest, ACallbackMaySend) {
  Producer p = producer({.compression = CompressionType::kLz4});
  p.send_async("t", {.value = "a"}, [&](const auto&) {
     p.send_async("t", {.value = "b"}).value();
   }).value();
  p.flush().value();
  EXPECT_THAT(all(), ElementsAre("a", "b"));
}

TEST_F(ProducerTest, ManyThreadsSendThroughOne) {
  topic("four", 4);
  Producer p = producer(
      {.compression = CompressionType::kLz4, .linger = milliseconds{1}, .batch_bytes = 2'000});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&p, t] {
        for (int i = 0; i < 500; ++i) {
          p.send_async("four", {.key = std::to_string(t), .value = std::to_string(i)}).value();
        }
      });
    }
  }
  p.flush().value();
  Consumer consumer = this->consumer("four");
  std::map<std::string, int> next;
  const ConsumedBatch batch = consumer.poll(kLong).value();
  for (const ConsumedRecord& record : batch.records()) {
    EXPECT_EQ(record.value.text(), std::to_string(next[std::string(record.key.text())]++));
  }
  EXPECT_THAT(next, ElementsAre(std::pair("0", 500), std::pair("1", 500), std::pair("2", 500),
                                std::pair("3", 500)));
}

/// Threads that send through one producer, each its own records in its own order, while another
/// flushes now and then.
class ManySenders : public ProducerTest, public ::testing::WithParamInterface<ProducerOptions> {
 protected:
  static constexpr int kSenders = 8;
  static constexpr int kRecords = 3'000;

  /// Counts how often each record was acknowledged, and where it went.
  struct Told {
    std::atomic<int> times{0};
    std::atomic<std::int64_t> offset{-1};
    std::atomic<std::int32_t> partition{-1};
  };
  static std::string name(int sender, int i) {
    return std::to_string(sender) + " " + std::to_string(i);
  }
  /// Every third record asks for no acknowledgement.
  static bool is_silent(int i) { return i % 3 == 0; }

  void send_from_all(Producer& p) {
    std::atomic<bool> is_done = false;
    std::jthread flusher([&] {
      while (!is_done) EXPECT_THAT(p.flush(), IsOk());
    });
    std::vector<std::jthread> senders;
    for (int sender = 0; sender < kSenders; ++sender) {
      senders.emplace_back([&, sender] {
        for (int i = 0; i < kRecords; ++i) {
          const std::string value = name(sender, i);
          OnAck told;
          if (!is_silent(i)) told = [this, sender, i](const auto& sent) { note(sender, i, sent); };
          p.send_async("four", {.key = std::to_string(i % 7), .value = value}, std::move(told))
              .value();
        }
      });
    }
    senders.clear();
    is_done = true;
    flusher.join();
    p.flush().value();
  }
  void note(int sender, int i, const Result<RecordMetadata>& sent) {
    Told& told = told_[static_cast<std::size_t>(sender * kRecords + i)];
    ++told.times;
    told.offset = sent.value().offset.value();
    told.partition = sent.value().partition.value();
  }
  /// Of the records in the log: each sender's in order, and each where its sender was told.
  void expect_all_in_order() {
    Consumer consumer = this->consumer("four");
    std::map<std::pair<std::int32_t, int>, int> last;  // of a partition and sender
    int count = 0;
    while (count < kSenders * kRecords) {
      const ConsumedBatch batch = consumer.poll(std::chrono::nanoseconds(0)).value();
      ASSERT_FALSE(batch.empty()) << "only " << count << " records are there";
      for (const ConsumedRecord& record : batch.records()) {
        const std::string text(record.value.text());
        const int sender = std::stoi(text);
        const int i = std::stoi(text.substr(text.find(' ')));
        const std::int32_t partition = record.partition().value();
        const auto [before, is_first] = last.try_emplace({partition, sender}, -1);
        EXPECT_LT(before->second, i);
        before->second = i;
        const Told& told = told_[static_cast<std::size_t>(sender * kRecords + i)];
        EXPECT_EQ(told.times, is_silent(i) ? 0 : 1) << text;
        if (!is_silent(i)) {
          EXPECT_EQ(told.offset, record.offset.value()) << text;
          EXPECT_EQ(told.partition, partition) << text;
        }
        ++count;
      }
    }
    EXPECT_EQ(count, kSenders * kRecords);
  }

  std::vector<Told> told_ = std::vector<Told>(std::size_t{kSenders} * kRecords);
};

TEST_P(ManySenders, HaveTheirRecordsOnceInTheirOrderAndAreToldTheirOffsets) {
  topic("four", 4);
  Producer p = producer(GetParam());
  send_from_all(p);
  expect_all_in_order();
}
INSTANTIATE_TEST_SUITE_P(
    All, ManySenders,
    ::testing::Values(ProducerOptions{.linger = milliseconds{1}, .batch_bytes = 1'000},
                      ProducerOptions{.linger = kForEver, .buffer_bytes = 20'000},
                      ProducerOptions{.compression = CompressionType::kLz4, .batch_bytes = 2'000},
                      ProducerOptions{.acks = Acks::kSync, .linger = milliseconds{1}},
                      ProducerOptions{}));

TEST_F(ProducerTest, ServesMoreThreadsThanItHasLanesFor) {
  constexpr int kThreads = 100;
  Producer p = producer({.linger = kForEver});
  std::atomic<int> told = 0;
  {
    std::promise<void> go;
    const std::shared_future<void> gone = go.get_future().share();
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, gone] {
        gone.wait();  // all of them live at once
        for (int i = 0; i < 10; ++i) {
          p.send_async("t", {.value = "a"}, [&](const auto&) { ++told; }).value();
        }
      });
    }
    go.set_value();
  }
  p.flush().value();
  EXPECT_EQ(told, kThreads * 10);
  EXPECT_EQ(all().size(), std::size_t{kThreads} * 10);
}

TEST_F(ProducerTest, AFailedBatchFailsEachOfItsRecordsOnce) {
  Producer p = producer({.linger = kForEver});
  std::vector<ErrorCode> told;
  for (int i = 0; i < 3; ++i) {
    p.send_async("t", {.value = "a"}, [&](const auto& sent) {
       told.push_back(sent.error().code());
     }).value();
  }
  engine.admin().delete_topic("t").value();
  EXPECT_THAT(p.flush(), IsOk());
  EXPECT_THAT(told,
              ElementsAre(ErrorCode::kUnknownTopicOrPartition, ErrorCode::kUnknownTopicOrPartition,
                          ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(ProducerTest, SeesAtOnceWhatBecomesOfATopic) {
  for (const milliseconds linger : {milliseconds{0}, milliseconds{kForEver}}) {
    topic("changing", 1, {{"max.message.bytes", "1000"}});
    Producer p = producer({.linger = linger});
    const std::string large(1'000, 'x');
    EXPECT_THAT(p.send_async("changing", {.value = large}), IsError(ErrorCode::kRecordTooLarge));
    engine.admin().alter_configs("changing", {{"max.message.bytes", "2000"}}, {}).value();
    EXPECT_THAT(p.send_async("changing", {.value = large}), IsOk());
    EXPECT_THAT(p.send_to(at("changing", 1), {.value = "a"}),
                IsError(ErrorCode::kUnknownTopicOrPartition));
    engine.admin().add_partitions("changing", 2).value();
    EXPECT_THAT(p.send_to(at("changing", 1), {.value = "a"}), IsOk());
    p.flush().value();
    EXPECT_EQ(all("changing").size(), 2U);
    engine.admin().delete_topic("changing").value();
    EXPECT_THAT(p.send_async("changing", {.value = "a"}),
                IsError(ErrorCode::kUnknownTopicOrPartition));
    topic("changing");
    EXPECT_THAT(p.send_async("changing", {.value = "new"}), IsOk());
    p.flush().value();
    EXPECT_THAT(all("changing"), ElementsAre("new"));
    engine.admin().delete_topic("changing").value();
  }
}

// --- back-pressure
// -------------------------------------------------------------------------------------

TEST_F(ProducerTest, AFullBufferRefusesTryAndMakesRoomForWhoWaits) {
  Producer p = producer({.linger = kForEver, .buffer_bytes = 250});
  const std::string value(100, 'x');
  EXPECT_THAT(p.try_send("t", {.value = value}), IsOk());
  EXPECT_THAT(p.try_send("t", {.value = value}), IsOk());
  EXPECT_THAT(p.try_send("t", {.value = value}),
              IsErrorSaying(ErrorCode::kWouldBlock, "buffer_bytes=250"));
  EXPECT_THAT(p.send_async("t", {.value = value}), IsOk());
  p.flush().value();
  EXPECT_EQ(all().size(), 3U);
}

TEST_F(ProducerTest, ARecordLargerThanTheBufferNeverFits) {
  Producer p = producer({.linger = kForEver, .buffer_bytes = 50});
  EXPECT_THAT(p.send_async("t", {.value = std::string(100, 'x')}),
              IsError(ErrorCode::kRecordTooLarge));
}

TEST_F(ProducerTest, WaitsForRoomNoLongerThanItsTimeout) {
  Producer p = producer(
      {.compression = CompressionType::kLz4, .buffer_bytes = 150, .timeout = milliseconds{1}});
  const std::string value(100, 'x');
  std::promise<void> in_callback;
  std::promise<void> go_on;
  std::jthread holding([&] {
    p.send_async("t", {.value = value}, [&](const auto&) {
       in_callback.set_value();
       go_on.get_future().wait();
     }).value();
  });
  in_callback.get_future().wait();
  EXPECT_THAT(p.send_async("t", {.value = value}), IsError(ErrorCode::kTimedOut));
  EXPECT_THAT(p.flush(), IsError(ErrorCode::kTimedOut));
  go_on.set_value();
}

// --- linger, on a clock of its own
// -----------------------------------------------------------------------

class LingeringProducerTest : public Bus {
 protected:
  LingeringProducerTest() : LingeringProducerTest(std::make_shared<SimulatedClock>()) {}
  explicit LingeringProducerTest(const std::shared_ptr<SimulatedClock>& clock)
      : LingeringProducerTest(clock, std::make_shared<SimulatedScheduler>(1, clock)) {}
  LingeringProducerTest(const std::shared_ptr<SimulatedClock>& clock,
                        std::shared_ptr<SimulatedScheduler> simulated)
      : Bus(world(clock, simulated)), scheduler(std::move(simulated)) {
    topic("t");
  }
  static Environment world(std::shared_ptr<Clock> clock, std::shared_ptr<Scheduler> scheduler) {
    Environment environment;
    environment.clock = std::move(clock);
    environment.scheduler = std::move(scheduler);
    return environment;
  }
  std::shared_ptr<SimulatedScheduler> scheduler;
};

TEST_F(LingeringProducerTest, ABatchGoesWhenItsTimeHasCome) {
  Producer p = producer({.linger = milliseconds{50}});
  Consumer consumer = this->consumer("t");
  p.send_async("t", {.value = "a"}).value();
  scheduler->advance(milliseconds{49});
  p.send_async("t", {.value = "b"}).value();
  EXPECT_THAT(poll(consumer), IsEmpty());
  scheduler->advance(milliseconds{1});
  EXPECT_THAT(poll(consumer), ElementsAre("a", "b"));
}

TEST_F(LingeringProducerTest, AFullBatchGoesAtOnce) {
  Producer p = producer({.linger = milliseconds{50}, .batch_bytes = 200});
  Consumer consumer = this->consumer("t");
  for (int i = 0; i < 3; ++i) p.send_async("t", {.value = std::string(60, 'x')}).value();
  EXPECT_EQ(poll(consumer).size(), 2U);
  EXPECT_EQ(scheduler->timer_count(), 1U);  // of the third
}

TEST_F(LingeringProducerTest, NothingTicksWhenNothingIsHeld) {
  Producer p = producer({.linger = milliseconds{50}});
  p.send_async("t", {.value = "a"}).value();
  EXPECT_EQ(scheduler->timer_count(), 1U);
  p.flush().value();
  EXPECT_EQ(scheduler->timer_count(), 0U);
}

TEST_F(LingeringProducerTest, EachBatchLingersForItself) {
  topic("two", 2);
  Producer p = producer({.linger = milliseconds{50}});
  Consumer consumer = this->consumer("two");
  p.send_to(at("two", 0), {.value = "a"}).value();
  scheduler->advance(milliseconds{20});
  p.send_to(at("two", 1), {.value = "b"}).value();
  scheduler->advance(milliseconds{30});
  EXPECT_THAT(poll(consumer), ElementsAre("a"));
  scheduler->advance(milliseconds{19});
  EXPECT_THAT(poll(consumer), IsEmpty());
  scheduler->advance(milliseconds{1});
  EXPECT_THAT(poll(consumer), ElementsAre("b"));
  EXPECT_EQ(scheduler->timer_count(), 0U);
}

TEST_F(LingeringProducerTest, ARefusedTryMakesRoomSoon) {
  Producer p = producer({.linger = std::chrono::hours{1}, .buffer_bytes = 150});
  const std::string value(100, 'x');
  p.try_send("t", {.value = value}).value();
  EXPECT_THAT(p.try_send("t", {.value = value}), IsError(ErrorCode::kWouldBlock));
  scheduler->run_until_idle();
  EXPECT_THAT(p.try_send("t", {.value = value}), IsOk());
}

}  // namespace
}  // namespace leat::testing
