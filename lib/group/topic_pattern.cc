#include "group/topic_pattern.h"

#include <fmt/core.h>
#include <memory>
#include <re2/re2.h>
#include <re2/stringpiece.h>
#include <string_view>
#include <utility>

#include "leat/error.h"
#include "leat/result.h"

namespace leat::group {

TopicPattern::TopicPattern(std::unique_ptr<re2::RE2> compiled) : compiled_(std::move(compiled)) {}
TopicPattern::TopicPattern(TopicPattern&& other) noexcept = default;
TopicPattern& TopicPattern::operator=(TopicPattern&& other) noexcept = default;
TopicPattern::~TopicPattern() = default;

Result<TopicPattern> TopicPattern::compile(std::string_view expression) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kBytesMax);
  auto compiled =
      std::make_unique<re2::RE2>(re2::StringPiece(expression.data(), expression.size()), options);
  if (!compiled->ok()) {
    return Error(
        ErrorCode::kInvalidRegularExpression,
        fmt::format("the subscribed regular expression is not one of RE2: {}", compiled->error()));
  }
  return TopicPattern(std::move(compiled));
}

bool TopicPattern::matches(std::string_view topic) const {
  return re2::RE2::FullMatch(re2::StringPiece(topic.data(), topic.size()), *compiled_);
}

}  // namespace leat::group
