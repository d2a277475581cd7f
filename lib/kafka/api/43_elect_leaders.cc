#include "kafka/api/43_elect_leaders.h"

#include <cstdint>
#include <optional>
#include <string>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/call.h"
#include "service/log_service.h"
#include "wire/messages/elect_leaders.h"

namespace leat::kafka {

ElectLeaders::Response ElectLeaders::serve(const Call& call, const Request& request) {
  constexpr std::int8_t kPreferred = 0;
  constexpr std::int8_t kUnclean = 1;
  if (request.election_type != kPreferred && request.election_type != kUnclean) {
    return refuse(request, ErrorCode::kInvalidRequest);
  }
  Response response;
  if (!request.topic_partitions) return response;
  for (const auto& asked : *request.topic_partitions) {
    const service::TopicPtr topic = call.broker->logs->find(asked.topic);
    auto& answers = response.replica_election_results.emplace_back();
    answers.topic = std::string(asked.topic);
    for (const PartitionId id : asked.partitions) {
      const bool is_known = topic != nullptr && topic->partition(id) != nullptr;
      answers.partition_result.push_back({.partition_id = id,
                                          .error_code = is_known
                                                            ? ErrorCode::kElectionNotNeeded
                                                            : ErrorCode::kUnknownTopicOrPartition,
                                          .error_message = std::nullopt});
    }
  }
  return response;
}

ElectLeaders::Response ElectLeaders::refuse(const Request& request, ErrorCode code) {
  Response response;
  response.error_code = code;
  if (!request.topic_partitions) return response;
  for (const auto& asked : *request.topic_partitions) {
    auto& answers = response.replica_election_results.emplace_back();
    answers.topic = std::string(asked.topic);
    for (const PartitionId id : asked.partitions) {
      answers.partition_result.push_back(
          {.partition_id = id, .error_code = code, .error_message = std::nullopt});
    }
  }
  return response;
}

}  // namespace leat::kafka
