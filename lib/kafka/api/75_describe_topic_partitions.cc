#include "kafka/api/75_describe_topic_partitions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/acls.h"
#include "kafka/admin.h"
#include "kafka/authorizer.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "service/log_service.h"
#include "wire/messages/describe_topic_partitions.h"

namespace leat::kafka {
namespace {

using wire::describe_topic_partitions_response::DescribeTopicPartitionsResponsePartition;
using wire::describe_topic_partitions_response::DescribeTopicPartitionsResponseTopic;

DescribeTopicPartitionsResponseTopic unknown(std::string_view name, ErrorCode code) {
  DescribeTopicPartitionsResponseTopic answer;
  answer.error_code = code;
  answer.name = std::string(name);
  return answer;
}

DescribeTopicPartitionsResponsePartition describe(const Broker& broker, const service::Topic& topic,
                                                  PartitionId id) {
  const std::int32_t leader = broker.nodes.leader(topic.id, id).id;
  return {.partition_index = id,
          .leader_id = leader,
          .leader_epoch = broker.logs->leader_epoch(),
          .replica_nodes = {leader},
          .isr_nodes = {leader},
          .eligible_leader_replicas = std::vector<std::int32_t>(),
          .last_known_elr = std::vector<std::int32_t>()};
}

/// The names from `first` on that are asked for, in their order; of all those that may be known.
std::set<std::string> names_from(const Call& call,
                                 const wire::DescribeTopicPartitionsRequest& request,
                                 std::string_view first) {
  std::set<std::string> names;
  for (const auto& topic : request.topics) {
    if (topic.name >= first) names.emplace(topic.name);
  }
  if (!request.topics.empty()) return names;
  for (const service::TopicPtr& topic : call.broker->logs->topics()) {
    if (topic->name < first || !may_on_topic(call, AclOperation::kDescribe, topic->name)) continue;
    names.insert(topic->name);
  }
  return names;
}

/// Fills a response up to its room.
class Page {
 public:
  Page(const Call& call, std::size_t room) : call_(call), broker_(*call.broker), room_(room) {}

  /// `name` from `first` on. False when there was no room for all of it: the page ends there.
  bool add(const std::string& name, std::size_t first) {
    if (!may_on_topic(call_, AclOperation::kDescribe, name)) {
      response_.topics.push_back(unknown(name, ErrorCode::kTopicAuthorizationFailed));
      return true;
    }
    const service::TopicPtr topic = broker_.logs->find(name);
    if (topic == nullptr) {
      response_.topics.push_back(unknown(name, ErrorCode::kUnknownTopicOrPartition));
      return true;
    }
    const std::size_t count = topic->partitions.size();
    if (room_ == 0) return end_at(name, first);
    auto& answer = response_.topics.emplace_back();
    answer.name = name;
    answer.topic_id = topic->id;
    answer.is_internal = topic->is_internal;
    answer.topic_authorized_operations =
        allowed_operations(call_, ResourceType::kTopic, name, kTopicOperations);
    for (; first < count && room_ > 0; ++first, --room_) {
      answer.partitions.push_back(
          describe(broker_, *topic, PartitionId(static_cast<std::int32_t>(first))));
    }
    return first >= count || end_at(name, first);
  }
  wire::DescribeTopicPartitionsResponse take() { return std::move(response_); }

 private:
  bool end_at(const std::string& name, std::size_t partition) {
    response_.next_cursor = {name, PartitionId(static_cast<std::int32_t>(partition))};
    return false;
  }

  const Call& call_;
  const Broker& broker_;
  std::size_t room_;
  wire::DescribeTopicPartitionsResponse response_;
};

}  // namespace

DescribeTopicPartitions::Response DescribeTopicPartitions::serve(const Call& call,
                                                                 const Request& request) {
  const Broker& broker = *call.broker;
  const auto& cursor = request.cursor;
  if (cursor && cursor->partition_index < PartitionId{0}) {
    return refuse(request, ErrorCode::kInvalidRequest);
  }
  const std::int32_t room = std::max(
      1, std::min(request.response_partition_limit, broker.options.request_partitions_max));
  Page page(call, static_cast<std::size_t>(room));
  const std::string_view first = cursor ? cursor->topic_name : "";
  for (const std::string& name : names_from(call, request, first)) {
    const bool is_cursor = cursor && name == cursor->topic_name;
    if (!page.add(name,
                  is_cursor ? static_cast<std::size_t>(cursor->partition_index.value()) : 0)) {
      break;
    }
  }
  return page.take();
}

DescribeTopicPartitions::Response DescribeTopicPartitions::refuse(const Request& request,
                                                                  ErrorCode code) {
  Response response;
  for (const auto& topic : request.topics) response.topics.push_back(unknown(topic.name, code));
  return response;
}

}  // namespace leat::kafka
