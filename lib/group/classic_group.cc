#include "group/classic_group.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "group/classic_member.h"
#include "group/outbox.h"
#include "group/records.h"
#include "service/group_service.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/sync_group.h"

namespace leat::group {

using std::chrono::milliseconds;

void ClassicGroup::restore(const GroupMetadataValue& value, MonotonicTime now) {
  generation_ = value.generation;
  protocol_type_ = value.protocol_type;
  protocol_ = value.protocol;
  leader_ = value.leader;
  state_ = value.members.empty() ? State::kEmpty : State::kStable;
  state_since_ = Timestamp(milliseconds(value.current_state_timestamp));
  for (const MemberMetadata& kept : value.members) {
    ClassicMember& restored = members_[kept.member_id];
    restored.id = kept.member_id;
    restored.instance_id = kept.group_instance_id;
    restored.client_id = kept.client_id;
    restored.client_host = kept.client_host;
    restored.session_timeout = milliseconds(kept.session_timeout);
    restored.rebalance_timeout =
        milliseconds(kept.rebalance_timeout < 0 ? kept.session_timeout : kept.rebalance_timeout);
    restored.protocols = {{value.protocol.value_or(""), kept.subscription}};
    restored.assignment = kept.assignment;
    restored.is_new = false;
    restored.has_synced = true;
    restored.expires_at = now + restored.session_timeout;
    look_by(restored.expires_at);
    if (restored.instance_id) static_members_[*restored.instance_id] = restored.id;
  }
  read_subscriptions();
}

std::optional<Timestamp> ClassicGroup::empty_since() const {
  if (state_ != State::kEmpty) return std::nullopt;
  return state_since_;
}

bool ClassicGroup::is_subscribed_to(std::string_view topic) const {
  if (members_.empty()) return false;
  return !subscribed_topics_ || subscribed_topics_->contains(topic);
}

void ClassicGroup::sync(const wire::SyncGroupRequest& request, Outbox& outbox,
                        Done<wire::SyncGroupResponse> done) {
  const auto refuse = [&](ErrorCode error) {
    wire::SyncGroupResponse response;
    response.error_code = error;
    outbox.answer(std::move(done), std::move(response));
  };
  const ErrorCode error = check_member(request.member_id, request.group_instance_id);
  if (error != ErrorCode::kNone) return refuse(error);
  if (request.generation_id != generation_) return refuse(ErrorCode::kIllegalGeneration);
  const bool is_other = (request.protocol_type && *request.protocol_type != protocol_type()) ||
                        (request.protocol_name && *request.protocol_name != protocol_);
  if (is_other) return refuse(ErrorCode::kInconsistentGroupProtocol);
  if (state_ == State::kPreparingRebalance) return refuse(ErrorCode::kRebalanceInProgress);

  ClassicMember& known = member(request.member_id);
  known.has_synced = true;
  if (known.syncing) {  // it asks again on another connection
    wire::SyncGroupResponse response;
    response.error_code = ErrorCode::kRebalanceInProgress;
    outbox.answer(std::exchange(known.syncing, nullptr), std::move(response));
  }
  known.syncing = std::move(done);
  if (state_ == State::kStable) return give_assignments(outbox);
  if (leader_ == known.id) take_assignments(request, outbox);
}

ErrorCode ClassicGroup::heartbeat(const wire::HeartbeatRequest& request, const Outbox& outbox) {
  const ErrorCode error = check_member(request.member_id, request.group_instance_id);
  if (error != ErrorCode::kNone) return error;
  if (request.generation_id != generation_) return ErrorCode::kIllegalGeneration;
  keep_alive(member(request.member_id), outbox);
  return state_ == State::kPreparingRebalance ? ErrorCode::kRebalanceInProgress : ErrorCode::kNone;
}

ErrorCode ClassicGroup::leave(std::string_view member_id,
                              std::optional<std::string_view> instance_id, Outbox& outbox) {
  if (!instance_id && pending_.contains(member_id)) {
    pending_.erase(pending_.find(member_id));
    return ErrorCode::kNone;
  }
  std::string id(member_id);
  if (instance_id && member_id.empty()) {  // an administrator knows the instance alone
    const auto known = static_members_.find(*instance_id);
    if (known == static_members_.end()) return ErrorCode::kUnknownMemberId;
    id = known->second;
  }
  const ErrorCode error = check_member(id, instance_id);
  if (error == ErrorCode::kNone) remove(id, outbox);
  return error;
}

void ClassicGroup::members_left(Outbox& outbox) {
  if (state_ == State::kEmpty) return;
  rebalance_or_complete(outbox);
}

ErrorCode ClassicGroup::check_commit(const service::GroupMember& member, const Outbox& outbox) {
  const bool is_simple = member.generation < 0 && state_ == State::kEmpty;
  if (is_simple) return ErrorCode::kNone;
  const bool is_member = member.generation >= 0 || !member.member_id.empty() || member.instance_id;
  if (!is_member) return ErrorCode::kUnknownMemberId;
  const ErrorCode error = check_member(member.member_id, member.instance_id);
  if (error != ErrorCode::kNone) return error;
  if (member.generation != generation_) return ErrorCode::kIllegalGeneration;
  if (state_ == State::kCompletingRebalance) return ErrorCode::kRebalanceInProgress;
  keep_alive(this->member(member.member_id), outbox);
  return ErrorCode::kNone;
}

ErrorCode ClassicGroup::check_member(std::string_view member_id,
                                     std::optional<std::string_view> instance_id) const {
  if (instance_id) {
    const auto known = static_members_.find(*instance_id);
    if (known == static_members_.end()) return ErrorCode::kUnknownMemberId;
    if (known->second != member_id) return ErrorCode::kFencedInstanceId;
  }
  return members_.contains(member_id) ? ErrorCode::kNone : ErrorCode::kUnknownMemberId;
}

void ClassicGroup::remove(std::string_view member_id, Outbox& outbox) {
  const auto found = members_.find(member_id);
  ClassicMember& leaving = found->second;
  if (auto done = take_joining(leaving)) {
    wire::JoinGroupResponse response;
    response.error_code = ErrorCode::kUnknownMemberId;
    outbox.answer(std::move(done), std::move(response));
  }
  if (leaving.syncing) {
    wire::SyncGroupResponse response;
    response.error_code = ErrorCode::kUnknownMemberId;
    outbox.answer(std::exchange(leaving.syncing, nullptr), std::move(response));
  }
  const bool was_leader = leader_ == leaving.id;
  if (leaving.instance_id) static_members_.erase(*leaving.instance_id);
  outbox.wake(leaving.local);
  members_.erase(found);
  if (!was_leader) return;
  leader_.reset();
  if (!members_.empty()) leader_ = members_.begin()->first;
}

void ClassicGroup::forget_local_members(Outbox& outbox) {
  std::vector<std::string> gone;
  for (const auto& [id, member] : members_) {
    if (member.client_host == service::kInProcess && !member.instance_id) gone.push_back(id);
  }
  for (const std::string& id : gone) remove(id, outbox);
  if (!gone.empty()) members_left(outbox);
}

bool ClassicGroup::has_local_members() const {
  return std::ranges::any_of(members_,
                             [](const auto& entry) { return entry.second.local != nullptr; });
}

void ClassicGroup::close(ErrorCode error, Outbox& outbox) {
  fail_syncs(error, outbox);
  for (auto& [id, member] : members_) {
    wire::JoinGroupResponse response;
    response.error_code = error;
    outbox.answer(take_joining(member), std::move(response));
  }
}

void ClassicGroup::keep_alive(ClassicMember& member, const Outbox& outbox) {
  if (member.local) return;
  member.expires_at = outbox.now() + member.session_timeout;
  look_by(member.expires_at);
}

void ClassicGroup::on_time(Outbox& outbox) {
  const MonotonicTime now = outbox.now();
  bool someone_left =
      std::erase_if(pending_, [&](const auto& entry) { return entry.second <= now; }) > 0;
  std::vector<std::string> expired;
  for (const auto& [id, member] : members_) {
    if (member.is_expired(now)) expired.push_back(id);
  }
  for (const std::string& id : expired) remove(id, outbox);
  someone_left = someone_left || !expired.empty();
  // Who was only about to come changes nothing but the count that a join phase waits for.
  if (someone_left && (!expired.empty() || state_ == State::kPreparingRebalance)) {
    members_left(outbox);
  }
  if (phase_ends_ && *phase_ends_ <= now) {
    if (state_ == State::kPreparingRebalance) {
      extend_or_complete_join(outbox);
    } else {
      remove_silent(outbox);
    }
  }
  plan_next_look();
}

void ClassicGroup::plan_next_look() {
  next_look_.reset();
  for (const auto& [id, until] : pending_) look_by(until);
  for (const auto& [id, member] : members_) {
    if (member.may_expire()) look_by(member.expires_at);
  }
  if (phase_ends_) look_by(*phase_ends_);
}

std::string_view ClassicGroup::state_name() const {
  switch (state_) {
    case State::kEmpty:
      return "Empty";
    case State::kPreparingRebalance:
      return "PreparingRebalance";
    case State::kCompletingRebalance:
      return "CompletingRebalance";
    case State::kStable:
      return "Stable";
  }
  return "";
}

wire::describe_groups_response::DescribedGroup ClassicGroup::describe() const {
  wire::describe_groups_response::DescribedGroup group;
  group.group_id = id_;
  group.group_state = std::string(state_name());
  group.protocol_type = std::string(protocol_type());
  const bool is_stable = state_ == State::kStable;
  if (is_stable) group.protocol_data = protocol_.value_or("");
  for (const auto& [id, member] : members_) {
    auto& described = group.members.emplace_back();
    described.member_id = id;
    described.group_instance_id = member.instance_id;
    described.client_id = member.client_id;
    described.client_host = member.client_host;
    if (!is_stable) continue;  // G20
    described.member_metadata = member.metadata(group.protocol_data);
    described.member_assignment = member.assignment;
  }
  return group;
}

wire::JoinGroupResponse ClassicGroup::joined(const ClassicMember& member, bool with_members) const {
  wire::JoinGroupResponse response;
  response.generation_id = generation_;
  response.protocol_type = protocol_type_;
  response.protocol_name = protocol_;
  response.leader = leader_.value_or("");
  response.member_id = member.id;
  if (!with_members) return response;
  for (const auto& [id, other] : members_) {
    response.members.push_back({.member_id = id,
                                .group_instance_id = other.instance_id,
                                .metadata = other.metadata(protocol_.value_or(""))});
  }
  return response;
}

GroupMetadataValue ClassicGroup::value(const Assignments* assignments,
                                       Timestamp state_since) const {
  GroupMetadataValue value{.protocol_type = std::string(protocol_type()),
                           .generation = generation_,
                           .protocol = protocol_,
                           .leader = leader_,
                           .current_state_timestamp = state_since.time_since_epoch().count(),
                           .members = {}};
  for (const auto& [id, member] : members_) {
    auto& kept = value.members.emplace_back();
    kept.member_id = id;
    kept.group_instance_id = member.instance_id;
    kept.client_id = member.client_id;
    kept.client_host = member.client_host;
    kept.rebalance_timeout = static_cast<std::int32_t>(member.rebalance_timeout.count());
    kept.session_timeout = static_cast<std::int32_t>(member.session_timeout.count());
    kept.subscription = member.metadata(protocol_.value_or(""));
    if (assignments == nullptr) {
      kept.assignment = member.assignment;
    } else if (const auto found = assignments->find(id); found != assignments->end()) {
      kept.assignment = found->second;
    }
  }
  return value;
}

Result<CoordinatorRecord> ClassicGroup::record(Timestamp state_since) const {
  return record_of(GroupMetadataKey{id_}, value(nullptr, state_since), kGroupMetadataVersion);
}

}  // namespace leat::group
