#include "kafka/api/03_metadata.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "leat/error.h"
#include "leat/types.h"

#include "base/uuid.h"
#include "kafka/acls.h"
#include "kafka/admin.h"
#include "kafka/authorizer.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/nodes.h"
#include "kafka/topics.h"
#include "service/log_service.h"
#include "wire/messages/metadata.h"

namespace leat::kafka {
namespace {

using wire::metadata_request::MetadataRequestTopic;
using wire::metadata_response::MetadataResponseTopic;

/// Clients before version 4 cannot say that they do not want it.
bool may_create(const Call& call, const wire::MetadataRequest& request) {
  return call.broker->options.auto_create_topics &&
         (call.version < 4 || request.allow_auto_topic_creation);
}

/// A null id is a request by name.
bool is_by_id(const MetadataRequestTopic& topic) { return !topic.topic_id.is_zero(); }

service::TopicPtr find(const Call& call, const MetadataRequestTopic& topic) {
  return find_topic(*call.broker, is_by_id(topic), topic.name.value_or(""), topic.topic_id);
}

MetadataResponseTopic describe(const Call& call, const wire::MetadataRequest& request,
                               const service::Topic& topic) {
  MetadataResponseTopic answer;
  answer.name = topic.name;
  answer.topic_id = topic.id;
  answer.is_internal = topic.is_internal;
  if (request.include_topic_authorized_operations) {
    answer.topic_authorized_operations =
        allowed_operations(call, ResourceType::kTopic, topic.name, kTopicOperations);
  }
  answer.partitions.reserve(topic.partitions.size());
  const LeaderEpoch epoch = call.broker->logs->leader_epoch();
  for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
    const PartitionId id(static_cast<std::int32_t>(i));
    const std::int32_t leader = call.broker->nodes.leader(topic.id, id).id;
    answer.partitions.push_back({.partition_index = id,
                                 .leader_id = leader,
                                 .leader_epoch = epoch,
                                 .replica_nodes = {leader},
                                 .isr_nodes = {leader}});
  }
  return answer;
}

MetadataResponseTopic unknown(const MetadataRequestTopic& topic, ErrorCode code) {
  MetadataResponseTopic answer;
  answer.error_code = code;
  answer.topic_id = topic.topic_id;
  answer.name = topic.name ? std::optional(std::string(*topic.name)) : std::nullopt;
  return answer;
}

MetadataResponseTopic answer_for(const Call& call, const wire::MetadataRequest& request,
                                 const MetadataRequestTopic& asked) {
  service::TopicPtr topic = find(call, asked);
  if (topic == nullptr && is_by_id(asked)) return unknown(asked, ErrorCode::kUnknownTopicId);
  if (!may_on_topic(call, AclOperation::kDescribe, topic ? topic->name : asked.name.value_or(""))) {
    // Whoever may not know a topic learns nothing by its id.
    return unknown(
        asked, is_by_id(asked) ? ErrorCode::kUnknownTopicId : ErrorCode::kTopicAuthorizationFailed);
  }
  if (topic == nullptr && may_create(call, request) && !is_reserved(asked.name.value_or(""))) {
    if (!may_create_topic(call, asked.name.value_or(""))) {
      return unknown(asked, ErrorCode::kTopicAuthorizationFailed);
    }
    const auto made =
        call.broker->logs->create_topic({.name = std::string(asked.name.value_or(""))});
    // Somebody else was faster: it is there, too.
    if (!made && made.error().code() != ErrorCode::kTopicAlreadyExists) {
      return unknown(asked, to_kafka(made.error().code()));
    }
    topic = find(call, asked);
  }
  if (topic == nullptr) return unknown(asked, ErrorCode::kUnknownTopicOrPartition);
  return describe(call, request, *topic);
}

/// Version 0 has no null: an empty list asks for all (M1).
bool asks_for_all(const Call& call, const wire::MetadataRequest& request) {
  return !request.topics || (call.version == 0 && request.topics->empty());
}

}  // namespace

bool Metadata::waits(const Call& call, const Request& request) {
  if (asks_for_all(call, request) || !may_create(call, request)) return false;
  return std::ranges::any_of(*request.topics, [&](const MetadataRequestTopic& topic) {
    return !is_by_id(topic) && find(call, topic) == nullptr;
  });
}

Metadata::Response Metadata::serve(const Call& call, const Request& request) {
  Response response;
  for (const Node& node : call.broker->nodes.all()) {
    response.brokers.push_back({node.id, advertised_host(node, *call.peer), node.port, node.rack});
  }
  response.cluster_id = base::to_base64(call.broker->logs->cluster_id());
  response.controller_id = call.broker->nodes.controller().id;
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations =
        allowed_operations(call, ResourceType::kCluster, kClusterName, kClusterOperations);
  }
  if (asks_for_all(call, request)) {
    for (const service::TopicPtr& topic : call.broker->logs->topics()) {
      if (!may_on_topic(call, AclOperation::kDescribe, topic->name)) continue;
      response.topics.push_back(describe(call, request, *topic));
    }
  } else {
    for (const MetadataRequestTopic& topic : *request.topics) {
      response.topics.push_back(answer_for(call, request, topic));
    }
  }
  return response;
}

Metadata::Response Metadata::refuse(const Request& request, ErrorCode code) {
  Response response;
  response.error_code = code;
  if (!request.topics) return response;
  for (const MetadataRequestTopic& topic : *request.topics)
    response.topics.push_back(unknown(topic, code));
  return response;
}

}  // namespace leat::kafka
