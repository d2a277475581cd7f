// Opening after an unclean stop (S3, S16, S17; G1, G4, G5, G22; T5, T7).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "record/checkpoint.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "unit/log/log_fixture.h"

namespace leat::log {
namespace {

using leat::testing::DiskCall;

class Recovery : public LogFixture {
 protected:
  /// A log recovered from a segment of these bytes.
  void recover_from(std::span<const std::byte> bytes) {
    fresh_disk();
    plant(bytes);
    recover();
  }
  void fresh_disk() {
    log_.reset();
    for (const std::string directory : {kDirectory, kCut}) {
      if (!exists(directory)) continue;
      for (const auto& name : names_in(directory)) (void)files().remove(directory + "/" + name);
    }
  }
  /// All that recovery copied aside.
  Bytes cut() {
    Bytes all;
    if (!exists(kCut)) return all;
    for (const auto& name : names_in(kCut)) {
      const Bytes bytes = bytes_of(std::string(kCut) + "/" + name);
      all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
  }
  static Bytes tail(const Bytes& bytes, std::size_t from) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end()};
  }
  /// Five closed batches of a record each, as they are on disk.
  Bytes five_batches() { return closed_batches(5); }
  /// A segment of one open batch with these many records.
  Bytes open_batch(int count, std::size_t size = 100) {
    map();
    append_many(count, size);
    Bytes bytes = segment();
    bytes.resize(log().size_in_bytes());
    fresh_disk();
    return bytes;
  }
};

// G1: every published record is readable after SIGKILL, at its offset, byte-identical.
TEST_F(Recovery, KeepsEveryPublishedRecordOfAnOpenBatch) {
  for (const int count : {1, 2, 37, 38, 120, 150, 151, 300}) {
    fresh_disk();
    map();
    append_many(count);
    const auto before = read();
    kill();
    recover();
    ASSERT_EQ(read(), before) << count;
    ASSERT_EQ(log().recovery().cut_bytes, 0U);
  }
}

TEST_F(Recovery, KeepsLargeRecordsOfAnOpenBatch) {
  map();
  for (const std::size_t size : {5000U, 40'000U, 4096U, 16'000U, 1U})
    append(std::string(size, 'x'));
  const auto before = read();
  kill();
  recover();
  EXPECT_EQ(read(), before);
}

TEST_F(Recovery, ClosesTheOpenBatchSoThatEveryReaderOfKafkaCanReadIt) {
  map();
  append_many(10);
  kill();
  recover();
  const Bytes bytes = segment();
  EXPECT_THAT(record::validate(bytes, {.origin = record::BatchOrigin::kLog}), IsOk());
  EXPECT_EQ(record::BatchView(bytes.data()).size_in_bytes(), bytes.size());
}

TEST_F(Recovery, IsNotNeededToCloseAnOpenBatch) {
  map();
  append_many(10);
  kill();
  open();
  append_many(10);
  kill();
  recover();
  expect_all_numbered(0, 20);
}

TEST_F(Recovery, AnUncommittedClaimIsNoRecord) {  // G4
  map();
  append("a");
  const auto claim = log().claim("key", 2000, now_).value();
  std::memset(claim.value.data(), 'x', claim.value.size());
  kill();
  recover();
  EXPECT_THAT(values(), ElementsAre("a"));
  append("b");
  reopen();
  EXPECT_THAT(values(), ElementsAre("a", "b"));
}

TEST_F(Recovery, GoesOnWithTheNextEpoch) {  // S18
  map();
  append_many(3);
  kill();
  recover();
  append_many(3);
  close();
  const Bytes bytes = segment();
  EXPECT_EQ(record::BatchView(bytes.data() + batch_positions(bytes)[1]).leader_epoch(),
            LeaderEpoch{4});
}

// The stores of close_header, stopped after each byte: order [0,8) [12,16) [17,35) [8,12)
// [35,61) 16.
TEST_F(Recovery, AnInterruptedCloseLosesNothingAtAnyStore) {
  const Bytes open = open_batch(60);
  Bytes closed = open;
  map();
  append_many(60);
  log().close_batch();
  const Bytes whole = segment();
  std::copy_n(whole.begin(), record::kHeaderSize, closed.begin());
  std::vector<std::size_t> order;
  for (const auto& [from, to] : std::vector<std::pair<std::size_t, std::size_t>>{
           {0, 8}, {12, 16}, {17, 35}, {8, 12}, {35, 61}, {16, 17}}) {
    for (std::size_t at = from; at < to; ++at) order.push_back(at);
  }
  ASSERT_EQ(order.size(), record::kHeaderSize);
  for (std::size_t stores = 0; stores <= order.size(); ++stores) {
    Bytes image = open;
    for (std::size_t i = 0; i < stores; ++i) image[order[i]] = closed[order[i]];
    // Within the length a kill leaves no half: it is one store.
    if (stores > 30 && stores < 34) continue;
    recover_from(image);
    ASSERT_EQ(log().log_end(), Offset{60}) << stores << " bytes stored";
    ASSERT_EQ(segment(), closed) << stores;
  }
}

// T7, small: the exact surviving prefix of every truncation.
TEST_F(Recovery, EveryTruncationLeavesExactlyTheWholeBatchesBeforeIt) {
  const Bytes whole = closed_batches(40, 1500);
  const auto positions = batch_positions(whole);
  ASSERT_GT(whole.size(), 60'000U);
  for (std::size_t size = 0; size <= whole.size(); size += size % 1571 < 70 ? 1 : 13) {
    const Bytes torn(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto behind = std::ranges::upper_bound(positions, size);
    const auto batches = behind - positions.begin() - 1;
    recover_from(torn);
    ASSERT_EQ(log().log_end().value(), batches) << size;
    const Bytes kept = segment();
    ASSERT_EQ(kept.size(), positions[static_cast<std::size_t>(batches)]) << size;
    ASSERT_TRUE(std::equal(kept.begin(), kept.end(), whole.begin()));
  }
}

TEST_F(Recovery, EveryTruncationOfAnOpenBatchLeavesWholeRecords) {
  const Bytes whole = open_batch(70);
  state_.host_rebooted = true;  // a kill leaves no half of a record
  for (std::size_t size = 0; size <= whole.size(); size += 3) {
    Bytes torn = whole;
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(size), torn.end(), std::byte{0});
    recover_from(torn);
    ASSERT_NO_FATAL_FAILURE(expect_all_numbered(0, log().log_end().value())) << size;
    ASSERT_GE(size / 105, static_cast<std::size_t>(log().log_end().value()));
  }
}

TEST_F(Recovery, ATailOfZerosIsNoDamage) {
  Bytes bytes = five_batches();
  bytes.resize(bytes.size() + 10'000);
  recover_from(bytes);
  expect_all_numbered(0, 5);
  EXPECT_EQ(log().recovery().cut_bytes, 0U);
  EXPECT_THAT(cut(), IsEmpty());
}

TEST_F(Recovery, ATailOfGarbageIsCutAsideByteForByte) {
  Bytes bytes = five_batches();
  const std::size_t end = bytes.size();
  for (int i = 0; i < 500; ++i) bytes.push_back(static_cast<std::byte>(i * 7 + 1));
  recover_from(bytes);
  expect_all_numbered(0, 5);
  EXPECT_EQ(log().recovery().cut_bytes, 500U);
  EXPECT_THAT(log().recovery().reason, HasSubstr(path_of(0)));
  EXPECT_EQ(cut(), tail(bytes, end));
}

TEST_F(Recovery, ValidBatchesOfAnEarlierLifeAreNotTaken) {
  const Bytes good = five_batches();
  Bytes bytes = good;
  bytes.insert(bytes.end(), good.begin(), good.end());  // base offsets 0…4 again
  recover_from(bytes);
  expect_all_numbered(0, 5);
  EXPECT_THAT(log().recovery().reason, HasSubstr("base offset 0 where 5 was expected"));
  EXPECT_EQ(cut(), good);
}

TEST_F(Recovery, AFallingEpochEndsTheChain) {
  Bytes bytes = five_batches();
  const std::size_t third = batch_positions(bytes)[2];
  base::store_be<std::int32_t>(bytes.data() + third + record::layout::kLeaderEpoch.at, 2);
  recover_from(bytes);
  expect_all_numbered(0, 2);
  EXPECT_THAT(log().recovery().reason, HasSubstr("leader epoch 2 after 3"));
  EXPECT_EQ(cut(), tail(bytes, third));
}

TEST_F(Recovery, EveryFlippedBitOfABatchEndsTheChainBeforeIt) {  // G23
  const Bytes good = five_batches();
  const auto positions = batch_positions(good);
  for (std::size_t bit = positions[2] * 8; bit < positions[3] * 8; bit += 5) {
    Bytes bytes = good;
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    const bool raises_epoch = bit / 8 >= positions[2] + 12 && bit / 8 < positions[2] + 16;
    if (raises_epoch) continue;  // no checksum but the .sum covers it; a later one then falls
    recover_from(bytes);
    ASSERT_EQ(log().log_end(), Offset{2}) << bit;
    ASSERT_EQ(cut(), tail(bytes, positions[2])) << bit;
  }
}

TEST_F(Recovery, TheLogGoesOnBehindWhatWasKept) {
  Bytes bytes = five_batches();
  bytes[batch_positions(bytes)[3] + 70] ^= std::byte{1};
  recover_from(bytes);
  append_many(5);
  reopen();
  expect_all_numbered(0, 8);
}

TEST_F(Recovery, DoneTwiceIsTheSameAsOnce) {  // G5
  Bytes bytes = open_batch(60);
  bytes[5000] ^= std::byte{1};
  recover_from(bytes);
  const Bytes once = segment();
  const auto before = read();
  kill();
  recover();
  EXPECT_EQ(segment(), once);
  EXPECT_EQ(read(), before);
  EXPECT_EQ(log().recovery().cut_bytes, 0U);
}

// T5: recovery stopped at each call, then done again.
TEST_F(Recovery, StoppedAtAnyCallAndDoneAgainEndsTheSame) {
  Bytes bytes = open_batch(60);
  bytes.resize(bytes.size() + 20, std::byte{7});
  recover_from(bytes);
  const auto expected = read();
  const Bytes kept = segment();
  for (std::uint64_t k = 1;; ++k) {
    fresh_disk();
    plant(bytes);
    world_.disk().fail_call(k, ErrorCode::kIo, leat::testing::DiskFault::kForever);
    const bool done = try_open(true).has_value();
    world_.disk().clear_faults();
    if (done) break;
    kill();
    recover();
    ASSERT_EQ(read(), expected) << "call " << k;
    ASSERT_EQ(segment(), kept);
    ASSERT_LT(k, 200U);
  }
}

TEST_F(Recovery, SegmentsThatWereRolledAndNotSealedAreSealedAfterIt) {
  append_many(5);
  roll();
  append_many(5);
  roll();
  append_many(5);
  kill();
  recover();
  EXPECT_TRUE(log().has_unsealed());
  seal();
  EXPECT_TRUE(exists(path_of(0, kSumSuffix)));
  EXPECT_TRUE(exists(path_of(5, kSumSuffix)));
  reopen();
  expect_all_numbered(0, 15);
}

TEST_F(Recovery, SegmentsBehindABrokenOneAreCutWhole) {
  append_many(5);
  roll();
  append_many(5);
  kill();
  const Bytes second = segment(5);
  flip(0, 2 * 170 + 80);
  recover();
  EXPECT_LT(log().log_end(), Offset{5});
  EXPECT_FALSE(exists(path_of(5)));
  const Bytes all = cut();
  EXPECT_NE(std::ranges::search(all, second).begin(), all.end());
  append_many(5);
  expect_all_numbered(0, log().log_end().value());
}

// G3: the lost suffix is contiguous, so nothing may begin behind a hole.
TEST_F(Recovery, ASegmentWithoutTheOneBeforeItIsCut) {
  append_many(5);
  roll();
  append_many(5);
  kill();
  ASSERT_THAT(files().remove(path_of(0)), IsOk());
  recover();
  EXPECT_EQ(log().log_end(), Offset{0});
  EXPECT_GT(log().recovery().cut_bytes, 0U);
}

TEST_F(Recovery, ATornRollKeepsTheZeroTailOutOfTheWay) {
  map();
  append_many(5);
  roll();
  append_many(5);
  kill();
  recover();
  expect_all_numbered(0, 10);
}

// S3: checkpoints. 100-byte records cross page 1 at the 39th.
TEST_F(Recovery, EitherSlotProvesThePrefix) {
  const Bytes whole = open_batch(130);
  for (const std::size_t slot : {0U, 1U}) {
    Bytes bytes = whole;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(record::layout::kCheckpoints[slot].at),
                12, std::byte{0xff});
    state_.host_rebooted = true;
    recover_from(bytes);
    EXPECT_GE(log().log_end().value(), 70);
    ASSERT_NO_FATAL_FAILURE(expect_all_numbered(0, log().log_end().value()));
  }
}

TEST_F(Recovery, APageThatNeverReachedTheDiskEndsTheProof) {
  Bytes bytes = open_batch(130);
  std::fill_n(bytes.begin() + 4096, 4096, std::byte{0});
  state_.host_rebooted = true;
  recover_from(bytes);
  ASSERT_NO_FATAL_FAILURE(expect_all_numbered(0, log().log_end().value()));
  EXPECT_LE(log().log_end().value(), 40);
}

// Each 8-byte word may be missing by itself after a power loss: no record may come back changed.
TEST_F(Recovery, AnyMissingWordTakesRecordsAwayAndChangesNone) {
  now_ = 0x0102030405060708;  // no zero byte within
  state_.epoch = LeaderEpoch{0x01010101};
  const Bytes whole = open_batch(20, 40);
  recover_from(whole);
  const auto all = read();
  state_.host_rebooted = true;
  for (std::size_t word = 0; word + 8 <= whole.size(); word += 8) {
    Bytes bytes = whole;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(word), 8, std::byte{0});
    recover_from(bytes);
    const auto got = read();
    ASSERT_LE(got.size(), all.size());
    ASSERT_TRUE(std::equal(got.begin(), got.end(), all.begin())) << "word at " << word;
  }
}

// S17: what is kept is written again and synced before it is served.
TEST_F(Recovery, WritesAgainAndSyncsWhatItKeeps) {
  map();
  append_many(1);
  sync();  // the directories above are the log's at its first sync
  append_many(50);
  kill();
  recover();
  cut_power(leat::testing::CrashOptions::lose_all());
  recover();
  expect_all_numbered(0, 51);
}

TEST_F(Recovery, MakesDurableWhatAFailedSyncLeftInTheCacheOnly) {  // G21
  append_many(5);
  sync();
  append_many(5);
  world_.disk().fail({.call = DiskCall::kSync, .path_contains = ".log"});
  EXPECT_THAT(log().sync(log().sync_point()), IsError(ErrorCode::kIo));
  kill();
  recover();
  expect_all_numbered(0, 10);
  cut_power(leat::testing::CrashOptions::lose_all());
  recover();
  expect_all_numbered(0, 10);
}

}  // namespace
// --- damage before the durable mark: never cut (S16, G22) ----------------------------------------------

TEST_F(Recovery, DamageAfterACleanCloseIsKeptAndReadAround) {
  append_batch({"a", "b"});
  const std::uint32_t second = log().segments().back()->published().head().end;
  append_batch({"c", "d"});
  append_batch({"e", "f"});
  close();
  Bytes bytes = segment();
  const Bytes whole = bytes;
  bytes[second + record::layout::kMagic.at] = std::byte{9};
  put(path_of(0), bytes);
  open();
  EXPECT_EQ(segment(), bytes) << "nothing is cut";
  EXPECT_THAT(try_read(2), IsErrorSaying(ErrorCode::kCorruptMessage, "offset 2"));
  EXPECT_EQ(read(4).front().value, "e");
  EXPECT_EQ(append("g"), 6) << "no offset is given twice";
  EXPECT_EQ(names_in(kDirectory).back(), segment_name(Offset{6}, kLogSuffix)) << "a new segment";
}

TEST_F(Recovery, DamageAtTheEndAfterACleanCloseGivesNoOffsetTwice) {
  append_batch({"a", "b"});
  const std::uint32_t last = log().segments().back()->published().head().end;
  append_batch({"c", "d"});
  close();
  Bytes bytes = segment();
  bytes[last + record::layout::kLength.at] = std::byte{0x7f};
  put(path_of(0), bytes);
  open();
  EXPECT_THAT(try_read(2), IsError(ErrorCode::kCorruptMessage));
  EXPECT_GE(append("e"), 4);
  reopen();
  EXPECT_EQ(segment(), bytes);
}

TEST_F(Recovery, AFlippedBitInTheActiveSegmentOfACleanCloseIsFoundBeforeItIsRead) {  // G23
  append_batch({"a", "b"});
  append_batch({"c", "d"});
  close();
  Bytes bytes = segment();
  bytes.back() ^= std::byte{1};
  put(path_of(0), bytes);
  open();
  EXPECT_THAT(try_read(2), IsErrorSaying(ErrorCode::kCorruptMessage, "offset 2"));
}

}  // namespace leat::log
