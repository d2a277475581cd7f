#include "kafka/api/33_alter_configs.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <string>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/result.h"

#include "kafka/admin.h"
#include "kafka/call.h"
#include "kafka/config_resources.h"
#include "wire/messages/alter_configs.h"

namespace leat::kafka {
namespace {

using wire::alter_configs_request::AlterableConfig;
using wire::alter_configs_request::AlterConfigsResource;
using wire::alter_configs_response::AlterConfigsResourceResponse;

Result<ConfigMap> named_configs(const AlterConfigsResource& asked) {
  ConfigMap configs;
  for (const AlterableConfig& config : asked.configs) {
    if (!config.value) {
      return Error(ErrorCode::kInvalidRequest,
                   fmt::format("config '{}' has no value", config.name));
    }
    configs.insert_or_assign(std::string(config.name), std::string(*config.value));
  }
  return configs;
}

Result<void> replace(const Call& call, const AlterConfigs::Request& request,
                     const AlterConfigsResource& asked) {
  const auto is_same = [&](const AlterConfigsResource& other) {
    return other.resource_type == asked.resource_type && other.resource_name == asked.resource_name;
  };
  if (std::ranges::count_if(request.resources, is_same) > 1) {
    return Error(ErrorCode::kInvalidRequest, "the resource is named more than once");
  }
  return change_resource(
      call, asked.resource_type, asked.resource_name,
      [&](const ConfigMap& /*now*/) { return named_configs(asked); }, request.validate_only);
}

AlterConfigsResourceResponse answer_for(const AlterConfigsResource& asked) {
  return {.error_message = std::nullopt,
          .resource_type = asked.resource_type,
          .resource_name = std::string(asked.resource_name)};
}

}  // namespace

bool AlterConfigs::waits(const Call& /*call*/, const Request& request) {
  return !request.resources.empty();
}

AlterConfigs::Response AlterConfigs::serve(const Call& call, const Request& request) {
  Response response;
  for (const AlterConfigsResource& asked : request.resources) {
    auto& answer = response.responses.emplace_back(answer_for(asked));
    const auto replaced = replace(call, request, asked);
    if (replaced) continue;
    answer.error_code = to_kafka(replaced.error().code());
    answer.error_message = message_of(replaced.error());
  }
  return response;
}

AlterConfigs::Response AlterConfigs::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const AlterConfigsResource& asked : request.resources) {
    response.responses.emplace_back(answer_for(asked)).error_code = code;
  }
  return response;
}

}  // namespace leat::kafka
