/// \file
/// Builder against validator: what is built is accepted and read back as it was; what is damaged is
/// refused or, where the damage lies outside the CRC, still sound. A failure names its seed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/types.h"

#include "record/batch_builder.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/layout.h"
#include "record/record_cursor.h"
#include "record/validate.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

using Text = std::optional<std::string>;

/// A record that owns its bytes.
struct OwnedRecord {
  Text key;
  Text value;
  std::vector<std::pair<std::string, Text>> headers;
  std::int64_t ms = 0;
  friend bool operator==(const OwnedRecord&, const OwnedRecord&) = default;
};

BytesView view_of(const Text& text) { return text ? BytesView(*text) : BytesView(); }
Text text_of(BytesView bytes) { return bytes.is_null() ? Text() : Text(std::string(bytes.text())); }

/// Batches drawn from a seed.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  Text text() {
    if (below(5) == 0) return std::nullopt;
    const std::uint64_t size = below(20) == 0 ? below(20000) : below(100);
    std::string text(size, 'a');
    for (char& c : text) c = static_cast<char>(below(below(2) == 0 ? 256 : 3));
    return text;
  }
  OwnedRecord record() {
    OwnedRecord record{text(), text(), {}, static_cast<std::int64_t>(below(1U << 20U))};
    if (below(4) != 0) return record;
    for (std::uint64_t left = below(4); left > 0; --left)
      record.headers.emplace_back(text().value_or(""), text());
    return record;
  }
  BatchOptions options() {
    BatchOptions options{.compression = static_cast<Compression>(below(5))};
    if (below(2) != 0) return options;
    options.producer_id = ProducerId{static_cast<std::int64_t>(below(1000))};
    options.producer_epoch = ProducerEpoch{static_cast<std::int16_t>(below(100))};
    options.base_sequence = static_cast<std::int32_t>(below(1U << 30U));
    options.transactional = below(2) == 0;
    return options;
  }

 private:
  std::mt19937_64 random_;
};

bool append(BatchBuilder& builder, const OwnedRecord& record) {
  std::vector<Header> headers;
  for (const auto& [key, value] : record.headers) headers.push_back({key, view_of(value)});
  return builder.append(
      {.key = view_of(record.key), .value = view_of(record.value), .headers = headers},
      at_ms(record.ms));
}

std::vector<OwnedRecord> read_all(const BatchView& batch) {
  const Bytes bytes = decompress(batch.compression(), batch.records(), 1U << 30U).value();
  std::vector<OwnedRecord> records;
  for (const RecordView& record : walk(RecordCursor(bytes, batch.record_base()))) {
    records.push_back({text_of(record.key),
                       text_of(record.value),
                       {},
                       record.timestamp.time_since_epoch().count()});
    for (const Header& header : record.headers)
      records.back().headers.emplace_back(header.key, text_of(header.value));
  }
  return records;
}

struct Built {
  Bytes bytes;
  std::vector<OwnedRecord> records;
};

Built build(Draw& draw) {
  Built built;
  BatchBuilder builder(draw.options());
  for (std::uint64_t left = 1 + draw.below(100); left > 0; --left) {
    built.records.push_back(draw.record());
    EXPECT_TRUE(append(builder, built.records.back()));
  }
  const auto bytes = builder.finish().value();
  built.bytes.assign(bytes.begin(), bytes.end());
  return built;
}

TEST(BuilderAndValidator, AgreeOnEveryBatch) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Draw draw(seed);
    const Built built = build(draw);
    const auto batch = validate(built.bytes, {.batch_size_max = built.bytes.size()});
    ASSERT_TRUE(batch) << "seed " << seed << ": " << batch.error().to_string();
    ASSERT_TRUE(batch->max_timestamp_is_right()) << "seed " << seed;
    ASSERT_EQ(read_all(batch->view()), built.records) << "seed " << seed;
  }
}

// Past a CRC made right again, damage must end in an error of the right kind or in a batch that the
// records bear out, never in a crash (the sanitizers watch).
TEST(BuilderAndValidator, AgreeOnWhatDamageIs) {
  constexpr std::size_t kReadable = 1U << 30U;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Draw draw(seed);
    Bytes bytes = build(draw).bytes;
    const std::size_t first = seed % 2 == 0 ? kHeaderSize : kCrcBegin;
    for (std::uint64_t left = 1 + draw.below(3); left > 0; --left)
      bytes[first + draw.below(bytes.size() - first)] = static_cast<std::byte>(draw.below(256));
    set_field<std::uint8_t>(bytes, layout::kMagic, kMagic);
    const auto batch = validate(bytes, {.batch_size_max = kReadable});
    if (batch) {
      ASSERT_EQ(std::ssize(read_all(batch->view())), batch->view().record_count())
          << "seed " << seed;
      continue;
    }
    const ErrorCode code = batch.error().code();
    ASSERT_TRUE(code == ErrorCode::kCorruptMessage || code == ErrorCode::kInvalidRecord ||
                code == ErrorCode::kMessageTooLarge ||
                code == ErrorCode::kUnsupportedCompressionType)
        << "seed " << seed << ": " << batch.error().to_string();
  }
}

}  // namespace
}  // namespace leat::record
