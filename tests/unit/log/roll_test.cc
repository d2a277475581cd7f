// Rolling, sealing, damage in sealed segments, deletion (S9, S19, S22, S23, G23).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "log/segment_sum.h"
#include "record/layout.h"
#include "unit/log/log_fixture.h"

namespace leat::log {
namespace {

class Roll : public LogFixture {
 protected:
  Roll() { options_.segment_bytes = 16 * 1024; }
  std::vector<std::int64_t> bases() {
    std::vector<std::int64_t> bases;
    for (const auto& segment : log().segments()) bases.push_back(segment->base_offset().value());
    return bases;
  }
  /// Ten records, sealed, and ten more behind them.
  void two_segments() {
    append_many(10);
    roll();
    append_many(10);
    sync();
    seal();
  }
};

TEST_F(Roll, HappensBySize) {
  append_many(1000);
  for (const auto& segment : log().segments()) {
    EXPECT_LE(segment->published().head().end, options_.segment_bytes);
  }
  EXPECT_GT(log().segment_count(), 5U);
  expect_all_numbered(0, 1000);
}

TEST_F(Roll, HappensByTheTimeOfRecords) {
  options_.segment_ms = std::chrono::milliseconds(100);
  append("a");
  now_ += 100;
  append("b");
  EXPECT_EQ(log().segment_count(), 1U);
  now_ += 1;
  append("c");
  EXPECT_EQ(log().segment_count(), 2U);
}

TEST_F(Roll, ByTimeLooksAtTheLogsClockOnALogAppendTimeTopic) {
  options_.timestamp_type = TimestampType::kLogAppendTime;
  append(Record{.value = "a", .timestamp = at_ms(0)});
  append(Record{.value = "b", .timestamp = at_ms(INT64_MAX)});
  EXPECT_EQ(log().segment_count(), 1U);
}

TEST_F(Roll, TakesTimesThatAreFarApart) {
  append(Record{.value = "a", .timestamp = at_ms(INT64_MIN + 1)});
  log().close_batch();
  append(Record{.value = "b", .timestamp = at_ms(INT64_MAX)});
  EXPECT_EQ(log().segment_count(), 2U);
}

TEST_F(Roll, HappensBeforeAnOffsetDeltaOverflows) {  // S9
  append("a");
  record::BatchBuilder builder;
  ASSERT_TRUE(builder.append({.value = "v"}, at_ms(now_)));
  const auto bytes = builder.finish().value();
  Bytes sparse(bytes.begin(), bytes.end());
  base::store_be<std::int32_t>(sparse.data() + record::layout::kLastOffsetDelta.at, INT32_MAX - 2);
  base::store_be<std::uint32_t>(sparse.data() + record::layout::kCrc.at,
                                record::BatchView(sparse.data()).compute_crc());
  const auto batch = record::validate(sparse, {.origin = record::BatchOrigin::kLog}).value();
  ASSERT_THAT(log().append(batch), IsOk());
  append("b");
  EXPECT_EQ(log().segment_count(), 2U);
  EXPECT_EQ(log().log_end(), Offset{std::int64_t{INT32_MAX} + 1});
}

TEST_F(Roll, OfAnEmptyActiveSegmentDoesNothing) {
  roll();
  append_many(1);
  roll();
  roll();
  EXPECT_EQ(log().segment_count(), 2U);
}

TEST_F(Roll, TellsThatThereIsSomethingToSeal) {
  int told = 0;
  log().on_roll([&] { ++told; });
  append_many(3);
  EXPECT_FALSE(log().has_unsealed());
  roll();
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(log().has_unsealed());
  seal();
  EXPECT_FALSE(log().has_unsealed());
}

TEST_F(Roll, ASealTruncatesExactlyAndWritesItsSidecars) {
  map();
  two_segments();
  const Bytes bytes = segment();
  EXPECT_EQ(batch_positions(bytes).back(), bytes.size());
  EXPECT_THAT(names_in(kDirectory),
              ElementsAre("00000000000000000000.log", "00000000000000000000.snapshot",
                          "00000000000000000000.sum", "00000000000000000010.log"));
  const auto sum = decode_sum(bytes_of(path_of(0, kSumSuffix))).value();
  EXPECT_EQ(sum.length, bytes.size());
  EXPECT_EQ(sum.next_offset, Offset{10});
  EXPECT_EQ(sum.first_timestamp, now_);
  EXPECT_EQ(sum.last_epoch, 3);
  EXPECT_EQ(bytes_of(path_of(0, kSnapshotSuffix)), empty_producer_snapshot());
}

TEST_F(Roll, ASealedSegmentIsReadAfterReopening) {
  two_segments();
  reopen();
  expect_all_numbered(0, 20);
  EXPECT_THAT(bases(), ElementsAre(0, 10));
}

// S22: a seal proves the segment, so opening does not read it.
TEST_F(Roll, OpeningDoesNotReadSealedSegments) {
  two_segments();
  close();
  world_.disk().fail({.call = leat::testing::DiskCall::kOpen, .path_contains = path_of(0)});
  open();
  EXPECT_EQ(world_.disk().faults_fired(), 0U);
}

TEST_F(Roll, ALogOfNothingButSealedSegmentsGoesOnInANewOne) {
  two_segments();
  close();
  ASSERT_THAT(files().remove(path_of(10)), IsOk());
  open();
  append_many(5);
  EXPECT_THAT(bases(), ElementsAre(0, 10));
  expect_all_numbered(0, 15);
}

TEST_F(Roll, AFlippedBitInASealedSegmentIsFoundOnBothWaysOfReading) {  // G23
  for (const bool mapped : {true, false}) {
    two_segments();
    close();
    flip(0, 3);  // the base offset of the first batch: no CRC covers it
    open();
    if (!mapped) {
      world_.disk().fail({.call = leat::testing::DiskCall::kMap,
                          .error = ErrorCode::kTooManyOpenFiles,
                          .times = leat::testing::DiskFault::kForever});
    }
    EXPECT_THAT(try_read(), IsErrorSaying(ErrorCode::kCorruptMessage, "[0, 10)"));
    EXPECT_THAT(read(10).size(), 10U) << "the rest stays readable";
    world_.disk().clear_faults();
    log_.reset();
    for (const auto& name : names_in(kDirectory))
      (void)files().remove(std::string(kDirectory) + "/" + name);
  }
}

TEST_F(Roll, ASealedSegmentThatSomebodyCutIsCorruptNotASignal) {  // S25, G25
  two_segments();
  close();
  Bytes bytes = segment();
  bytes.resize(bytes.size() / 2);
  put(path_of(0), bytes);
  open();
  EXPECT_THAT(try_read(), IsError(ErrorCode::kCorruptMessage));
}

TEST_F(Roll, ADamagedSumIsMadeAnewFromItsSegment) {  // G23
  two_segments();
  close();
  const Bytes good = bytes_of(path_of(0, kSumSuffix));
  Bytes sum = good;
  sum[20] ^= std::byte{1};
  put(path_of(0, kSumSuffix), sum);
  const auto before = [&] {
    open();
    return read();
  }();
  EXPECT_EQ(before.size(), static_cast<std::size_t>(log().log_end().value()));
  seal();
  EXPECT_EQ(bytes_of(path_of(0, kSumSuffix)), good);
}

TEST_F(Roll, ASumOfAnotherSegmentIsNotBelieved) {
  two_segments();
  roll();
  append_many(1);
  sync();
  seal();
  close();
  const Bytes good = bytes_of(path_of(0, kSumSuffix));
  put(path_of(0, kSumSuffix), bytes_of(path_of(10, kSumSuffix)));
  open();
  seal();
  EXPECT_EQ(bytes_of(path_of(0, kSumSuffix)), good);
}

TEST_F(Roll, ANewerSumIsRefused) {  // G33
  SegmentSum sum;
  Bytes bytes = encode_sum(sum);
  bytes[4] = std::byte{2};
  base::store_le<std::uint64_t>(bytes.data() + bytes.size() - 8,
                                base::xxh3(std::span(bytes).first(bytes.size() - 8)));
  EXPECT_THAT(decode_sum(bytes), IsError(ErrorCode::kUnsupportedFormat));
}

TEST_F(Roll, EveryFlippedBitOfASumIsFound) {
  SegmentSum sum;
  sum.length = 70'000;
  sum.blocks = {1, 2};
  const Bytes good = encode_sum(sum);
  ASSERT_THAT(decode_sum(good), IsOk());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= std::byte{1} << (bit % 8);
    ASSERT_THAT(decode_sum(bad), IsError(ErrorCode::kCorruptMessage)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    ASSERT_THAT(decode_sum(std::span(good).first(size)), IsError(ErrorCode::kCorruptMessage));
  }
}

// S23

TEST_F(Roll, RaisingLogStartForgetsWholeSealedSegments) {
  two_segments();
  EXPECT_EQ(log().raise_log_start(Offset{5}).size(), 0U);
  EXPECT_EQ(log().log_start(), Offset{5});
  const auto removed = log().raise_log_start(Offset{10});
  ASSERT_EQ(removed.size(), 1U);
  ASSERT_THAT(log().remove_files(removed[0]->base_offset()), IsOk());
  EXPECT_THAT(names_in(kDirectory), ElementsAre("00000000000000000010.log"));
  EXPECT_EQ(read(10).size(), 10U);
}

TEST_F(Roll, LogEndSurvivesTheDeletionOfEverything) {  // G7
  two_segments();
  roll();
  sync();
  seal();
  for (const auto& segment : log().raise_log_start(Offset{20})) {
    ASSERT_THAT(log().remove_files(segment->base_offset()), IsOk());
  }
  state_.log_start = Offset{20};
  reopen();
  EXPECT_EQ(log().log_end(), Offset{20});
  EXPECT_EQ(append("next"), 20);
}

TEST_F(Roll, FilesWhollyBelowLogStartAreRemovedAtOpen) {
  two_segments();
  close();
  state_.log_start = Offset{10};
  open();
  EXPECT_THAT(names_in(kDirectory), ElementsAre("00000000000000000010.log"));
  EXPECT_EQ(read(10).size(), 10U);
}

TEST_F(Roll, UnlinksThatBecameDurableInAnyOrderAreNoDamage) {
  two_segments();
  roll();
  append_many(10);
  sync();
  seal();
  close();
  ASSERT_THAT(files().remove(path_of(10)), IsOk());
  state_.log_start = Offset{20};
  recover();
  EXPECT_EQ(log().recovery().cut_bytes, 0U);
  EXPECT_EQ(read(20).size(), 10U);
}

TEST_F(Roll, LogEndIsNeverBelowLogStart) {  // S18
  append_many(5);
  close();
  state_.log_start = Offset{9};
  recover();
  EXPECT_EQ(log().log_end(), Offset{9});
  EXPECT_EQ(append("next"), 9);
  EXPECT_THAT(values(9), ElementsAre("next"));
}

}  // namespace
}  // namespace leat::log
