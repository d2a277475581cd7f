#include "tools/record_format.h"

#include <chrono>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/types.h"

namespace leat::tools {
namespace {

class Format : public ::testing::Test {
 protected:
  Format() {
    record_.source = &source_;
    record_.offset = Offset{42};
    record_.timestamp = Timestamp{std::chrono::milliseconds{1234}};
    record_.key = "key";
    record_.value = "value";
  }
  [[nodiscard]] std::string print(std::string_view text) const {
    const auto format = RecordFormat::parse(text);
    EXPECT_TRUE(format) << format.error().to_string();
    std::string out;
    format->append(record_, out);
    return out;
  }
  const TopicPartition source_{"topic", PartitionId{7}};
  ConsumedRecord record_;
};

TEST_F(Format, PutsEachWordInItsPlace) {
  EXPECT_EQ(print("%t %p %o %k %s %K %S %T"), "topic 7 42 key value 3 5 1234");
}

TEST_F(Format, KeepsTextAndPercentSigns) { EXPECT_EQ(print("100%% of %s!"), "100% of value!"); }

TEST_F(Format, ReadsEscapes) { EXPECT_EQ(print(R"(a\n\t\\\x41\0)"), std::string("a\n\t\\A\0", 6)); }

TEST_F(Format, ShowsNullAsNothingOfLengthMinusOne) {
  record_.key = nullptr;
  EXPECT_EQ(print("[%k] %K"), "[] -1");
}

TEST_F(Format, RefusesUnknownWordsAndHalfOnes) {
  for (const std::string_view text : {"%y", "%", "\\q", "\\", "\\x4", "\\xgg"}) {
    const auto format = RecordFormat::parse(text);
    ASSERT_FALSE(format) << text;
    EXPECT_EQ(format.error().code(), ErrorCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace leat::tools
