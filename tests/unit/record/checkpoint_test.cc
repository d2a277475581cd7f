#include "record/checkpoint.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <gtest/gtest.h>

#include "leat/types.h"

#include "base/hash.h"
#include "record/batch_view.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

class Checkpoints : public testing::Test {
 protected:
  Checkpoints() {
    open_header(header_.data(), {.base_offset = Offset{5}, .base_timestamp = at_ms(9)});
  }
  std::array<std::byte, kHeaderSize> header_{};
};

TEST_F(Checkpoints, AreNotThereAfterOpening) {
  EXPECT_EQ(load_checkpoint(header_.data(), 0), Checkpoint{});
  EXPECT_EQ(load_checkpoint(header_.data(), 1), Checkpoint{});
}

TEST_F(Checkpoints, AlternateBetweenTheSlots) {
  for (std::uint32_t n = 0; n < 3; ++n) store_checkpoint(header_.data(), n, {100 + n, n + 1});
  EXPECT_EQ(load_checkpoint(header_.data(), 0), (Checkpoint{102, 3}));
  EXPECT_EQ(load_checkpoint(header_.data(), 1), (Checkpoint{101, 2}));
}

TEST_F(Checkpoints, LeaveWhatOpeningWrote) {
  store_checkpoint(header_.data(), 0, {~0ULL, ~0U});
  store_checkpoint(header_.data(), 1, {~0ULL, ~0U});
  const BatchView batch(header_.data());
  EXPECT_TRUE(batch.is_open());
  EXPECT_EQ(batch.base_offset(), Offset{5});
  EXPECT_EQ(batch.base_timestamp(), at_ms(9));
  EXPECT_EQ(batch.length(), 0);
}

TEST(CrossesPage, WhenTheRecordEndsOnAnotherPage) {
  EXPECT_FALSE(crosses_page(0, 4095));
  EXPECT_TRUE(crosses_page(0, 4096));
  EXPECT_TRUE(crosses_page(4095, 4097));
  EXPECT_FALSE(crosses_page(4096, 4196));
}

/// An open batch at offset `base_offset` with 300 bytes behind its header.
Bytes open_batch(Offset base_offset) {
  Bytes bytes(kHeaderSize + 300, std::byte{7});
  open_header(bytes.data(), {.base_offset = base_offset, .base_timestamp = at_ms(9)});
  return bytes;
}

TEST(CheckpointChain, HashesEachStretchSeededWithTheOneBefore) {
  const Bytes batch = open_batch(Offset{5});
  const auto records = std::span(batch).subspan(kHeaderSize);
  CheckpointChain chain(batch.data());
  const Checkpoint first = chain.step(records.data() + 100, 4);
  const Checkpoint second = chain.step(records.data() + 300, 9);
  const std::uint64_t opening = CheckpointChain::opening_hash(batch.data());
  EXPECT_EQ(first, (Checkpoint{base::xxh3(records.first(100), opening), 4}));
  EXPECT_EQ(second, (Checkpoint{base::xxh3(records.subspan(100), first.hash), 9}));
}

TEST(CheckpointChain, KnowsWhichBatchItIsOf) {
  EXPECT_NE(CheckpointChain::opening_hash(open_batch(Offset{5}).data()),
            CheckpointChain::opening_hash(open_batch(Offset{6}).data()));
}

TEST(CheckpointChain, LooksPastTheSlotsThemselves) {
  Bytes batch = open_batch(Offset{5});
  const std::uint64_t opening = CheckpointChain::opening_hash(batch.data());
  store_checkpoint(batch.data(), 0, {1, 1});
  EXPECT_EQ(CheckpointChain::opening_hash(batch.data()), opening);
}

}  // namespace
}  // namespace leat::record
