#include "config/config.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/core.h>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"

#include "base/text.h"
#include "base/try.h"
#include "config/table.h"

namespace leat::config {
namespace {

/// A time that Kafka also takes in a coarser unit. Only used when the finer name is absent: a
/// ConfigMap is in the order of names, in which hours, minutes and ms come from coarse to fine.
struct CoarseTime {
  std::string_view name;
  std::string_view fine_name;
  std::int64_t milliseconds;
};
constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::array<CoarseTime, 4> kCoarseTimes{{
    {"log.retention.hours", "log.retention.ms", kHour},
    {"log.retention.minutes", "log.retention.ms", kMinute},
    {"log.roll.hours", "log.roll.ms", kHour},
    {"log.roll.jitter.hours", "log.roll.jitter.ms", kHour},
}};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <class Options>
const OptionSpec<Options>* find_row(std::span<const OptionSpec<Options>> table, auto member,
                                    std::string_view name) {
  const auto at = std::ranges::find(table, name, member);
  return at == table.end() || name.empty() ? nullptr : &*at;
}

std::string_view type_name(ConfigType type) {
  switch (type) {
    case ConfigType::kBoolean:
      return "boolean";
    case ConfigType::kString:
      return "string";
    case ConfigType::kInt:
      return "int";
    case ConfigType::kShort:
      return "short";
    case ConfigType::kLong:
      return "long";
    case ConfigType::kDouble:
      return "double";
    case ConfigType::kList:
      return "list";
  }
  return "?";
}

/// `name` is the one the caller used: the row's own, or a synonym.
template <class Options>
Error out_of_range(const OptionSpec<Options>& row, std::string_view name, std::string_view value) {
  const std::string valid = row.valid();
  return Error(ErrorCode::kInvalidConfig,
               fmt::format("Invalid value {} for configuration {}: it must be of type {}{}{}",
                           value, name, type_name(row.type), valid.empty() ? "" : " in ", valid));
}

Error unknown(std::string_view name, std::string_view kind,
              std::span<const std::string_view> known) {
  const auto near = base::nearest(name, known);
  return Error(ErrorCode::kInvalidConfig,
               fmt::format("unknown {} config '{}'{}", kind, name,
                           near ? fmt::format("; did you mean '{}'?", *near) : ""));
}

template <class Options>
Result<void> set_row(const OptionSpec<Options>& row, Options& options, std::string_view name,
                     std::string_view value) {
  if (row.parse(options, trimmed(value))) return {};
  return out_of_range(row, name, value);
}

/// Every value in its range: what a row shows it must be able to read.
template <class Options>
Result<void> check_rows(std::span<const OptionSpec<Options>> table, const Options& options) {
  Options copy = options;
  for (const auto& row : table) {
    const std::optional<std::string> value = row.show(options);
    if (value && !row.parse(copy, *value)) return out_of_range(row, row.name, *value);
  }
  return {};
}

std::vector<std::string_view> engine_names() {
  std::vector<std::string_view> names;
  for (const auto& row : engine_option_table()) names.push_back(row.name);
  for (const auto& row : topic_option_table()) {
    if (!row.broker_synonym.empty()) names.push_back(row.broker_synonym);
  }
  for (const auto& coarse : kCoarseTimes) names.push_back(coarse.name);
  return names;
}

/// The text of `value` units in milliseconds. What is no number, or too large a one, stays as it
/// is: the row says what is wrong with it.
std::string in_milliseconds(std::string_view value, std::int64_t unit) {
  const auto count = Text<std::int64_t>::parse(trimmed(value));
  if (!count || *count > std::numeric_limits<std::int64_t>::max() / unit) return std::string(value);
  return std::to_string(*count < 0 ? *count : *count * unit);
}

template <class Options>
ConfigEntry entry(const OptionSpec<Options>& row, std::string_view name, const Options& options) {
  return {.name = std::string(name),
          .value = row.show(options),
          .type = row.type,
          .doc = std::string(row.doc)};
}

void set_source(ConfigEntry& entry, ConfigSource source) {
  entry.source = source;
  entry.is_default = source == ConfigSource::kDefault;
}

template <class Options>
void document_rows(std::string& text, std::span<const OptionSpec<Options>> table) {
  const Options defaults;
  for (const auto& row : table) {
    fmt::format_to(std::back_inserter(text), "| `{}` | {} | {} | {} | {} | {} |\n", row.name,
                   row.broker_synonym.empty() ? "" : fmt::format("`{}`", row.broker_synonym),
                   type_name(row.type), row.show(defaults).value_or("not set"), row.valid(),
                   row.doc);
  }
}

}  // namespace

Result<void> set(TopicOptions& options, std::string_view name, std::string_view value) {
  const auto table = topic_option_table();
  if (const auto* row = find_row(table, &OptionSpec<TopicOptions>::name, name)) {
    return set_row(*row, options, name, value);
  }
  std::vector<std::string_view> names;
  for (const auto& row : table) names.push_back(row.name);
  return unknown(name, "topic", names);
}

Result<void> set(EngineOptions& options, std::string_view name, std::string_view value) {
  if (const auto* row = find_row(engine_option_table(), &OptionSpec<EngineOptions>::name, name)) {
    return set_row(*row, options, name, value);
  }
  if (const auto* row =
          find_row(topic_option_table(), &OptionSpec<TopicOptions>::broker_synonym, name)) {
    return set_row(*row, options.topic_defaults, name, value);
  }
  const auto coarse = std::ranges::find(kCoarseTimes, name, &CoarseTime::name);
  if (coarse == kCoarseTimes.end()) return unknown(name, "engine", engine_names());
  auto set_fine = set(options, coarse->fine_name, in_milliseconds(value, coarse->milliseconds));
  if (!set_fine) return set_fine.error().with_context(name);
  return {};
}

Result<void> check(const TopicOptions& options) {
  LEAT_TRY_VOID(check_rows(topic_option_table(), options));
  if (options.min_compaction_lag > options.max_compaction_lag) {
    return Error(
        ErrorCode::kInvalidConfig,
        fmt::format("min.compaction.lag.ms ({}) is more than max.compaction.lag.ms ({})",
                    options.min_compaction_lag.count(), options.max_compaction_lag.count()));
  }
  return {};
}

Result<void> check(const EngineOptions& options) {
  LEAT_TRY_VOID(check_rows(engine_option_table(), options));
  if (options.num_partitions > options.max_partitions) {
    return Error(ErrorCode::kInvalidConfig,
                 fmt::format("num.partitions ({}) is more than leat.max.partitions ({})",
                             options.num_partitions, options.max_partitions));
  }
  return check(options.topic_defaults);
}

Result<TopicOptions> parse_topic_options(const ConfigMap& overrides, const TopicOptions& defaults) {
  TopicOptions options = defaults;
  for (const auto& [name, value] : overrides) LEAT_TRY_VOID(set(options, name, value));
  LEAT_TRY_VOID(check(options));
  return options;
}

Result<EngineOptions> parse_engine_options(const ConfigMap& configs) {
  EngineOptions options;
  for (const auto& [name, value] : configs) LEAT_TRY_VOID(set(options, name, value));
  LEAT_TRY_VOID(check(options));
  return options;
}

ConfigMap overrides(const TopicOptions& options, const TopicOptions& defaults) {
  ConfigMap map;
  for (const auto& row : topic_option_table()) {
    auto value = row.show(options);
    if (value && value != row.show(defaults)) map.emplace(row.name, *std::move(value));
  }
  return map;
}

std::vector<ConfigEntry> describe(const TopicOptions& options, const TopicOptions& defaults,
                                  const ConfigMap& overrides) {
  const TopicOptions built_in;
  std::vector<ConfigEntry> entries;
  for (const auto& row : topic_option_table()) {
    ConfigEntry& described = entries.emplace_back(entry(row, row.name, options));
    if (described.value != row.show(defaults) || overrides.contains(row.name)) {
      set_source(described, ConfigSource::kTopic);
    } else if (described.value != row.show(built_in)) {
      set_source(described, ConfigSource::kStaticBroker);
    }
  }
  return entries;
}

std::vector<ConfigEntry> describe(const EngineOptions& options) {
  const EngineOptions built_in;
  std::vector<ConfigEntry> entries;
  const auto add = [&](const auto& row, std::string_view name, const auto& now, const auto& then) {
    ConfigEntry& described = entries.emplace_back(entry(row, name, now));
    described.is_read_only = true;
    if (described.value != row.show(then)) set_source(described, ConfigSource::kStaticBroker);
  };
  for (const auto& row : engine_option_table()) add(row, row.name, options, built_in);
  for (const auto& row : topic_option_table()) {
    if (row.broker_synonym.empty()) continue;
    add(row, row.broker_synonym, options.topic_defaults, built_in.topic_defaults);
  }
  std::ranges::sort(entries, {}, &ConfigEntry::name);
  return entries;
}

std::string options_document() {
  constexpr std::string_view kTableHead =
      "| name | broker-wide default | type | default | valid values | what it does |\n"
      "|---|---|---|---|---|---|\n";
  std::string text =
      "# Options\n\n"
      "Printed from the tables in `lib/config`; a test keeps it equal to them. After a change of "
      "a\n"
      "table print it again: `LEAT_UPDATE_DOCUMENTS=1 config_unit_test "
      "--gtest_filter='OptionsDocument.*'`.\n\n"
      "## Of a topic\n\n"
      "Kafka's topic configs. The broker-wide default's name sets an engine's default for its "
      "topics.\n\n";
  text += kTableHead;
  document_rows(text, topic_option_table());
  text += "\n## Of an engine\n\nFixed while the engine is open.\n\n";
  text += kTableHead;
  document_rows(text, engine_option_table());
  text +=
      "\n`log.retention.hours`, `log.retention.minutes`, `log.roll.hours` and "
      "`log.roll.jitter.hours` are taken\nin place of the same in `ms`; the finest one given "
      "wins.\n";
  return text;
}

}  // namespace leat::config
