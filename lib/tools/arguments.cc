#include "tools/arguments.h"

#include <cstddef>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/result.h"

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
