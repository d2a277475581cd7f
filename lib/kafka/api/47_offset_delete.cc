#include "kafka/api/47_offset_delete.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "kafka/call.h"
#include "kafka/groups.h"
#include "service/group_service.h"
#include "service/log_service.h"
#include "wire/messages/offset_delete.h"

namespace leat::kafka {
namespace {

/// A partition of the request by its places in the response.
struct Place {
  std::size_t topic;
  std::size_t partition;
};

}  // namespace

void OffsetDelete::serve(Call call, const Request& request) {
  const ErrorCode error = check_coordinator(call, request.group_id);
  if (error != ErrorCode::kNone) {
    return Reply<Response>(std::move(call)).send(refuse(request, error));
  }
  Response response;
  std::vector<Place> places;
  std::vector<service::TopicPartitionView> partitions;
  for (const auto& topic : request.topics) {
    const service::TopicPtr found = call.broker->logs->find(topic.name);
    auto& answers = response.topics.emplace_back();
    answers.name = std::string(topic.name);
    for (const auto& [partition] : topic.partitions) {
      const bool is_known = found != nullptr && found->partition(partition) != nullptr;
      answers.partitions.push_back(
          {partition, is_known ? ErrorCode::kNone : ErrorCode::kUnknownTopicOrPartition});
      if (!is_known) continue;
      places.push_back({response.topics.size() - 1, answers.partitions.size() - 1});
      partitions.push_back({topic.name, partition});
    }
  }
  service::GroupService& groups = *call.broker->groups;
  groups.delete_offsets(
      request.group_id, partitions,
      [reply = Reply<Response>(call), response = std::move(response),
       places = std::move(places)](Result<std::vector<ErrorCode>> errors) mutable {
        if (!errors) {
          response = Response();
          response.error_code = errors.error().code();
          return reply.give(std::move(response));
        }
        for (std::size_t i = 0; i < places.size(); ++i) {
          response.topics[places[i].topic].partitions[places[i].partition].error_code =
              (*errors)[i];
        }
        reply.give(std::move(response));
      });
}

OffsetDelete::Response OffsetDelete::refuse(const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  return response;
}

}  // namespace leat::kafka
