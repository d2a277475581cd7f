#include "kafka/api/55_describe_quorum.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/nodes.h"
#include "kafka/topics.h"
#include "wire/messages/describe_quorum.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

using wire::describe_quorum_response::PartitionData;
using wire::describe_quorum_response::ReplicaState;

PartitionData unknown(PartitionId id) {
  PartitionData answer{.partition_index = id, .error_code = ErrorCode::kUnknownTopicOrPartition};
  answer.error_message = std::nullopt;
  return answer;
}

PartitionData describe(const Broker& broker) {
  const std::int32_t leader = broker.nodes.controller().id;
  const Offset end(static_cast<std::int64_t>(broker.logs->topics_version()));
  const std::int64_t now = broker.clock->now().time_since_epoch().count();
  PartitionData answer{
      .leader_id = leader, .leader_epoch = broker.logs->leader_epoch(), .high_watermark = end};
  answer.error_message = std::nullopt;
  for (const Node& node : broker.nodes.all()) {
    auto& replicas = node.id == leader ? answer.current_voters : answer.observers;
    replicas.push_back(ReplicaState{.replica_id = node.id,
                                    .log_end_offset = end,
                                    .last_fetch_timestamp = now,
                                    .last_caught_up_timestamp = now});
  }
  return answer;
}

}  // namespace

DescribeQuorum::Response DescribeQuorum::serve(const Call& call, const Request& request) {
  constexpr std::string_view kMetadata = "__cluster_metadata";
  constexpr wire::ApiVersion kWithNodes = 2;
  const Broker& broker = *call.broker;
  Response response;
  response.error_message = std::nullopt;
  for (const auto& asked : request.topics) {
    auto& answers = response.topics.emplace_back();
    answers.topic_name = std::string(asked.topic_name);
    for (const auto& partition : asked.partitions) {
      const PartitionId id = partition.partition_index;
      const bool is_known = asked.topic_name == kMetadata && id == PartitionId{0};
      answers.partitions.push_back(is_known ? describe(broker) : unknown(id));
    }
  }
  if (call.version < kWithNodes) return response;
  const Node& voter = broker.nodes.controller();
  auto& node = response.nodes.emplace_back();
  node.node_id = voter.id;
  node.listeners.push_back({"PLAINTEXT", advertised_host(voter, *call.peer), voter.port});
  return response;
}

DescribeQuorum::Response DescribeQuorum::refuse(const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  response.error_message = std::nullopt;
  return response;
}

}  // namespace leat::kafka
