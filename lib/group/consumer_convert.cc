// How a group of consumers changes over from the classic protocol to the consumer protocol, and
// back (N16). What both sides know of it is the classic group's record.
#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "group/assignor/client.h"
#include "group/cluster_topics.h"
#include "group/consumer_beat.h"
#include "group/consumer_group.h"
#include "group/consumer_record.h"
#include "group/consumer_records.h"
#include "group/consumer_state.h"
#include "group/current_assignment.h"
#include "group/records.h"
#include "wire/messages/consumer_protocol.h"
#include "wire/versioned.h"

namespace leat::group {
namespace {

Error not_convertible(const std::string& group, std::string_view why) {
  return {
      ErrorCode::kInconsistentGroupProtocol,
      fmt::format("the classic group {} cannot go on by the consumer protocol: {}", group, why)};
}

/// What the leader gave a member, of what there is.
Result<EpochsById> assigned_by(const std::string& group, const MemberMetadata& member,
                               std::int32_t generation, const ClusterTopics& topics) {
  EpochsById assigned;
  if (member.assignment.empty()) return assigned;
  const auto assignment =
      wire::decode_versioned<wire::ConsumerProtocolAssignment>(member.assignment);
  if (!assignment) return not_convertible(group, assignment.error().message());
  if (assignment->user_data.size() > 0) {
    return not_convertible(group, "its assignor keeps data of its own in assignments");
  }
  for (const auto& one : assignment->assigned_partitions) {
    const auto topic = topics.find(one.topic);
    if (!topic) continue;
    for (const PartitionId partition : one.partitions) {
      const bool exists = partition.value() >= 0 && partition.value() < topic->partitions;
      if (exists) assigned[topic->id][partition] = generation;
    }
  }
  return assigned;
}

ConsumerState::Member member_of(const MemberMetadata& member, const std::string& protocol,
                                const wire::ConsumerProtocolSubscription& subscription) {
  ConsumerState::Member made{.instance_id = member.group_instance_id,
                             .client_id = member.client_id,
                             .client_host = member.client_host,
                             .subscribed_topic_names = names_once(subscription.topics),
                             .rebalance_timeout_ms = member.rebalance_timeout >= 0
                                                         ? member.rebalance_timeout
                                                         : member.session_timeout};
  if (subscription.rack_id) made.rack_id = std::string(*subscription.rack_id);
  made.classic_member_metadata = ClassicMemberMetadata{
      .session_timeout_ms = member.session_timeout,
      .supported_protocols = {{.name = protocol, .metadata = member.subscription}}};
  return made;
}

}  // namespace

Result<std::vector<ConsumerRecord>> ConsumerGroup::from_classic(const std::string& id,
                                                                const GroupMetadataValue& classic,
                                                                const ClusterTopics& topics) {
  std::vector<ConsumerRecord> records;
  if (!classic.members.empty() && (classic.protocol_type != kConsumers || !classic.protocol)) {
    return not_convertible(id, "its members are no consumers");
  }
  for (const MemberMetadata& member : classic.members) {
    const auto subscription =
        wire::decode_versioned<wire::ConsumerProtocolSubscription>(member.subscription);
    if (!subscription) return not_convertible(id, subscription.error().message());
    LEAT_TRY(EpochsById assigned, assigned_by(id, member, classic.generation, topics));
    const std::string& name = member.member_id;
    records.emplace_back(
        MemberRecord{.key = {.group = id, .member_id = name},
                     .value = member_of(member, *classic.protocol, *subscription)});
    records.emplace_back(TargetRecord{.key = {.group = id, .member_id = name},
                                      .value = target_value_of(without_epochs(assigned))});
    records.emplace_back(CurrentRecord{.key = {.group = id, .member_id = name},
                                       .value = value_of({.epoch = classic.generation,
                                                          .previous_epoch = classic.generation,
                                                          .assigned = std::move(assigned)})});
  }
  records.emplace_back(TargetEpochRecord{
      .key = {.group = id},
      .value = ConsumerGroupTargetAssignmentMetadataValue{.assignment_epoch = classic.generation}});
  records.emplace_back(GroupRecord{
      .key = {.group = id}, .value = ConsumerGroupMetadataValue{.epoch = classic.generation}});
  return records;
}

bool ConsumerGroup::is_all_classic() const {
  return has_members() && std::ranges::all_of(state_.members(), [](const auto& entry) {
           return entry.second.classic_member_metadata.has_value();
         });
}

Result<GroupMetadataValue> ConsumerGroup::as_classic(Timestamp now) const {
  const auto& first = state_.members().begin()->second.classic_member_metadata;
  const auto shared = std::ranges::find_if(first->supported_protocols, [&](const auto& protocol) {
    return std::ranges::all_of(state_.members(), [&](const auto& entry) {
      const auto& others = entry.second.classic_member_metadata->supported_protocols;
      return std::ranges::find(others, protocol.name, &ClassicProtocol::name) != others.end();
    });
  });
  if (shared == first->supported_protocols.end()) {
    return Error(ErrorCode::kInconsistentGroupProtocol,
                 fmt::format("the classic members of the group {} share no protocol", id_));
  }
  GroupMetadataValue value{.protocol_type = std::string(kConsumers),
                           .protocol = shared->name,
                           .leader = state_.members().begin()->first,
                           .current_state_timestamp = now.time_since_epoch().count()};
  for (const auto& [id, member] : state_.members()) {
    value.generation = std::max(value.generation, state_.current(id).epoch);
    const auto& protocols = member.classic_member_metadata->supported_protocols;
    LEAT_TRY(auto assignment, assignor::encode_assignment(assigned_names(id)));
    value.members.push_back(
        {.member_id = id,
         .group_instance_id = member.instance_id,
         .client_id = member.client_id,
         .client_host = member.client_host,
         .rebalance_timeout = member.rebalance_timeout_ms,
         .session_timeout = member.classic_member_metadata->session_timeout_ms,
         .subscription =
             std::ranges::find(protocols, shared->name, &ClassicProtocol::name)->metadata,
         .assignment = std::move(assignment)});
  }
  return value;
}

}  // namespace leat::group
