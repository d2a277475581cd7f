#include "record/batch_builder.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/types.h"

#include "record/batch_view.h"
#include "record/layout.h"
#include "record/validate.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

TEST(BatchBuilder, RefusesToFinishAnEmptyBatch) {
  BatchBuilder builder;
  EXPECT_THAT(builder.finish(), IsError(ErrorCode::kInvalidArgument));
}

TEST(BatchBuilder, WritesAPlainHeader) {
  BatchBuilder builder;
  ASSERT_TRUE(builder.append({.value = "a"}, at_ms(1000)));
  ASSERT_TRUE(builder.append({.value = "b"}, at_ms(1005)));
  const BatchView batch(builder.finish(Offset{70}, LeaderEpoch{3}).value().data());
  EXPECT_EQ(batch.base_offset(), Offset{70});
  EXPECT_EQ(batch.last_offset(), Offset{71});
  EXPECT_EQ(batch.next_offset(), Offset{72});
  EXPECT_EQ(batch.leader_epoch(), LeaderEpoch{3});
  EXPECT_EQ(batch.magic(), 2);
  EXPECT_EQ(batch.attributes(), 0);
  EXPECT_EQ(batch.record_count(), 2);
  EXPECT_EQ(batch.producer_id(), std::nullopt);
  EXPECT_EQ(batch.producer_epoch(), ProducerEpoch{-1});
  EXPECT_EQ(batch.base_sequence(), -1);
  EXPECT_TRUE(batch.crc_is_right());
}

TEST(BatchBuilder, TakesTheFirstTimestampAsBaseAndTheLargestAsMax) {
  BatchBuilder builder;
  for (const int ms : {1000, 990, 1020, 1010})
    ASSERT_TRUE(builder.append({.value = "v"}, at_ms(ms)));
  const BatchView batch(builder.finish().value().data());
  EXPECT_EQ(batch.base_timestamp(), at_ms(1000));
  EXPECT_EQ(batch.max_timestamp(), at_ms(1020));
  EXPECT_EQ(walk(batch.cursor())[1].timestamp, at_ms(990));
}

TEST(BatchBuilder, WritesProducerAndFlags) {
  const Bytes bytes = batch_of({{.value = "v"}}, {.producer_id = ProducerId{7},
                                                  .producer_epoch = ProducerEpoch{2},
                                                  .base_sequence = 40,
                                                  .transactional = true,
                                                  .control = true});
  const BatchView batch(bytes.data());
  EXPECT_EQ(batch.producer_id(), ProducerId{7});
  EXPECT_EQ(batch.producer_epoch(), ProducerEpoch{2});
  EXPECT_EQ(batch.base_sequence(), 40);
  EXPECT_TRUE(batch.is_transactional());
  EXPECT_TRUE(batch.is_control());
}

TEST(BatchBuilder, GivesEveryRecordTheAppendTimeOfALogAppendTimeBatch) {
  const Bytes bytes =
      batch_of({{.value = "a"}, {.value = "b"}}, {.timestamp_type = TimestampType::kLogAppendTime});
  const BatchView batch(bytes.data());
  EXPECT_EQ(batch.timestamp_type(), TimestampType::kLogAppendTime);
  EXPECT_EQ(walk(batch.cursor())[0].timestamp, batch.max_timestamp());
}

TEST(BatchBuilder, IsFullAtItsLimitAndNotOneByteBefore) {
  const std::size_t one = batch_of({{.value = "a"}}).size();
  const std::size_t two = batch_of({{.value = "a"}, {.value = "b"}}).size();
  BatchBuilder exact({.size_max = two});
  EXPECT_TRUE(exact.append({.value = "a"}, at_ms(0)));
  EXPECT_TRUE(exact.append({.value = "b"}, at_ms(0)));
  BatchBuilder short_of({.size_max = two - 1});
  EXPECT_TRUE(short_of.append({.value = "a"}, at_ms(0)));
  EXPECT_FALSE(short_of.append({.value = "b"}, at_ms(0)));
  EXPECT_EQ(short_of.size_in_bytes(), one);
  EXPECT_EQ(short_of.record_count(), 1);
}

TEST(BatchBuilder, TakesTheFirstRecordWhateverItsSize) {
  BatchBuilder builder({.size_max = 1});
  EXPECT_TRUE(builder.append({.value = "larger than one byte"}, at_ms(0)));
  EXPECT_FALSE(builder.append({.value = ""}, at_ms(0)));
}

TEST(BatchBuilder, FinishesABatchThatWouldPassTheCheck) {
  for (const Compression compression : {Compression::kNone, Compression::kLz4}) {
    for (const int records : {1, 2, 70, 3'000}) {
      BatchBuilder builder({.compression = compression});
      for (int i = 0; i < records; ++i) {
        const std::string value(static_cast<std::size_t>(i), 'x');
        const BytesView key = i % 5 == 3 ? BytesView() : BytesView("k");
        ASSERT_TRUE(builder.append({.key = key, .value = value}, at_ms(1'000 + i % 7)));
      }
      const ValidatedBatch made = builder.finish_validated(std::nullopt, SIZE_MAX).value();
      const ValidatedBatch checked =
          validate(made.bytes(), {.batch_size_max = 1U << 30U, .records_size_max = 1U << 30U})
              .value();
      EXPECT_EQ(made.size(), checked.size());
      EXPECT_EQ(made.facts().min_timestamp, checked.facts().min_timestamp);
      EXPECT_EQ(made.facts().max_timestamp, checked.facts().max_timestamp);
      EXPECT_EQ(made.facts().null_key_at, checked.facts().null_key_at);
    }
  }
}

TEST(BatchBuilder, DatesABatchOfLogAppendTimeWhenItIsFinished) {
  BatchBuilder builder({.timestamp_type = TimestampType::kLogAppendTime});
  ASSERT_TRUE(builder.append({.value = "a"}, at_ms(1'000)));
  const ValidatedBatch made = builder.finish_validated(at_ms(5'000), SIZE_MAX).value();
  EXPECT_TRUE(made.view().crc_is_right());
  EXPECT_EQ(walk(made.view().cursor())[0].timestamp, at_ms(5'000));
}

TEST(BatchBuilder, FinishesNoMoreThanMayBeUnpacked) {
  BatchBuilder builder({.compression = Compression::kLz4});
  ASSERT_TRUE(builder.append({.value = std::string(1'000, 'x')}, at_ms(0)));
  const std::size_t records = builder.size_in_bytes() - kHeaderSize;
  EXPECT_THAT(builder.finish_validated(std::nullopt, records - 1),
              IsError(ErrorCode::kMessageTooLarge));
  EXPECT_TRUE(builder.finish_validated(std::nullopt, records).has_value());
}

TEST(BatchBuilder, ForgetsTheLastBatchAtReset) {
  BatchBuilder builder({.producer_id = ProducerId{7}, .producer_epoch = ProducerEpoch{0}});
  ASSERT_TRUE(builder.append({.value = "old"}, at_ms(5)));
  ASSERT_TRUE(builder.finish());
  builder.reset({});
  EXPECT_TRUE(builder.empty());
  ASSERT_TRUE(builder.append({.value = "new"}, at_ms(9)));
  const BatchView batch(builder.finish().value().data());
  EXPECT_EQ(batch.producer_id(), std::nullopt);
  EXPECT_EQ(batch.base_timestamp(), at_ms(9));
  EXPECT_EQ(walk(batch.cursor()).front().value, BytesView("new"));
}

class CompressedBatch : public testing::TestWithParam<Compression> {};

TEST_P(CompressedBatch, HoldsTheSameRecordsInLessSpace) {
  const std::string value(1000, 'x');
  const Bytes packed = batch_of({{.key = "k", .value = value}}, {.compression = GetParam()});
  const BatchView batch(packed.data());
  EXPECT_EQ(batch.compression(), GetParam());
  EXPECT_LT(batch.size_in_bytes(), 200U);
  EXPECT_TRUE(batch.crc_is_right());
}

INSTANTIATE_TEST_SUITE_P(Codecs, CompressedBatch,
                         testing::Values(Compression::kGzip, Compression::kSnappy,
                                         Compression::kLz4, Compression::kZstd));

}  // namespace
}  // namespace leat::record
