#include "tools/output.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "leat/record.h"
#include "leat/types.h"

namespace leat::tools {
namespace {

Timestamp at(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }

TEST(Output, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(Output, ChoosesUnitsThatAPersonReads) {
  EXPECT_EQ(readable_bytes(1023), "1023 B");
  EXPECT_EQ(readable_bytes(1536), "1.5 KiB");
  EXPECT_EQ(readable_time(std::chrono::nanoseconds(999)), "999 ns");
  EXPECT_EQ(readable_time(std::chrono::microseconds(1500)), "1.5 ms");
  EXPECT_EQ(readable_count(1'500'000), "1.50 M");
}

TEST(Output, SetsTextLeftAndNumbersRight) {
  Table table({"NAME", "N"});
  table.add({"a", "1"});
  table.add({"longer", "100"});
  EXPECT_EQ(table.text(), "NAME      N\na         1\nlonger  100\n");
}

TEST(Output, PrintsAndReadsTimes) {
  EXPECT_EQ(iso_time(at(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(at(1'795'252'440'123)), "2026-11-21T09:14:00.123Z");
  EXPECT_EQ(parse_time("2026-11-21T09:14:00.123Z"), at(1'795'252'440'123));
  EXPECT_EQ(parse_time("2026-11-21T09:14:00.1"), at(1'795'252'440'100));
  EXPECT_EQ(parse_time("2026-11-21T09:14"), at(1'795'252'440'000));
  EXPECT_EQ(parse_time("1970-01-02"), at(86'400'000));
  EXPECT_EQ(parse_time("1234"), at(1234));
}

TEST(Output, RefusesTextThatIsNoTime) {
  for (const std::string_view text :
       {"", "now", "2026-02-30x", "2026-13-01", "2026-02-30", "2026-01-01T25:00",
        "2026-01-01T10:00:61", "2026-01-01T10:00:00.1x"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

TEST(Output, QuotesWhatIsNotPrintable) {
  EXPECT_EQ(quoted(nullptr), "null");
  EXPECT_EQ(quoted("plain \"text\"\n"), R"("plain \"text\"\n")");
  EXPECT_EQ(quoted("ä"), "\"ä\"");
  EXPECT_EQ(quoted("\xff"), R"("\xff")");
}

TEST(Output, TakesKeyAndValueApart) {
  EXPECT_EQ(key_and_value("a=b=c"), std::pair(std::string("a"), std::string("b=c")));
  EXPECT_EQ(key_and_value("a="), std::pair(std::string("a"), std::string()));
  EXPECT_EQ(key_and_value("=b"), std::nullopt);
  EXPECT_EQ(key_and_value("a"), std::nullopt);
}

}  // namespace
}  // namespace leat::tools
