#include "kafka/api/16_list_groups.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/broker.h"
#include "kafka/call.h"
#include "service/group_service.h"
#include "service/log_service.h"

namespace leat::kafka {
namespace {

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](unsigned char c) { return std::tolower(c); },
      [](unsigned char c) { return std::tolower(c); });
}

/// No filter lets everything through.
bool passes(const std::vector<std::string_view>& filter, std::string_view value) {
  return filter.empty() || std::ranges::any_of(filter, [&](std::string_view wanted) {
           return same_letters(wanted, value);
         });
}

}  // namespace

ListGroups::Response ListGroups::serve(const Call& call, const Request& request) {
  Response response;
  const Broker& broker = *call.broker;
  const service::TopicPtr topic = broker.logs->find(service::kOffsetsTopic);
  if (topic == nullptr) return response;
  for (std::size_t i = 0; i < topic->partitions.size(); ++i) {
    const PartitionId partition(static_cast<std::int32_t>(i));
    if (broker.nodes.leader(topic->id, partition).id != call.peer->node_id) continue;
    for (auto& group : broker.groups->list(partition)) {
      if (!passes(request.states_filter, group.group_state)) continue;
      if (!passes(request.types_filter, group.group_type)) continue;
      response.groups.push_back(std::move(group));
    }
  }
  return response;
}

ListGroups::Response ListGroups::refuse(const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  return response;
}

}  // namespace leat::kafka
