#include "kafka/api/45_alter_partition_reassignments.h"

#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "kafka/admin.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/replicas.h"
#include "service/log_service.h"
#include "wire/messages/alter_partition_reassignments.h"

namespace leat::kafka {
namespace {

using wire::alter_partition_reassignments_request::ReassignablePartition;

Result<void> move(const Broker& broker, const service::TopicPtr& topic,
                  const ReassignablePartition& asked) {
  if (topic == nullptr || topic->partition(asked.partition_index) == nullptr) {
    return Error(ErrorCode::kUnknownTopicOrPartition);
  }
  if (!asked.replicas) return Error(ErrorCode::kNoReassignmentInProgress);
  LEAT_TRY_VOID(check_replicas(broker.nodes, *asked.replicas, asked.replicas->size()));
  const std::int32_t leader = broker.nodes.leader(topic->id, asked.partition_index).id;
  if (*asked.replicas == std::vector{leader}) return {};
  return Error(ErrorCode::kInvalidReplicaAssignment,
               fmt::format("{}-{} has one copy, and it stays with broker {}", topic->name,
                           asked.partition_index.value(), leader));
}

}  // namespace

AlterPartitionReassignments::Response AlterPartitionReassignments::serve(const Call& call,
                                                                         const Request& request) {
  Response response;
  response.error_message = std::nullopt;
  response.allow_replication_factor_change = request.allow_replication_factor_change;
  for (const auto& asked : request.topics) {
    const service::TopicPtr topic = call.broker->logs->find(asked.name);
    auto& answers = response.responses.emplace_back();
    answers.name = std::string(asked.name);
    for (const ReassignablePartition& partition : asked.partitions) {
      const auto moved = move(*call.broker, topic, partition);
      answers.partitions.push_back(
          {.partition_index = partition.partition_index,
           .error_code = moved ? ErrorCode::kNone : to_kafka(moved.error().code()),
           .error_message = moved ? std::nullopt : message_of(moved.error())});
    }
  }
  return response;
}

AlterPartitionReassignments::Response AlterPartitionReassignments::refuse(
    const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  response.error_message = std::nullopt;
  return response;
}

}  // namespace leat::kafka
