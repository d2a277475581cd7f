#include "kafka/api/10_find_coordinator.h"

#include <string>
#include <string_view>

#include "leat/error.h"

#include "kafka/call.h"

namespace leat::kafka {

FindCoordinator::Response FindCoordinator::serve(const Call& /*call*/, const Request& request) {
  constexpr int kTransaction = 1;
  return refuse(request, request.key_type >= 0 && request.key_type <= kTransaction
                             ? ErrorCode::kCoordinatorNotAvailable
                             : ErrorCode::kInvalidRequest);
}

FindCoordinator::Response FindCoordinator::refuse(const Request& request, ErrorCode code) {
  Response response;
  // Before version 4 the answer stands at the top, since then a key has its own.
  response.node_id = -1;
  response.port = -1;
  response.error_code = code;
  if (request.coordinator_keys.empty()) return response;
  response = Response();
  for (const std::string_view key : request.coordinator_keys) {
    response.coordinators.push_back(
        {.key = std::string(key), .node_id = -1, .port = -1, .error_code = code});
  }
  return response;
}

}  // namespace leat::kafka
