#include "tools/arguments.h"

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "tools/output.h"

namespace leat::tools {

Result<ConfigMap> parse_configs(const std::vector<std::string>& texts) {
  ConfigMap configs;
  for (const std::string& text : texts) {
    auto config = key_and_value(text);
    if (!config) {
      return Error(ErrorCode::kInvalidConfig, fmt::format("--config '{}' is not KEY=VALUE", text));
    }
    configs.insert_or_assign(std::move(config->first), std::move(config->second));
  }
  return configs;
}

namespace {

/// All of `text` as a number; nullopt otherwise.
std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "30s", "15m", "6h", "7d".
std::optional<std::chrono::milliseconds> duration_of(std::string_view text) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  if (text.empty()) return std::nullopt;
  const auto count = number_of(text.substr(0, text.size() - 1));
  constexpr std::int64_t kMax = std::int64_t{1000} * 365 * 86'400;  // a thousand years of seconds
  if (!count || *count < 0 || *count > kMax) return std::nullopt;
  switch (text.back()) {
    case 's':
      return seconds(*count);
    case 'm':
      return minutes(*count);
    case 'h':
      return hours(*count);
    case 'd':
      return hours(*count * 24);
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<std::pair<std::string, std::optional<PartitionId>>> parse_partition(
    const std::string& text) {
  using Named = std::pair<std::string, std::optional<PartitionId>>;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return Named(text, std::nullopt);
  const auto number = number_of(std::string_view(text).substr(colon + 1));
  if (!number || *number < 0 || *number >= kPartitionsMax) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("--topic '{}' is not NAME or NAME:PARTITION", text));
  }
  return Named(text.substr(0, colon), PartitionId{static_cast<std::int32_t>(*number)});
}

Result<ResetTo> reset_of(const GroupArguments& arguments) {
  if (arguments.to_earliest) return ResetTo::earliest();
  if (arguments.to_latest) return ResetTo::latest();
  if (arguments.to_offset) return ResetTo::offset(Offset{*arguments.to_offset});
  if (arguments.shift_by) return ResetTo::shift(*arguments.shift_by);
  if (arguments.to_datetime) {
    const auto time = parse_time(*arguments.to_datetime);
    if (time) return ResetTo::time(*time);
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("--to-datetime '{}' is not ms since 1970 nor 2026-11-21T09:00:00Z",
                             *arguments.to_datetime));
  }
  const auto back = duration_of(arguments.by_duration.value_or(""));
  if (back) return ResetTo::duration(*back);
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("--by-duration '{}' is not like 30s, 15m, 6h or 7d",
                           arguments.by_duration.value_or("")));
}

Error nothing_to_reset(const GroupArguments& arguments) {
  return {
      ErrorCode::kInvalidArgument,
      fmt::format("group '{}' has committed nothing; name topics with --topic", arguments.group)};
}

std::string partitions_text(std::size_t count) {
  return fmt::format("{} partition{}", grouped(count), count == 1 ? "" : "s");
}

Line split_line(const ProduceArguments& arguments, std::string_view text) {
  if (!arguments.key_separator) return {.key = {}, .value = text};
  const std::size_t at = text.find(*arguments.key_separator);
  if (at == std::string_view::npos) return {.key = {}, .value = text};
  return {.key = text.substr(0, at), .value = text.substr(at + arguments.key_separator->size())};
}

}  // namespace leat::tools
