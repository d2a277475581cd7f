#include "server/broker_configs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/core.h>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"

#include "base/try.h"
#include "config/table.h"
#include "kafka/broker.h"
#include "net/limits.h"

namespace leat::server {
namespace {

using config::at_least;
using config::Between;
using config::option;
using config::OptionSpec;
using kafka::BrokerOptions;
using net::Limits;

constexpr std::int64_t kShortMax = std::numeric_limits<std::int16_t>::max();
constexpr std::int64_t kIntMax = std::numeric_limits<std::int32_t>::max();

/// Kafka's own authorizer, which ours stands for; or none.
struct AuthorizerClass {
  static constexpr std::string_view kStandard =
      "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
  [[nodiscard]] bool admits(const std::string& value) const {
    return value.empty() || value == kStandard;
  }
  [[nodiscard]] std::string text() const { return fmt::format("[, {}]", kStandard); }
};

constexpr std::array kBrokerRows{
    option<&BrokerOptions::allow_if_no_acl>(
        {.name = "allow.everyone.if.no.acl.found",
         .doc = "Whether what no ACL speaks of is allowed; there has to be an authorizer."}),
    option<&BrokerOptions::authorizer_class, AuthorizerClass{}>(
        {.name = "authorizer.class.name",
         .doc = "With Kafka's StandardAuthorizer ACLs are kept and enforced; empty: neither."}),
    option<&BrokerOptions::auto_create_topics>(
        {.name = "auto.create.topics.enable",
         .doc = "A topic that a client asks for by name is made."}),
    option<&BrokerOptions::clamp_replication_factor>(
        {.name = "compat.clamp.replication.factor",
         .doc = "Replication factors above the number of brokers are taken, not refused."}),
    option<&BrokerOptions::default_replication_factor, Between{1, kShortMax}>(
        {.name = "default.replication.factor", .doc = "Of a topic created without one."}),
    option<&BrokerOptions::delete_topic_enable>(
        {.name = "delete.topic.enable", .doc = "Whether clients may delete topics."}),
    option<&BrokerOptions::fetch_max_bytes, Between{1024, kIntMax}>(
        {.name = "fetch.max.bytes", .doc = "The most bytes of records that a Fetch is given."}),
    option<&BrokerOptions::fetch_sessions_max, Between{0, kIntMax}>(
        {.name = "max.incremental.fetch.session.cache.slots",
         .doc = "How many fetch sessions are kept."}),
    option<&BrokerOptions::request_partitions_max, Between{1, kIntMax}>(
        {.name = "max.request.partition.size.limit",
         .doc = "The most partitions on one page of DescribeTopicPartitions."}),
    option<&BrokerOptions::quota_samples, Between{1, 1000}>(
        {.name = "quota.window.num", .doc = "How many samples of a client's usage are kept."}),
    option<&BrokerOptions::quota_sample_seconds, Between{1, kIntMax}>(
        {.name = "quota.window.size.seconds", .doc = "How long each of them is."}),
    option<&BrokerOptions::super_users>(
        {.name = "super.users", .doc = "Principals that may do everything: User:alice;User:bob."}),
};
static_assert(std::ranges::is_sorted(kBrokerRows, {}, &OptionSpec<BrokerOptions>::name));

constexpr std::array kLimitRows{
    option<&Limits::idle_time_max, Between{1, std::int64_t{1} << 40U}>(
        {.name = "connections.max.idle.ms", .doc = "A connection idle for longer is closed."}),
    option<&Limits::connections_max, Between{1, kIntMax}>(
        {.name = "max.connections", .doc = "One more is closed at once."}),
    option<&Limits::request_bytes_max, at_least(1 << 20)>(
        {.name = "queued.max.request.bytes",
         .doc = "All requests that have come in part together; beyond it nothing more is read."}),
    option<&Limits::frame_bytes_max, Between{1, kIntMax}>(
        {.name = "socket.request.max.bytes", .doc = "A larger request closes the connection."}),
};
static_assert(std::ranges::is_sorted(kLimitRows, {}, &OptionSpec<Limits>::name));

Error unknown(std::string_view name) {
  std::string known;
  for (const ConfigEntry& one : describe(BrokerConfigs())) {
    known.append(known.empty() ? "" : ", ").append(one.name);
  }
  return {ErrorCode::kInvalidConfig,
          fmt::format("the server has no config '{}'; it knows {}", name, known)};
}

template <class Options>
Result<void> set(const OptionSpec<Options>& row, Options& options, std::string_view text) {
  if (row.parse(options, text)) return {};
  const std::string valid = row.valid();
  return Error(ErrorCode::kInvalidConfig,
               fmt::format("Invalid value {} for configuration {}: it must be {}", text, row.name,
                           valid.empty() ? "true or false" : valid));
}

Result<void> set(BrokerConfigs& configs, std::string_view name, std::string_view text) {
  for (const auto& row : kBrokerRows) {
    if (row.name == name) return set(row, configs.broker, text);
  }
  for (const auto& row : kLimitRows) {
    if (row.name == name) return set(row, configs.limits, text);
  }
  return unknown(name);
}

template <class Options>
ConfigEntry entry(const OptionSpec<Options>& row, const Options& options) {
  ConfigEntry described{.name = std::string(row.name),
                        .value = row.show(options),
                        .type = row.type,
                        .is_read_only = true,
                        .doc = std::string(row.doc)};
  described.is_default = described.value == row.show(Options());
  if (!described.is_default) described.source = ConfigSource::kStaticBroker;
  return described;
}

}  // namespace

bool is_broker_config(std::string_view name) {
  return std::ranges::binary_search(kBrokerRows, name, {}, &OptionSpec<BrokerOptions>::name) ||
         std::ranges::binary_search(kLimitRows, name, {}, &OptionSpec<Limits>::name);
}

Result<BrokerConfigs> parse_broker_configs(const ConfigMap& configs) {
  BrokerConfigs parsed;
  for (const auto& [name, text] : configs) LEAT_TRY_VOID(set(parsed, name, text));
  return parsed;
}

std::vector<ConfigEntry> describe(const BrokerConfigs& configs) {
  std::vector<ConfigEntry> entries;
  entries.reserve(kBrokerRows.size() + kLimitRows.size());
  for (const auto& row : kBrokerRows) entries.push_back(entry(row, configs.broker));
  for (const auto& row : kLimitRows) entries.push_back(entry(row, configs.limits));
  return entries;
}

}  // namespace leat::server
