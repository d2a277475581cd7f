// What was once written stays readable (lib/log/FORMAT.md).
#include "support/golden.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "leat/types.h"

#include "base/bytes.h"
#include "log/journal_frame.h"
#include "log/segment_sum.h"

namespace leat::log {
namespace {

TEST(GoldenLog, ASumOfVersionOneIsWhatFormatSays) {
  SegmentSum sum;
  sum.length = 70'000;
  sum.base_offset = Offset{1000};
  sum.next_offset = Offset{1100};
  sum.first_epoch = 3;
  sum.last_epoch = 4;
  sum.first_timestamp = 1'700'000'000'000;
  sum.max_timestamp = 1'700'000'000'005;
  sum.blocks = {1, 2};
  EXPECT_EQ(encode_sum(sum), support::read_golden("sum.hex"));
  EXPECT_EQ(decode_sum(support::read_golden("sum.hex")).value(), sum);
}

/// `text` with zeros before its last `end` bytes, to the length of a page.
std::vector<std::byte> page_of(const std::string& text, std::ptrdiff_t end) {
  std::vector<std::byte> bytes = support::read_golden(text);
  bytes.insert(bytes.end() - end, kFrameAlign - bytes.size(), std::byte{0});
  return bytes;
}

TEST(GoldenLog, AJournalOfVersionOneIsWhatFormatSays) {
  constexpr std::uint64_t kSalt = 0x0123456789abcdef;
  EXPECT_EQ(encode_journal_header({.salt = kSalt, .half = 1}), page_of("journal_header.hex", 0));

  FrameBuilder builder;
  const std::string text = "hello";
  const auto into = builder.add_entry({.log = 7, .partition = 0}, {Offset{100}, 5, Offset{102}}, 5);
  std::ranges::copy(base::as_bytes(text), into.begin());
  builder.add_mark({.log = 7, .partition = 1}, {Offset{0}, 2000, Offset{8}});
  const auto frame = builder.finish({.generation = 3, .number = 4}, kSalt);
  EXPECT_EQ(std::vector(frame.begin(), frame.end()), page_of("journal_frame.hex", 8));
  EXPECT_TRUE(decode_frame(page_of("journal_frame.hex", 8), kSalt));
}

TEST(GoldenLog, AnEmptySnapshotIsKafkas) {
  EXPECT_EQ(empty_producer_snapshot(), support::read_golden("snapshot.hex"));
}

}  // namespace
}  // namespace leat::log
