#include "kafka/api/10_find_coordinator.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "leat/error.h"

#include "kafka/call.h"
#include "kafka/groups.h"
#include "kafka/nodes.h"
#include "kafka/topics.h"
#include "wire/messages/find_coordinator.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

using wire::find_coordinator_response::Coordinator;

constexpr std::int8_t kGroup = 0;
constexpr std::int8_t kTransaction = 1;
/// Since this version a request has many keys.
constexpr wire::ApiVersion kManyKeys = 4;

Coordinator nobody(std::string_view key, ErrorCode code) {
  return {.key = std::string(key), .node_id = -1, .port = -1, .error_code = code};
}

Coordinator find(const Call& call, std::int8_t key_type, std::string_view key) {
  if (key_type != kGroup) {
    return nobody(key, key_type == kTransaction ? ErrorCode::kCoordinatorNotAvailable
                                                : ErrorCode::kInvalidRequest);
  }
  const Node* const node = find_coordinator(*call.broker, key);
  if (node == nullptr) return nobody(key, ErrorCode::kCoordinatorNotAvailable);
  return {.key = std::string(key),
          .node_id = node->id,
          .host = advertised_host(*node, *call.peer),
          .port = node->port};
}

/// Before version 4 the answer stands at the top, since then a key has its own.
wire::FindCoordinatorResponse at_the_top(const Coordinator& found) {
  wire::FindCoordinatorResponse response;
  response.error_code = found.error_code;
  response.node_id = found.node_id;
  response.host = found.host;
  response.port = found.port;
  return response;
}

}  // namespace

bool FindCoordinator::waits(const Call& call, const Request& request) {
  return request.key_type == kGroup && !call.broker->groups->is_ready();
}

FindCoordinator::Response FindCoordinator::serve(const Call& call, const Request& request) {
  // A failure is told as a coordinator that is not there yet: clients try again.
  if (waits(call, request)) (void)call.broker->groups->prepare();
  if (call.version < kManyKeys) return at_the_top(find(call, request.key_type, request.key));
  Response response;
  for (const std::string_view key : request.coordinator_keys) {
    response.coordinators.push_back(find(call, request.key_type, key));
  }
  return response;
}

FindCoordinator::Response FindCoordinator::refuse(const Request& request, ErrorCode code) {
  if (request.coordinator_keys.empty()) return at_the_top(nobody("", code));
  Response response;
  for (const std::string_view key : request.coordinator_keys) {
    response.coordinators.push_back(nobody(key, code));
  }
  return response;
}

}  // namespace leat::kafka
