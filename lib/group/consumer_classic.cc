// Members of consumer_group.h that speak the classic protocol (N16). To them the member epoch is
// the generation, and a new assignment a rebalance: they are told to join again, join, and sync.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/uuid.h"
#include "group/assignor/client.h"
#include "group/cluster_topics.h"
#include "group/consumer_beat.h"
#include "group/consumer_group.h"
#include "group/consumer_records.h"
#include "group/consumer_state.h"
#include "group/current_assignment.h"
#include "group/outbox.h"
#include "wire/messages/consumer_protocol.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/sync_group.h"
#include "wire/schema.h"
#include "wire/versioned.h"

namespace leat::group {
namespace {

using assignor::encode_assignment;

/// From there on a dynamic member is told its id before it joins (G3).
constexpr wire::ApiVersion kJoinsById = 4;

/// The owned partitions of a subscription, by topic id. Those of topics that are gone are nobody's.
PartitionsById owned_by(const wire::ConsumerProtocolSubscription& subscription,
                        const ClusterTopics& topics) {
  PartitionsById owned;
  for (const auto& one : subscription.owned_partitions) {
    const auto topic = topics.find(one.topic);
    if (topic && !one.partitions.empty()) owned[topic->id] = one.partitions;
  }
  return owned;
}

ConsumerState::Member member_of(const ConsumerState::Member* known, const ConsumerCaller& caller,
                                const wire::JoinGroupRequest& request,
                                const wire::ConsumerProtocolSubscription& subscription) {
  ConsumerState::Member member = known == nullptr ? ConsumerState::Member() : *known;
  if (request.group_instance_id) member.instance_id = std::string(*request.group_instance_id);
  if (subscription.rack_id) member.rack_id = std::string(*subscription.rack_id);
  member.client_id = caller.client_id;
  member.client_host = caller.client_host;
  member.subscribed_topic_names = names_once(subscription.topics);
  member.subscribed_topic_regex.reset();
  member.server_assignor.reset();
  member.rebalance_timeout_ms = request.rebalance_timeout_ms >= 0
                                    ? request.rebalance_timeout_ms
                                    : request.session_timeout_ms;  // version 0
  ClassicMemberMetadata classic{.session_timeout_ms = request.session_timeout_ms};
  for (const auto& protocol : request.protocols) {
    const auto bytes = protocol.metadata.bytes();
    classic.supported_protocols.push_back(
        {.name = std::string(protocol.name), .metadata = {bytes.begin(), bytes.end()}});
  }
  member.classic_member_metadata = std::move(classic);
  return member;
}

wire::JoinGroupResponse refused(const wire::JoinGroupRequest& request, ErrorCode error) {
  return {.error_code = error, .member_id = std::string(request.member_id)};
}

}  // namespace

wire::JoinGroupResponse ConsumerGroup::join(const ConsumerCaller& caller,
                                            const wire::JoinGroupRequest& request, Outbox& outbox) {
  if (!supports(request)) return refused(request, ErrorCode::kInconsistentGroupProtocol);
  const auto subscription = wire::decode_versioned<wire::ConsumerProtocolSubscription>(
      request.protocols.front().metadata.bytes());
  if (!subscription) return refused(request, ErrorCode::kInconsistentGroupProtocol);
  auto beat = who_joins(caller, request);
  if (!beat) return refused(request, beat.error().code());
  const std::string& id = beat->member_id;
  const bool is_dynamic = !request.group_instance_id.has_value();
  if (is_dynamic && request.member_id.empty() && caller.version >= kJoinsById) {
    return {.error_code = ErrorCode::kMemberIdRequired, .member_id = id};
  }

  Draft draft(state_);
  if (beat->replaced) take_over(draft, *beat->replaced, id);
  const auto member = member_of(state_.member(id), caller, request, *subscription);
  const PartitionsById owned = owned_by(*subscription, *topics_);
  const auto progress = step(draft, id, member, &owned, outbox);
  if (!progress) {
    draft.undo();
    return refused(request, progress.error().code());
  }
  if (!draft.commit(outbox)) return refused(request, ErrorCode::kCoordinatorNotAvailable);
  stepped(*beat);
  keep_alive(id, outbox.now());
  demands_.set(id, outbox.now() + std::chrono::milliseconds(member.rebalance_timeout_ms));
  return {.generation_id = state_.current(id).epoch,
          .protocol_type = std::string(kConsumers),
          .protocol_name = std::string(request.protocols.front().name),
          .member_id = id};
}

wire::SyncGroupResponse ConsumerGroup::sync(const wire::SyncGroupRequest& request,
                                            const Outbox& outbox) {
  const auto refusal_of = [](ErrorCode error) {
    return wire::SyncGroupResponse{.error_code = error};
  };
  const ErrorCode error =
      check_classic(request.member_id, request.group_instance_id, request.generation_id);
  if (error != ErrorCode::kNone) return refusal_of(error);
  const std::string id(request.member_id);
  const std::string& protocol =
      state_.member(id)->classic_member_metadata->supported_protocols.front().name;
  const bool is_other_type = request.protocol_type && *request.protocol_type != kConsumers;
  const bool is_other_name = request.protocol_name && *request.protocol_name != protocol;
  if (is_other_type || is_other_name) return refusal_of(ErrorCode::kInconsistentGroupProtocol);
  const CurrentAssignment& current = state_.current(id);
  if (state_.epoch() > current.epoch && current.state != MemberState::kUnrevoked) {
    return refusal_of(ErrorCode::kRebalanceInProgress);
  }
  auto assignment = encode_assignment(assigned_names(id));
  if (!assignment) return refusal_of(assignment.error().code());
  demands_.cancel(id);
  keep_alive(id, outbox.now());
  return {.protocol_type = std::string(kConsumers),
          .protocol_name = protocol,
          .assignment = *std::move(assignment)};
}

ErrorCode ConsumerGroup::classic_heartbeat(const wire::HeartbeatRequest& request,
                                           const Outbox& outbox) {
  const ErrorCode error =
      check_classic(request.member_id, request.group_instance_id, request.generation_id);
  if (error != ErrorCode::kNone) return error;
  const std::string id(request.member_id);
  keep_alive(id, outbox.now());
  const CurrentAssignment& current = state_.current(id);
  const bool is_to_join = current.epoch < state_.epoch() ||
                          current.state == MemberState::kUnrevoked ||
                          (current.state == MemberState::kUnreleased && !waits_for_others(id));
  if (!is_to_join) return ErrorCode::kNone;
  if (!demands_.contains(id)) {
    const std::chrono::milliseconds timeout{state_.member(id)->rebalance_timeout_ms};
    demands_.set(id, outbox.now() + timeout);
  }
  return ErrorCode::kRebalanceInProgress;
}

ErrorCode ConsumerGroup::classic_leave(std::string_view member_id,
                                       std::optional<std::string_view> instance_id,
                                       Outbox& outbox) {
  std::string id(member_id);
  if (instance_id) {
    const auto holder = state_.static_member(*instance_id);
    if (!holder) return ErrorCode::kUnknownMemberId;
    if (!id.empty() && id != *holder) return ErrorCode::kFencedInstanceId;
    id = *holder;  // an admin removes it by its instance id alone (G14)
  }
  if (state_.member(id) == nullptr) return ErrorCode::kUnknownMemberId;
  Draft draft(state_);
  remove(draft, {id});
  if (!draft.commit(outbox)) return ErrorCode::kCoordinatorNotAvailable;
  sessions_.cancel(id);
  demands_.cancel(id);
  return ErrorCode::kNone;
}

Result<ConsumerGroup::Beat> ConsumerGroup::who_joins(const ConsumerCaller& caller,
                                                     const wire::JoinGroupRequest& request) const {
  if (request.group_instance_id && state_.static_member(*request.group_instance_id)) {
    return static_joins(request);
  }
  Beat beat{.member_id = std::string(request.member_id)};
  if (state_.member(beat.member_id) != nullptr) return beat;
  if (request.group_instance_id && !beat.member_id.empty()) {
    return Error(ErrorCode::kUnknownMemberId,
                 fmt::format("{} is no member of the group {}", beat.member_id, id_));
  }
  if (state_.members().size() >= options_->members_max) {
    return Error(ErrorCode::kGroupMaxSizeReached,
                 fmt::format("the group {} has {} members, and may not have more", id_,
                             state_.members().size()));
  }
  if (beat.member_id.empty()) {
    const std::string_view name =
        request.group_instance_id ? *request.group_instance_id : caller.client_id;
    beat.member_id = fmt::format("{}-{}", name, base::to_base64(base::make_uuid(*random_)));
  }
  return beat;
}

/// A static member that has lost its id takes its own place (G15).
Result<ConsumerGroup::Beat> ConsumerGroup::static_joins(
    const wire::JoinGroupRequest& request) const {
  const std::string holder(*state_.static_member(*request.group_instance_id));
  if (request.member_id == holder) return Beat{.member_id = holder};
  if (!request.member_id.empty()) {
    return Error(
        ErrorCode::kFencedInstanceId,
        fmt::format("the instance id {} is another member's by now", *request.group_instance_id));
  }
  return Beat{.member_id = fmt::format("{}-{}", *request.group_instance_id,
                                       base::to_base64(base::make_uuid(*random_))),
              .replaced = holder};
}

/// Whether there is a protocol of the member's that all other classic members support.
bool ConsumerGroup::supports(const wire::JoinGroupRequest& request) const {
  if (request.protocol_type != kConsumers) return false;
  const auto all_support = [&](std::string_view name) {
    return std::ranges::all_of(state_.members(), [&](const auto& entry) {
      const auto& classic = entry.second.classic_member_metadata;
      if (!classic || entry.first == request.member_id) return true;
      const auto& protocols = classic->supported_protocols;
      return std::ranges::find(protocols, name, &ClassicProtocol::name) != protocols.end();
    });
  };
  return std::ranges::any_of(request.protocols,
                             [&](const auto& protocol) { return all_support(protocol.name); });
}

ErrorCode ConsumerGroup::check_classic(std::string_view member_id,
                                       std::optional<std::string_view> instance_id,
                                       std::int32_t generation) const {
  if (instance_id) {
    const auto holder = state_.static_member(*instance_id);
    if (!holder) return ErrorCode::kUnknownMemberId;
    if (*holder != member_id) return ErrorCode::kFencedInstanceId;
  }
  const ConsumerState::Member* const member = state_.member(member_id);
  if (member == nullptr || !member->classic_member_metadata) return ErrorCode::kUnknownMemberId;
  // Only a log that somebody else wrote can lack them.
  if (member->classic_member_metadata->supported_protocols.empty()) {
    return ErrorCode::kUnknownMemberId;
  }
  return generation == state_.current(member_id).epoch ? ErrorCode::kNone
                                                       : ErrorCode::kIllegalGeneration;
}

/// Whether all that it lacks is still another's.
bool ConsumerGroup::waits_for_others(std::string_view member_id) const {
  const EpochsById& assigned = state_.current(member_id).assigned;
  for (const auto& [topic, partitions] : state_.target(member_id)) {
    const auto found = assigned.find(topic);
    for (const PartitionId partition : partitions) {
      const bool has_it = found != assigned.end() && found->second.contains(partition);
      if (!has_it && !state_.owner(topic, partition)) return false;
    }
  }
  return true;
}

std::vector<TopicPartition> ConsumerGroup::assigned_names(std::string_view member_id) const {
  std::vector<TopicPartition> partitions;
  for (const auto& [topic, epochs] : state_.current(member_id).assigned) {
    const auto name = topics_->name_of(topic);
    if (!name) continue;  // it is gone
    for (const auto& [partition, epoch] : epochs) partitions.push_back({*name, partition});
  }
  return partitions;
}

}  // namespace leat::group
