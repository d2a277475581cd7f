#include "server/broker_configs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"

namespace leat::server {
namespace {

constexpr std::int64_t kIntMax = std::numeric_limits<std::int32_t>::max();

std::optional<std::int64_t> parse_bool(std::string_view text) {
  if (text == "true") return 1;
  if (text == "false") return 0;
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// One config: its range, and where its value goes. A boolean has the range [0, 1].
struct Row {
  std::string_view name;
  bool is_bool;
  std::int64_t least;
  std::int64_t most;
  void (*set)(BrokerConfigs& configs, std::int64_t value);
};

constexpr std::array kRows{
    Row{"auto.create.topics.enable", true, 0, 1,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.broker.auto_create_topics = value != 0;
        }},
    Row{"compat.clamp.replication.factor", true, 0, 1,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.broker.clamp_replication_factor = value != 0;
        }},
    Row{"connections.max.idle.ms", false, 1, std::int64_t{1} << 40U,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.limits.idle_time_max = std::chrono::milliseconds(value);
        }},
    Row{"default.replication.factor", false, 1, std::numeric_limits<std::int16_t>::max(),
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.broker.default_replication_factor = static_cast<std::int16_t>(value);
        }},
    Row{"delete.topic.enable", true, 0, 1,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.broker.delete_topic_enable = value != 0;
        }},
    Row{"fetch.max.bytes", false, 1024, kIntMax,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.broker.fetch_max_bytes = static_cast<std::int32_t>(value);
        }},
    Row{"max.connections", false, 1, kIntMax,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.limits.connections_max = static_cast<std::size_t>(value);
        }},
    Row{"max.incremental.fetch.session.cache.slots", false, 0, kIntMax,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.broker.fetch_sessions_max = static_cast<std::int32_t>(value);
        }},
    Row{"max.request.partition.size.limit", false, 1, kIntMax,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.broker.request_partitions_max = static_cast<std::int32_t>(value);
        }},
    Row{"offsets.topic.num.partitions", false, 1, 10'000,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.broker.offsets_partitions = static_cast<std::int32_t>(value);
        }},
    Row{"queued.max.request.bytes", false, 1 << 20, std::numeric_limits<std::int64_t>::max(),
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.limits.request_bytes_max = static_cast<std::size_t>(value);
        }},
    Row{"socket.request.max.bytes", false, 1, kIntMax,
        [](BrokerConfigs& configs, std::int64_t value) {
          configs.limits.frame_bytes_max = static_cast<std::size_t>(value);
        }},
};
static_assert(std::ranges::is_sorted(kRows, {}, &Row::name));

Error unknown(std::string_view name) {
  std::string known;
  for (const Row& row : kRows) known.append(known.empty() ? "" : ", ").append(row.name);
  return {ErrorCode::kInvalidConfig,
          fmt::format("the server has no config '{}'; it knows {}", name, known)};
}

Result<void> set(BrokerConfigs& configs, std::string_view name, std::string_view text) {
  const auto* row = std::ranges::lower_bound(kRows, name, {}, &Row::name);
  if (row == kRows.end() || row->name != name) return unknown(name);
  const auto value = row->is_bool ? parse_bool(text) : parse_integer(text);
  if (!value || *value < row->least || *value > row->most) {
    return Error(ErrorCode::kInvalidConfig,
                 row->is_bool ? fmt::format("{}='{}' is neither true nor false", name, text)
                              : fmt::format("{}='{}' is no integer from {} to {}", name, text,
                                            row->least, row->most));
  }
  row->set(configs, *value);
  return {};
}

}  // namespace

bool is_broker_config(std::string_view name) {
  return std::ranges::binary_search(kRows, name, {}, &Row::name);
}

Result<BrokerConfigs> parse_broker_configs(const ConfigMap& configs) {
  BrokerConfigs parsed;
  for (const auto& [name, text] : configs) LEAT_TRY_VOID(set(parsed, name, text));
  return parsed;
}

}  // namespace leat::server
