#include "kafka/screen.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/acls.h"
#include "kafka/authorizer.h"
#include "kafka/call.h"
#include "service/log_service.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

using enum AclOperation;

struct Row {
  std::int16_t key;
  Needs needs;
};

/// What Kafka asks for. What has an empty row looks for itself.
constexpr std::array kRows{
    Row{0, {.topic = kWrite, .transactional_id = kWrite}},  // Produce
    Row{1, {}},                                             // Fetch: sessions name no topics
    Row{2, {.topic = kDescribe}},                           // ListOffsets
    Row{3, {}},                                             // Metadata
    Row{8, {.topic = kRead, .group = kRead}},               // OffsetCommit
    Row{9, {.topic = kDescribe, .group = kDescribe}},       // OffsetFetch
    Row{10, {}},                                            // FindCoordinator
    Row{11, {.group = kRead}},                              // JoinGroup
    Row{12, {.group = kRead}},                              // Heartbeat
    Row{13, {.group = kRead}},                              // LeaveGroup
    Row{14, {.group = kRead}},                              // SyncGroup
    Row{15, {.group = kDescribe}},                          // DescribeGroups
    Row{16, {.cluster = kDescribe}},                        // ListGroups
    Row{18, {}},                                            // ApiVersions
    Row{19, {.topic = kCreate}},                            // CreateTopics
    Row{20, {.topic = kDelete}},                            // DeleteTopics
    Row{21, {.topic = kDelete}},                            // DeleteRecords
    Row{22, {.transactional_id = kWrite}},                  // InitProducerId
    Row{23, {.topic = kDescribe}},                          // OffsetForLeaderEpoch
    Row{29, {.cluster = kDescribe}},                        // DescribeAcls
    Row{30, {.cluster = kAlter}},                           // CreateAcls
    Row{31, {.cluster = kAlter}},                           // DeleteAcls
    Row{32, {}},                                            // DescribeConfigs
    Row{33, {}},                                            // AlterConfigs
    Row{35, {.cluster = kDescribe}},                        // DescribeLogDirs
    Row{37, {.topic = kAlter}},                             // CreatePartitions
    Row{42, {.group = kDelete}},                            // DeleteGroups
    Row{43, {.cluster = kAlter}},                           // ElectLeaders
    Row{44, {}},                                            // IncrementalAlterConfigs
    Row{45, {.cluster = kAlter}},                           // AlterPartitionReassignments
    Row{46, {.cluster = kDescribe}},                        // ListPartitionReassignments
    Row{47, {.topic = kRead, .group = kDelete}},            // OffsetDelete
    Row{48, {.cluster = kDescribeConfigs}},                 // DescribeClientQuotas
    Row{49, {.cluster = kAlterConfigs}},                    // AlterClientQuotas
    Row{50, {.cluster = kDescribe}},                        // DescribeUserScramCredentials
    Row{51, {.cluster = kAlter}},                           // AlterUserScramCredentials
    Row{55, {.cluster = kDescribe}},                        // DescribeQuorum
    Row{60, {}},                                            // DescribeCluster
    Row{68, {.topic = kDescribe, .group = kRead}},          // ConsumerGroupHeartbeat
    Row{69, {.group = kDescribe}},                          // ConsumerGroupDescribe
    Row{74, {.cluster = kDescribeConfigs}},                 // ListConfigResources
    Row{75, {}},                                            // DescribeTopicPartitions
};
static_assert(std::ranges::is_sorted(kRows, {}, &Row::key));

ErrorCode refusal_of_topic(const Call& call, AclOperation operation, std::string_view name) {
  const bool is_allowed =
      operation == kCreate ? may_create_topic(call, name) : may_on_topic(call, operation, name);
  return is_allowed ? ErrorCode::kNone : ErrorCode::kTopicAuthorizationFailed;
}

}  // namespace

const Needs* needs_of(std::int16_t api_key) {
  const auto* const found = std::ranges::lower_bound(kRows, api_key, {}, &Row::key);
  return found != kRows.end() && found->key == api_key ? &found->needs : nullptr;
}

ErrorCode refusal_of_cluster(const Call& call, const Needs* needs) {
  if (needs != nullptr && needs->cluster == kUnknown) return ErrorCode::kNone;
  const bool is_allowed = needs != nullptr && may_on_cluster(call, needs->cluster);
  return is_allowed ? ErrorCode::kNone : ErrorCode::kClusterAuthorizationFailed;
}

ErrorCode refusal_of_name(const Call& call, const Needs& needs, wire::Entity entity,
                          std::string_view name) {
  switch (entity) {
    case wire::Entity::kTopicName:
      if (needs.topic == kUnknown) return ErrorCode::kNone;
      return refusal_of_topic(call, needs.topic, name);
    case wire::Entity::kGroupId:
      if (needs.group == kUnknown || may(call, needs.group, ResourceType::kGroup, name)) {
        return ErrorCode::kNone;
      }
      return ErrorCode::kGroupAuthorizationFailed;
    case wire::Entity::kTransactionalId:
      if (needs.transactional_id == kUnknown ||
          may(call, needs.transactional_id, ResourceType::kTransactionalId, name)) {
        return ErrorCode::kNone;
      }
      return ErrorCode::kTransactionalIdAuthorizationFailed;
    case wire::Entity::kNone:
    case wire::Entity::kProducerId:
    case wire::Entity::kBrokerId:
      break;
  }
  return ErrorCode::kNone;
}

ErrorCode refusal_of_id(const Call& call, const Needs& needs, const Uuid& topic) {
  if (needs.topic == kUnknown) return ErrorCode::kNone;
  const service::TopicPtr found = call.broker->logs->find(topic);
  return found == nullptr ? ErrorCode::kNone : refusal_of_topic(call, needs.topic, found->name);
}

}  // namespace leat::kafka
