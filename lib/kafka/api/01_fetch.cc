#include "kafka/api/01_fetch.h"

#include <memory>
#include <string>
#include <utility>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/call.h"
#include "kafka/fetch_sessions.h"
#include "kafka/fetch_wait.h"
#include "wire/messages/fetch.h"

namespace leat::kafka {

void Fetch::serve(Call call, const Request& request) {
  if (request.replica_id >= 0 || request.replica_state.replica_id >= 0) {
    return Reply<Response>(std::move(call))
        .send(refuse(request, ErrorCode::kClusterAuthorizationFailed));
  }
  const MonotonicTime now = call.broker->clock->monotonic();
  FetchBegun begun = call.broker->fetch_sessions.begin(request, call.version, now);
  if (begun.error != ErrorCode::kNone) {
    Response response;
    response.error_code = begun.error;
    return Reply<Response>(std::move(call)).send(response);
  }
  const auto session = call.session.lock();
  const RequestId id = call.id;
  auto wait = std::make_unique<FetchWait>(std::move(call), request, std::move(begun), now);
  if (!wait->start(now) && session) session->park(id, std::move(wait));
}

Fetch::Response Fetch::refuse(const Request& request, ErrorCode code) {
  Response response;
  response.error_code = code;
  for (const auto& topic : request.topics) {
    auto& answers = response.responses.emplace_back(wire::fetch_response::FetchableTopicResponse{
        .topic = std::string(topic.topic), .topic_id = topic.topic_id, .partitions = {}});
    for (const auto& partition : topic.partitions) {
      answers.partitions.push_back({.partition_index = partition.partition,
                                    .error_code = code,
                                    .high_watermark = Offset{-1}});
    }
  }
  return response;
}

}  // namespace leat::kafka
