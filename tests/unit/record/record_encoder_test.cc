#include "record/record_encoder.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "leat/record.h"

#include "base/varint.h"
#include "record/record_cursor.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

Bytes encoded(const Record& record, const RecordDeltas& deltas = {0, 0}) {
  const RecordFrame frame = measure(record, deltas);
  Bytes bytes(frame.size);
  EXPECT_EQ(encode(bytes.data(), frame, record, deltas), bytes.data() + bytes.size());
  return bytes;
}

RecordView decoded(const Bytes& bytes) {
  const std::vector<RecordView> records = walk(RecordCursor(bytes, {Offset{100}, at_ms(1000)}));
  EXPECT_EQ(records.size(), 1U);
  return records.empty() ? RecordView{} : records.front();
}

TEST(RecordEncoder, TellsNullFromEmpty) {
  const Bytes null = encoded({.key = nullptr, .value = nullptr});
  EXPECT_TRUE(decoded(null).key.is_null());
  EXPECT_TRUE(decoded(null).value.is_null());
  const Bytes empty = encoded({.key = "", .value = ""});
  EXPECT_FALSE(decoded(empty).key.is_null());
  EXPECT_EQ(decoded(empty).value, BytesView(""));
}

TEST(RecordEncoder, KeepsHeadersWithRepeatedNamesAndNullValues) {
  const std::vector<Header> headers = {{"a", "1"}, {"a", nullptr}, {"", ""}};
  const Bytes bytes = encoded({.key = "k", .value = "v", .headers = headers});
  const RecordView read = decoded(bytes);
  EXPECT_EQ(std::vector<Header>(read.headers.begin(), read.headers.end()), headers);
}

TEST(RecordEncoder, WritesTheNameOfADefaultHeaderAsEmptyNeverNull) {
  const std::vector<Header> headers(1);
  const Bytes bytes = encoded({.headers = headers});
  EXPECT_EQ(decoded(bytes).headers.begin()->key, "");
}

TEST(RecordEncoder, KeepsDeltasOfEverySizeAndSign) {
  for (const std::int64_t timestamp : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{64},
                                       std::int64_t{8192}, std::int64_t{-1} << 40}) {
    for (const std::int32_t offset : {0, 63, 64, 8192, 2147483647}) {
      const Bytes bytes = encoded({.value = "v"}, {timestamp, offset});
      EXPECT_EQ(decoded(bytes).timestamp, at_ms(1000 + timestamp));
      EXPECT_EQ(decoded(bytes).offset, Offset{100} + offset);
    }
  }
}

TEST(RecordEncoder, ComesBackAtEverySizeAroundAVarintsStep) {
  for (const std::size_t size : {0U, 1U, 55U, 56U, 57U, 63U, 64U, 8180U, 8191U, 8192U, 1100000U}) {
    const std::string text(size, 'x');
    EXPECT_EQ(decoded(encoded({.key = text})).key, BytesView(text)) << size;
    EXPECT_EQ(decoded(encoded({.value = text})).value, BytesView(text)) << size;
  }
}

// S2: the first byte is the commit byte; it is left to the caller and never 0.
TEST(EncodeUncommitted, LeavesTheFirstByteAndReturnsIt) {
  for (const std::size_t size : {0U, 50U, 64U, 128U, 8192U, 100000U}) {
    const std::string text(size, 'x');
    const Record record{.value = text};
    const RecordFrame frame = measure(record, {0, 0});
    Bytes bytes(frame.size);
    const std::byte first = encode_uncommitted(bytes.data(), frame, record, {0, 0});
    EXPECT_EQ(bytes[0], std::byte{0});
    EXPECT_NE(first, std::byte{0});
    bytes[0] = first;
    EXPECT_EQ(bytes, encoded(record));
  }
}

TEST(EncodePlain, WritesWhatMeasureAndEncodeWrite) {
  const std::string text(9'000, 'x');
  std::size_t plain = 0;
  for (std::size_t size = 0; size <= text.size(); size += size < 300 ? 1 : 97) {
    for (const std::int64_t timestamp : {std::int64_t{0}, std::int64_t{1000}, INT64_MIN}) {
      for (const std::int32_t offset : {0, 64, 2147483647}) {
        const std::string_view key = std::string_view(text).substr(0, size / 3);
        const Record record{.key = key,
                            .value = std::string_view(text).substr(0, size - key.size())};
        if (!is_plain(record)) continue;
        ++plain;
        Bytes bytes(size + kPlainOverheadMax);
        std::byte first{};
        const std::byte* const end = encode_plain(bytes.data(), record, {timestamp, offset}, first);
        EXPECT_EQ(bytes[0], std::byte{0});
        bytes[0] = first;
        bytes.resize(static_cast<std::size_t>(end - bytes.data()));
        ASSERT_EQ(bytes, encoded(record, {timestamp, offset})) << size;
        ASSERT_EQ(measure_plain(record, offset), measure(record, {0, offset}).size) << size;
      }
    }
  }
  EXPECT_GT(plain, 1000U);
}

TEST(EncodePlain, IsNotForRecordsWhoseLengthFieldDependsOnTheirDeltas) {
  const std::vector<Header> headers(1);
  EXPECT_FALSE(is_plain({.headers = headers}));
  for (const std::size_t size : {43U, 57U, 8001U}) {
    EXPECT_FALSE(is_plain({.value = std::string(size, 'x')})) << size;
  }
  for (const std::size_t size : {0U, 42U, 58U, 8000U}) {
    EXPECT_TRUE(is_plain({.value = std::string(size, 'x')})) << size;
  }
}

TEST(Measure, TellsTheBodyFromTheWhole) {
  const RecordFrame frame = measure({.key = "k", .value = "v"}, {0, 0});
  EXPECT_EQ(frame.body_size, 8U);  // attributes, two deltas, two lengths, k, v, header count
  EXPECT_EQ(frame.size, 9U);
}

}  // namespace
}  // namespace leat::record
