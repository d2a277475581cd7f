#include "kafka/topics.h"

#include <fmt/core.h>
#include <memory>
#include <string>
#include <string_view>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/nodes.h"
#include "service/log_service.h"
#include "service/partition_log.h"

namespace leat::kafka {

service::TopicPtr find_topic(const Broker& broker, bool by_id, std::string_view name,
                             const Uuid& id) {
  return by_id ? broker.logs->find(id) : broker.logs->find(name);
}

Result<std::shared_ptr<service::PartitionLog>> find_partition(const Broker& broker,
                                                              const Peer& peer,
                                                              const service::TopicPtr& topic,
                                                              PartitionId partition, bool by_id) {
  if (topic == nullptr) {
    return by_id ? Error(ErrorCode::kUnknownTopicId) : Error(ErrorCode::kUnknownTopicOrPartition);
  }
  const auto* log = topic->partition(partition);
  if (log == nullptr) {
    return Error(ErrorCode::kUnknownTopicOrPartition,
                 fmt::format("topic '{}' has {} partitions, none of number {}", topic->name,
                             topic->partitions.size(), partition.value()));
  }
  const Node& leader = broker.nodes.leader(topic->id, partition);
  if (leader.id != peer.node_id) {
    return Error(ErrorCode::kNotLeaderOrFollower,
                 fmt::format("node {} leads {}-{}, not node {}", leader.id, topic->name,
                             partition.value(), peer.node_id));
  }
  return *log;
}

Result<void> check_epoch(const Broker& broker, LeaderEpoch asked) {
  constexpr LeaderEpoch kAny{-1};
  const LeaderEpoch now = broker.logs->leader_epoch();
  if (asked == kAny || asked == now) return {};
  return asked < now ? Error(ErrorCode::kFencedLeaderEpoch) : Error(ErrorCode::kUnknownLeaderEpoch);
}

std::string advertised_host(const Node& node, const Peer& peer) {
  return node.host.empty() ? peer.local_host : node.host;
}

}  // namespace leat::kafka
