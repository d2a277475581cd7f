// Readers that follow the writer (S5, S10), and finding offsets and times.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "unit/log/log_fixture.h"

namespace leat::log {
namespace {

/// A follower: what it has read so far.
class Lookup : public LogFixture {
 protected:
  Lookup() { options_.segment_bytes = 32 * 1024; }
  void follow(std::int64_t from = 0) {
    auto reader = log().reader_at(Offset{from});
    ASSERT_THAT(reader, IsOk());
    reader_ = *std::move(reader);
  }
  /// Everything there is to read now.
  std::vector<std::string> news(std::size_t bytes_max = 1) {
    std::vector<Got> got;
    while (reader_) {
      const auto* const piece = reader_->next(bytes_max).value();
      if (piece) {
        take(*piece, got);
      } else if (reader_->is_at_end()) {
        auto behind = log().reader_behind(*reader_->segment());
        if (!behind) break;
        reader_ = std::move(behind);
      } else {
        break;
      }
    }
    std::vector<std::string> values;
    for (const Got& record : got) values.push_back(*record.value);
    return values;
  }
  std::optional<std::int64_t> find(std::int64_t ms) {
    const auto found = log().find(at_ms(ms)).value();
    if (!found) return std::nullopt;
    return found->offset.value();
  }
  void append_at(std::int64_t ms) { append(Record{.value = "v", .timestamp = at_ms(ms)}); }
  std::optional<SegmentReader> reader_;
};

TEST_F(Lookup, AReaderFollowsTheOpenBatchRecordByRecord) {
  map();
  append("a");
  follow();
  EXPECT_THAT(news(), ElementsAre("a"));
  EXPECT_THAT(news(), IsEmpty());
  append("b");
  append("c");
  EXPECT_THAT(news(), ElementsAre("b", "c"));
}

TEST_F(Lookup, AReaderIsNotDisturbedByTheCloseOfItsBatch) {
  map();
  append("a");
  append("b");
  follow();
  EXPECT_THAT(news(), ElementsAre("a", "b"));
  append("c");
  log().close_batch();
  append("d");
  EXPECT_THAT(news(), ElementsAre("c", "d"));
}

TEST_F(Lookup, AReaderInTheMiddleOfABatchThatIsClosedReadsOn) {
  map();
  append("a");
  append("b");
  follow();
  const auto* const piece = reader_->next(1).value();
  ASSERT_TRUE(piece);
  append("c");
  append_batch({"d"});
  EXPECT_THAT(news(), ElementsAre("b", "c", "d"));
}

TEST_F(Lookup, AReaderThatSpinsHasNewsWhenThereIsSomething) {
  map();
  append("a");
  follow();
  EXPECT_TRUE(reader_->has_news());
  EXPECT_THAT(news(), ElementsAre("a"));
  EXPECT_FALSE(reader_->has_news());
  EXPECT_TRUE(reader_->is_caught_up());
  append("b");
  EXPECT_TRUE(reader_->has_news());
  roll();
  EXPECT_THAT(news(), ElementsAre("b"));
  EXPECT_FALSE(reader_->has_news()) << "it is in the next segment now";
}

TEST_F(Lookup, AReaderOfACompleteSegmentHasNewsSinceThereIsANextOne) {
  map();
  append("a");
  follow();
  ASSERT_TRUE(reader_->next(100).value());
  roll();
  EXPECT_TRUE(reader_->has_news());
  EXPECT_FALSE(reader_->is_caught_up());
}

TEST_F(Lookup, AReaderFollowsAcrossRolls) {
  map();
  append("a");
  follow();
  EXPECT_THAT(news(), ElementsAre("a"));
  append("b");
  roll();
  append("c");
  EXPECT_THAT(news(), ElementsAre("b", "c"));
  sync();
  seal();
  append("d");
  EXPECT_THAT(news(), ElementsAre("d"));
}

TEST_F(Lookup, AReaderThatIsBehindASealReadsOn) {
  map();
  append_many(5);
  follow();
  const Piece piece = *reader_->next(1).value();
  roll();
  sync();
  seal();
  EXPECT_EQ(news().size(), 4U);
  EXPECT_EQ(piece.bytes.size() > 0 && piece.bytes[0] != std::byte{0}, true) << "its lease holds";
}

TEST_F(Lookup, AReaderFromTheMiddleOfAnOpenBatchSkipsWhatIsBefore) {
  map();
  append_many(10);
  follow(7);
  EXPECT_EQ(news(), (std::vector<std::string>{numbered(7), numbered(8), numbered(9)}));
}

TEST_F(Lookup, ReadsFromEveryOffset) {
  map();
  append_many(150);
  append_batch({"150:", "151:", "152:"});
  append_many(600);
  const auto end = log().log_end().value();
  for (std::int64_t from = 0; from <= end; ++from) {
    const auto all = read(from, 300);
    ASSERT_EQ(all.size(), static_cast<std::size_t>(end - from)) << from;
    ASSERT_TRUE(all.empty() || all.front().offset == from) << from;
  }
}

// S10: a topic of level `sync` shows only what is synced.
TEST_F(Lookup, DurableReadsSeeARecordOnlyAfterTheSync) {
  options_.durable_reads = true;
  for (const bool mapped : {false, true}) {
    log().want_mapped(mapped);
    const auto before = log().high_watermark();
    append("a");
    EXPECT_THAT(values(before.value()), IsEmpty());
    EXPECT_EQ(log().high_watermark(), before);
    sync();
    EXPECT_THAT(values(before.value()), ElementsAre("a"));
    EXPECT_EQ(log().high_watermark(), before.next());
    log().unmap();
  }
}

TEST_F(Lookup, DurableOffsetRisesWithTheSyncAlone) {
  append_many(3);
  EXPECT_EQ(log().durable_offset(), Offset{0});
  const SyncPoint point = log().sync_point();
  append_many(2);
  ASSERT_THAT(log().sync(point), IsOk());
  EXPECT_EQ(log().durable_offset(), Offset{3});
}

TEST_F(Lookup, FindsTheFirstRecordAtOrAfterATime) {
  for (const std::int64_t ms : {100, 300, 200, 500}) append_at(ms);
  EXPECT_EQ(find(0), 0);
  EXPECT_EQ(find(101), 1);
  EXPECT_EQ(find(300), 1);
  EXPECT_EQ(find(301), 3);
  EXPECT_EQ(find(501), std::nullopt);
}

TEST_F(Lookup, FindsTimesInOpenClosedAndSealedBatchesAlike) {
  map();
  for (std::int64_t i = 0; i < 4000; ++i) append_at(1000 + i * 10);
  ASSERT_GT(log().segment_count(), 1U);
  const auto check = [&] {
    for (std::int64_t i = 0; i < 1500; i += 37) {
      ASSERT_EQ(find(1000 + i * 10), i);
      ASSERT_EQ(find(1000 + i * 10 - 9), i);
    }
  };
  check();
  sync();
  seal();
  check();
  reopen();
  check();
}

TEST_F(Lookup, FindsTimesWhereTheSegmentsAreNotInTheirOrder) {
  for (const std::int64_t ms : {900, 100, 500, 300, 1000}) {
    append_at(ms);
    roll();
  }
  sync();
  seal();
  EXPECT_EQ(find(900), 0);
  EXPECT_EQ(find(901), 4);
  log().raise_log_start(Offset{1});
  EXPECT_EQ(find(200), 2) << "what the deleted one held counts no more";
  EXPECT_EQ(find(501), 4);
}

TEST_F(Lookup, FindsTimesInCompressedBatches) {
  for (const auto codec : {record::Compression::kGzip, record::Compression::kSnappy,
                           record::Compression::kLz4, record::Compression::kZstd}) {
    append_batch({"a", "b", "c"}, {.compression = codec});
    now_ += 10;
  }
  EXPECT_EQ(find(now_ - 25), 6);
  EXPECT_EQ(find(now_ - 40), 0);
  EXPECT_EQ(values(7).size(), 5U);
}

TEST_F(Lookup, FindsNothingBelowLogStart) {
  for (const std::int64_t ms : {100, 200, 300}) append_at(ms);
  log().raise_log_start(Offset{1});
  EXPECT_EQ(find(0), 1);
}

TEST_F(Lookup, AnEmptyLogHasNoReaderAndFindsNothing) {
  EXPECT_FALSE(log().reader_at(Offset{0}).value());
  EXPECT_EQ(find(0), std::nullopt);
}

/// Holds what it is given, as the partition's does.
class RememberedIndex : public SealedIndex {
 public:
  std::optional<IndexEntry> floor(Offset segment, Offset offset) override {
    ++asked;
    return last(segment, [&](const IndexEntry& e) { return e.offset <= offset; });
  }
  std::optional<IndexEntry> before(Offset segment, Timestamp time) override {
    ++asked;
    return last(segment, [&](const IndexEntry& e) {
      return e.max_timestamp_before < time.time_since_epoch().count();
    });
  }
  void add(const SegmentSum& sum, const std::vector<IndexEntry>& entries) override {
    entries_[sum.base_offset] = entries;
  }
  int asked = 0;
  std::map<Offset, std::vector<IndexEntry>> entries_;

 private:
  template <class Fits>
  std::optional<IndexEntry> last(Offset segment, Fits fits) {
    std::optional<IndexEntry> found;
    for (const IndexEntry& entry : entries_[segment]) {
      if (fits(entry)) found = entry;
    }
    return found;
  }
};

TEST_F(Lookup, AsksTheSealedIndexAfterReopeningAndGetsTheSame) {
  RememberedIndex index;
  sealed_index_ = &index;
  for (std::int64_t i = 0; i < 4000; ++i) append_at(1000 + i * 10);
  sync();
  seal();
  close();
  open();
  for (std::int64_t i = 0; i < 1500; i += 13) {
    ASSERT_EQ(find(1000 + i * 10), i);
    ASSERT_EQ(read(i, 1 << 20).at(0).offset, i);
  }
  EXPECT_GT(index.asked, 0);
}

TEST_F(Lookup, ScannedEntriesAreThoseOfTheWriter) {
  RememberedIndex index;
  sealed_index_ = &index;
  append_many(400);
  sync();
  seal();
  const auto segments = log().segments();
  ASSERT_TRUE(segments[0]->is_sealed());
  EXPECT_EQ(log().scan_entries(*segments[0]).value(), index.entries_[Offset{0}]);
}

}  // namespace
}  // namespace leat::log
