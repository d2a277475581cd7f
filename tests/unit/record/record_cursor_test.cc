#include "record/record_cursor.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "leat/record.h"
#include "leat/types.h"

#include "base/varint.h"
#include "record/batch_view.h"
#include "record/layout.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

constexpr RecordBase kBase{Offset{0}, Timestamp{}, std::nullopt};

/// Some bytes behind, so that the quick reader takes the record and not only the general one.
Bytes with_more_behind(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  bytes.resize(bytes.size() + 16, std::byte{0});
  return bytes;
}

bool is_refused(const Bytes& records) {
  RecordCursor cursor(records, kBase);
  RecordView record;
  return !cursor.next(record) && !cursor.ok() && cursor.position() == 0;
}

TEST(RecordCursor, FindsNothingInNothing) {
  RecordCursor cursor({}, kBase);
  RecordView record;
  EXPECT_FALSE(cursor.next(record));
  EXPECT_TRUE(cursor.ok());
}

TEST(RecordCursor, AddsDeltasToTheBase) {
  const Bytes batch = batch_of({{.value = "a"}, {.value = "b"}, {.value = "c"}}, {}, Offset{50});
  const std::vector<RecordView> records = walk(BatchView(batch.data()).cursor());
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[2].offset, Offset{52});
  EXPECT_EQ(records[2].timestamp, at_ms(1002));
}

TEST(RecordCursor, DatesEveryRecordWithTheAppendTime) {
  const Bytes batch = batch_of({{.value = "a"}, {.value = "b"}});
  const RecordBase base{Offset{0}, at_ms(1000), at_ms(777)};
  for (const RecordView& record : walk(RecordCursor(BatchView(batch.data()).records(), base)))
    EXPECT_EQ(record.timestamp, at_ms(777));
}

TEST(RecordCursor, ReadsARecordThatFillsItsLength) {
  // length 8: attributes, deltas 0 and 0, key "k", value "v", no headers
  const Bytes bytes = with_more_behind({16, 0, 0, 0, 2, 'k', 2, 'v', 0});
  RecordCursor cursor(bytes, kBase);
  RecordView record;
  ASSERT_TRUE(cursor.next(record));
  EXPECT_EQ(record.key, BytesView("k"));
  EXPECT_EQ(record.value, BytesView("v"));
  EXPECT_EQ(cursor.position(), 9U);
}

TEST(RecordCursor, RefusesALengthThatIsZeroNegativeOrPastTheEnd) {
  EXPECT_TRUE(is_refused(with_more_behind({0, 0, 0, 0, 2, 'k', 2, 'v', 0})));
  EXPECT_TRUE(is_refused(with_more_behind({15, 0, 0, 0, 2, 'k', 2, 'v', 0})));
  EXPECT_TRUE(is_refused(with_more_behind({0x7e, 0, 0, 0, 2, 'k', 2, 'v', 0})));
}

TEST(RecordCursor, RefusesALengthThatItsFieldsDoNotFill) {
  EXPECT_TRUE(is_refused(with_more_behind({18, 0, 0, 0, 2, 'k', 2, 'v', 0})));
  EXPECT_TRUE(is_refused(with_more_behind({14, 0, 0, 0, 2, 'k', 2, 'v', 0})));
}

TEST(RecordCursor, RefusesSizesOfKeyAndValueThatPointOutOfTheRecord) {
  EXPECT_TRUE(is_refused(with_more_behind({16, 0, 0, 0, 12, 'k', 2, 'v', 0})));
  EXPECT_TRUE(is_refused(with_more_behind({16, 0, 0, 0, 2, 'k', 6, 'v', 0})));
}

TEST(RecordCursor, RefusesSizesBelowNull) {
  EXPECT_TRUE(is_refused(with_more_behind({16, 0, 0, 0, 3, 'k', 2, 'v', 0})));
  EXPECT_TRUE(is_refused(with_more_behind({16, 0, 0, 0, 2, 'k', 3, 'v', 0})));
}

TEST(RecordCursor, RefusesHeadersThatAreNotThere) {
  EXPECT_TRUE(is_refused(with_more_behind({16, 0, 0, 0, 2, 'k', 2, 'v', 2})));
  EXPECT_TRUE(is_refused(with_more_behind({16, 0, 0, 0, 2, 'k', 2, 'v', 1})));
}

TEST(RecordCursor, StopsBeforeTheFirstBadRecordAndStaysThere) {
  Bytes batch = batch_of({{.value = "good"}, {.value = "bad"}});
  const auto records = std::span(batch).subspan(kHeaderSize);
  const std::size_t good = batch_of({{.value = "good"}}).size() - kHeaderSize;
  records[good] = std::byte{0x7e};
  RecordCursor cursor(records, kBase);
  RecordView record;
  EXPECT_TRUE(cursor.next(record));
  EXPECT_FALSE(cursor.next(record));
  EXPECT_FALSE(cursor.next(record));
  EXPECT_FALSE(cursor.ok());
  EXPECT_EQ(cursor.position(), good);
}

TEST(RecordCursor, SurvivesDeltasThatLeaveTheRangeOfOffsetsAndTimes) {
  const Bytes batch = batch_of({{.value = "a"}, {.value = "b"}});
  const Timestamp last{std::chrono::milliseconds{std::numeric_limits<std::int64_t>::max()}};
  const RecordBase base{Offset{std::numeric_limits<std::int64_t>::max()}, last, std::nullopt};
  EXPECT_EQ(walk(RecordCursor(BatchView(batch.data()).records(), base)).size(), 2U);
}

/// The grammar of FORMAT.md read literally, one field at a time: what the cursor is held against.
class PlainReading {
 public:
  explicit PlainReading(std::span<const std::byte> records)
      : at_(records.data()), end_(at_ + records.size()) {}

  /// Offset, time, key and value of each record up to the first malformed one.
  std::string walk() {
    std::string told;
    while (at_ != nullptr && at_ != end_) told += record();
    return told;
  }

 private:
  std::string record() {
    const std::int64_t size = varint();
    if (at_ == nullptr || size < 1 || size > end_ - at_) return stop();
    const std::byte* const rest = end_;
    end_ = at_ + size;
    ++at_;
    const std::int64_t time = varlong();
    const std::int64_t offset = varint();
    std::string told = std::to_string(offset) + '@' + std::to_string(time);
    told += bytes(-1);
    told += bytes(-1);
    for (std::int64_t left = varint(); left != 0 && at_ != nullptr; --left) {
      if (left < 0) return stop();
      told += bytes(0);
      told += bytes(-1);
    }
    if (at_ != end_) return stop();
    end_ = rest;
    return told + ';';
  }
  std::string bytes(std::int64_t size_min) {
    const std::int64_t size = varint();
    if (at_ == nullptr || size < size_min || size > end_ - at_) return stop();
    if (size < 0) return "-";
    at_ += size;
    return '=' + std::string(BytesView(std::span(at_ - size, at_)).text());
  }
  std::int64_t varint() {
    std::int32_t value = 0;
    if (at_ != nullptr) at_ = base::get_varint(at_, end_, value);
    return value;
  }
  std::int64_t varlong() {
    std::int64_t value = 0;
    if (at_ != nullptr) at_ = base::get_varlong(at_, end_, value);
    return value;
  }
  std::string stop() {
    at_ = nullptr;
    return "";
  }

  const std::byte* at_;
  const std::byte* end_;
};

std::string shown(BytesView bytes) {
  return bytes.is_null() ? "-" : '=' + std::string(bytes.text());
}

std::string walked(std::span<const std::byte> records) {
  RecordCursor cursor(records, kBase);
  std::string told;
  for (RecordView record; cursor.next(record);) {
    told += std::to_string(record.offset.value()) + '@' +
            std::to_string(record.timestamp.time_since_epoch().count()) + shown(record.key) +
            shown(record.value);
    for (const Header& header : record.headers) told += shown(header.key) + shown(header.value);
    told += ';';
  }
  return told;
}

TEST(RecordCursor, SaysWhatAPlainReadingOfTheGrammarSays) {
  const std::vector<Header> headers = {{"h", "1"}, {"i", nullptr}};
  const std::string large(70, 'x');
  const Bytes batch = batch_of({{.key = "k", .value = "v"},
                                {.value = large},
                                {.key = "k", .headers = headers},
                                {.key = ""}});
  const auto sound = std::span(batch).subspan(kHeaderSize);
  for (std::uint64_t seed = 0; seed < 20000; ++seed) {
    std::mt19937_64 random(seed);
    Bytes records(sound.begin(), sound.end());
    for (std::uint64_t damage = 0; damage < seed % 4; ++damage)
      records[random() % records.size()] = static_cast<std::byte>(random() % 24);
    records.resize(records.size() - (seed % 5 == 0 ? random() % records.size() : 0));
    // A malformed record leaves no trace in either.
    std::string expected = PlainReading(records).walk();
    expected.resize(expected.rfind(';') + 1);
    ASSERT_EQ(walked(records), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace leat::record
