// What consumer_group.h says of itself, and of who may commit.
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

#include "group/assignor/server.h"
#include "group/cluster_topics.h"
#include "group/consumer_group.h"
#include "group/current_assignment.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/schema.h"

namespace leat::group {
namespace {

namespace wire_group = wire::consumer_group_describe_response;

/// From there on OffsetCommit has a member epoch.
constexpr wire::ApiVersion kCommitsByEpoch = 9;
constexpr std::int8_t kConsumerMember = 1;
constexpr std::int8_t kClassicMember = 0;

/// Topics that are gone have no name to be told by.
wire_group::Assignment named(const PartitionsById& partitions, const ClusterTopics& topics) {
  wire_group::Assignment assignment;
  for (const auto& [id, ids] : partitions) {
    auto name = topics.name_of(id);
    if (!name) continue;
    assignment.topic_partitions.push_back(
        {.topic_id = id, .topic_name = *std::move(name), .partitions = ids});
  }
  return assignment;
}

ErrorCode right_to(const EpochsById& partitions, const Uuid& topic, PartitionId partition,
                   std::int32_t epoch) {
  const auto epochs = partitions.find(topic);
  if (epochs == partitions.end()) return ErrorCode::kStaleMemberEpoch;
  const auto found = epochs->second.find(partition);
  const bool is_its = found != epochs->second.end() && found->second <= epoch;
  return is_its ? ErrorCode::kNone : ErrorCode::kStaleMemberEpoch;
}

}  // namespace

std::string_view ConsumerGroup::state_name() const {
  if (!has_members()) return "Empty";
  if (state_.epoch() > state_.target_epoch()) return "Assigning";
  const bool is_stable = std::ranges::all_of(state_.members(), [&](const auto& entry) {
    const CurrentAssignment& current = state_.current(entry.first);
    return current.state == MemberState::kStable && current.epoch == state_.target_epoch();
  });
  return is_stable ? "Stable" : "Reconciling";
}

bool ConsumerGroup::is_subscribed_to(std::string_view topic) const {
  return std::ranges::any_of(state_.members(), [&](const auto& entry) {
    const auto topics = topics_of(entry.second);
    return std::ranges::find(topics, topic) != topics.end();
  });
}

ErrorCode ConsumerGroup::CommitRight::of(const Uuid& topic, PartitionId partition) const {
  if (assignment == nullptr) return ErrorCode::kNone;
  if (right_to(assignment->assigned, topic, partition, epoch) == ErrorCode::kNone) {
    return ErrorCode::kNone;
  }
  return right_to(assignment->revoking, topic, partition, epoch);
}

Result<ConsumerGroup::CommitRight> ConsumerGroup::check_commit(std::string_view member_id,
                                                               std::int32_t epoch,
                                                               wire::ApiVersion version) const {
  if (epoch < 0 && !has_members()) return CommitRight{};
  if (state_.member(member_id) == nullptr) {
    return Error(ErrorCode::kUnknownMemberId,
                 fmt::format("{} is no member of the group {}", member_id, id_));
  }
  const CurrentAssignment& current = state_.current(member_id);
  if (state_.member(member_id)->classic_member_metadata) {
    if (epoch == current.epoch) return CommitRight{};
    return Error(
        ErrorCode::kIllegalGeneration,
        fmt::format("the member {} is of generation {}, not {}", member_id, current.epoch, epoch));
  }
  if (version < kCommitsByEpoch) {
    return Error(ErrorCode::kUnsupportedVersion,
                 fmt::format("OffsetCommit v{} knows no member epochs; a member of the consumer "
                             "protocol commits by v{} or later",
                             version, kCommitsByEpoch));
  }
  if (epoch == current.epoch) return CommitRight{};
  if (epoch > current.epoch) {
    return Error(ErrorCode::kStaleMemberEpoch,
                 fmt::format("the member {} is at epoch {}, not yet at {}", member_id,
                             current.epoch, epoch));
  }
  return CommitRight{.assignment = &current, .epoch = epoch};
}

ErrorCode ConsumerGroup::check_fetch(std::string_view member_id, std::int32_t epoch) const {
  if (member_id.empty() && epoch < 0) return ErrorCode::kNone;
  if (state_.member(member_id) == nullptr) return ErrorCode::kUnknownMemberId;
  if (epoch == state_.current(member_id).epoch) return ErrorCode::kNone;
  return state_.member(member_id)->classic_member_metadata ? ErrorCode::kIllegalGeneration
                                                           : ErrorCode::kStaleMemberEpoch;
}

wire_group::DescribedGroup ConsumerGroup::describe() const {
  wire_group::DescribedGroup group{.group_id = id_,
                                   .group_state = std::string(state_name()),
                                   .group_epoch = state_.epoch(),
                                   .assignment_epoch = state_.target_epoch(),
                                   .assignor_name = std::string(name_of(chosen_assignor()))};
  for (const auto& [id, member] : state_.members()) {
    const CurrentAssignment& current = state_.current(id);
    group.members.push_back(
        {.member_id = id,
         .instance_id = member.instance_id,
         .rack_id = member.rack_id,
         .member_epoch = current.epoch,
         .client_id = member.client_id,
         .client_host = member.client_host,
         .subscribed_topic_names = member.subscribed_topic_names,
         .subscribed_topic_regex = member.subscribed_topic_regex,
         .assignment = named(without_epochs(current.assigned), *topics_),
         .target_assignment = named(state_.target(id), *topics_),
         .member_type = member.classic_member_metadata ? kClassicMember : kConsumerMember});
  }
  return group;
}

}  // namespace leat::group
