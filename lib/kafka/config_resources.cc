#include "kafka/config_resources.h"

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "base/try.h"
#include "config/config.h"
#include "kafka/acls.h"
#include "kafka/admin.h"
#include "kafka/authorizer.h"
#include "kafka/broker.h"
#include "kafka/call.h"

namespace leat::kafka {
namespace {

Error invalid_request(std::string text) { return {ErrorCode::kInvalidRequest, std::move(text)}; }

Error no_configs(std::int8_t type) {
  return invalid_request(
      fmt::format("resources of type {} have no configs here: topics ({}) and brokers ({}) have",
                  type, kTopicResource, kBrokerResource));
}

ConfigEntry fixed(std::string name, std::string value, ConfigType type) {
  return {.name = std::move(name),
          .value = std::move(value),
          .source = ConfigSource::kStaticBroker,
          .type = type,
          .is_default = false,
          .is_read_only = true,
          .doc = {}};
}

Result<std::vector<ConfigEntry>> describe_broker(const Call& call, std::string_view name) {
  if (name.empty()) return std::vector<ConfigEntry>();
  const Broker& broker = *call.broker;
  const std::string id = std::to_string(call.peer->node_id);
  if (name != id) {
    return invalid_request(
        fmt::format("broker {} tells its own configs, not those of '{}'", id, name));
  }
  std::vector<ConfigEntry> entries = config::describe(broker.logs->options());
  std::ranges::copy(broker.configs, std::back_inserter(entries));
  entries.push_back(fixed("broker.id", id, ConfigType::kInt));
  entries.push_back(fixed("node.id", id, ConfigType::kInt));
  entries.push_back(fixed("log.dirs", broker.logs->directory(), ConfigType::kList));
  std::ranges::sort(entries, {}, &ConfigEntry::name);
  return entries;
}

Result<ConfigMap> own_configs(const Broker& broker, std::string_view topic) {
  LEAT_TRY(std::vector<ConfigEntry> entries, broker.logs->describe_configs(topic));
  ConfigMap own;
  for (ConfigEntry& entry : entries) {
    if (entry.source != ConfigSource::kTopic || !entry.value) continue;
    own.emplace(std::move(entry.name), *std::move(entry.value));
  }
  return own;
}

Result<void> check_allowed(const Call& call, AclOperation operation, std::int8_t type,
                           std::string_view name) {
  if (type == kTopicResource) {
    if (may_on_topic(call, operation, name)) return {};
    return Error(ErrorCode::kTopicAuthorizationFailed);
  }
  if (may_on_cluster(call, operation)) return {};
  return Error(ErrorCode::kClusterAuthorizationFailed);
}

}  // namespace

Result<std::vector<ConfigEntry>> describe_resource(const Call& call, std::int8_t type,
                                                   std::string_view name) {
  LEAT_TRY_VOID(check_allowed(call, AclOperation::kDescribeConfigs, type, name));
  if (type == kTopicResource) return call.broker->logs->describe_configs(name);
  if (type == kBrokerResource) return describe_broker(call, name);
  return no_configs(type);
}

Result<void> change_resource(const Call& call, std::int8_t type, std::string_view name,
                             const ChangeConfigs& change, bool validate_only) {
  LEAT_TRY_VOID(check_allowed(call, AclOperation::kAlterConfigs, type, name));
  Broker& broker = *call.broker;
  if (type == kBrokerResource) {
    return invalid_request("the configs of a broker are fixed while it runs");
  }
  if (type != kTopicResource) return no_configs(type);
  LEAT_TRY_VOID(find_changeable(broker, name));
  const base::MutexLock lock(broker.config_changes);
  LEAT_TRY(const ConfigMap now, own_configs(broker, name));
  LEAT_TRY(const ConfigMap then, change(now));
  if (validate_only) {
    LEAT_TRY_VOID(config::parse_topic_options(then, broker.logs->options().topic_defaults));
    return {};
  }
  std::vector<std::string> removed;
  for (const auto& [key, value] : now) {
    if (!then.contains(key)) removed.push_back(key);
  }
  return broker.logs->alter_configs(name, then, removed);
}

}  // namespace leat::kafka
