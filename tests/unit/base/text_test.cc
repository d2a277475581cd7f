#include "base/text.h"

#include <array>
#include <optional>
#include <string_view>

#include <gtest/gtest.h>

namespace leat::base {
namespace {

constexpr std::array<std::string_view, 4> kOptions = {"retention.ms", "retention.bytes",
                                                      "segment.bytes", "cleanup.policy"};

TEST(EditDistance, CountsEachKindOfMistakeOnce) {
  EXPECT_EQ(edit_distance("offset", "offset"), 0U);
  EXPECT_EQ(edit_distance("offset", "ofset"), 1U);
  EXPECT_EQ(edit_distance("offset", "offsets"), 1U);
  EXPECT_EQ(edit_distance("offset", "offzet"), 1U);
  EXPECT_EQ(edit_distance("offset", "ofsfet"), 1U);
}

TEST(EditDistance, OfNothingIsTheLength) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
}

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("retentoin.ms", kOptions), "retention.ms");
  EXPECT_EQ(nearest("segments.byte", kOptions), "segment.bytes");
}

TEST(Nearest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("colour", kOptions), std::nullopt);
  EXPECT_EQ(nearest("colour", {}), std::nullopt);
}

TEST(Nearest, TakesTheFirstOfEquals) {
  constexpr std::array<std::string_view, 2> kTwo = {"cat", "car"};
  EXPECT_EQ(nearest("cax", kTwo), "cat");
}

TEST(Nearest, AllowsAThirdOfTheWordAndNotOneMore) {
  constexpr std::array<std::string_view, 1> kOne = {"abcdefghi"};
  EXPECT_EQ(nearest("abcdefxyz", kOne), "abcdefghi");
  EXPECT_EQ(nearest("abcdewxyz", kOne), std::nullopt);
}

}  // namespace
}  // namespace leat::base
