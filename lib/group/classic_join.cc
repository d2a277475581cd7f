// Joining a classic group: who may, as whom, and whether that begins a rebalance (G2-G10, G15).

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "base/uuid.h"
#include "group/classic_group.h"
#include "group/classic_member.h"
#include "group/outbox.h"
#include "service/group_service.h"
#include "wire/messages/join_group.h"
#include "wire/messages/sync_group.h"
#include "wire/schema.h"

namespace leat::group {
namespace {

using std::chrono::milliseconds;

/// How long a member may take to come back for its first answer (G12).
constexpr milliseconds kNewMemberTimeout = std::chrono::minutes(5);
/// Since this version the id of a new dynamic member is given before it joins (G3).
constexpr wire::ApiVersion kIdFirst = 4;
/// Since this version a leader can be told not to assign (G15).
constexpr wire::ApiVersion kSkipsAssignment = 9;

wire::JoinGroupResponse refusal(ErrorCode error, std::string_view member_id) {
  wire::JoinGroupResponse response;
  response.error_code = error;
  response.member_id = std::string(member_id);
  return response;
}

std::vector<Protocol> protocols_of(const wire::JoinGroupRequest& request) {
  std::vector<Protocol> protocols;
  protocols.reserve(request.protocols.size());
  for (const auto& protocol : request.protocols) {
    const auto bytes = protocol.metadata.bytes();
    protocols.push_back({std::string(protocol.name), {bytes.begin(), bytes.end()}});
  }
  return protocols;
}

/// "8d3f…-…": as Java prints them.
std::string dashed(const Uuid& id) {
  const std::string hex = base::to_hex(id);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

}  // namespace

/// A request with who sent it.
struct ClassicGroup::Joiner {
  const service::GroupCaller& caller;
  const wire::JoinGroupRequest& request;

  [[nodiscard]] bool is_static() const { return request.group_instance_id.has_value(); }
  [[nodiscard]] milliseconds session_timeout() const {
    return milliseconds(request.session_timeout_ms);
  }
  /// Version 0 has none of its own (G6).
  [[nodiscard]] milliseconds rebalance_timeout() const {
    return milliseconds(caller.version == 0 ? request.session_timeout_ms
                                            : request.rebalance_timeout_ms);
  }
  [[nodiscard]] std::optional<std::string> instance_id() const {
    if (!is_static()) return std::nullopt;
    return std::string(*request.group_instance_id);
  }
};

void ClassicGroup::join(const service::GroupCaller& caller, const wire::JoinGroupRequest& request,
                        Outbox& outbox, Done<wire::JoinGroupResponse> done) {
  const Joiner joiner{caller, request};
  const ErrorCode error = check_join(joiner);
  if (error != ErrorCode::kNone) {
    const bool is_full = error == ErrorCode::kGroupMaxSizeReached;
    return outbox.answer(std::move(done), refusal(error, is_full ? "" : request.member_id));
  }
  if (request.member_id.empty()) return join_new(joiner, outbox, std::move(done));
  join_known(joiner, outbox, std::move(done));
}

ErrorCode ClassicGroup::check_join(const Joiner& joiner) const {
  const std::string_view member_id = joiner.request.member_id;
  if (!has_room_for(member_id)) return ErrorCode::kGroupMaxSizeReached;  // G18
  if (!supports(joiner.request)) return ErrorCode::kInconsistentGroupProtocol;
  if (member_id.empty()) return ErrorCode::kNone;
  if (pending_.contains(member_id)) {
    // An id of its own is what a static member never waits for.
    return joiner.is_static() ? ErrorCode::kUnknownMemberId : ErrorCode::kNone;
  }
  if (state_ == State::kEmpty) return ErrorCode::kUnknownMemberId;  // G4
  return check_member(member_id, joiner.request.group_instance_id);
}

/// Who is in may always come again.
bool ClassicGroup::has_room_for(std::string_view member_id) const {
  const auto max = static_cast<std::size_t>(options_->group_max_size);
  const auto known = members_.find(member_id);
  if (state_ == State::kPreparingRebalance) {
    const bool waits = known != members_.end() && known->second.joining;
    return waits || joining_count_ < max;
  }
  return state_ == State::kEmpty || known != members_.end() || members_.size() < max;
}

/// G8: something is left that all can do.
bool ClassicGroup::supports(const wire::JoinGroupRequest& request) const {
  if (request.protocol_type.empty() || request.protocols.empty()) return false;
  if (members_.empty()) return true;
  if (request.protocol_type != protocol_type()) return false;
  return std::ranges::any_of(request.protocols, [&](const auto& protocol) {
    return std::ranges::all_of(members_, [&](const auto& entry) {
      return entry.second.protocol(protocol.name) != nullptr;
    });
  });
}

void ClassicGroup::join_new(const Joiner& joiner, Outbox& outbox,
                            Done<wire::JoinGroupResponse> done) {
  if (joiner.is_static()) {
    const auto known = static_members_.find(*joiner.request.group_instance_id);
    if (known != static_members_.end()) {
      return rejoin_static(joiner, std::string(known->second), outbox, std::move(done));
    }
    return add(joiner, new_member_id(joiner), outbox, std::move(done));
  }
  std::string member_id = new_member_id(joiner);
  if (joiner.caller.version < kIdFirst || joiner.caller.local) {
    return add(joiner, std::move(member_id), outbox, std::move(done));
  }
  const MonotonicTime until = outbox.now() + joiner.session_timeout();
  look_by(until);
  outbox.answer(std::move(done), refusal(ErrorCode::kMemberIdRequired, member_id));
  pending_.emplace(std::move(member_id), until);
}

void ClassicGroup::join_known(const Joiner& joiner, Outbox& outbox,
                              Done<wire::JoinGroupResponse> done) {
  const std::string_view id = joiner.request.member_id;
  if (pending_.contains(id)) return add(joiner, std::string(id), outbox, std::move(done));
  ClassicMember& known = member(id);
  const bool is_leader = leader_ == known.id;
  const bool is_unchanged = known.protocols == protocols_of(joiner.request);
  // G10: who has nothing new to say gets what there is.
  const bool answers_at_once = is_unchanged && (state_ == State::kCompletingRebalance ||
                                                (state_ == State::kStable && !is_leader));
  if (!answers_at_once) {
    update(known, joiner, outbox, std::move(done));
    return rebalance_or_complete(outbox);
  }
  keep_alive(known, outbox);
  outbox.answer(std::move(done), joined(known, is_leader && state_ == State::kCompletingRebalance));
}

/// A static member comes back under a new id; the old one is fenced (G15, G16).
void ClassicGroup::rejoin_static(const Joiner& joiner, const std::string& old_id, Outbox& outbox,
                                 Done<wire::JoinGroupResponse> done) {
  const ClassicMember old = member(old_id);
  const std::string chosen_before = protocol_.value_or("");
  const bool was_stable = state_ == State::kStable;

  ClassicMember replacement = old;
  replacement.id = new_member_id(joiner);
  replacement.joining = nullptr;
  replacement.syncing = nullptr;
  replacement.protocols = protocols_of(joiner.request);
  replacement.session_timeout = joiner.session_timeout();
  replacement.rebalance_timeout = joiner.rebalance_timeout();
  replacement.client_id = std::string(joiner.caller.client_id);
  replacement.client_host = std::string(joiner.caller.client_host);
  replacement.local = joiner.caller.local;

  ClassicMember& leaving = member(old_id);
  if (auto fenced = take_joining(leaving)) {
    outbox.answer(std::move(fenced), refusal(ErrorCode::kFencedInstanceId, old_id));
  }
  if (auto fenced = std::exchange(leaving.syncing, nullptr)) {
    wire::SyncGroupResponse response;
    response.error_code = ErrorCode::kFencedInstanceId;
    outbox.answer(std::move(fenced), std::move(response));
  }
  outbox.wake(leaving.local);
  members_.erase(old_id);
  const std::string new_id = replacement.id;
  static_members_[*replacement.instance_id] = new_id;
  ClassicMember& known = members_.emplace(new_id, std::move(replacement)).first->second;
  if (leader_ == old_id) leader_ = new_id;
  keep_alive(known, outbox);

  const bool says_the_same = was_stable && chosen_before == choose_protocol() &&
                             old.metadata(chosen_before) == known.metadata(chosen_before);
  if (says_the_same) return replace_quietly(old_id, old, joiner, outbox, std::move(done));
  set_joining(known, std::move(done));
  rebalance_or_complete(outbox);
}

/// Nothing changes for the others: no rebalance, once the new id is in the log.
void ClassicGroup::replace_quietly(const std::string& old_id, const ClassicMember& old,
                                   const Joiner& joiner, Outbox& outbox,
                                   Done<wire::JoinGroupResponse> done) {
  const std::string new_id = static_members_[*old.instance_id];
  const bool is_leader = leader_ == new_id;
  const auto written = record(state_since_);
  const auto appended = written ? outbox.append(std::span(&*written, 1)) : written.error();
  if (!appended) {  // K1: as if it had not come
    members_.erase(new_id);
    ClassicMember& back = members_.emplace(old_id, old).first->second;
    back.joining = nullptr;
    back.syncing = nullptr;
    static_members_[*old.instance_id] = old_id;
    if (is_leader) leader_ = old_id;
    return outbox.answer(std::move(done), refusal(ErrorCode::kCoordinatorNotAvailable, ""));
  }
  const bool skips = joiner.caller.version >= kSkipsAssignment;
  wire::JoinGroupResponse response = joined(member(new_id), is_leader && skips);
  response.skip_assignment = is_leader && skips;
  // Who cannot be told to skip the assignment is told that another leads.
  if (is_leader && !skips) response.leader = old_id;
  outbox.answer(std::move(done), std::move(response));
}

void ClassicGroup::add(const Joiner& joiner, std::string member_id, Outbox& outbox,
                       Done<wire::JoinGroupResponse> done) {
  pending_.erase(member_id);
  if (members_.empty()) protocol_type_ = std::string(joiner.request.protocol_type);
  if (!leader_) leader_ = member_id;  // G8
  if (joiner.is_static()) static_members_[*joiner.instance_id()] = member_id;
  ClassicMember& added = members_[member_id];
  added.id = std::move(member_id);
  added.instance_id = joiner.instance_id();
  update(added, joiner, outbox, std::move(done));
  added.expires_at = outbox.now() + kNewMemberTimeout;
  if (!added.local) look_by(added.expires_at);
  if (state_ == State::kPreparingRebalance && initial_delay_left_) member_was_added_ = true;
  rebalance_or_complete(outbox);
}

void ClassicGroup::update(ClassicMember& member, const Joiner& joiner, Outbox& outbox,
                          Done<wire::JoinGroupResponse> done) {
  member.protocols = protocols_of(joiner.request);
  member.session_timeout = joiner.session_timeout();
  member.rebalance_timeout = joiner.rebalance_timeout();
  member.client_id = std::string(joiner.caller.client_id);
  member.client_host = std::string(joiner.caller.client_host);
  member.local = joiner.caller.local;
  // It asks again on another connection: the first will never be read.
  if (auto before = take_joining(member)) {
    outbox.answer(std::move(before), refusal(ErrorCode::kRebalanceInProgress, member.id));
  }
  set_joining(member, std::move(done));
}

void ClassicGroup::set_joining(ClassicMember& member, Done<wire::JoinGroupResponse> done) {
  if (!member.joining) ++joining_count_;
  member.joining = std::move(done);
}

Done<wire::JoinGroupResponse> ClassicGroup::take_joining(ClassicMember& member) {
  if (member.joining) --joining_count_;
  return std::exchange(member.joining, nullptr);
}

std::string ClassicGroup::new_member_id(const Joiner& joiner) const {
  const std::string_view name =
      joiner.is_static() ? *joiner.request.group_instance_id : joiner.caller.client_id;
  return fmt::format("{}-{}", name, dashed(base::make_uuid(*random_)));
}

}  // namespace leat::group
