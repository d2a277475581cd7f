#include "kafka/groups.h"

#include <string>
#include <string_view>

#include "leat/error.h"

#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/nodes.h"
#include "service/group_service.h"
#include "service/log_service.h"

namespace leat::kafka {

const Node* find_coordinator(const Broker& broker, std::string_view group_id) {
  const service::TopicPtr topic = broker.logs->find(service::kOffsetsTopic);
  if (topic == nullptr || !broker.groups->is_ready()) return nullptr;
  return &broker.nodes.leader(topic->id, broker.groups->partition_of(group_id));
}

ErrorCode check_coordinator(const Call& call, std::string_view group_id) {
  const Node* const node = find_coordinator(*call.broker, group_id);
  if (node == nullptr) return ErrorCode::kCoordinatorNotAvailable;
  return node->id == call.peer->node_id ? ErrorCode::kNone : ErrorCode::kNotCoordinator;
}

std::string client_host(const Call& call) {
  const std::string& remote = call.peer->remote;
  return "/" + remote.substr(0, remote.rfind(':'));
}

}  // namespace leat::kafka
