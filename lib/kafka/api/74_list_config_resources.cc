#include "kafka/api/74_list_config_resources.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "leat/error.h"

#include "kafka/call.h"
#include "kafka/config_resources.h"
#include "kafka/nodes.h"
#include "service/log_service.h"

namespace leat::kafka {

ListConfigResources::Response ListConfigResources::serve(const Call& call, const Request& request) {
  Response response;
  if (call.version == 0) return response;
  // Topics, brokers, their loggers, client metrics, groups.
  constexpr std::array<std::int8_t, 5> kKnown{kTopicResource, kBrokerResource, 8, 16, 32};
  const auto is_known = [&](std::int8_t type) {
    return std::ranges::find(kKnown, type) != kKnown.end();
  };
  if (!std::ranges::all_of(request.resource_types, is_known)) {
    return refuse(request, ErrorCode::kUnsupportedVersion);
  }
  const auto is_wanted = [&](std::int8_t type) {
    return request.resource_types.empty() ||
           std::ranges::find(request.resource_types, type) != request.resource_types.end();
  };
  if (is_wanted(kTopicResource)) {
    for (const service::TopicPtr& topic : call.broker->logs->topics()) {
      response.config_resources.push_back({topic->name, kTopicResource});
    }
  }
  if (is_wanted(kBrokerResource)) {
    for (const Node& node : call.broker->nodes.all()) {
      response.config_resources.push_back({std::to_string(node.id), kBrokerResource});
    }
  }
  return response;
}

ListConfigResources::Response ListConfigResources::refuse(const Request& /*request*/,
                                                          ErrorCode code) {
  Response response;
  response.error_code = code;
  return response;
}

}  // namespace leat::kafka
