#include "kafka/api/44_incremental_alter_configs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"

#include "base/try.h"
#include "config/config.h"
#include "config/table.h"
#include "kafka/admin.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/config_resources.h"
#include "wire/messages/incremental_alter_configs.h"

namespace leat::kafka {
namespace {

using wire::incremental_alter_configs_request::AlterableConfig;
using wire::incremental_alter_configs_request::AlterConfigsResource;
using wire::incremental_alter_configs_response::AlterConfigsResourceResponse;

/// Kafka's numbers.
enum Operation : std::int8_t { kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3 };

Error invalid_request(std::string text) { return {ErrorCode::kInvalidRequest, std::move(text)}; }

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view word = list.substr(0, comma);
    const std::size_t first = word.find_first_not_of(' ');
    if (first != std::string_view::npos) {
      words.emplace_back(word.substr(first, word.find_last_not_of(' ') - first + 1));
    }
    list = comma == std::string_view::npos ? "" : list.substr(comma + 1);
  }
  return words;
}

/// The list that a topic has of `name`, its own or the default. Errors: kInvalidConfig for what is
/// no list.
Result<std::vector<std::string>> list_of(const Broker& broker, const ConfigMap& own,
                                         std::string_view name) {
  const auto table = config::topic_option_table();
  const auto row = std::ranges::find(table, name, &config::OptionSpec<TopicOptions>::name);
  if (row == table.end() || row->type != ConfigType::kList) {
    return Error(ErrorCode::kInvalidConfig,
                 fmt::format("'{}' is no list that words are added to or taken from", name));
  }
  const auto found = own.find(name);
  if (found != own.end()) return words_of(found->second);
  return words_of(row->show(broker.logs->options().topic_defaults).value_or(""));
}

Result<std::string> changed_list(const Broker& broker, const ConfigMap& own,
                                 const AlterableConfig& change) {
  LEAT_TRY(std::vector<std::string> list, list_of(broker, own, change.name));
  for (const std::string& word : words_of(*change.value)) {
    const auto found = std::ranges::find(list, word);
    if (change.config_operation == kSubtract) {
      if (found != list.end()) list.erase(found);
    } else if (found == list.end()) {
      list.push_back(word);
    }
  }
  std::string joined;
  for (const std::string& word : list) joined.append(joined.empty() ? "" : ",").append(word);
  return joined;
}

Result<void> apply(const Broker& broker, const AlterableConfig& change, ConfigMap& own) {
  const std::string name(change.name);
  switch (change.config_operation) {
    case kDelete:
      own.erase(name);
      return {};
    case kSet:
    case kAppend:
    case kSubtract:
      break;
    default:
      return invalid_request(
          fmt::format("config '{}': there is no operation {}", name, change.config_operation));
  }
  if (!change.value) return invalid_request(fmt::format("config '{}' has no value", name));
  std::string value(*change.value);
  if (change.config_operation != kSet) {
    LEAT_TRY(value, changed_list(broker, own, change));
  }
  own.insert_or_assign(name, std::move(value));
  return {};
}

Result<ConfigMap> changed(const Broker& broker, ConfigMap own, const AlterConfigsResource& asked) {
  std::set<std::string_view> seen;
  for (const AlterableConfig& change : asked.configs) {
    if (!seen.insert(change.name).second) {
      return invalid_request(fmt::format("config '{}' is named more than once", change.name));
    }
    LEAT_TRY_VOID(apply(broker, change, own));
  }
  return own;
}

Result<void> alter(const Call& call, const IncrementalAlterConfigs::Request& request,
                   const AlterConfigsResource& asked) {
  const auto is_same = [&](const AlterConfigsResource& other) {
    return other.resource_type == asked.resource_type && other.resource_name == asked.resource_name;
  };
  if (std::ranges::count_if(request.resources, is_same) > 1) {
    return invalid_request("the resource is named more than once");
  }
  return change_resource(
      call, asked.resource_type, asked.resource_name,
      [&](const ConfigMap& now) { return changed(*call.broker, now, asked); },
      request.validate_only);
}

AlterConfigsResourceResponse answer_for(const AlterConfigsResource& asked) {
  return {.error_message = std::nullopt,
          .resource_type = asked.resource_type,
          .resource_name = std::string(asked.resource_name)};
}

}  // namespace

bool IncrementalAlterConfigs::waits(const Call& /*call*/, const Request& request) {
  return !request.resources.empty();
}

IncrementalAlterConfigs::Response IncrementalAlterConfigs::serve(const Call& call,
                                                                 const Request& request) {
  Response response;
  for (const AlterConfigsResource& asked : request.resources) {
    auto& answer = response.responses.emplace_back(answer_for(asked));
    const auto altered = alter(call, request, asked);
    if (altered) continue;
    answer.error_code = to_kafka(altered.error().code());
    answer.error_message = message_of(altered.error());
  }
  return response;
}

IncrementalAlterConfigs::Response IncrementalAlterConfigs::refuse(const Request& request,
                                                                  ErrorCode code) {
  Response response;
  for (const AlterConfigsResource& asked : request.resources) {
    response.responses.emplace_back(answer_for(asked)).error_code = code;
  }
  return response;
}

}  // namespace leat::kafka
