#include "log/segment_name.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "leat/types.h"

namespace leat::log {
namespace {
constexpr std::size_t kDigits = 20;
}  // namespace

std::string segment_name(Offset base_offset, std::string_view suffix) {
  return fmt::format("{:020}{}", base_offset.value(), suffix);
}

std::optional<Offset> parse_segment_name(std::string_view name, std::string_view suffix) {
  if (name.size() != kDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  std::int64_t value = 0;
  const std::string_view digits = name.substr(0, kDigits);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_number = parsed.ec == std::errc{} && parsed.ptr == digits.data() + digits.size();
  if (!is_number || value < 0) return std::nullopt;
  return Offset{value};
}

}  // namespace leat::log
