// Appending and reading back (S1, S2, S8), and claims.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "log/log_options.h"
#include "record/layout.h"
#include "unit/log/log_fixture.h"

namespace leat::log {
namespace {

/// Both ways of writing: through a mapping, and through the file (S8).
class Append : public LogFixture, public ::testing::WithParamInterface<bool> {
 protected:
  Append() {
    if (GetParam()) map();
  }
};
INSTANTIATE_TEST_SUITE_P(Ways, Append, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Mapped" : "Unmapped"; });

/// What only a mapped segment has: the open batch.
class OpenBatchOfLog : public LogFixture {
 protected:
  OpenBatchOfLog() { map(); }
  record::BatchView first_header() {
    header_ = segment();
    return record::BatchView(header_.data());
  }
  Bytes header_;
};

TEST_P(Append, GivesDenseOffsetsFromZero) {
  EXPECT_EQ(append("a"), 0);
  EXPECT_EQ(append("b"), 1);
  EXPECT_EQ(log().log_end(), Offset{2});
  EXPECT_THAT(values(), ElementsAre("a", "b"));
}

TEST_P(Append, TellsNullFromEmpty) {
  append(Record{.key = nullptr, .value = ""});
  append(Record{.key = "", .value = nullptr});
  const auto all = read();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].key, std::nullopt);
  EXPECT_EQ(all[0].value, "");
  EXPECT_EQ(all[1].key, "");
  EXPECT_EQ(all[1].value, std::nullopt);
}

TEST_P(Append, KeepsHeadersInOrderAndNullOnes) {
  const Header headers[] = {{"h", "1"}, {"h", nullptr}, {"", ""}};
  append(Record{.key = "k", .value = "v", .headers = headers});
  const auto all = read();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(all[0].headers,
              ElementsAre(std::pair("h", "1"), std::pair("h", std::nullopt), std::pair("", "")));
}

TEST_P(Append, KeepsAPublishersTimesInAnyOrder) {
  for (const std::int64_t ms : {5000, 4000, 9000, 0}) {
    append(Record{.value = "v", .timestamp = at_ms(ms)});
  }
  std::vector<std::int64_t> times;
  for (const Got& got : read()) times.push_back(got.time);
  EXPECT_THAT(times, ElementsAre(5000, 4000, 9000, 0));
}

TEST_P(Append, DatesARecordWithoutATimeNow) {
  append("v");
  EXPECT_EQ(read().at(0).time, now_);
}

TEST_P(Append, ReplacesTimesOnALogAppendTimeTopic) {
  options_.timestamp_type = TimestampType::kLogAppendTime;
  log_.reset();
  if (GetParam()) map();
  append(Record{.value = "v", .timestamp = at_ms(5)});
  EXPECT_EQ(read().at(0).time, now_);
}

// A LogAppendTime batch has one time (S2, B12).
TEST_P(Append, ClosesTheBatchAtANewMillisecondOfALogAppendTimeTopic) {
  options_.timestamp_type = TimestampType::kLogAppendTime;
  log_.reset();
  if (GetParam()) map();
  append("a");
  append("b");
  ++now_;
  append("c");
  const auto all = read();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].time, now_ - 1);
  EXPECT_EQ(all[2].time, now_);
  reopen();
  EXPECT_EQ(read(), all);
}

TEST_P(Append, PatchesBaseOffsetAndEpochOfAWholeBatch) {
  append("a");
  EXPECT_EQ(append_batch({"b", "c"}), 1);
  EXPECT_EQ(append("d"), 3);
  close();
  const Bytes bytes = segment();
  const record::BatchView second(bytes.data() + batch_positions(bytes)[1]);
  EXPECT_EQ(second.base_offset(), Offset{1});
  EXPECT_EQ(second.leader_epoch(), LeaderEpoch{3});
  EXPECT_TRUE(second.crc_is_right());
  EXPECT_THAT(values(), ElementsAre("a", "b", "c", "d"));
}

TEST_P(Append, TakesALargestBatchAndRefusesOneByteMore) {
  const std::size_t overhead =
      record::kHeaderSize +
      record::measure({.value = std::string(options_.max_message_bytes - 100, 'x')}, {0, 0}).size -
      (options_.max_message_bytes - 100);
  EXPECT_EQ(append(std::string(options_.max_message_bytes - overhead, 'x')), 0);
  EXPECT_THAT(
      log().append(Record{.value = std::string(options_.max_message_bytes - overhead + 1, 'x')},
                   now_),
      IsError(ErrorCode::kMessageTooLarge));
}

TEST_P(Append, RefusesWhatNoSegmentCanHold) {
  options_.max_message_bytes = 1 << 20;
  log_.reset();
  EXPECT_THAT(log().append(Record{.value = std::string(options_.segment_bytes, 'x')}, now_),
              IsError(ErrorCode::kRecordListTooLarge));
}

// 32-bit sizes must not wrap: the bytes are never looked at.
TEST_P(Append, RefusesFourGibibytesBeforeAnySizeIsComputed) {
  append("open");
  static constexpr std::byte kByte{};
  const BytesView huge(std::span(&kByte, (std::size_t{1} << 32U) + 1));
  const Header header{"h", huge};
  EXPECT_THAT(log().append(Record{.value = huge}, now_), IsError(ErrorCode::kMessageTooLarge));
  EXPECT_THAT(log().append(Record{.key = huge}, now_), IsError(ErrorCode::kMessageTooLarge));
  EXPECT_THAT(log().append(Record{.headers = std::span(&header, 1)}, now_),
              IsError(ErrorCode::kMessageTooLarge));
  EXPECT_THAT(values(), ElementsAre("open"));
}

TEST_P(Append, GoesOnInTheSameSegmentAfterACleanClose) {
  append_many(50);
  close();
  const Bytes before = segment();
  open();
  EXPECT_EQ(segment(), before);  // opening rewrites nothing
  EXPECT_EQ(log().size_in_bytes(), before.size());
  if (GetParam()) map();
  append_many(50);
  expect_all_numbered(0, 100);
  EXPECT_EQ(log().segment_count(), 1U);
  reopen();
  expect_all_numbered(0, 100);
}

TEST_P(Append, MakesNoDirectoryBeforeTheFirstRecord) {
  log();
  EXPECT_FALSE(exists(kDirectory));
  append("a");
  EXPECT_TRUE(exists(kDirectory));
}

TEST_P(Append, SurvivesGoingOverToTheOtherWayAndBack) {
  append_many(30);
  log().unmap();
  log().want_mapped(!GetParam());
  append_many(30);
  log().unmap();
  log().want_mapped(GetParam());
  append_many(30);
  expect_all_numbered(0, 90);
  reopen();
  expect_all_numbered(0, 90);
}

TEST_P(Append, AFullDiskIsRetriable) {  // G24
  world_.disk().set_capacity(0);
  EXPECT_THAT(log().append(Record{.value = "v"}, now_), IsError(ErrorCode::kStorageFull));
  EXPECT_THAT(values(), IsEmpty());
  world_.disk().set_capacity(UINT64_MAX);
  append_many(3);
  expect_all_numbered(0, 3);
  reopen();
  expect_all_numbered(0, 3);
}

TEST_P(Append, AFailedWriteLeavesNothingBehindTheEnd) {
  log().want_mapped(false);
  append_many(2);
  const auto size = log().size_in_bytes();
  world_.disk().fail({.call = leat::testing::DiskCall::kWrite,
                      .path_contains = ".log",
                      .error = ErrorCode::kStorageFull,
                      .after_bytes = 70});
  EXPECT_THAT(log().append(Record{.value = "lost"}, now_), IsError(ErrorCode::kStorageFull));
  EXPECT_EQ(segment().size(), size);
  append_many(1);
  expect_all_numbered(0, 3);
}

TEST_F(OpenBatchOfLog, HasMagicZeroUntilClosed) {
  append("a");
  EXPECT_EQ(first_header().magic(), record::kOpenMagic);
  EXPECT_EQ(first_header().base_offset(), Offset{0});
  EXPECT_EQ(first_header().leader_epoch(), LeaderEpoch{3});
  log().close_batch();
  EXPECT_EQ(first_header().magic(), record::kMagic);
  EXPECT_TRUE(record::validate(header_, {.origin = record::BatchOrigin::kLog}).has_value());
}

TEST_F(OpenBatchOfLog, IsClosedByTheBatchThatFollows) {
  append("a");
  append("b");
  append_batch({"c"});
  EXPECT_EQ(first_header().record_count(), 2);
}

TEST_F(OpenBatchOfLog, IsFullAt16Kibibytes) {
  append_many(400);
  close();
  const Bytes bytes = segment();
  const auto positions = batch_positions(bytes);
  ASSERT_EQ(positions.back(), bytes.size());
  for (std::size_t i = 1; i < positions.size(); ++i) {
    EXPECT_LE(positions[i] - positions[i - 1], kOpenBatchBytes);
    const bool is_last = i + 1 == positions.size();
    EXPECT_GT(positions[i] - positions[i - 1], is_last ? 0 : kOpenBatchBytes - 200);
  }
}

TEST_F(OpenBatchOfLog, ARecordLargerThanABatchIsAloneInIt) {
  append("small");
  append(std::string(40'000, 'x'));
  append("small");
  close();
  const Bytes bytes = segment();
  EXPECT_EQ(batch_positions(bytes).size(), 4U);
  open();
  EXPECT_EQ(read().at(1).value->size(), 40'000U);
}

TEST_F(OpenBatchOfLog, AClaimIsInvisibleUntilCommitted) {
  append("a");
  const auto claim = log().claim("key", 3, now_).value();
  EXPECT_THAT(values(), ElementsAre("a"));
  std::memcpy(claim.value.data(), "abc", 3);
  EXPECT_EQ(log().commit_claim(claim), Offset{1});
  EXPECT_THAT(values(), ElementsAre("a", "abc"));
  EXPECT_EQ(read().at(1).key, "key");
}

TEST_F(OpenBatchOfLog, AnAbandonedClaimLeavesZeros) {
  append("a");
  const auto size = log().size_in_bytes();
  const auto claim = log().claim(nullptr, 1000, now_).value();
  std::memset(claim.value.data(), 'x', 1000);
  log().abandon_claim(claim);
  const Bytes bytes = segment();
  EXPECT_TRUE(std::ranges::all_of(std::span(bytes).subspan(size),
                                  [](std::byte b) { return b == std::byte{0}; }));
  append("b");
  EXPECT_THAT(values(), ElementsAre("a", "b"));
}

TEST_F(OpenBatchOfLog, AnAbandonedClaimOfAnEmptyBatchIsAsIfItHadNeverBeen) {
  log().abandon_claim(log().claim(nullptr, 10, now_).value());
  append_batch({"a"});
  append("b");
  EXPECT_THAT(values(), ElementsAre("a", "b"));
  close();
  EXPECT_EQ(batch_positions(segment()).size(), 3U);
}

TEST_F(OpenBatchOfLog, ClaimsOfAllSizesComeBack) {
  for (const std::size_t size : {0U, 1U, 62U, 63U, 64U, 8190U, 8191U, 16'300U, 40'000U}) {
    const auto claim = log().claim(nullptr, size, now_).value();
    std::memset(claim.value.data(), 'c', size);
    log().commit_claim(claim);
  }
  const auto all = read();
  reopen();
  EXPECT_EQ(read(), all);
  EXPECT_EQ(all.back().value->size(), 40'000U);
}

// G27: the system has no map to give.
TEST_F(OpenBatchOfLog, WithoutAMapWritesThroughTheFile) {
  world_.disk().fail(
      {.call = leat::testing::DiskCall::kMap, .error = ErrorCode::kTooManyOpenFiles});
  append_many(5);
  EXPECT_FALSE(log().is_mapped());
  expect_all_numbered(0, 5);
}

TEST_F(OpenBatchOfLog, ASegmentMayGrowByAnOptionWhileMapped) {
  append_many(10);
  options_.segment_bytes *= 4;
  log().set_options(options_);
  append_many(2000);
  EXPECT_EQ(log().segment_count(), 1U);
  expect_all_numbered(0, 2010);
}

TEST_F(OpenBatchOfLog, ASegmentMayShrinkByAnOptionWhileMapped) {
  append_many(500);
  options_.segment_bytes = 16 * 1024;
  log().set_options(options_);
  append_many(500);
  EXPECT_GT(log().segment_count(), 3U);
  expect_all_numbered(0, 1000);
}

}  // namespace
}  // namespace leat::log
