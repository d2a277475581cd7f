// What was once written stays readable (lib/log/FORMAT.md).
#include "support/golden.h"

#include <gtest/gtest.h>

#include "leat/types.h"

#include "log/segment_sum.h"

namespace leat::log {
namespace {

TEST(GoldenLog, ASumOfVersionOneIsWhatFormatSays) {
  SegmentSum sum;
  sum.length = 70'000;
  sum.base_offset = Offset{1000};
  sum.next_offset = Offset{1100};
  sum.first_epoch = 3;
  sum.last_epoch = 4;
  sum.first_timestamp = 1'700'000'000'000;
  sum.max_timestamp = 1'700'000'000'005;
  sum.blocks = {1, 2};
  EXPECT_EQ(encode_sum(sum), support::read_golden("sum.hex"));
  EXPECT_EQ(decode_sum(support::read_golden("sum.hex")).value(), sum);
}

TEST(GoldenLog, AnEmptySnapshotIsKafkas) {
  EXPECT_EQ(empty_producer_snapshot(), support::read_golden("snapshot.hex"));
}

}  // namespace
}  // namespace leat::log
