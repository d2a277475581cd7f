#include "index/keys.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "leat/types.h"

#include "index/store.h"
#include "stores.h"

namespace leat::index {
namespace {

Key segment_key(std::uint32_t log, std::int32_t partition, std::int64_t offset) {
  return {.kind = RowKind::kSegment,
          .log = LogNumber{log},
          .partition = PartitionId{partition},
          .offset = Offset{offset}};
}

TEST(Key, IsReadBackAsItWasWritten) {
  const std::vector<Key> keys{kVersionKey, segment_key(0, 0, 0),
                              segment_key(std::numeric_limits<std::uint32_t>::max(),
                                          std::numeric_limits<std::int32_t>::max(),
                                          std::numeric_limits<std::int64_t>::max())};
  for (const Key& key : keys) EXPECT_EQ(decode_key(encode(key)), key);
}

TEST(Key, SortsAsItsParts) {
  const std::array keys{segment_key(0, 0, 255), segment_key(0, 0, 256), segment_key(0, 1, 0),
                        segment_key(0, 256, 0), segment_key(1, 0, 0),   segment_key(256, 0, 0)};
  for (std::size_t i = 1; i < keys.size(); ++i)
    EXPECT_LT(encode(keys[i - 1]), encode(keys[i])) << i;
}

TEST(Key, IsRefusedWhenNotSeventeenBytes) {
  const std::string bytes = encode(segment_key(1, 2, 3));
  EXPECT_EQ(bytes.size(), kKeySize);
  EXPECT_FALSE(decode_key(bytes.substr(1)));
  EXPECT_FALSE(decode_key(bytes + '\0'));
  EXPECT_FALSE(decode_key(""));
}

TEST(Key, IsRefusedWhenItsKindIsUnknown) {
  for (const int kind : {0, 7, 15, 19, 255}) {
    std::string bytes = encode(segment_key(1, 2, 3));
    bytes[0] = static_cast<char>(kind);
    EXPECT_FALSE(decode_key(bytes)) << kind;
  }
}

TEST(Key, IsRefusedWhenItsPartitionOrOffsetIsNegative) {
  std::string bytes = encode(segment_key(1, 2, 3));
  bytes[5] = '\x80';
  EXPECT_FALSE(decode_key(bytes));
  bytes = encode(segment_key(1, 2, 3));
  bytes[9] = '\x80';
  EXPECT_FALSE(decode_key(bytes));
}

TEST(Key, BeginsWithThePrefixOfItsPartitionAndLog) {
  const std::string bytes = encode(segment_key(1, 2, 3));
  EXPECT_EQ(partition_prefix(RowKind::kSegment, LogNumber{1}, PartitionId{2}), bytes.substr(0, 9));
  EXPECT_EQ(log_prefix(RowKind::kSegment, LogNumber{1}), bytes.substr(0, 5));
}

TEST(PrefixRange, HoldsWhatBeginsWithThePrefix) {
  const Range range = prefix_range("ab");
  EXPECT_TRUE(range.contains("ab"));
  EXPECT_TRUE(range.contains("ab\xff\xff"));
  EXPECT_FALSE(range.contains("aa\xff"));
  EXPECT_FALSE(range.contains("ac"));
}

TEST(PrefixRange, HasNoEndWhenEveryByteIsTheLargest) {
  EXPECT_EQ(prefix_range("\xff\xff").to, "");
  EXPECT_TRUE(prefix_range("\xff\xff").contains("\xff\xff\xff"));
  EXPECT_EQ(prefix_range("a\xff").to, "b");
  EXPECT_TRUE(prefix_range("").contains("anything"));
}

class Erasing : public ::testing::Test {
 protected:
  void SetUp() override {
    WriteBatch batch;
    batch.put(encode(kVersionKey), "");
    for (const std::uint32_t log : {1U, 2U}) {
      for (const std::int32_t partition : {0, 1}) {
        for (const RowKind kind : {RowKind::kApplied, RowKind::kSegment, RowKind::kOffsetIndex}) {
          Key key = segment_key(log, partition, 7);
          key.kind = kind;
          batch.put(encode(key), "");
        }
      }
    }
    ASSERT_TRUE(store_->apply(batch));
  }
  std::size_t rows_left() { return rows_of(*store_).size(); }

  std::unique_ptr<Store> store_ = memory_store();
};

TEST_F(Erasing, APartitionLeavesTheOthers) {
  WriteBatch batch;
  erase_partition(batch, LogNumber{1}, PartitionId{0});
  ASSERT_TRUE(store_->apply(batch));
  EXPECT_EQ(rows_left(), 10U);
  EXPECT_TRUE(rows_of(*store_, prefix_range(partition_prefix(RowKind::kSegment, LogNumber{1},
                                                             PartitionId{0})))
                  .empty());
}

TEST_F(Erasing, ALogLeavesTheOthersAndTheVersion) {
  WriteBatch batch;
  erase_log(batch, LogNumber{1});
  erase_log(batch, LogNumber{2});
  ASSERT_TRUE(store_->apply(batch));
  EXPECT_EQ(rows_of(*store_), (std::vector<Row>{{encode(kVersionKey), ""}}));
}

}  // namespace
}  // namespace leat::index
