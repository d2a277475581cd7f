/// \file
/// What every Store does, held against each of them.

#include "index/store.h"

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"

#include "stores.h"

namespace leat::index {
namespace {

enum class Kind : std::uint8_t { kMemory, kOpened };

class StoreConformance : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    store_ = GetParam() == Kind::kMemory ? memory_store()
                                         : std::move(open_store(directory_.file("index"))->store);
    if (GetParam() == Kind::kOpened) erase({});  // the version row
  }

  void put(std::string key, std::string value) {
    WriteBatch batch;
    batch.put(std::move(key), std::move(value));
    ASSERT_TRUE(store_->apply(batch));
  }
  void erase(Range range) {
    WriteBatch batch;
    batch.erase_range(std::move(range));
    ASSERT_TRUE(store_->apply(batch));
  }
  std::optional<std::string> get(std::string_view key) { return *store_->get(key); }
  std::optional<std::string> floor(std::string_view key, std::string_view prefix) {
    const auto found = *store_->floor(key, prefix);
    return found ? std::optional(found->key) : std::nullopt;
  }
  /// The keys of `range`, one after another.
  std::string keys(const Range& range = {}) {
    std::string found;
    for (const Row& row : rows_of(*store_, range)) found += row.key;
    return found;
  }
  void put_each(std::string_view keys) {
    for (const char key : keys) put(std::string(1, key), "value");
  }

  ScratchDirectory directory_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, StoreConformance, ::testing::Values(Kind::kMemory, Kind::kOpened),
                         [](const auto& kind) {
                           return kind.param == Kind::kMemory ? "Memory" : "Opened";
                         });

TEST_P(StoreConformance, GivesWhatWasPut) {
  put("key", "value");
  EXPECT_EQ(get("key"), "value");
  EXPECT_EQ(get("ke"), std::nullopt);
  EXPECT_EQ(get("keys"), std::nullopt);
}

TEST_P(StoreConformance, GivesTheLatestValue) {
  put("key", "old");
  put("key", "new");
  EXPECT_EQ(rows_of(*store_), (std::vector<Row>{{"key", "new"}}));
}

TEST_P(StoreConformance, KeepsEmptyValuesAndZeroBytes) {
  put(std::string("\0a\0", 3), "");
  EXPECT_EQ(get(std::string_view("\0a\0", 3)), "");
  EXPECT_EQ(get(std::string_view("\0a", 2)), std::nullopt);
}

TEST_P(StoreConformance, ForgetsWhatWasErased) {
  put_each("abc");
  WriteBatch batch;
  batch.erase("b");
  batch.erase("not there");
  ASSERT_TRUE(store_->apply(batch));
  EXPECT_EQ(keys(), "ac");
}

TEST_P(StoreConformance, SortsByUnsignedBytes) {
  put_each("\x7f\x80\x01\xff");
  EXPECT_EQ(keys(), "\x01\x7f\x80\xff");
}

TEST_P(StoreConformance, ErasesARangeWithoutItsEnd) {
  put_each("abcde");
  erase({.from = "b", .to = "d"});
  EXPECT_EQ(keys(), "ade");
}

TEST_P(StoreConformance, ErasesToTheLastKeyWhenARangeHasNoEnd) {
  put_each("abc\xfe");
  erase({.from = "b", .to = ""});
  EXPECT_EQ(keys(), "a");
}

TEST_P(StoreConformance, ErasesNothingWhenARangeIsEmpty) {
  put_each("abc");
  erase({.from = "b", .to = "b"});
  erase({.from = "c", .to = "a"});
  EXPECT_EQ(keys(), "abc");
}

TEST_P(StoreConformance, AppliesABatchInItsOrder) {
  WriteBatch batch;
  batch.put("a", "1");
  batch.put("b", "1");
  batch.erase_range({.from = "a", .to = "c"});
  batch.put("b", "2");
  batch.put("c", "1");
  batch.erase("c");
  ASSERT_TRUE(store_->apply(batch));
  EXPECT_EQ(rows_of(*store_), (std::vector<Row>{{"b", "2"}}));
}

TEST_P(StoreConformance, ChangesNothingForAnEmptyBatch) {
  put_each("a");
  WriteBatch batch;
  batch.put("b", "");
  batch.clear();
  EXPECT_TRUE(batch.empty());
  ASSERT_TRUE(store_->apply(batch));
  EXPECT_EQ(keys(), "a");
}

TEST_P(StoreConformance, FindsTheLastKeyAtOrBefore) {
  put("p1", "");
  put("p5", "");
  EXPECT_EQ(floor("p5", "p"), "p5");
  EXPECT_EQ(floor("p9", "p"), "p5");
  EXPECT_EQ(floor("p4", "p"), "p1");
  EXPECT_EQ(floor("p0", "p"), std::nullopt);
}

TEST_P(StoreConformance, FindsNoKeyOfAnotherPrefix) {
  put("o9", "");
  put("p5", "");
  put("q0", "");
  EXPECT_EQ(floor("p4", "p"), std::nullopt);
  EXPECT_EQ(floor("q9", "p"), std::nullopt) << "the last at or before is q0";
  EXPECT_EQ(floor("p9", ""), "p5");
}

TEST_P(StoreConformance, FindsNoErasedKey) {
  put("p1", "");
  put("p5", "");
  erase({.from = "p2", .to = "p9"});
  EXPECT_EQ(floor("p8", "p"), "p1");
}

TEST_P(StoreConformance, FindsNothingWhenEmpty) {
  EXPECT_EQ(floor("p", ""), std::nullopt);
  EXPECT_EQ(keys(), "");
}

TEST_P(StoreConformance, ScansFromIncludedToExcluded) {
  put_each("abcde");
  EXPECT_EQ(keys({.from = "b", .to = "d"}), "bc");
  EXPECT_EQ(keys({.from = "bb", .to = ""}), "cde");
  EXPECT_EQ(keys({.from = "", .to = "c"}), "ab");
  EXPECT_EQ(keys({.from = "d", .to = "b"}), "");
}

TEST_P(StoreConformance, EndsAScanWhenToldTo) {
  put_each("abcde");
  std::string seen;
  ASSERT_TRUE(store_->scan({}, [&seen](std::string_view key, std::string_view) {
    seen += key;
    return seen.size() < 2;
  }));
  EXPECT_EQ(seen, "ab");
}

TEST_P(StoreConformance, ShowsTheRowsAsTheyStoodWhenTheScanBegan) {
  put_each("abc");
  std::string seen;
  ASSERT_TRUE(store_->scan({}, [&](std::string_view key, std::string_view) {
    seen += key;
    erase({});
    return true;
  }));
  EXPECT_EQ(seen, "abc");
  EXPECT_EQ(keys(), "");
}

TEST_P(StoreConformance, ReportsWhatAVisitorThrows) {
  put_each("a");
  const auto scanned = store_->scan(
      {}, [](std::string_view, std::string_view) -> bool { throw std::runtime_error("mine"); });
  EXPECT_EQ(code_of(scanned), ErrorCode::kInternal);
  EXPECT_NE(scanned.error().message().find("mine"), std::string_view::npos);
  EXPECT_EQ(keys(), "a") << "the store goes on";
}

TEST_P(StoreConformance, ReportsThatAVisitorFoundNoMemory) {
  put_each("a");
  const auto scanned =
      store_->scan({}, [](std::string_view, std::string_view) -> bool { throw std::bad_alloc(); });
  EXPECT_EQ(code_of(scanned), ErrorCode::kOutOfMemory);
}

TEST_P(StoreConformance, ServesTheSameRowsAfterACheckpoint) {
  put_each("abc");
  ASSERT_TRUE(store_->checkpoint());
  erase({.from = "b", .to = "c"});
  EXPECT_EQ(keys(), "ac");
  EXPECT_EQ(floor("b", ""), "a");
  ASSERT_TRUE(store_->checkpoint());
  EXPECT_EQ(keys(), "ac");
}

TEST_P(StoreConformance, CountsItsBytes) {
  const std::uint64_t before = store_->approximate_bytes();
  put("key", std::string(100'000, 'v'));
  EXPECT_GE(store_->approximate_bytes(), before + 100'000);
}

TEST_P(StoreConformance, RefusesEveryCallWhenClosed) {
  put_each("a");
  ASSERT_TRUE(store_->close());
  EXPECT_EQ(code_of(store_->get("a")), ErrorCode::kClosed);
  EXPECT_EQ(code_of(store_->floor("a", "")), ErrorCode::kClosed);
  EXPECT_EQ(code_of(store_->scan({}, [](auto, auto) { return true; })), ErrorCode::kClosed);
  EXPECT_EQ(code_of(store_->apply({})), ErrorCode::kClosed);
  EXPECT_EQ(code_of(store_->checkpoint()), ErrorCode::kClosed);
  EXPECT_EQ(store_->approximate_bytes(), 0U);
  EXPECT_EQ(code_of(store_->close()), ErrorCode::kNone) << "closing again is no error";
}

TEST_P(StoreConformance, BeginsEmptyAndIsCurrentOnceItsVersionIsWritten) {
  EXPECT_EQ(*format_state(*store_), FormatState::kEmpty);
  ASSERT_TRUE(write_version(*store_));
  EXPECT_EQ(*format_state(*store_), FormatState::kCurrent);
}

TEST_P(StoreConformance, IsForeignWithRowsButNoVersion) {
  put_each("a");
  EXPECT_EQ(*format_state(*store_), FormatState::kForeign);
}

}  // namespace
}  // namespace leat::index
