#pragma once

/// \file
/// A regular expression that a consumer subscribes with, in RE2's dialect, which is also Kafka's
/// (N11). It is matched in time linear in the name, whatever a stranger wrote.

#include <memory>
#include <string_view>

#include "leat/result.h"

namespace re2 {
class RE2;
}

namespace leat::group {

class TopicPattern {
 public:
  /// What a compiled expression, and all that matching it needs, may take.
  static constexpr int kBytesMax = 256 << 10;

  /// Errors: kInvalidRegularExpression, of one that is none, or that would take too much memory.
  [[nodiscard]] static Result<TopicPattern> compile(std::string_view expression);

  TopicPattern(TopicPattern&& other) noexcept;
  TopicPattern& operator=(TopicPattern&& other) noexcept;
  TopicPattern(const TopicPattern&) = delete;
  TopicPattern& operator=(const TopicPattern&) = delete;
  ~TopicPattern();

  /// Whether the expression is of the whole name.
  [[nodiscard]] bool matches(std::string_view topic) const;

 private:
  explicit TopicPattern(std::unique_ptr<re2::RE2> compiled);
  std::unique_ptr<re2::RE2> compiled_;
};

}  // namespace leat::group
