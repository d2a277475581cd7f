// What the logs of an engine share: mappings of sealed segments outlive their readers for a while, not their
// segments (M6, S25); what is allocated ahead is bounded (S8).
#include <cstdint>
#include <memory>

#include "log/recently_read.h"
#include "log/shared.h"
#include "unit/log/log_fixture.h"

namespace leat::log {
namespace {

class SharedByLogs : public LogFixture {
 protected:
  SharedByLogs() { shared_ = std::make_shared<Shared>(1 << 20); }
  /// Seals `count` segments of a record each.
  void write(int count) {
    for (int i = 0; i < count; ++i) {
      append("v");
      roll();
    }
    sync();
    seal();
  }
  /// Reads the segment at `base`; what was its mapping, if it is still there.
  std::weak_ptr<const void> read_at(std::int64_t base) {
    auto reader = log().reader_at(Offset{base}).value();
    return reader->next(1).value()->lease;
  }
};

TEST_F(SharedByLogs, StayMapped) {
  write(2);
  const auto first = read_at(0);
  const auto again = read_at(0);
  EXPECT_FALSE(first.expired());
  EXPECT_EQ(first.lock(), again.lock());
}

TEST_F(SharedByLogs, GiveWayToTheOnesReadAfterThem) {
  write(static_cast<int>(RecentlyRead::kSegmentsMax) + 1);
  const auto first = read_at(0);
  for (std::size_t base = 1; base < RecentlyRead::kSegmentsMax; ++base) {
    (void)read_at(static_cast<std::int64_t>(base));
  }
  EXPECT_FALSE(first.expired());
  const auto last = read_at(static_cast<std::int64_t>(RecentlyRead::kSegmentsMax));
  EXPECT_TRUE(first.expired());
  EXPECT_FALSE(last.expired());
}

TEST_F(SharedByLogs, AreUnmappedWhenTheyAreDeletedThoughAReaderSitsThere) {
  write(2);
  auto reader = log().reader_at(Offset{0}).value();
  std::weak_ptr<const void> mapping;
  {
    const Piece piece = std::move(*reader->next(1).value());
    mapping = piece.lease;
  }
  EXPECT_FALSE(mapping.expired());
  ASSERT_EQ(log().raise_log_start(Offset{1}).size(), 1U);
  EXPECT_TRUE(mapping.expired());
}

TEST_F(SharedByLogs, AllocationAheadOfAppendsIsBoundedByTheBudget) {
  options_.segment_bytes = 8 << 20;
  map();
  append("v");
  EXPECT_LT(shared_->ahead.left(), 1 << 20) << "a step ahead is charged";
  EXPECT_GE(shared_->ahead.left(), 0);
  shared_ = std::make_shared<Shared>(0);
  reopen();
  map();
  append_many(5'000);
  EXPECT_EQ(shared_->ahead.left(), 0);
  expect_all_numbered(1, 5'001);
}

TEST_F(SharedByLogs, WithoutABudgetNothingIsAllocatedAhead) {
  options_.segment_bytes = 8 << 20;
  shared_ = std::make_shared<Shared>(0);
  map();
  append_many(200);
  world_.scheduler().run_until_idle();
  const auto size = world_.disk().open(log().segments().front()->path(), OpenMode::kRead).value()->size();
  EXPECT_LE(size.value(), log().size_in_bytes() + kPageBytes);
}

TEST_F(SharedByLogs, ABudgetIsWhatIsAheadOfAllRecords) {
  options_.segment_bytes = 64 << 20;
  shared_ = std::make_shared<Shared>(8 << 20);
  map();
  for (int i = 0; i < 100; ++i) {
    append_many(100, 1'000);
    world_.scheduler().run_until_idle();
    ASSERT_GE(shared_->ahead.left(), 0);
    const auto size = world_.disk().open(log().segments().front()->path(), OpenMode::kRead).value()->size();
    ASSERT_LE(size.value(), log().size_in_bytes() + (8U << 20U) + kPageBytes);
  }
}

TEST_F(SharedByLogs, WhatWasAllocatedAheadIsGivenBackWithTheMapping) {
  options_.segment_bytes = 8 << 20;
  map();
  append("v");
  log().unmap();
  EXPECT_EQ(shared_->ahead.left(), 1 << 20);
}

}  // namespace
}  // namespace leat::log
