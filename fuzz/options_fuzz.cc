/// \file
/// Options as text: any lines of `name=value` are an error that says something or options in their
/// ranges, which come back from their own text (G33).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "leat/error.h"
#include "leat/options.h"

#include "config/config.h"

namespace {

using namespace leat;

void require(bool holds) {
  if (!holds) std::abort();
}

config::ConfigMap parse_lines(std::string_view text) {
  config::ConfigMap configs;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    configs[std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }
  return configs;
}

void require_told(const Error& error) {
  require(error.code() == ErrorCode::kInvalidConfig && !error.message().empty());
}

void parse_topic(const config::ConfigMap& configs) {
  const auto options = config::parse_topic_options(configs);
  if (!options) return require_told(options.error());
  require(config::check(*options).has_value());
  require(config::parse_topic_options(config::overrides(*options)).value() == *options);
  require(!config::describe(*options, {}, configs).empty());
}

void parse_engine(const config::ConfigMap& configs) {
  const auto options = config::parse_engine_options(configs);
  if (!options) return require_told(options.error());
  require(config::check(*options).has_value());
  require(!config::describe(*options).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const config::ConfigMap configs = parse_lines({reinterpret_cast<const char*>(data), size});
  parse_topic(configs);
  parse_engine(configs);
  return 0;
}
