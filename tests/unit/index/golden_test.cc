/// \file
/// The bytes on disk, field by field, in tests/golden/index: written as they are, read for ever.

#include "support/golden.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "leat/types.h"

#include "base/bytes.h"
#include "index/index_row.h"
#include "index/keys.h"
#include "index/rows.h"
#include "index/store.h"
#include "stores.h"

namespace leat::index {
namespace {

std::string golden(std::string_view name) {
  const auto bytes = support::read_golden(std::string(name));
  return std::string(base::as_text(bytes));
}

constexpr Timestamp kTime{std::chrono::milliseconds{1'700'000'000'000}};
constexpr Timestamp kLater = kTime + std::chrono::milliseconds{1'000};

TEST(Golden, Key) {
  const Key key{.kind = RowKind::kSegment,
                .log = LogNumber{7},
                .partition = PartitionId{2},
                .offset = Offset{1'000}};
  EXPECT_EQ(encode(key), golden("key.hex"));
  EXPECT_EQ(decode_key(golden("key.hex")), key);
}

TEST(Golden, VersionRow) {
  const auto store = memory_store();
  ASSERT_TRUE(write_version(*store));
  const Row row = rows_of(*store).front();
  EXPECT_EQ(row.key + row.value, golden("version_row.hex"));
}

TEST(Golden, AppliedRow) {
  const AppliedRow row{.offset = Offset{1'041},
                       .epoch = LeaderEpoch{3},
                       .segment_base = Offset{1'000},
                       .position = 8'192,
                       .crc = 0xdeadbeef};
  EXPECT_EQ(encode(row), golden("applied_row.hex"));
  EXPECT_EQ(decode_applied(golden("applied_row.hex")), row);
}

TEST(Golden, SegmentRow) {
  const SegmentRow row{.base_offset = Offset{1'000},
                       .next_offset = Offset{1'050},
                       .bytes = 12'345,
                       .first_epoch = LeaderEpoch{2},
                       .last_epoch = LeaderEpoch{3},
                       .first_timestamp = kTime,
                       .max_timestamp = kLater};
  EXPECT_EQ(encode(row), golden("segment_row.hex"));
  EXPECT_EQ(decode_segment(golden("segment_row.hex")), row);
}

TEST(Golden, IndexRow) {
  const IndexEntry first{Offset{1'000}, 0, kTime};
  const IndexEntry second{Offset{1'030}, 8'192, kLater};
  IndexRowBuilder builder(Offset{1'000});
  ASSERT_TRUE(builder.add(first));
  ASSERT_TRUE(builder.add(second));
  EXPECT_EQ(builder.finish(Offset{1'050}, 12'345), golden("index_row.hex"));

  const std::string bytes = golden("index_row.hex");
  const auto row = IndexRowView::parse(bytes);
  ASSERT_TRUE(row);
  EXPECT_EQ((*row)[0], first);
  EXPECT_EQ((*row)[1], second);
  EXPECT_EQ(row->next_offset(), Offset{1'050});
  EXPECT_EQ(row->end_position(), 12'345U);
}

}  // namespace
}  // namespace leat::index
