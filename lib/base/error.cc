#include "leat/error.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace leat::inline v0 {

std::string Error::to_string() const {
  std::string text(error_name(code_));
  if (message_) text.append(": ").append(*message_);
  return text;
}

Error Error::with_context(std::string_view context) const {
  std::string text(context);
  if (message_) text.append(": ").append(*message_);
  return {code_, std::move(text)};
}

}  // namespace leat::inline v0

namespace leat::base {

Error broken_invariant(std::string_view place, std::string_view condition) {
  std::string text("broken invariant at ");
  text.append(place).append(": ").append(condition);
  return {ErrorCode::kInternal, std::move(text)};
}

}  // namespace leat::base
