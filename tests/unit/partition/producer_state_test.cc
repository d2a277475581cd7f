// Idempotent producers, by the rules of Kafka (I2-I9): the state alone, and the state of a
// partition that is sealed, closed, killed and damaged.

#include "partition/producer_state.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "io/files.h"
#include "partition/append.h"
#include "record/batch_builder.h"
#include "record/batch_view.h"
#include "record/validate.h"
#include "support/golden.h"
#include "unit/partition/partition_fixture.h"

namespace leat::partition {
namespace {

using leat::testing::IsOkAnd;
using std::chrono::milliseconds;
using ::testing::Eq;
using ::testing::Optional;

constexpr std::int32_t kLastSequence = std::numeric_limits<std::int32_t>::max();
constexpr milliseconds kExpiration{1000};

Timestamp at_ms(std::int64_t ms) { return Timestamp{milliseconds{ms}}; }

/// The state with words: send batches of given sequences, each a record longer than asked for.
class ProducerStateTest : public ::testing::Test {
 protected:
  /// A batch of the sequences [first, last], checked and, unless it is there, appended. The offset.
  Result<std::int64_t> send(std::int32_t first, std::int32_t last, std::int16_t epoch = 0,
                            std::int64_t id = 1) {
    ProducedBatch batch{.producer = ProducerId{id},
                        .epoch = ProducerEpoch{epoch},
                        .first_sequence = first,
                        .last_sequence = last,
                        .base_offset = Offset{end_},
                        .time = at_ms(now_)};
    auto known = state_.check(batch, at_ms(now_));
    if (!known) return std::move(known).error();
    if (*known) return (*known)->base_offset.value();
    state_.apply(batch);
    const std::int64_t base = end_;
    end_ += last >= first ? last - first + 1 : std::int64_t{kLastSequence} - first + last + 2;
    return base;
  }
  void restart() { state_ = ProducerState::decode(state_.encode(), kExpiration).value(); }

  ProducerState state_{kExpiration};
  std::int64_t end_ = 0;
  std::int64_t now_ = 0;
};

TEST_F(ProducerStateTest, AnswersADuplicateWithTheOriginal) {  // I2
  EXPECT_THAT(send(0, 4), IsOkAnd(0));
  EXPECT_THAT(send(5, 5), IsOkAnd(5));
  EXPECT_THAT(send(0, 4), IsOkAnd(0));
  EXPECT_THAT(send(5, 5), IsOkAnd(5));
  EXPECT_EQ(end_, 6);
}

TEST_F(ProducerStateTest, KnowsTheLastFiveBatches) {  // I2
  for (int i = 0; i < 6; ++i) ASSERT_THAT(send(i, i), IsOkAnd(i));
  EXPECT_THAT(send(1, 1), IsOkAnd(1));
  EXPECT_THAT(send(0, 0), IsError(ErrorCode::kOutOfOrderSequenceNumber));
}

TEST_F(ProducerStateTest, TakesNoGapAndNoPartOfABatch) {  // I3
  ASSERT_THAT(send(0, 4), IsOk());
  EXPECT_THAT(send(6, 6), IsError(ErrorCode::kOutOfOrderSequenceNumber));
  EXPECT_THAT(send(0, 3), IsError(ErrorCode::kOutOfOrderSequenceNumber));
  EXPECT_THAT(send(1, 4), IsError(ErrorCode::kOutOfOrderSequenceNumber));
  EXPECT_THAT(send(4, 5), IsError(ErrorCode::kOutOfOrderSequenceNumber));
  EXPECT_THAT(send(5, 5), IsOk());
}

TEST_F(ProducerStateTest, GoesOnAtZeroAfterTheLastSequence) {  // I3
  ASSERT_THAT(send(kLastSequence - 1, kLastSequence), IsOkAnd(0));
  EXPECT_THAT(send(0, 0), IsOkAnd(2));
  ASSERT_THAT(send(1, kLastSequence - 1), IsOk());
  const std::int64_t around = end_;
  EXPECT_THAT(send(kLastSequence, 1), IsOkAnd(around)) << "three records";
  EXPECT_EQ(end_, around + 3);
  restart();
  EXPECT_THAT(send(kLastSequence, 1), IsOkAnd(around));
  EXPECT_THAT(send(2, 2), IsOkAnd(around + 3));
}

TEST_F(ProducerStateTest, BeginsANewEpochAtZeroAndForgetsTheOldWindow) {  // I4
  ASSERT_THAT(send(0, 4), IsOk());
  EXPECT_THAT(send(5, 5, 1), IsError(ErrorCode::kOutOfOrderSequenceNumber));
  EXPECT_THAT(send(0, 4, 1), IsOkAnd(5)) << "the same sequences are others";
  EXPECT_THAT(send(0, 4, 1), IsOkAnd(5));
}

TEST_F(ProducerStateTest, FencesAnOldEpoch) {  // I5
  ASSERT_THAT(send(0, 0, 3), IsOk());
  EXPECT_THAT(send(1, 1, 2), IsError(ErrorCode::kInvalidProducerEpoch));
  EXPECT_THAT(send(0, 0, 2), IsError(ErrorCode::kInvalidProducerEpoch));
}

TEST_F(ProducerStateTest, TakesAnySequenceOfOneThatIsNotKnown) {  // I6
  EXPECT_THAT(send(17, 18, 4), IsOkAnd(0));
  EXPECT_THAT(send(19, 19, 4), IsOkAnd(2));
  EXPECT_THAT(send(0, 0, 0, 2), IsOkAnd(3)) << "another producer";
}

TEST_F(ProducerStateTest, ForgetsWhoIsIdleForTooLong) {  // I8
  ASSERT_THAT(send(0, 0), IsOk());
  now_ = 999;
  EXPECT_THAT(send(5, 5), IsError(ErrorCode::kOutOfOrderSequenceNumber));
  now_ = 1000;
  EXPECT_THAT(send(5, 5), IsOk()) << "as one that is not known";
  ASSERT_THAT(send(0, 0, 0, 2), IsOk());
  now_ = 1500;
  ASSERT_THAT(send(6, 6), IsOk());
  state_.expire(at_ms(2000));
  EXPECT_EQ(state_.size(), 1U);
  EXPECT_THAT(send(6, 6), IsOkAnd(Eq(end_ - 1)));
}

TEST_F(ProducerStateTest, IsTheSameAfterASnapshot) {  // I9
  std::mt19937_64 random(7);
  SCOPED_TRACE("seed 7");
  std::map<std::int64_t, std::int32_t> next;
  for (int i = 0; i < 200; ++i) {
    const auto id = static_cast<std::int64_t>(random() % 10);
    const auto count = static_cast<std::int32_t>(1 + random() % 9);
    ASSERT_THAT(send(next[id], next[id] + count - 1, 0, id), IsOk());
    next[id] += count;
    const std::int64_t before = end_;
    const auto bytes = state_.encode();
    restart();
    EXPECT_EQ(state_.encode(), bytes);
    EXPECT_THAT(send(next[id] - count, next[id] - 1, 0, id), IsOkAnd(before - count));
    EXPECT_EQ(end_, before);
  }
}

TEST(ProducerSnapshot, IsKafkas) {  // S19
  ProducerState state(kNever);
  const auto apply = [&](std::int64_t id, std::int32_t first, std::int32_t last,
                         std::int64_t base) {
    state.apply({.producer = ProducerId{id},
                 .epoch = ProducerEpoch{2},
                 .first_sequence = first,
                 .last_sequence = last,
                 .base_offset = Offset{base},
                 .time = at_ms(1'700'000'000'000)});
  };
  apply(4001, kLastSequence, 1, 200);
  apply(4000, 0, 9, 100);
  apply(4000, 10, 10, 110);
  const auto golden = support::read_golden("producer_snapshot.hex");
  EXPECT_EQ(state.encode(), golden);
  EXPECT_EQ(ProducerState::decode(golden, kNever)->encode(), golden);
}

TEST(ProducerSnapshot, TellsWhatIsDamaged) {
  ProducerState state(kNever);
  state.apply(
      {.producer = ProducerId{1}, .epoch = {}, .last_sequence = 3, .base_offset = {}, .time = {}});
  const auto bytes = state.encode();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] ^= std::byte{0x40};
    EXPECT_THAT(ProducerState::decode(damaged, kNever),
                IsError(i < 2 ? ErrorCode::kUnsupportedFormat : ErrorCode::kCorruptMessage))
        << "at " << i;
    EXPECT_THAT(ProducerState::decode(std::span(bytes).first(i), kNever),
                IsError(ErrorCode::kCorruptMessage))
        << "cut at " << i;
  }
}

// --- in a partition

class ProducedTest : public PartitionFixture {
 protected:
  /// A batch of the sequences [first, last] of producer 1: its base offset.
  Result<std::int64_t> send(std::int32_t first, std::int32_t last, std::int16_t epoch = 0,
                            std::int64_t id = 1) {
    record::BatchBuilder builder({.producer_id = ProducerId{id},
                                  .producer_epoch = ProducerEpoch{epoch},
                                  .base_sequence = first});
    const std::string value(100, 'x');
    for (std::int32_t i = first; i <= last; ++i) {
      EXPECT_TRUE(builder.append(Record{.value = value}, world_.environment().clock->now()));
    }
    const auto bytes = builder.finish().value();
    auto appended = partition::append(partition(), record::validate(bytes).value());
    if (!appended) return std::move(appended).error();
    was_there_ = appended->was_there;
    return appended->base_offset.value();
  }
  void send_one_by_one(std::int32_t from, std::int32_t to) {
    for (std::int32_t i = from; i < to; ++i) ASSERT_THAT(send(i, i), IsOkAnd(i));
  }
  /// The process is killed: what was written is there, and recovered.
  void kill() {
    partition_.reset();
    ASSERT_THAT(partition().recover(false, std::nullopt), IsOk());
  }
  std::string snapshot_of(std::int64_t segment) {
    return partition().directory() + "/" + fmt_name(segment);
  }
  static std::string fmt_name(std::int64_t segment) {
    std::string digits = std::to_string(segment);
    return std::string(20 - digits.size(), '0') + digits + ".snapshot";
  }
  void roll() {
    ASSERT_THAT(partition().roll(), IsOk());
    ASSERT_THAT(partition().seal_all(), IsOk());
  }
  void damage(const std::string& path) {
    auto bytes = io::read_file(files(), path).value();
    bytes.back() ^= std::byte{1};
    const auto file = files().open(path, OpenMode::kReadWrite).value();
    ASSERT_THAT(file->write(0, bytes), IsOk());
  }

  bool was_there_ = false;
};

TEST_F(ProducedTest, StoresABatchOnce) {  // I2
  EXPECT_THAT(send(0, 2), IsOkAnd(0));
  EXPECT_FALSE(was_there_);
  EXPECT_THAT(send(0, 2), IsOkAnd(0));
  EXPECT_TRUE(was_there_);
  EXPECT_THAT(send(3, 3), IsOkAnd(3));
  EXPECT_EQ(read().size(), 4U);
}

TEST_F(ProducedTest, LeavesPlainRecordsAlone) {
  ASSERT_THAT(append("a"), IsOk());
  EXPECT_THAT(send(0, 0), IsOkAnd(1));
  ASSERT_THAT(append("b"), IsOk());
  EXPECT_THAT(send(0, 0), IsOkAnd(1));
  EXPECT_EQ(partition().producers().size(), 1U);
}

TEST_F(ProducedTest, RemembersAfterACleanCloseAndAKill) {  // I9
  send_one_by_one(0, 6);
  for (const bool is_clean : {true, false}) {
    ASSERT_NO_FATAL_FAILURE(is_clean ? reopen() : kill());
    EXPECT_THAT(send(1, 1), IsOkAnd(1)) << "the first of the window";
    EXPECT_THAT(send(5, 5), IsOkAnd(5));
    EXPECT_THAT(send(0, 0), IsError(ErrorCode::kOutOfOrderSequenceNumber));
    EXPECT_THAT(send(7, 7), IsError(ErrorCode::kOutOfOrderSequenceNumber));
  }
  EXPECT_THAT(send(6, 6), IsOkAnd(6));
  EXPECT_EQ(read().size(), 7U);
}

TEST_F(ProducedTest, RemembersAcrossSealedSegments) {  // I9, S19
  send_one_by_one(0, 3);
  roll();
  send_one_by_one(3, 5);
  roll();
  reopen();
  for (int i = 0; i < 5; ++i) EXPECT_THAT(send(i, i), IsOkAnd(i)) << i;
  EXPECT_THAT(send(5, 5), IsOkAnd(5));
  kill();
  EXPECT_THAT(send(1, 1), IsOkAnd(1));
  EXPECT_THAT(send(5, 5), IsOkAnd(5));
  EXPECT_EQ(read().size(), 6U);
}

TEST_F(ProducedTest, SnapshotsWhatWasThereWhenTheSegmentEnded) {  // S19
  send_one_by_one(0, 3);
  ASSERT_THAT(partition().roll(), IsOk());
  send_one_by_one(3, 5);  // before it is sealed
  ASSERT_THAT(partition().seal_all(), IsOk());
  const auto bytes = io::read_file(files(), snapshot_of(0)).value();
  const auto state = ProducerState::decode(bytes, kNever).value();
  const ProducedBatch next{.producer = ProducerId{1},
                           .epoch = ProducerEpoch{0},
                           .first_sequence = 3,
                           .last_sequence = 3,
                           .base_offset = {},
                           .time = {}};
  EXPECT_THAT(state.check(next, {}), IsOkAnd(Eq(std::nullopt))) << "3 comes next";
}

TEST_F(ProducedTest, SealsAfterAKillWithWhatWasThereThen) {  // S19
  send_one_by_one(0, 3);
  ASSERT_THAT(partition().roll(), IsOk());
  send_one_by_one(3, 5);
  world_.kill();  // before the job that seals
  kill();
  ASSERT_THAT(partition().seal_all(), IsOk());
  const auto bytes = io::read_file(files(), snapshot_of(0)).value();
  EXPECT_EQ(ProducerState::decode(bytes, kNever)->size(), 1U);
  reopen();
  EXPECT_THAT(send(0, 0), IsOkAnd(0));
  EXPECT_THAT(send(4, 4), IsOkAnd(4));
}

TEST_F(ProducedTest, MakesADamagedSnapshotAnewFromTheSegments) {  // I9
  send_one_by_one(0, 2);
  roll();
  send_one_by_one(2, 4);
  roll();
  send_one_by_one(4, 5);
  const std::string last = snapshot_of(2);
  reopen();
  damage(last);
  for (int i = 0; i < 5; ++i) EXPECT_THAT(send(i, i), IsOkAnd(i)) << i;
  const std::string first = snapshot_of(0);
  reopen();
  ASSERT_THAT(files().remove(first), IsOk());
  for (int i = 0; i < 5; ++i)
    EXPECT_THAT(send(i, i), IsOkAnd(i)) << "without the first as well " << i;
  EXPECT_THAT(send(6, 6), IsError(ErrorCode::kOutOfOrderSequenceNumber));
}

TEST_F(ProducedTest, ForgetsIdleProducersAcrossARestart) {  // I8
  engine_options_.producer_id_expiration = std::chrono::minutes(30);
  ASSERT_THAT(send(0, 0), IsOk());
  roll();
  reopen();
  EXPECT_THAT(send(5, 5), IsError(ErrorCode::kOutOfOrderSequenceNumber));
  partition_.reset();
  world_.clock().advance(std::chrono::minutes(30));
  EXPECT_THAT(send(5, 5), IsOk());
  EXPECT_EQ(partition().producers().size(), 1U);
}

TEST_F(ProducedTest, ForgetsIdleProducersWhenOthersWrite) {  // I8
  engine_options_.producer_id_expiration = std::chrono::minutes(30);
  for (int id = 1; id <= 10; ++id) ASSERT_THAT(send(0, 0, 0, id), IsOk());
  EXPECT_EQ(partition().producers().size(), 10U);
  world_.clock().advance(std::chrono::minutes(31));
  ASSERT_THAT(send(0, 0, 0, 11), IsOk());
  EXPECT_EQ(partition().producers().size(), 1U);
}

TEST_F(ProducedTest, HasNoStateOfABatchThatWasRefused) {  // S1
  options_.max_message_bytes = 500;
  ASSERT_THAT(send(0, 0), IsOk());
  EXPECT_THAT(send(1, 9), IsError(ErrorCode::kMessageTooLarge));
  EXPECT_THAT(send(1, 1), IsOkAnd(1));
}

}  // namespace
}  // namespace leat::partition
