// Regular expressions of strangers (N11).
#include "group/topic_pattern.h"

#include <string>

#include <gtest/gtest.h>

#include "leat/error.h"

namespace leat::group {
namespace {

bool matches(const char* expression, const char* topic) {
  const auto pattern = TopicPattern::compile(expression);
  return pattern && pattern->matches(topic);
}

TEST(TopicPattern, IsOfTheWholeName) {
  EXPECT_TRUE(matches("orders-.*", "orders-eu"));
  EXPECT_FALSE(matches("orders", "orders-eu"));
  EXPECT_FALSE(matches("eu", "orders-eu"));
  EXPECT_TRUE(matches("a|b", "b"));
}

TEST(TopicPattern, RefusesWhatIsNone) {
  for (const auto* expression : {"(", "[a", "*", "a**", "(?=a)", "(a)\\1"}) {
    const auto pattern = TopicPattern::compile(expression);
    ASSERT_FALSE(pattern) << expression;
    EXPECT_EQ(pattern.error().code(), ErrorCode::kInvalidRegularExpression);
  }
}

TEST(TopicPattern, RefusesWhatBlowsUp) {
  const auto pattern = TopicPattern::compile("((((a{100}){100}){100}){100})");
  ASSERT_FALSE(pattern);
  EXPECT_EQ(pattern.error().code(), ErrorCode::kInvalidRegularExpression);
  EXPECT_FALSE(TopicPattern::compile(std::string(1 << 20, 'a')));
}

TEST(TopicPattern, TakesTheTimeOfTheNameForWhatMakesOthersBacktrack) {
  EXPECT_FALSE(matches("(a*)*b", std::string(249, 'a').c_str()));
}

}  // namespace
}  // namespace leat::group
