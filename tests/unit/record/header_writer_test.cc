#include "record/header_writer.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include <gtest/gtest.h>

#include "leat/record.h"
#include "leat/types.h"

#include "record/batch_view.h"
#include "record/checkpoint.h"
#include "record/layout.h"
#include "record/record_encoder.h"
#include "record/validate.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

/// An open batch as the log holds it: records of a letter each, walked until a zero length.
class OpenBatch : public testing::Test {
 protected:
  OpenBatch() { open_header(bytes_.data(), {Offset{40}, LeaderEpoch{6}, 0, at_ms(1000)}); }

  void append(const char* value) {
    const Record record{.value = value};
    const RecordDeltas deltas{count_, count_};
    const RecordFrame frame = measure(record, deltas);
    encode(bytes_.data() + end_, frame, record, deltas);
    end_ += frame.size;
    ++count_;
  }
  [[nodiscard]] ClosedHeader closed() const {
    return {.base_offset = Offset{40},
            .length = static_cast<std::int32_t>(end_ - kLengthEnd),
            .leader_epoch = LeaderEpoch{6},
            .last_offset_delta = count_ - 1,
            .base_timestamp = at_ms(1000),
            .max_timestamp = at_ms(1000 + count_ - 1),
            .record_count = count_};
  }
  [[nodiscard]] BatchView view() const { return BatchView(bytes_.data()); }

  Bytes bytes_ = Bytes(1000);
  std::size_t end_ = kHeaderSize;
  std::int32_t count_ = 0;
};

TEST_F(OpenBatch, SaysOnlyWhereItBegins) {
  EXPECT_TRUE(view().is_open());
  EXPECT_EQ(view().base_offset(), Offset{40});
  EXPECT_EQ(view().leader_epoch(), LeaderEpoch{6});
  EXPECT_EQ(view().base_timestamp(), at_ms(1000));
  EXPECT_EQ(view().length(), 0);
}

TEST_F(OpenBatch, IsWalkedByTheEndOfItsBytes) {
  append("a");
  append("b");
  const auto records = std::span(bytes_).first(end_).subspan(kHeaderSize);
  const auto read = walk(RecordCursor(records, view().record_base()));
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1].offset, Offset{41});
  EXPECT_EQ(read[1].timestamp, at_ms(1001));
}

TEST_F(OpenBatch, IsWalkedUpToTheRecordThatWasNotCommitted) {
  append("a");
  const std::size_t committed = end_ - kHeaderSize;
  append("b");
  bytes_[kHeaderSize + committed] = std::byte{0};
  const auto rest = std::span(bytes_).subspan(kHeaderSize);
  RecordCursor cursor(rest, view().record_base());
  RecordView record;
  EXPECT_TRUE(cursor.next(record));
  EXPECT_FALSE(cursor.next(record));
  EXPECT_FALSE(cursor.ok());
  EXPECT_EQ(cursor.position(), committed);
}

TEST_F(OpenBatch, BecomesAPlainBatchWhenClosed) {
  append("a");
  append("b");
  store_checkpoint(bytes_.data(), 0, {~0ULL, 2});
  close_header(bytes_.data(), closed());
  const auto batch = validate(bytes_, {.origin = BatchOrigin::kLog});
  ASSERT_TRUE(batch) << batch.error().to_string();
  EXPECT_EQ(batch->size(), end_);
  EXPECT_EQ(batch->view().next_offset(), Offset{42});
  EXPECT_TRUE(batch->max_timestamp_is_right());
}

TEST_F(OpenBatch, IsProvedByCrcAndLengthAloneAfterACloseThatWasCut) {
  append("a");
  const Bytes before = bytes_;
  close_header(bytes_.data(), closed());
  Bytes cut = before;
  std::copy_n(bytes_.begin(), layout::kCheckpoints[0].at, cut.begin());
  cut[layout::kMagic.at] = std::byte{0};
  EXPECT_EQ(BatchView(cut.data()).crc(), crc_of(cut.data(), closed()));
  cut[end_ - 1] ^= std::byte{1};
  EXPECT_NE(BatchView(cut.data()).crc(), crc_of(cut.data(), closed()));
}

// B2: base offset and leader epoch lie outside the CRC.
TEST(Place, LeavesTheCrcRight) {
  Bytes bytes = batch_of({{.value = "v"}});
  place(bytes.data(), Offset{123456789012}, LeaderEpoch{9});
  const BatchView batch(bytes.data());
  EXPECT_EQ(batch.base_offset(), Offset{123456789012});
  EXPECT_EQ(batch.leader_epoch(), LeaderEpoch{9});
  EXPECT_TRUE(batch.crc_is_right());
}

// B12: bit 3, max timestamp = append time, base timestamp untouched.
TEST(Restamp, DatesABatchWithTheTimeOfItsAppend) {
  Bytes bytes = batch_of({{.value = "a"}, {.value = "b"}}, {.compression = Compression::kLz4});
  restamp(bytes, TimestampType::kLogAppendTime, at_ms(5000));
  const BatchView batch(bytes.data());
  EXPECT_EQ(batch.timestamp_type(), TimestampType::kLogAppendTime);
  EXPECT_EQ(batch.compression(), Compression::kLz4);
  EXPECT_EQ(batch.base_timestamp(), at_ms(1000));
  EXPECT_EQ(batch.max_timestamp(), at_ms(5000));
  EXPECT_TRUE(batch.crc_is_right());
}

TEST(Restamp, TakesTheAppendTimeAwayAgain) {
  Bytes bytes = batch_of({{.value = "a"}}, {.timestamp_type = TimestampType::kLogAppendTime});
  restamp(bytes, TimestampType::kCreateTime, at_ms(1000));
  EXPECT_EQ(BatchView(bytes.data()).attributes(), 0);
  EXPECT_TRUE(BatchView(bytes.data()).crc_is_right());
}

}  // namespace
}  // namespace leat::record
