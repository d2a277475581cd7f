#include "index/partition_rows.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/types.h"

#include "index/index_row.h"
#include "index/keys.h"
#include "index/rows.h"
#include "index/store.h"
#include "stores.h"

namespace leat::index {
namespace {

Timestamp at(std::int64_t milliseconds) {
  return Timestamp{std::chrono::milliseconds{milliseconds}};
}

SegmentRow segment(std::int64_t base, std::int64_t next) {
  return {.base_offset = Offset{base},
          .next_offset = Offset{next},
          .bytes = 4'096,
          .first_epoch = LeaderEpoch{0},
          .last_epoch = LeaderEpoch{0},
          .first_timestamp = at(base),
          .max_timestamp = at(next)};
}

/// Segments [0, 100) and [100, 200) of partition 1; the neighbours have rows as well.
class Rows : public ::testing::Test {
 protected:
  void SetUp() override {
    WriteBatch batch;
    for (const PartitionRows& rows : {before_, rows_, after_}) {
      rows.put(batch, segment(0, 100));
      rows.put(batch, segment(100, 200));
      put_stretch(rows, batch, 0, 0);
      put_stretch(rows, batch, 0, 50);
      put_stretch(rows, batch, 100, 100);
    }
    ASSERT_TRUE(store_->apply(batch));
  }

  /// Entries at `first` and 20 behind it, each reaching its own offset + 9 in ms; covers 40
  /// offsets.
  static void put_stretch(const PartitionRows& rows, WriteBatch& batch, std::int64_t segment_base,
                          std::int64_t first) {
    IndexRowBuilder builder(Offset{segment_base});
    const auto position = static_cast<std::uint32_t>(first - segment_base);
    ASSERT_TRUE(builder.add({Offset{first}, position, at(first + 9)}));
    ASSERT_TRUE(builder.add({Offset{first + 20}, position + 20, at(first + 29)}));
    rows.put_index(batch, Offset{first}, builder.finish(Offset{first + 40}, position + 40));
  }

  void apply(const WriteBatch& batch) { ASSERT_TRUE(store_->apply(batch)); }
  std::optional<Offset> found(Offset offset) {
    const auto hit = *rows_.find(offset);
    return hit ? std::optional(hit->entry.offset) : std::nullopt;
  }
  std::optional<Offset> found(Timestamp time, std::int64_t from, std::int64_t to) {
    const auto hit = *rows_.find(time, Offset{from}, Offset{to});
    return hit ? std::optional(hit->entry.offset) : std::nullopt;
  }

  std::unique_ptr<Store> store_ = memory_store();
  PartitionRows before_{*store_, LogNumber{7}, PartitionId{0}};
  PartitionRows rows_{*store_, LogNumber{7}, PartitionId{1}};
  PartitionRows after_{*store_, LogNumber{7}, PartitionId{2}};
};

TEST_F(Rows, ListTheSegmentsInOrder) {
  EXPECT_EQ(*rows_.segments(), (std::vector{segment(0, 100), segment(100, 200)}));
}

TEST_F(Rows, FindTheSegmentThatMayHoldAnOffset) {
  EXPECT_EQ(*rows_.segment(Offset{0}), segment(0, 100));
  EXPECT_EQ(*rows_.segment(Offset{99}), segment(0, 100));
  EXPECT_EQ(*rows_.segment(Offset{100}), segment(100, 200));
  EXPECT_EQ(*rows_.segment(Offset{900}), segment(100, 200));
}

TEST_F(Rows, HaveNoAppliedRowUntilOneIsPut) {
  EXPECT_EQ(*rows_.applied(), std::nullopt);
  const AppliedRow applied{.offset = Offset{199},
                           .epoch = LeaderEpoch{2},
                           .segment_base = Offset{100},
                           .position = 40,
                           .crc = 0x1234};
  WriteBatch batch;
  rows_.put(batch, applied);
  apply(batch);
  EXPECT_EQ(*rows_.applied(), applied);
  EXPECT_EQ(*after_.applied(), std::nullopt);
}

TEST_F(Rows, FindTheEntryBeforeAnOffset) {
  EXPECT_EQ(found(Offset{0}), Offset{0});
  EXPECT_EQ(found(Offset{25}), Offset{20});
  EXPECT_EQ(found(Offset{69}), Offset{50});
  EXPECT_EQ(found(Offset{139}), Offset{120});
  EXPECT_EQ((*rows_.find(Offset{139}))->segment_base, Offset{100});
}

TEST_F(Rows, FindNoEntryForAnOffsetThatNoRowCovers) {
  EXPECT_EQ(found(Offset{40}), std::nullopt);
  EXPECT_EQ(found(Offset{140}), std::nullopt);
}

TEST_F(Rows, FindTheFirstEntryThatReachesATimeWithinOneSegment) {
  EXPECT_EQ(found(at(0), 0, 100), Offset{0});
  EXPECT_EQ(found(at(10), 0, 100), Offset{20});
  EXPECT_EQ(found(at(30), 0, 100), Offset{50});
  EXPECT_EQ(found(at(80), 0, 100), std::nullopt);
  EXPECT_EQ(found(at(80), 100, 200), Offset{100});
}

TEST_F(Rows, LoseASegmentWithItsIndex) {
  WriteBatch batch;
  rows_.erase_segment(batch, segment(0, 100));
  apply(batch);
  EXPECT_EQ(*rows_.segments(), (std::vector{segment(100, 200)}));
  EXPECT_EQ(found(Offset{50}), std::nullopt);
  EXPECT_EQ(found(Offset{100}), Offset{100});
  EXPECT_EQ(before_.segments()->size(), 2U);
}

TEST_F(Rows, OfOnePartitionGoTogether) {
  WriteBatch batch;
  rows_.erase_all(batch);
  apply(batch);
  EXPECT_TRUE(rows_.segments()->empty());
  EXPECT_EQ(found(Offset{0}), std::nullopt);
  EXPECT_EQ(before_.segments()->size(), 2U);
  EXPECT_EQ(after_.segments()->size(), 2U);
}

TEST_F(Rows, PassOverWhatIsMalformed) {
  WriteBatch batch;
  batch.put(encode({.kind = RowKind::kSegment,
                    .log = LogNumber{7},
                    .partition = PartitionId{1},
                    .offset = Offset{0}}),
            "not a segment row");
  rows_.put_index(batch, Offset{50}, "not an index row");
  apply(batch);
  EXPECT_EQ(*rows_.segments(), (std::vector{segment(100, 200)}));
  EXPECT_EQ(*rows_.segment(Offset{50}), std::nullopt);
  EXPECT_EQ(found(Offset{55}), std::nullopt);
  EXPECT_EQ(found(at(30), 0, 200), Offset{100});
}

TEST_F(Rows, ReportAStoreThatFails) {
  ASSERT_TRUE(store_->close());
  EXPECT_EQ(code_of(rows_.applied()), ErrorCode::kClosed);
  EXPECT_EQ(code_of(rows_.segments()), ErrorCode::kClosed);
  EXPECT_EQ(code_of(rows_.segment(Offset{0})), ErrorCode::kClosed);
  EXPECT_EQ(code_of(rows_.find(Offset{0})), ErrorCode::kClosed);
  EXPECT_EQ(code_of(rows_.find(at(0), Offset{0}, Offset{1})), ErrorCode::kClosed);
}

}  // namespace
}  // namespace leat::index
