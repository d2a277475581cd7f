#include "leat/consumer.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <iterator>
#include <latch>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "unit/engine/bus.h"

namespace leat::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ConsumerTest : public Bus {
 protected:
  ConsumerTest() { topic("t"); }
  /// `count` records in one batch.
  void publish_batch(std::string_view topic, int count,
                     CompressionType compression = CompressionType::kNone) {
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) texts.push_back(std::to_string(i));
    std::vector<Record> records;
    for (const std::string& text : texts) records.push_back({.value = text});
    producer({.compression = compression}).send_all(topic, records).value();
  }
};

// --- reading
// -------------------------------------------------------------------------------------------

TEST_F(ConsumerTest, ReadsWhatWasPublishedOnce) {
  publish("t", 3);
  Consumer c = consumer("t");
  EXPECT_THAT(poll(c), ElementsAre("0", "1", "2"));
  EXPECT_THAT(poll(c), IsEmpty());
  publish("t", 1);
  EXPECT_THAT(poll(c), ElementsAre("0"));
}

TEST_F(ConsumerTest, ReadsARecordAsItWasWritten) {
  const std::array<Header, 3> headers{Header{"a", "1"}, Header{"", ""}, Header{"a", nullptr}};
  const Timestamp time{milliseconds{5'000}};
  appender("t")
      .append({.key = "", .value = nullptr, .headers = headers, .timestamp = time})
      .value();
  appender("t").append({.key = nullptr, .value = ""}).value();
  Consumer c = consumer("t");
  const ConsumedBatch batch = c.poll(kLong).value();
  auto record = batch.records().begin();
  EXPECT_EQ(record->key, BytesView(""));
  EXPECT_TRUE(record->value.is_null());
  EXPECT_EQ(record->timestamp, time);
  EXPECT_EQ(record->topic(), "t");
  EXPECT_EQ(record->partition(), PartitionId{0});
  EXPECT_THAT(std::vector<Header>(record->headers.begin(), record->headers.end()),
              ElementsAre(headers[0], headers[1], headers[2]));
  ++record;
  EXPECT_TRUE(record->key.is_null());
  EXPECT_EQ(record->value, BytesView(""));
  ++record;
  EXPECT_TRUE(record == std::default_sentinel);
}

TEST_F(ConsumerTest, ReadsOpenPlainAndCompressedBatchesAsOne) {
  publish("t", 2);
  publish_batch("t", 2);
  publish_batch("t", 2, CompressionType::kGzip);
  publish_batch("t", 2, CompressionType::kZstd);
  publish("t", 2);
  Consumer c = consumer("t");
  const ConsumedBatch batch = c.poll(kLong).value();
  EXPECT_THAT(values(batch), ElementsAre("0", "1", "0", "1", "0", "1", "0", "1", "0", "1"));
  EXPECT_THAT(offsets(batch), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST_F(ConsumerTest, DatesRecordsAsTheLogDoesWhereTheLogDates) {
  topic("dated", 1, {{"message.timestamp.type", "LogAppendTime"}});
  const Timestamp own{milliseconds{1'000}};
  appender("dated").append({.value = "a", .timestamp = own}).value();
  Consumer c = consumer("dated");
  EXPECT_GT(c.poll(kLong)->records().begin()->timestamp, own);
}

TEST_F(ConsumerTest, ReadsEveryPartitionInItsOwnOrder) {
  topic("three", 3);
  for (int p = 0; p < 3; ++p) publish("three", 2, p);
  Consumer c = consumer("three");
  const ConsumedBatch batch = c.poll(kLong).value();
  std::vector<std::pair<int, std::string>> read;
  for (const ConsumedRecord& r : batch.records())
    read.emplace_back(r.partition().value(), r.value.text());
  EXPECT_THAT(read, ElementsAre(std::pair(0, "0"), std::pair(0, "1"), std::pair(1, "0"),
                                std::pair(1, "1"), std::pair(2, "0"), std::pair(2, "1")));
}

TEST_F(ConsumerTest, NeverLetsOnePartitionStarveAnother) {
  topic("two", 2);
  publish("two", 100, 0);
  publish("two", 1, 1);
  Consumer c = consumer("two", {.max_poll_records = 1});
  (void)c.poll(kLong).value();
  const ConsumedBatch second = c.poll(kLong).value();
  EXPECT_EQ(second.records().begin()->partition(), PartitionId{1});
}

TEST_F(ConsumerTest, GivesExactlySoManyRecords) {
  publish("t", 10);
  publish_batch("t", 10);
  publish_batch("t", 10, CompressionType::kLz4);
  Consumer c = consumer("t", {.max_poll_records = 7});
  std::vector<std::int64_t> all;
  for (const std::size_t expected : {7U, 7U, 7U, 7U, 2U, 0U}) {
    const ConsumedBatch batch = c.poll(nanoseconds(0)).value();
    EXPECT_THAT(offsets(batch), SizeIs(expected));
    for (const std::int64_t offset : offsets(batch)) all.push_back(offset);
  }
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], static_cast<std::int64_t>(i));
}

TEST_F(ConsumerTest, GivesAboutSoManyBytesButAlwaysABatch) {
  for (int i = 0; i < 10; ++i) publish_batch("t", 100);
  Consumer c = consumer("t", {.max_poll_bytes = 1});
  EXPECT_THAT(poll(c), SizeIs(100));
  Consumer two = consumer("t", {.max_poll_bytes = 2'500});
  const ConsumedBatch batch = two.poll(kLong).value();
  EXPECT_THAT(values(batch), SizeIs(200));
  EXPECT_LE(batch.size_in_bytes(), 2'500U);
}

TEST_F(ConsumerTest, ManyReadTheSameEachAtItsOwnPlace) {
  publish("t", 3);
  Consumer a = consumer("t");
  Consumer b = consumer("t", {.max_poll_records = 1});
  EXPECT_THAT(poll(a), SizeIs(3));
  EXPECT_THAT(poll(b), ElementsAre("0"));
  EXPECT_THAT(poll(b), ElementsAre("1"));
  EXPECT_THAT(poll(a), IsEmpty());
}

TEST_F(ConsumerTest, ViewsStayValidWhileMoreIsAppended) {
  publish("t", 3);
  Consumer c = consumer("t");
  const ConsumedBatch batch = c.poll(kLong).value();
  publish("t", 5'000);
  engine.roll(at("t")).value();
  publish("t", 5'000);
  EXPECT_THAT(values(batch), ElementsAre("0", "1", "2"));
}

TEST_F(ConsumerTest, ViewsOutliveTheirTopic) {  // S25
  publish("t", 3);
  Consumer c = consumer("t");
  const ConsumedBatch batch = c.poll(kLong).value();
  engine.admin().delete_topic("t").value();
  EXPECT_THAT(values(batch), ElementsAre("0", "1", "2"));
  EXPECT_THAT(c.poll(kLong), IsError(ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(ConsumerTest, ABatchIsReadMoreThanOnce) {
  publish("t", 2);
  Consumer c = consumer("t");
  const ConsumedBatch batch = c.poll(kLong).value();
  EXPECT_EQ(values(batch), values(batch));
  EXPECT_FALSE(batch.empty());
  EXPECT_GT(batch.size_in_bytes(), 0U);
}

TEST_F(ConsumerTest, NothingIsAnEmptyBatch) {
  Consumer c = consumer("t");
  const ConsumedBatch batch = c.poll(nanoseconds(0)).value();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.size_in_bytes(), 0U);
  EXPECT_THAT(values(batch), IsEmpty());
  EXPECT_THAT(c.try_poll(), IsError(ErrorCode::kWouldBlock));
}

TEST_F(ConsumerTest, TryPollGivesWhatIsThere) {
  publish("t", 1);
  Consumer c = consumer("t");
  EXPECT_THAT(values(c.try_poll().value()), ElementsAre("0"));
}

// --- the assignment
// ------------------------------------------------------------------------------------

TEST_F(ConsumerTest, IsAssignedWhatThereIs) {
  topic("three", 3);
  Consumer c = engine.consumer().value();
  EXPECT_THAT(c.poll(nanoseconds(0)), IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(c.assign({at("three", 3)}), IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(c.assign({at("three", 1), at("three", 1)}),
              IsErrorSaying(ErrorCode::kInvalidArgument, "three-1"));
  EXPECT_THAT(c.assign_topic("none"), IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(c.assign({at("three", 2), at("t")}), IsOk());
  EXPECT_THAT(c.assignment(), ElementsAre(at("three", 2), at("t")));
  EXPECT_THAT(c.assign({at("none")}), IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(c.assignment(), SizeIs(2));
}

TEST_F(ConsumerTest, BeginsWhereItIsTold) {
  publish("t", 3);
  Consumer earliest = consumer("t");
  Consumer latest = consumer("t", {.offset_reset = OffsetReset::kLatest});
  Consumer none = consumer("t", {.offset_reset = OffsetReset::kNone});
  EXPECT_THAT(poll(earliest), SizeIs(3));
  EXPECT_THAT(poll(latest), IsEmpty());
  EXPECT_THAT(none.poll(kLong), IsErrorSaying(ErrorCode::kOffsetOutOfRange, "[0, 3]"));
  none.seek(at("t"), Offset{2}).value();
  EXPECT_THAT(poll(none), ElementsAre("2"));
}

TEST_F(ConsumerTest, APausedPartitionWaitsAtItsPosition) {
  publish("t", 2);
  Consumer c = consumer("t");
  c.pause(at("t")).value();
  EXPECT_THAT(poll(c), IsEmpty());
  c.resume(at("t")).value();
  EXPECT_THAT(poll(c), ElementsAre("0", "1"));
}

// --- positions
// -----------------------------------------------------------------------------------------

class SeekTest : public ConsumerTest, public ::testing::WithParamInterface<CompressionType> {
 protected:
  SeekTest() {
    Producer p = producer({.compression = GetParam()});
    // A second between records, four to a batch.
    for (int b = 0; b < 5; ++b) {
      std::vector<std::string> texts;
      for (int i = 0; i < 4; ++i) texts.push_back(std::to_string(b * 4 + i));
      std::vector<Record> records;
      for (int i = 0; i < 4; ++i) {
        records.push_back(
            {.value = texts[static_cast<std::size_t>(i)], .timestamp = time_of(b * 4 + i)});
      }
      p.send_all("t", records).value();
    }
  }
  static Timestamp time_of(int record) { return Timestamp{std::chrono::seconds{1'000 + record}}; }
};

TEST_P(SeekTest, GoesToAnyOffset) {
  Consumer c = consumer("t");
  for (std::int64_t offset = 0; offset < 20; ++offset) {
    c.seek(at("t"), Offset{offset}).value();
    EXPECT_EQ(c.position(at("t"))->offset, Offset{offset});
    EXPECT_EQ(poll(c).front(), std::to_string(offset));
  }
  c.seek(at("t"), Offset{20}).value();
  EXPECT_THAT(poll(c), IsEmpty());
}

TEST_P(SeekTest, GoesToBeginningAndEnd) {
  Consumer c = consumer("t");
  c.seek_to_end(at("t")).value();
  EXPECT_THAT(poll(c), IsEmpty());
  c.seek_to_beginning(at("t")).value();
  EXPECT_THAT(poll(c), SizeIs(20));
}

TEST_P(SeekTest, GoesToATime) {
  Consumer c = consumer("t");
  c.seek_to_time(at("t"), time_of(7)).value();
  EXPECT_EQ(poll(c).front(), "7");
  c.seek_to_time(at("t"), time_of(7) - milliseconds(1)).value();
  EXPECT_EQ(poll(c).front(), "7");
  c.seek_to_time(at("t"), Timestamp{}).value();
  EXPECT_EQ(poll(c).front(), "0");
  c.seek_to_time(at("t"), time_of(20)).value();
  EXPECT_THAT(poll(c), IsEmpty());
}

TEST_P(SeekTest, GoesToTheLastSoMany) {
  Consumer c = consumer("t");
  c.seek_to_last(at("t"), 3).value();
  EXPECT_THAT(poll(c), ElementsAre("17", "18", "19"));
  c.seek_to_last(at("t"), 0).value();
  EXPECT_THAT(poll(c), IsEmpty());
  c.seek_to_last(at("t"), 1'000).value();
  EXPECT_THAT(poll(c), SizeIs(20));
  EXPECT_THAT(c.seek_to_last(at("t"), -1), IsError(ErrorCode::kInvalidArgument));
}

TEST_P(SeekTest, ReadsBackwards) {
  Consumer c = consumer("t");
  c.seek(at("t"), Offset{6}).value();
  ConsumedBatch lease;
  std::vector<std::string> back;
  const std::vector<ConsumedRecord> records = c.read_back(at("t"), 3, lease).value();
  for (const ConsumedRecord& record : records) back.emplace_back(record.value.text());
  EXPECT_THAT(back, ElementsAre("5", "4", "3"));
  EXPECT_EQ(c.position(at("t"))->offset, Offset{6});
  EXPECT_THAT(c.read_back(at("t"), 100, lease).value(), SizeIs(6));
  EXPECT_THAT(c.read_back(at("t"), 0, lease).value(), IsEmpty());
  c.seek_to_beginning(at("t")).value();
  EXPECT_THAT(c.read_back(at("t"), 3, lease).value(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, SeekTest,
                         ::testing::Values(CompressionType::kNone, CompressionType::kZstd));

TEST_F(ConsumerTest, GoesIntoAnOpenBatch) {
  publish("t", 10);
  Consumer c = consumer("t");
  c.seek(at("t"), Offset{8}).value();
  EXPECT_THAT(poll(c), ElementsAre("8", "9"));
  c.seek_to_end(at("t")).value();
  EXPECT_THAT(poll(c), IsEmpty());
  publish("t", 1);
  EXPECT_THAT(poll(c), ElementsAre("0"));
}

TEST_F(ConsumerTest, RefusesASeekOutsideTheLog) {
  publish("t", 3);
  Consumer c = consumer("t");
  EXPECT_THAT(c.seek(at("t"), Offset{4}),
              IsErrorSaying(ErrorCode::kOffsetOutOfRange, "[0, 3] of t-0"));
  EXPECT_THAT(c.seek(at("t"), Offset{-1}), IsError(ErrorCode::kOffsetOutOfRange));
}

TEST_F(ConsumerTest, KnowsOnlyWhatItIsAssigned) {
  topic("other");
  Consumer c = consumer("t");
  const auto unassigned = IsError(ErrorCode::kUnknownTopicOrPartition);
  ConsumedBatch lease;
  EXPECT_THAT(c.seek(at("other"), Offset{0}), unassigned);
  EXPECT_THAT(c.seek_to_end(at("other")), unassigned);
  EXPECT_THAT(c.position(at("other")), unassigned);
  EXPECT_THAT(c.pause(at("other")), unassigned);
  EXPECT_THAT(c.read_back(at("other"), 1, lease), unassigned);
}

TEST_F(ConsumerTest, APositionHasTheEpochOfTheRecordBeforeIt) {
  publish_batch("t", 2);
  publish("t", 1);
  Consumer c = consumer("t");
  const LeaderEpoch now = engine.offsets(at("t"))->leader_epoch;
  EXPECT_THAT(c.position(at("t")), IsOkAnd(Position{Offset{0}, LeaderEpoch{0}}));
  poll(c);
  EXPECT_THAT(c.position(at("t")), IsOkAnd(Position{Offset{3}, now}));
  c.seek(at("t"), Offset{1}).value();
  EXPECT_THAT(c.position(at("t")), IsOkAnd(Position{Offset{1}, now}));
}

TEST_F(ConsumerTest, GoesOnAtTheLogStartWhenRetentionTookItsPlace) {
  publish("t", 10);
  engine.roll(at("t")).value();
  publish("t", 10);
  Consumer earliest = consumer("t", {.max_poll_records = 1});
  Consumer latest = consumer("t", {.offset_reset = OffsetReset::kLatest});
  Consumer none = consumer("t", {.offset_reset = OffsetReset::kNone});
  latest.seek_to_beginning(at("t")).value();
  none.seek_to_beginning(at("t")).value();
  ASSERT_THAT(engine.delete_records(at("t"), Offset{15}), IsOkAnd(Offset{15}));
  EXPECT_THAT(offsets(earliest.poll(kLong).value()), ElementsAre(15));
  EXPECT_THAT(poll(latest), IsEmpty());
  EXPECT_EQ(latest.position(at("t"))->offset, Offset{20});
  EXPECT_THAT(none.poll(kLong), IsError(ErrorCode::kOffsetOutOfRange));
}

// --- waiting
// -------------------------------------------------------------------------------------------

class IdleTest : public ConsumerTest, public ::testing::WithParamInterface<Idle> {};

TEST_P(IdleTest, IsWokenByWhatIsPublished) {
  Consumer c = consumer("t", {.idle = GetParam()});
  for (int i = 0; i < 100; ++i) {
    std::jthread publisher([&] { publish("t", 1); });
    EXPECT_THAT(values(c.poll(kLong).value()), ElementsAre("0"));
  }
}

TEST_P(IdleTest, IsWokenByAnyPartition) {
  topic("eight", 8);
  Consumer c = consumer("eight", {.idle = GetParam()});
  for (int p = 0; p < 8; ++p) {
    std::jthread publisher([&] { publish("eight", 1, p); });
    const ConsumedBatch batch = c.poll(kLong).value();
    EXPECT_EQ(batch.records().begin()->partition(), PartitionId{p});
  }
}

TEST_P(IdleTest, EndsEmptyAtItsDeadline) {
  Consumer c = consumer("t", {.idle = GetParam()});
  EXPECT_TRUE(c.poll(milliseconds(1))->empty());
}

TEST_P(IdleTest, EndsWhenItIsWoken) {
  Consumer c = consumer("t", {.idle = GetParam()});
  std::jthread other([&] { c.wake(); });
  EXPECT_THAT(c.poll(kLong), IsError(ErrorCode::kCancelled));
  EXPECT_TRUE(c.poll(nanoseconds(0))->empty());
}

TEST_P(IdleTest, FollowsUntilTheCallbackHasEnough) {
  Consumer c = consumer("t", {.idle = GetParam()});
  std::jthread publisher([&] { publish("t", 100); });
  int seen = 0;
  const auto followed = c.follow({}, [&](const ConsumedBatch& batch) {
    for (const ConsumedRecord& record : batch.records())
      EXPECT_EQ(record.value.text(), std::to_string(seen++));
    return seen < 100;
  });
  EXPECT_THAT(followed, IsOk());
}

TEST_P(IdleTest, FollowsUntilItIsStopped) {
  Consumer c = consumer("t", {.idle = GetParam()});
  publish("t", 1);
  std::stop_source stop;
  std::promise<void> seen;
  std::jthread stopper([&] {
    seen.get_future().wait();
    stop.request_stop();
  });
  EXPECT_THAT(c.follow(stop.get_token(),
                       [&](const auto&) {
                         seen.set_value();
                         return true;
                       }),
              IsOk());
}

INSTANTIATE_TEST_SUITE_P(All, IdleTest, ::testing::Values(Idle::kSpin, Idle::kYield, Idle::kPark));

TEST_F(ConsumerTest, ASyncTopicIsReadOnceDurable) {  // S10
  topic("safe", 1, {{"flush.messages", "1"}});
  Consumer c = consumer("safe");
  std::jthread publisher([&] { publish("safe", 1); });
  EXPECT_THAT(values(c.poll(kLong).value()), ElementsAre("0"));
  EXPECT_GE(engine.offsets(at("safe"))->durable, Offset{1});
}

TEST_F(ConsumerTest, ACallbackThatThrowsEndsTheFollowing) {
  publish("t", 1);
  Consumer c = consumer("t");
  EXPECT_THAT(c.follow({}, [](const auto&) -> bool { throw std::runtime_error("enough"); }),
              IsErrorSaying(ErrorCode::kUnknownServerError, "on_batch threw: enough"));
}

TEST_F(ConsumerTest, IsClosedWithTheEngine) {
  Consumer c = consumer("t");
  engine.close().value();
  EXPECT_THAT(c.poll(kLong), IsError(ErrorCode::kClosed));
  EXPECT_THAT(c.seek_to_end(at("t")), IsError(ErrorCode::kClosed));
}

// --- pushing
// -------------------------------------------------------------------------------------------

/// One thread that runs tasks, as a user's event loop does.
class Loop {
 public:
  Loop() : thread_([this](const std::stop_token& stop) { run(stop); }) {}
  Executor executor() {
    return [this](std::function<void()> task) {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      ready_.notify_one();
    };
  }
  std::thread::id id() const { return thread_.get_id(); }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (ready_.wait(lock, stop, [&] { return !tasks_.empty(); })) {
      const auto task = std::move(tasks_.front());
      tasks_.erase(tasks_.begin());
      lock.unlock();
      task();
      lock.lock();
    }
  }
  std::mutex mutex_;
  std::condition_variable_any ready_;
  std::vector<std::function<void()>> tasks_;
  std::jthread thread_;
};

TEST_F(ConsumerTest, PushesWhatIsThereAndWhatComes) {
  Loop loop;
  publish("t", 10);
  std::vector<std::string> seen;
  std::promise<void> all;
  const Subscription pushed =
      Consumer::push(consumer("t"), loop.executor(), [&](const ConsumedBatch& batch) {
        EXPECT_EQ(std::this_thread::get_id(), loop.id());
        for (const ConsumedRecord& record : batch.records()) seen.emplace_back(record.value.text());
        if (seen.size() == 30) all.set_value();
        return true;
      }).value();
  publish("t", 10);
  publish("t", 10);
  all.get_future().wait();
  EXPECT_EQ(seen.size(), 30U);
  EXPECT_EQ(pushed.error(), std::nullopt);
}

TEST_F(ConsumerTest, PushesUntilTheCallbackHasEnough) {
  Loop loop;
  std::atomic<int> calls = 0;
  std::promise<void> called;
  {
    const Subscription pushed = Consumer::push(consumer("t"), loop.executor(), [&](const auto&) {
                                  ++calls;
                                  called.set_value();
                                  return false;
                                }).value();
    publish("t", 1);
    called.get_future().wait();
    publish("t", 1);
  }
  EXPECT_EQ(calls, 1);
}

TEST_F(ConsumerTest, EndingASubscriptionWaitsForItsCallback) {
  Loop loop;
  publish("t", 1);
  std::promise<void> in_callback;
  std::atomic<bool> is_done = false;
  {
    const Subscription pushed = Consumer::push(consumer("t"), loop.executor(), [&](const auto&) {
                                  in_callback.set_value();
                                  for (int i = 0; i < 1'000; ++i) std::this_thread::yield();
                                  is_done = true;
                                  return true;
                                }).value();
    in_callback.get_future().wait();
  }
  EXPECT_TRUE(is_done);
}

TEST_F(ConsumerTest, ASubscriptionMayBeCancelledFromItsCallback) {
  Loop loop;
  std::optional<Subscription> pushed;
  std::promise<void> cancelled;
  pushed.emplace(Consumer::push(consumer("t"), loop.executor(), [&](const auto&) {
                   pushed->cancel();
                   cancelled.set_value();
                   return true;
                 }).value());
  publish("t", 1);
  cancelled.get_future().wait();
  pushed.reset();
  publish("t", 1);
}

TEST_F(ConsumerTest, ASubscriptionTellsWhyItEnded) {
  Loop loop;
  publish("t", 1);
  const Subscription pushed =
      Consumer::push(consumer("t"), loop.executor(), [&](const auto&) -> bool {
        throw std::runtime_error("enough");
      }).value();
  while (!pushed.error()) std::this_thread::yield();
  EXPECT_EQ(pushed.error()->code(), ErrorCode::kUnknownServerError);
}

TEST_F(ConsumerTest, CatchesAnExecutorThatThrows) {
  publish("t", 1);
  const Subscription pushed =
      Consumer::push(
          consumer("t"), [](const auto&) { throw std::runtime_error("full"); },
          [](const auto&) { return true; })
          .value();
  while (!pushed.error()) std::this_thread::yield();
  EXPECT_EQ(pushed.error()->message(), "executor threw: full");
}

TEST_F(ConsumerTest, PushesOnTheEnginesOwnThreadsWhereTheExecutorRunsAtOnce) {
  std::promise<void> all;
  int seen = 0;
  const Subscription pushed = Consumer::push(
                                  consumer("t"), [](const std::function<void()>& task) { task(); },
                                  [&](const ConsumedBatch& batch) {
                                    for (const ConsumedRecord& record : batch.records())
                                      seen += record.value.is_null() ? 0 : 1;
                                    if (seen == 50) all.set_value();
                                    return true;
                                  })
                                  .value();
  for (int i = 0; i < 50; ++i) publish("t", 1);
  all.get_future().wait();
  EXPECT_EQ(seen, 50);
}

TEST_F(ConsumerTest, PushNeedsAnExecutorAndACallback) {
  EXPECT_THAT(Consumer::push(consumer("t"), {}, [](const auto&) { return true; }),
              IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(Consumer::push(consumer("t"), [](const auto&) {}, {}),
              IsError(ErrorCode::kInvalidArgument));
}

TEST_F(ConsumerTest, AClosedEngineEndsAPollInProgress) {
  Consumer c = consumer("t");
  std::latch polling(1);
  std::jthread reader([&] {
    polling.count_down();
    EXPECT_THAT(c.poll(kLong), IsError(ErrorCode::kClosed));
  });
  polling.wait();
  EXPECT_THAT(engine.close(), IsOk());
}

}  // namespace
}  // namespace leat::testing
