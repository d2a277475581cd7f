#include "index/index_row.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "leat/types.h"

namespace leat::index {
namespace {

constexpr Offset kBase{1'000};

IndexEntry entry(std::int64_t offset, std::uint32_t position, std::int64_t milliseconds) {
  return {.offset = Offset{offset},
          .position = position,
          .max_timestamp = Timestamp{std::chrono::milliseconds{milliseconds}}};
}

Timestamp at(std::int64_t milliseconds) {
  return Timestamp{std::chrono::milliseconds{milliseconds}};
}

/// A row of entries 10 offsets, 100 bytes and 5 ms apart, from (1000, 0, 50 ms) on.
std::string row_of(std::size_t entries) {
  IndexRowBuilder builder(kBase);
  for (std::size_t i = 0; i < entries; ++i) {
    const auto n = static_cast<std::int64_t>(i);
    EXPECT_TRUE(
        builder.add(entry(1'000 + n * 10, static_cast<std::uint32_t>(n) * 100, 50 + n * 5)));
  }
  const auto n = static_cast<std::int64_t>(entries);
  return builder.finish(Offset{1'000 + n * 10}, static_cast<std::uint32_t>(n) * 100);
}

TEST(IndexRow, IsReadBackAsItWasBuilt) {
  const std::string bytes = row_of(3);
  const auto row = IndexRowView::parse(bytes);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->segment_base(), kBase);
  EXPECT_EQ(row->next_offset(), Offset{1'030});
  EXPECT_EQ(row->end_position(), 300U);
  ASSERT_EQ(row->size(), 3U);
  EXPECT_EQ((*row)[0], entry(1'000, 0, 50));
  EXPECT_EQ((*row)[2], entry(1'020, 200, 60));
}

TEST(IndexRow, FindsTheLastEntryAtOrBeforeAnOffset) {
  const std::string bytes = row_of(3);
  const auto row = IndexRowView::parse(bytes);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->find(Offset{999}), std::nullopt);
  EXPECT_EQ(row->find(Offset{1'000})->position, 0U);
  EXPECT_EQ(row->find(Offset{1'009})->position, 0U);
  EXPECT_EQ(row->find(Offset{1'010})->position, 100U);
  EXPECT_EQ(row->find(Offset{5'000})->position, 200U);
}

TEST(IndexRow, FindsTheFirstEntryThatReachesATimestamp) {
  const std::string bytes = row_of(3);
  const auto row = IndexRowView::parse(bytes);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->find(at(0))->position, 0U);
  EXPECT_EQ(row->find(at(50))->position, 0U);
  EXPECT_EQ(row->find(at(51))->position, 100U);
  EXPECT_EQ(row->find(at(60))->position, 200U);
  EXPECT_EQ(row->find(at(61)), std::nullopt);
}

TEST(IndexRow, AgreesWithALinearSearchOnAnyEntries) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&random](std::uint32_t bound) {
    return static_cast<std::uint32_t>(random()) % bound;
  };
  for (int round = 0; round < 50; ++round) {
    IndexRowBuilder builder(kBase);
    std::vector<IndexEntry> entries;
    IndexEntry next = entry(1'000, 0, 0);
    for (auto left = 1 + below(kIndexEntriesMax); left > 0; --left) {
      next = entry(next.offset.value() + 1 + below(50), next.position + 1 + below(70'000),
                   next.max_timestamp.time_since_epoch().count() + below(3));
      entries.push_back(next);
      ASSERT_TRUE(builder.add(next));
    }
    const std::string bytes = builder.finish(next.offset.next(), next.position + 61);
    const auto row = IndexRowView::parse(bytes);
    ASSERT_TRUE(row);
    for (std::int64_t offset = 999; offset < next.offset.value() + 2; offset += 1 + below(20)) {
      std::optional<IndexEntry> expected;
      for (const IndexEntry& e : entries) {
        if (e.offset <= Offset{offset}) expected = e;
      }
      ASSERT_EQ(row->find(Offset{offset}), expected) << offset;
    }
    for (std::int64_t time = -1; time < 520; time += 7) {
      std::optional<IndexEntry> expected;
      for (const IndexEntry& e : entries) {
        if (!expected && e.max_timestamp >= at(time)) expected = e;
      }
      ASSERT_EQ(row->find(at(time)), expected) << time;
    }
  }
}

TEST(IndexRow, HoldsAsManyEntriesAsFitFourKibibytes) {
  EXPECT_LE(row_of(kIndexEntriesMax).size(), kIndexRowBytesMax);
  EXPECT_GT(row_of(kIndexEntriesMax).size() + 16, kIndexRowBytesMax);
}

TEST(IndexRowBuilder, RefusesAnEntryWhenFull) {
  IndexRowBuilder builder(kBase);
  for (std::uint32_t i = 0; i < kIndexEntriesMax; ++i) {
    EXPECT_FALSE(builder.is_full());
    ASSERT_TRUE(builder.add(entry(1'000 + i, i, 0)));
  }
  EXPECT_TRUE(builder.is_full());
  EXPECT_FALSE(builder.add(entry(9'000, 9'000, 0)));
}

TEST(IndexRowBuilder, RefusesAnEntryThatIsNotBehindTheLast) {
  IndexRowBuilder builder(kBase);
  ASSERT_TRUE(builder.add(entry(1'010, 100, 0)));
  EXPECT_FALSE(builder.add(entry(1'010, 200, 0)));
  EXPECT_FALSE(builder.add(entry(1'020, 100, 0)));
  EXPECT_TRUE(builder.add(entry(1'011, 101, 0)));
}

TEST(IndexRowBuilder, RefusesAnOffsetThatItsSegmentCannotHold) {  // S9
  IndexRowBuilder builder(kBase);
  EXPECT_FALSE(builder.add(entry(999, 0, 0)));
  EXPECT_FALSE(builder.add(entry(1'000 + (std::int64_t{1} << 32), 0, 0)));
  EXPECT_TRUE(builder.add(entry(999 + (std::int64_t{1} << 32), 0, 0)));
}

TEST(IndexRowBuilder, KeepsTheLargestTimestampSoFar) {
  IndexRowBuilder builder(kBase);
  ASSERT_TRUE(builder.add(entry(1'000, 0, 70)));
  ASSERT_TRUE(builder.add(entry(1'010, 100, 60)));
  const std::string bytes = builder.finish(Offset{1'020}, 200);
  EXPECT_EQ((*IndexRowView::parse(bytes))[1].max_timestamp, at(70));
}

TEST(IndexRowBuilder, IsEmptyAgainWhenFinished) {
  IndexRowBuilder builder(kBase);
  ASSERT_TRUE(builder.add(entry(1'000, 0, 70)));
  (void)builder.finish(Offset{1'010}, 100);
  EXPECT_TRUE(builder.is_empty());
  ASSERT_TRUE(builder.add(entry(1'010, 100, 3)));
  const std::string bytes = builder.finish(Offset{1'020}, 200);
  EXPECT_EQ(IndexRowView::parse(bytes)->find(Offset{1'015}), entry(1'010, 100, 3));
}

/// A row whose byte at `position` is `value`.
std::string damaged(std::size_t position, char value) {
  std::string bytes = row_of(3);
  bytes[position] = value;
  return bytes;
}

TEST(IndexRow, IsAbsentWhenItsHeadIsNotOurs) {
  EXPECT_FALSE(IndexRowView::parse(damaged(0, 2))) << "version";
  EXPECT_FALSE(IndexRowView::parse(damaged(1, 1))) << "reserved";
  EXPECT_FALSE(IndexRowView::parse(damaged(2, 2))) << "fewer entries than bytes";
  EXPECT_FALSE(IndexRowView::parse(damaged(2, 4))) << "more entries than bytes";
  EXPECT_FALSE(IndexRowView::parse(damaged(15, '\x80'))) << "a negative base offset";
  EXPECT_FALSE(IndexRowView::parse(damaged(15, '\x7f'))) << "a base offset whose entries overflow";
}

TEST(IndexRow, IsAbsentWhenItsEntriesAreNotInOrder) {
  constexpr std::size_t kSecondEntry = 24 + 16;
  EXPECT_FALSE(IndexRowView::parse(damaged(kSecondEntry, 0))) << "offset";
  EXPECT_FALSE(IndexRowView::parse(damaged(kSecondEntry + 4, 0))) << "position";
  EXPECT_FALSE(IndexRowView::parse(damaged(kSecondEntry + 8, 49))) << "timestamp";
}

TEST(IndexRow, IsAbsentWhenItEndsBeforeItsLastEntry) {
  IndexRowBuilder builder(kBase);
  ASSERT_TRUE(builder.add(entry(1'010, 100, 0)));
  EXPECT_FALSE(IndexRowView::parse(builder.finish(Offset{1'010}, 200)));
  ASSERT_TRUE(builder.add(entry(1'010, 100, 0)));
  EXPECT_FALSE(IndexRowView::parse(builder.finish(Offset{1'020}, 100)));
}

TEST(IndexRow, IsAbsentAtEveryOtherLength) {
  const std::string bytes = row_of(3);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(IndexRowView::parse(std::string_view(bytes).substr(0, length))) << length;
  }
  EXPECT_FALSE(IndexRowView::parse(bytes + '\0'));
}

}  // namespace
}  // namespace leat::index
