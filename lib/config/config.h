#pragma once

/// \file
/// Options by name: set, parse, check, describe and document them, all from one table a struct.
/// Names and values are Kafka's texts. Free functions over values: thread-safe as long as the
/// values are.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/options.h"
#include "leat/result.h"

#include "config/table.h"

namespace leat::config {

/// Names and values as they were given. Ordered, so that what is made of it is the same every time.
using ConfigMap = std::map<std::string, std::string, std::less<>>;

/// Every member of TopicOptions, sorted by name.
[[nodiscard]] std::span<const OptionSpec<TopicOptions>> topic_option_table();
/// Every member of EngineOptions but `topic_defaults`, whose rows are the topic table's broker
/// synonyms.
[[nodiscard]] std::span<const OptionSpec<EngineOptions>> engine_option_table();

/// Sets one option. `options` is unchanged on an error: kInvalidConfig names an unknown option with
/// the nearest known one, or tells the range that `value` misses. Surrounding blanks do not count.
Result<void> set(TopicOptions& options, std::string_view name, std::string_view value);
/// The same, also by the broker synonyms of topic options, which set `topic_defaults`, and by their
/// coarser forms (`log.retention.hours`, …).
Result<void> set(EngineOptions& options, std::string_view name, std::string_view value);

/// Whether every value is in its range and the values go together: kInvalidConfig names the one
/// that does not. For options that C++ code filled in.
Result<void> check(const TopicOptions& options);
Result<void> check(const EngineOptions& options);

/// `defaults` with each of `overrides` set, checked.
[[nodiscard]] Result<TopicOptions> parse_topic_options(const ConfigMap& overrides,
                                                       const TopicOptions& defaults = {});
/// The defaults with each of `configs` set, checked. Where a time is given in several units the
/// finest wins, as in Kafka.
[[nodiscard]] Result<EngineOptions> parse_engine_options(const ConfigMap& configs);

/// The options that differ from `defaults`, as text: parse_topic_options of it gives `options` back
/// (but a value that is not set cannot override one that is).
[[nodiscard]] ConfigMap overrides(const TopicOptions& options, const TopicOptions& defaults = {});

/// Every option as DescribeConfigs tells it, sorted by name. `defaults` are the engine's; what is
/// named in `overrides` is the topic's own even where it equals the default.
[[nodiscard]] std::vector<ConfigEntry> describe(const TopicOptions& options,
                                                const TopicOptions& defaults = {},
                                                const ConfigMap& overrides = {});
/// The same of an engine, `topic_defaults` under the broker synonyms; all read-only.
[[nodiscard]] std::vector<ConfigEntry> describe(const EngineOptions& options);

/// OPTIONS.md: both tables for people.
[[nodiscard]] std::string options_document();

}  // namespace leat::config
