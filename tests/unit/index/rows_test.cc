#include "index/rows.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "leat/types.h"

namespace leat::index {
namespace {

using std::chrono::milliseconds;

const AppliedRow kApplied{.offset = Offset{41},
                          .epoch = LeaderEpoch{3},
                          .segment_base = Offset{40},
                          .position = 0xfffffff0,
                          .crc = 0xdeadbeef};
const SegmentRow kSegment{.base_offset = Offset{40},
                          .next_offset = Offset{90},
                          .bytes = 0x7fffffff,
                          .first_epoch = LeaderEpoch{3},
                          .last_epoch = LeaderEpoch{4},
                          .first_timestamp = Timestamp{milliseconds{-1}},
                          .max_timestamp = Timestamp{milliseconds{1'700'000'000'000}}};

TEST(AppliedRow, IsReadBackAsItWasWritten) {
  EXPECT_EQ(decode_applied(encode(kApplied)), kApplied);
}

TEST(SegmentRow, IsReadBackAsItWasWritten) {
  EXPECT_EQ(decode_segment(encode(kSegment)), kSegment);
}

TEST(AppliedRow, IsAbsentWhenItsVersionIsUnknown) {
  std::string bytes = encode(kApplied);
  bytes[0] = 2;
  EXPECT_FALSE(decode_applied(bytes));
}

TEST(SegmentRow, IsAbsentWhenItsVersionIsUnknown) {
  std::string bytes = encode(kSegment);
  bytes[0] = 2;
  EXPECT_FALSE(decode_segment(bytes));
}

TEST(AppliedRow, IsAbsentWhenAByteIsMissingOrTooMany) {
  EXPECT_FALSE(decode_applied(encode(kApplied).substr(0, 28)));
  EXPECT_FALSE(decode_applied(encode(kApplied) + '\0'));
  EXPECT_FALSE(decode_applied(""));
}

TEST(SegmentRow, IsAbsentWhenAByteIsMissingOrTooMany) {
  EXPECT_FALSE(decode_segment(encode(kSegment).substr(0, 44)));
  EXPECT_FALSE(decode_segment(encode(kSegment) + '\0'));
  EXPECT_FALSE(decode_segment(""));
}

TEST(AppliedRow, IsAbsentWhenItsBatchLiesBeforeItsSegment) {
  AppliedRow row = kApplied;
  row.offset = Offset{39};
  EXPECT_FALSE(decode_applied(encode(row)));
  row.segment_base = Offset{-1};
  EXPECT_FALSE(decode_applied(encode(row)));
}

TEST(SegmentRow, IsAbsentWhenItEndsBeforeItBegins) {
  SegmentRow row = kSegment;
  row.next_offset = row.base_offset;
  EXPECT_TRUE(decode_segment(encode(row)));
  row.next_offset = Offset{39};
  EXPECT_FALSE(decode_segment(encode(row)));
}

TEST(SegmentRow, IsAbsentWhenLongerThanASegmentCanBe) {  // S9
  SegmentRow row = kSegment;
  row.bytes = 0x80000000U;
  EXPECT_FALSE(decode_segment(encode(row)));
}

TEST(SegmentRow, IsAbsentWhenItsEpochFalls) {
  SegmentRow row = kSegment;
  row.last_epoch = LeaderEpoch{2};
  EXPECT_FALSE(decode_segment(encode(row)));
}

}  // namespace
}  // namespace leat::index
