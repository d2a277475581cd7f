#include "kafka/api/68_consumer_group_heartbeat.h"

#include <string>
#include <utility>

#include "leat/error.h"

#include "kafka/call.h"
#include "kafka/groups.h"
#include "service/group_service.h"

namespace leat::kafka {

void ConsumerGroupHeartbeat::serve(Call call, const Request& request) {
  const ErrorCode error = check_coordinator(call, request.group_id);
  if (error != ErrorCode::kNone) {
    return Reply<Response>(std::move(call)).send(refuse(request, error));
  }
  service::GroupService& groups = *call.broker->groups;
  const std::string host = client_host(call);
  const service::GroupCaller caller{call.version, call.header.client_id.value_or(""), host};
  groups.consumer_heartbeat(caller, request, answer_to<Response>(call));
}

ConsumerGroupHeartbeat::Response ConsumerGroupHeartbeat::refuse(const Request& /*request*/,
                                                                ErrorCode code) {
  Response response;
  response.error_code = code;
  return response;
}

}  // namespace leat::kafka
