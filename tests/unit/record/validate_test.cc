#include "record/validate.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/types.h"

#include "record/batch_builder.h"
#include "record/compression.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "record/record_encoder.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

constexpr ValidateLimits kFromALog{.origin = BatchOrigin::kLog};

Bytes two_records(const BatchOptions& options = {}) {
  return batch_of({{.key = "k", .value = "a"}, {.value = "b"}}, options);
}

BatchOptions idempotent() {
  return {.producer_id = ProducerId{9}, .producer_epoch = ProducerEpoch{1}, .base_sequence = 5};
}

TEST(Validate, AcceptsWhatAProducerSends) {
  const Bytes bytes = two_records();
  const auto batch = validate(bytes);
  ASSERT_TRUE(batch) << batch.error().to_string();
  EXPECT_EQ(batch->size(), bytes.size());
  EXPECT_EQ(batch->bytes().data(), bytes.data());
  EXPECT_EQ(batch->view().record_count(), 2);
}

TEST(Validate, LooksAtTheFirstBatchOnly) {
  Bytes bytes = two_records();
  const std::size_t size = bytes.size();
  bytes.resize(size + 100, std::byte{0xee});
  EXPECT_EQ(validate(bytes)->size(), size);
}

TEST(Validate, TellsTimesAndTheFirstNullKey) {
  const Bytes bytes = two_records();
  const RecordFacts facts = validate(bytes)->facts();
  EXPECT_EQ(facts.min_timestamp, at_ms(1000));
  EXPECT_EQ(facts.max_timestamp, at_ms(1001));
  EXPECT_EQ(facts.null_key_at, 1);  // B10
  const Bytes keyed = batch_of({{.key = "k"}});
  EXPECT_EQ(validate(keyed)->facts().null_key_at, std::nullopt);
}

TEST(Validate, RefusesABatchThatIsCutAnywhere) {
  const Bytes bytes = two_records();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THAT(validate(std::span(bytes).first(size)), IsError(ErrorCode::kCorruptMessage))
        << size << " bytes";
}

// B8
TEST(Validate, RefusesEveryFlippedBitUnderTheCrc) {
  const Bytes sound = two_records();
  for (std::size_t at = kCrcBegin; at < sound.size(); ++at) {
    Bytes bytes = sound;
    bytes[at] ^= std::byte{0x10};
    EXPECT_THAT(validate(bytes), IsError(ErrorCode::kCorruptMessage)) << "byte " << at;
  }
}

// B5
TEST(Validate, RefusesTheMagicOfOldBatches) {
  for (const int magic : {0, 1}) {
    Bytes bytes = two_records();
    bytes[layout::kMagic.at] = static_cast<std::byte>(magic);
    EXPECT_THAT(validate(bytes), IsError(ErrorCode::kInvalidRecord));
  }
}

TEST(Validate, RefusesAMagicThatNeverWas) {
  Bytes bytes = two_records();
  bytes[layout::kMagic.at] = std::byte{3};
  EXPECT_THAT(validate(bytes), IsError(ErrorCode::kCorruptMessage));
}

TEST(Validate, RefusesALengthBelowTheHeader) {
  Bytes bytes = two_records();
  set_field<std::int32_t>(bytes, layout::kLength, kLengthMin - 1);
  EXPECT_THAT(validate(bytes), IsError(ErrorCode::kCorruptMessage));
  set_field<std::int32_t>(bytes, layout::kLength, -5);
  EXPECT_THAT(validate(bytes), IsError(ErrorCode::kCorruptMessage));
}

// B9
TEST(Validate, RefusesABatchOneByteOverTheLimit) {
  const Bytes bytes = two_records();
  EXPECT_TRUE(validate(bytes, {.batch_size_max = bytes.size()}));
  EXPECT_THAT(validate(bytes, {.batch_size_max = bytes.size() - 1}),
              IsError(ErrorCode::kMessageTooLarge));
}

// B3, B14
TEST(Validate, RefusesAttributeBitsWithoutMeaning) {
  for (unsigned bit = 7; bit < 16; ++bit) {
    Bytes bytes = two_records();
    set_field<std::uint16_t>(bytes, layout::kAttributes, static_cast<std::uint16_t>(1U << bit));
    EXPECT_THAT(validate(bytes, kFromALog), IsError(ErrorCode::kInvalidRecord)) << "bit " << bit;
  }
}

TEST(Validate, RefusesUnknownCodecs) {
  for (const int codec : {5, 6, 7}) {
    Bytes bytes = two_records();
    set_field<std::uint16_t>(bytes, layout::kAttributes, static_cast<std::uint16_t>(codec));
    EXPECT_THAT(validate(bytes), IsError(ErrorCode::kUnsupportedCompressionType));
  }
}

// B6
TEST(Validate, RefusesAControlBatchFromAClientOnly) {
  const Bytes bytes = two_records({.control = true});
  EXPECT_THAT(validate(bytes), IsError(ErrorCode::kInvalidRecord));
  EXPECT_TRUE(validate(bytes, kFromALog));
}

// B14
TEST(Validate, RefusesADeleteHorizonFromAClientOnly) {
  Bytes bytes = two_records();
  set_field<std::uint16_t>(bytes, layout::kAttributes, attributes::kDeleteHorizon);
  EXPECT_THAT(validate(bytes), IsError(ErrorCode::kInvalidRecord));
  EXPECT_TRUE(validate(bytes, kFromALog));
}

// B6
TEST(Validate, RefusesABaseOffsetFromAClientOnly) {
  const Bytes bytes = batch_of({{.value = "v"}}, {}, Offset{7});
  EXPECT_THAT(validate(bytes), IsError(ErrorCode::kInvalidRecord));
  EXPECT_TRUE(validate(bytes, kFromALog));
}

TEST(Validate, RefusesOffsetsOutOfRangeFromALog) {
  Bytes bytes = two_records();
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  place(bytes.data(), Offset{kLast - 2}, LeaderEpoch{0});
  EXPECT_TRUE(validate(bytes, kFromALog));
  place(bytes.data(), Offset{kLast - 1}, LeaderEpoch{0});
  EXPECT_THAT(validate(bytes, kFromALog), IsError(ErrorCode::kInvalidRecord));
  place(bytes.data(), Offset{-1}, LeaderEpoch{0});
  EXPECT_THAT(validate(bytes, kFromALog), IsError(ErrorCode::kInvalidRecord));
}

TEST(Validate, AcceptsAnIdempotentProducersBatch) {
  EXPECT_TRUE(validate(two_records(idempotent())));
}

// B6
TEST(Validate, RefusesAProducerIdWithoutEpochOrSequence) {
  Bytes no_epoch = two_records(idempotent());
  set_field<std::int16_t>(no_epoch, layout::kProducerEpoch, -1);
  EXPECT_THAT(validate(no_epoch), IsError(ErrorCode::kInvalidRecord));
  Bytes no_sequence = two_records(idempotent());
  set_field<std::int32_t>(no_sequence, layout::kBaseSequence, -1);
  EXPECT_THAT(validate(no_sequence), IsError(ErrorCode::kInvalidRecord));
  Bytes negative = two_records(idempotent());
  set_field<std::int64_t>(negative, layout::kProducerId, -2);
  EXPECT_THAT(validate(negative), IsError(ErrorCode::kInvalidRecord));
}

// B14
TEST(Validate, RefusesATransactionalBatchWithoutAProducer) {
  EXPECT_THAT(validate(two_records({.transactional = true})), IsError(ErrorCode::kInvalidRecord));
  BatchOptions options = idempotent();
  options.transactional = true;
  EXPECT_TRUE(validate(two_records(options)));
}

// B6
TEST(Validate, RefusesCountsThatDisagree) {
  Bytes count = two_records();
  set_field<std::int32_t>(count, layout::kRecordCount, 3);
  EXPECT_THAT(validate(count), IsError(ErrorCode::kInvalidRecord));
  Bytes delta = two_records();
  set_field<std::int32_t>(delta, layout::kLastOffsetDelta, 2);
  EXPECT_THAT(validate(delta), IsError(ErrorCode::kInvalidRecord));
  Bytes both = two_records();
  set_field<std::int32_t>(both, layout::kLastOffsetDelta, 2);
  set_field<std::int32_t>(both, layout::kRecordCount, 3);
  EXPECT_THAT(validate(both), IsError(ErrorCode::kInvalidRecord));
}

TEST(Validate, RefusesCountsThatAreNoCounts) {
  Bytes none = two_records();
  set_field<std::int32_t>(none, layout::kRecordCount, 0);
  EXPECT_THAT(validate(none), IsError(ErrorCode::kInvalidRecord));
  Bytes negative = two_records();
  set_field<std::int32_t>(negative, layout::kRecordCount, -1);
  set_field<std::int32_t>(negative, layout::kLastOffsetDelta, -2);
  EXPECT_THAT(validate(negative), IsError(ErrorCode::kInvalidRecord));
  EXPECT_THAT(validate(negative, kFromALog), IsError(ErrorCode::kInvalidRecord));
}

TEST(Validate, RefusesRecordsThatAreNoRecords) {
  Bytes bytes = two_records();
  bytes.push_back(std::byte{0});
  set_field<std::int32_t>(bytes, layout::kLength, static_cast<std::int32_t>(bytes.size() - 12));
  EXPECT_THAT(validate(bytes), IsError(ErrorCode::kInvalidRecord));
}

/// A batch whose records have the given offset deltas.
Bytes with_deltas(std::initializer_list<std::int32_t> deltas, std::int32_t last_delta) {
  Bytes bytes(kHeaderSize);
  for (const std::int32_t delta : deltas) {
    const Record record{.value = "v"};
    const RecordFrame frame = measure(record, {0, delta});
    const std::size_t at = bytes.size();
    bytes.resize(at + frame.size);
    encode(bytes.data() + at, frame, record, {0, delta});
  }
  close_header(bytes.data(), {.length = static_cast<std::int32_t>(bytes.size() - kLengthEnd),
                              .last_offset_delta = last_delta,
                              .record_count = static_cast<std::int32_t>(deltas.size())});
  return bytes;
}

// B14
TEST(Validate, RefusesGapsFromAClientAndAcceptsThoseOfCompaction) {
  EXPECT_THAT(validate(with_deltas({0, 2}, 1)), IsError(ErrorCode::kInvalidRecord));
  EXPECT_TRUE(validate(with_deltas({1, 4}, 9), kFromALog));
  EXPECT_TRUE(validate(with_deltas({}, 9), kFromALog));
}

TEST(Validate, RefusesDeltasOutOfOrderOrPastTheLast) {
  EXPECT_THAT(validate(with_deltas({4, 1}, 9), kFromALog), IsError(ErrorCode::kInvalidRecord));
  EXPECT_THAT(validate(with_deltas({1, 1}, 9), kFromALog), IsError(ErrorCode::kInvalidRecord));
  EXPECT_THAT(validate(with_deltas({1, 10}, 9), kFromALog), IsError(ErrorCode::kInvalidRecord));
  EXPECT_THAT(validate(with_deltas({-1, 1}, 9), kFromALog), IsError(ErrorCode::kInvalidRecord));
}

// B14
TEST(Validate, TellsAMaxTimestampThatLiesInsteadOfRefusingIt) {
  Bytes bytes = two_records();
  EXPECT_TRUE(validate(bytes)->max_timestamp_is_right());
  set_field<std::int64_t>(bytes, layout::kMaxTimestamp, 999999);
  EXPECT_FALSE(validate(bytes)->max_timestamp_is_right());
  restamp(bytes, TimestampType::kCreateTime, validate(bytes)->facts().max_timestamp);
  EXPECT_TRUE(validate(bytes)->max_timestamp_is_right());
}

TEST(Validate, TakesAnyMaxTimestampForAnAppendTime) {
  Bytes bytes = two_records();
  restamp(bytes, TimestampType::kLogAppendTime, at_ms(5));
  EXPECT_TRUE(validate(bytes)->max_timestamp_is_right());
}

class ValidateCompressed : public testing::TestWithParam<Compression> {};

TEST_P(ValidateCompressed, LooksIntoTheRecords) {
  const Bytes bytes = two_records({.compression = GetParam()});
  const auto batch = validate(bytes);
  ASSERT_TRUE(batch) << batch.error().to_string();
  EXPECT_EQ(batch->facts().max_timestamp, at_ms(1001));
  Bytes miscounted = bytes;
  set_field<std::int32_t>(miscounted, layout::kRecordCount, 3);
  set_field<std::int32_t>(miscounted, layout::kLastOffsetDelta, 2);
  EXPECT_THAT(validate(miscounted), IsError(ErrorCode::kInvalidRecord));
}

TEST_P(ValidateCompressed, StopsABombAtTheLimit) {
  const std::string zeros(100000, '\0');
  const Bytes bytes = batch_of({{.value = zeros}}, {.compression = GetParam()});
  EXPECT_TRUE(validate(bytes, {.records_size_max = 100100}));
  EXPECT_THAT(validate(bytes, {.records_size_max = 100000}), IsError(ErrorCode::kMessageTooLarge));
}

TEST_P(ValidateCompressed, RefusesDataThatTheCodecCannotRead) {
  Bytes bytes = two_records();
  set_field<std::uint16_t>(bytes, layout::kAttributes, static_cast<std::uint16_t>(GetParam()));
  EXPECT_THAT(validate(bytes), IsError(ErrorCode::kCorruptMessage));
}

INSTANTIATE_TEST_SUITE_P(Codecs, ValidateCompressed,
                         testing::Values(Compression::kGzip, Compression::kSnappy,
                                         Compression::kLz4, Compression::kZstd),
                         [](const auto& test) {
                           return std::string(compression_name(test.param));
                         });

}  // namespace
}  // namespace leat::record
