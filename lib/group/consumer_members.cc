// Members of consumer_group.h: who they are, how they leave.
#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "base/uuid.h"
#include "group/assignor/server.h"
#include "group/consumer_beat.h"
#include "group/consumer_group.h"
#include "group/consumer_record.h"
#include "group/consumer_state.h"
#include "group/current_assignment.h"
#include "group/outbox.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/schema.h"

namespace leat::group {
namespace {

using Request = wire::ConsumerGroupHeartbeatRequest;
using Response = wire::ConsumerGroupHeartbeatResponse;

// What a member epoch says that is none (N1).
constexpr std::int32_t kJoins = 0;
constexpr std::int32_t kLeaves = -1;
constexpr std::int32_t kLeavesForNow = -2;
/// From there on members choose their own ids.
constexpr wire::ApiVersion kOwnIds = 1;

Error invalid(std::string_view what) { return {ErrorCode::kInvalidRequest, std::string(what)}; }

bool is_given_empty(const std::optional<std::string_view>& text) { return text && text->empty(); }

Result<void> check_first(const Request& request) {
  if (request.rebalance_timeout_ms == -1) {
    return invalid("RebalanceTimeoutMs must be provided by who joins");
  }
  if (!request.topic_partitions || !request.topic_partitions->empty()) {
    return invalid("TopicPartitions must be empty of who joins: it owns nothing yet");
  }
  if (!request.subscribed_topic_names && !request.subscribed_topic_regex) {
    return invalid("SubscribedTopicNames or SubscribedTopicRegex must be given by who joins");
  }
  return {};
}

/// Whether all that the member says that it owns is assigned to it.
bool owns_no_more(const Request& request, const CurrentAssignment& current) {
  if (!request.topic_partitions) return false;
  for (const auto& topic : *request.topic_partitions) {
    const auto assigned = current.assigned.find(topic.topic_id);
    for (const PartitionId partition : topic.partitions) {
      if (assigned == current.assigned.end() || !assigned->second.contains(partition)) return false;
    }
  }
  return true;
}

}  // namespace

Response refusal(const Error& error) {
  return {.error_code = error.code(), .error_message = std::string(error.message())};
}

Error not_appended(const Error& error) {
  return Error(ErrorCode::kCoordinatorNotAvailable, std::string(error.message()))
      .with_context("the group's records were not appended");
}

PartitionsById owned_by(
    const std::vector<wire::consumer_group_heartbeat_request::TopicPartitions>& topics) {
  PartitionsById owned;
  for (const auto& topic : topics) {
    std::vector<PartitionId>& ids = owned[topic.topic_id];
    ids.insert(ids.end(), topic.partitions.begin(), topic.partitions.end());
  }
  return owned;
}

Result<void> ConsumerGroup::check(const Request& request, wire::ApiVersion version) const {
  if (request.member_id.empty() && (version >= kOwnIds || request.member_epoch != kJoins)) {
    return invalid("MemberId must not be empty");
  }
  if (is_given_empty(request.instance_id)) return invalid("InstanceId must not be empty");
  if (is_given_empty(request.rack_id)) return invalid("RackId must not be empty");
  if (request.member_epoch == kLeavesForNow && !request.instance_id) {
    return invalid("who leaves for a while (epoch -2) must give its InstanceId");
  }
  if (request.member_epoch < kLeavesForNow) {
    return invalid(fmt::format("MemberEpoch {} is none: it is -2 or more", request.member_epoch));
  }
  LEAT_TRY_VOID(check_assignor(request));
  if (request.member_epoch == kJoins) return check_first(request);
  return {};
}

Result<void> ConsumerGroup::check_assignor(const Request& request) const {
  if (!request.server_assignor) return {};
  const auto& offered = options_->assignors;
  const auto asked = assignor::server_assignor_of(*request.server_assignor);
  if (asked && std::ranges::find(offered, *asked) != offered.end()) return {};
  std::string names;
  for (const auto one : offered) names += (names.empty() ? "" : ", ") + std::string(name_of(one));
  return Error(ErrorCode::kUnsupportedAssignor,
               fmt::format("ServerAssignor {} is not supported; supported are: {}",
                           *request.server_assignor, names));
}

Result<ConsumerGroup::Beat> ConsumerGroup::who_beats(const Request& request) const {
  const bool joins = request.member_epoch == kJoins;
  if (!joins && !state_.exists()) {
    return Error(ErrorCode::kGroupIdNotFound, fmt::format("there is no consumer group {}", id_));
  }
  if (request.instance_id && state_.static_member(*request.instance_id)) {
    return static_beats(request);
  }
  Beat beat{.member_id = std::string(request.member_id)};
  if (state_.member(beat.member_id) != nullptr) {
    LEAT_TRY_VOID(check_epoch(beat.member_id, request));
    return beat;
  }
  if (!joins) {
    return Error(ErrorCode::kUnknownMemberId,
                 fmt::format("{} is no member of the group {}", beat.member_id, id_));
  }
  if (state_.members().size() >= options_->members_max) {
    return Error(ErrorCode::kGroupMaxSizeReached,
                 fmt::format("the group {} has {} members, and may not have more", id_,
                             state_.members().size()));
  }
  if (beat.member_id.empty()) beat.member_id = base::to_base64(base::make_uuid(*random_));
  return beat;
}

/// A heartbeat with an instance id that a member has (N7).
Result<ConsumerGroup::Beat> ConsumerGroup::static_beats(const Request& request) const {
  const std::string holder(*state_.static_member(*request.instance_id));
  if (holder == request.member_id) {
    LEAT_TRY_VOID(check_epoch(holder, request));
    return Beat{.member_id = holder};
  }
  if (request.member_epoch != kJoins) {
    return Error(
        ErrorCode::kFencedInstanceId,
        fmt::format("the instance id {} is another member's by now", *request.instance_id));
  }
  if (state_.current(holder).epoch != kLeavesForNow) {
    return Error(
        ErrorCode::kUnreleasedInstanceId,
        fmt::format("the instance id {} is in use by the member {}", *request.instance_id, holder));
  }
  Beat beat{.member_id = std::string(request.member_id), .replaced = holder};
  if (beat.member_id.empty()) beat.member_id = base::to_base64(base::make_uuid(*random_));
  return beat;
}

/// The epoch that the member has is right, and the one before it as long as the member may have
/// missed the answer that told the newer one (N6).
Result<void> ConsumerGroup::check_epoch(std::string_view member_id, const Request& request) const {
  const CurrentAssignment& current = state_.current(member_id);
  const std::int32_t said = request.member_epoch;
  if (said == current.epoch || said == kJoins) return {};
  if (said == current.previous_epoch && said < current.epoch && owns_no_more(request, current)) {
    return {};
  }
  return Error(ErrorCode::kFencedMemberEpoch,
               fmt::format("the member {} is at epoch {}, not {}: it must give up all partitions "
                           "and join again",
                           member_id, current.epoch, said));
}

Response ConsumerGroup::leave(const Request& request, Outbox& outbox) {
  if (!state_.exists()) {
    return refusal(
        Error(ErrorCode::kGroupIdNotFound, fmt::format("there is no consumer group {}", id_)));
  }
  std::string id(request.member_id);
  if (request.instance_id) {
    const auto holder = state_.static_member(*request.instance_id);
    if (holder && *holder != id) {
      return refusal(Error(
          ErrorCode::kFencedInstanceId,
          fmt::format("the instance id {} is another member's by now", *request.instance_id)));
    }
    if (!holder) id.clear();  // nobody's
  }
  if (state_.member(id) == nullptr) {
    return refusal(Error(ErrorCode::kUnknownMemberId,
                         fmt::format("{} is no member of the group {}", request.member_id, id_)));
  }
  Draft draft(state_);
  if (request.member_epoch == kLeavesForNow) {
    CurrentAssignment kept = state_.current(id);
    kept.state = MemberState::kStable;
    kept.epoch = kLeavesForNow;
    kept.revoking.clear();  // it runs no more: what it was to give up is given up
    draft.write(CurrentRecord{.key = {.group = id_, .member_id = id}, .value = value_of(kept)});
  } else {
    remove(draft, {id});
  }
  if (auto appended = draft.commit(outbox); !appended) {
    return refusal(not_appended(appended.error()));
  }
  demands_.cancel(id);
  if (request.member_epoch == kLeaves) {
    sessions_.cancel(id);
  } else {
    keep_alive(id, outbox.now());  // as long as that it may take to come back
  }
  return {.member_id = std::move(id), .member_epoch = request.member_epoch};
}

/// All that the static member had goes to its next run.
void ConsumerGroup::take_over(Draft& draft, const std::string& old_id,
                              const std::string& new_id) const {
  const ConsumerState::Member member = *state_.member(old_id);
  const PartitionsById target = state_.target(old_id);
  CurrentAssignment current = state_.current(old_id);
  current.epoch = kJoins;
  current.previous_epoch = kJoins;
  forget(draft, old_id);
  draft.write(MemberRecord{.key = {.group = id_, .member_id = new_id}, .value = member});
  draft.write(
      TargetRecord{.key = {.group = id_, .member_id = new_id}, .value = target_value_of(target)});
  draft.write(
      CurrentRecord{.key = {.group = id_, .member_id = new_id}, .value = value_of(current)});
}

void ConsumerGroup::remove(Draft& draft, const std::vector<std::string>& member_ids) const {
  for (const std::string& id : member_ids) forget(draft, id);
  drop_unused_patterns(draft);
  bump(draft);
}

void ConsumerGroup::forget(Draft& draft, const std::string& member_id) const {
  draft.write(CurrentRecord{.key = {.group = id_, .member_id = member_id}});
  draft.write(TargetRecord{.key = {.group = id_, .member_id = member_id}});
  draft.write(MemberRecord{.key = {.group = id_, .member_id = member_id}});
}

std::optional<MonotonicTime> ConsumerGroup::next_look() const {
  const auto session = sessions_.next();
  const auto demand = demands_.next();
  if (!session || !demand) return session ? session : demand;
  return std::min(*session, *demand);
}

void ConsumerGroup::on_time(Outbox& outbox) {
  const std::vector<std::string> silent = sessions_.take_until(outbox.now());
  const std::vector<std::string> slow = demands_.take_until(outbox.now());
  std::vector<std::string> gone;
  std::ranges::set_union(std::set(silent.begin(), silent.end()), std::set(slow.begin(), slow.end()),
                         std::back_inserter(gone));
  if (gone.empty()) return;
  Draft draft(state_);
  remove(draft, gone);
  if (draft.commit(outbox)) {
    for (const std::string& id : gone) {
      sessions_.cancel(id);
      demands_.cancel(id);
    }
    return;
  }
  // As late as a heartbeat would be.
  const MonotonicTime again = outbox.now() + options_->heartbeat_interval;
  for (const std::string& id : silent) sessions_.set(id, again);
  for (const std::string& id : slow) demands_.set(id, again);
}

void ConsumerGroup::replayed(MonotonicTime now) {
  is_stale_ = true;
  for (const auto& [id, member] : state_.members()) {
    keep_alive(id, now);
    if (!member.classic_member_metadata) watch_revocation(id, now);
  }
}

}  // namespace leat::group
