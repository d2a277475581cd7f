#include "group/coordinator.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "group/classic_group.h"
#include "group/outbox.h"
#include "group/records.h"
#include "service/group_service.h"
#include "wire/codec.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/leave_group.h"
#include "wire/messages/list_groups.h"
#include "wire/messages/sync_group.h"
#include "wire/reader.h"
#include "wire/schema.h"
#include "wire/versioned.h"

namespace leat::group {
namespace {

/// Since this version LeaveGroup has many members, each with its own error (G14).
constexpr wire::ApiVersion kManyLeave = 3;

template <class Response>
Response refusal(ErrorCode error) {
  Response response;
  response.error_code = error;
  return response;
}

/// Every group is named, and the name is a key in the log (G2).
bool is_group_id(std::string_view id) { return !id.empty() && id.size() <= wire::kStringSizeMax; }

}  // namespace

Coordinator::Group& Coordinator::group(std::string_view id) {
  auto found = groups_.find(id);
  if (found == groups_.end()) {
    std::string name(id);
    ClassicGroup classic(name, *options_, *random_);
    found = groups_.emplace(std::move(name), Group{.classic = std::move(classic)}).first;
  }
  return found->second;
}

const Coordinator::Group* Coordinator::find(std::string_view id) const {
  const auto found = groups_.find(id);
  return found == groups_.end() ? nullptr : &found->second;
}

Coordinator::Group* Coordinator::find(std::string_view id) {
  const auto found = groups_.find(id);
  return found == groups_.end() ? nullptr : &found->second;
}

void Coordinator::step_ends(std::string_view id) {
  const auto found = groups_.find(id);
  const Group& group = found->second;
  const bool is_nothing =
      group.classic.is_idle() && group.classic.generation() == 0 && group.offsets.empty();
  if (is_nothing) {  // who was refused leaves nothing behind
    groups_.erase(found);
    return;
  }
  const auto look = group.classic.next_look();
  if (look && (!next_look_ || *look < *next_look_)) next_look_ = look;
}

void Coordinator::join(const service::GroupCaller& caller, const wire::JoinGroupRequest& request,
                       Outbox& outbox, Done<wire::JoinGroupResponse> done) {
  const auto refuse = [&](ErrorCode error) {
    auto response = refusal<wire::JoinGroupResponse>(error);
    response.member_id = std::string(request.member_id);
    outbox.answer(std::move(done), std::move(response));
  };
  if (!is_group_id(request.group_id)) return refuse(ErrorCode::kInvalidGroupId);
  const std::chrono::milliseconds session(request.session_timeout_ms);
  if (session < options_->group_min_session_timeout ||
      session > options_->group_max_session_timeout) {
    return refuse(ErrorCode::kInvalidSessionTimeout);
  }
  if (find(request.group_id) == nullptr && !request.member_id.empty()) {
    return refuse(ErrorCode::kUnknownMemberId);  // G4
  }
  group(request.group_id).classic.join(caller, request, outbox, std::move(done));
  step_ends(request.group_id);
}

void Coordinator::sync(const wire::SyncGroupRequest& request, Outbox& outbox,
                       Done<wire::SyncGroupResponse> done) {
  Group* const known = find(request.group_id);
  if (known == nullptr) {
    const bool is_named = is_group_id(request.group_id);
    return outbox.answer(std::move(done),
                         refusal<wire::SyncGroupResponse>(is_named ? ErrorCode::kUnknownMemberId
                                                                   : ErrorCode::kInvalidGroupId));
  }
  known->classic.sync(request, outbox, std::move(done));
  step_ends(request.group_id);
}

void Coordinator::heartbeat(const wire::HeartbeatRequest& request, Outbox& outbox,
                            Done<wire::HeartbeatResponse> done) {
  ErrorCode error =
      is_group_id(request.group_id) ? ErrorCode::kUnknownMemberId : ErrorCode::kInvalidGroupId;
  if (Group* const known = find(request.group_id)) {
    error = known->classic.heartbeat(request, outbox);
  }
  outbox.answer(std::move(done), refusal<wire::HeartbeatResponse>(error));
}

void Coordinator::leave(const service::GroupCaller& caller, const wire::LeaveGroupRequest& request,
                        Outbox& outbox, Done<wire::LeaveGroupResponse> done) {
  Group* const known = find(request.group_id);
  if (!is_group_id(request.group_id)) {
    return outbox.answer(std::move(done),
                         refusal<wire::LeaveGroupResponse>(ErrorCode::kInvalidGroupId));
  }
  wire::LeaveGroupResponse response;
  bool someone_left = false;
  const auto leaves = [&](std::string_view member, std::optional<std::string_view> instance) {
    if (known == nullptr) return ErrorCode::kUnknownMemberId;
    const ErrorCode error = known->classic.leave(member, instance, outbox);
    someone_left = someone_left || error == ErrorCode::kNone;
    return error;
  };
  if (caller.version < kManyLeave) {
    response.error_code = leaves(request.member_id, std::nullopt);
  }
  for (const auto& member : request.members) {
    auto& left = response.members.emplace_back();
    left.member_id = std::string(member.member_id);
    left.group_instance_id.reset();
    if (member.group_instance_id) left.group_instance_id = std::string(*member.group_instance_id);
    left.error_code = leaves(member.member_id, member.group_instance_id);
  }
  if (someone_left) known->classic.members_left(outbox);
  outbox.answer(std::move(done), std::move(response));
  if (known != nullptr) step_ends(request.group_id);
}

wire::describe_groups_response::DescribedGroup Coordinator::describe(
    std::string_view group_id) const {
  if (const Group* const known = find(group_id)) return known->classic.describe();
  wire::describe_groups_response::DescribedGroup unknown;
  unknown.group_id = std::string(group_id);
  unknown.group_state = "Dead";
  unknown.error_code = ErrorCode::kGroupIdNotFound;  // G20
  return unknown;
}

std::vector<wire::list_groups_response::ListedGroup> Coordinator::list() const {
  std::vector<wire::list_groups_response::ListedGroup> groups;
  groups.reserve(groups_.size());
  for (const auto& [id, group] : groups_) {
    groups.push_back({.group_id = id,
                      .protocol_type = std::string(group.classic.protocol_type()),
                      .group_state = std::string(group.classic.state_name()),
                      .group_type = "classic"});
  }
  return groups;
}

void Coordinator::remove(std::string_view group_id, Outbox& outbox, Done<ErrorCode> done) {
  const Group* const known = find(group_id);
  if (known == nullptr) return outbox.answer(std::move(done), ErrorCode::kGroupIdNotFound);
  if (!known->classic.is_idle()) return outbox.answer(std::move(done), ErrorCode::kNonEmptyGroup);
  const auto deleted = delete_group(group_id, outbox);
  outbox.answer(std::move(done), deleted ? ErrorCode::kNone : ErrorCode::kCoordinatorNotAvailable);
}

Result<void> Coordinator::delete_group(std::string_view id, Outbox& outbox) {
  const auto found = groups_.find(id);
  std::vector<CoordinatorRecord> records;
  for (const auto& [topic, partitions] : found->second.offsets.topics()) {
    for (const auto& [partition, value] : partitions) {
      LEAT_TRY(auto record,
               tombstone_of(OffsetCommitKey{found->first, topic, PartitionId{partition}}));
      records.push_back(std::move(record));
    }
  }
  LEAT_TRY(auto record, tombstone_of(GroupMetadataKey{found->first}));
  records.push_back(std::move(record));
  LEAT_TRY_VOID(outbox.append(records));
  groups_.erase(found);
  return {};
}

void Coordinator::close(Outbox& outbox) {
  for (auto& [id, group] : groups_) group.classic.close(outbox);
}

void Coordinator::forget_local_members(Outbox& outbox) {
  for (auto& [id, group] : groups_) group.classic.forget_local_members(outbox);
}

void Coordinator::on_time(Outbox& outbox) {
  next_look_.reset();
  std::vector<std::string> stepped;
  for (auto& [id, group] : groups_) {
    const auto look = group.classic.next_look();
    if (!look) continue;
    if (*look <= outbox.now()) group.classic.on_time(outbox);
    stepped.push_back(id);
  }
  for (const std::string& id : stepped) step_ends(id);
}

Result<void> Coordinator::apply(BytesView key, BytesView value, MonotonicTime now) {
  LEAT_TRY(const std::int16_t kind, wire::peek_prefix(key.bytes()));
  switch (kind) {
    case 0:  // an older schema of the same key
    case OffsetCommitKey::kRecordKind: {
      wire::Reader reader(key.bytes());
      reader.integer<std::int16_t>();
      LEAT_TRY(const auto offset, wire::decode_exactly<OffsetCommitKey>(reader, 0));
      if (value.is_null()) {
        apply_offset(offset, std::nullopt);
        return {};
      }
      LEAT_TRY(auto committed, wire::decode_versioned<OffsetCommitValue>(value.bytes()));
      apply_offset(offset, std::move(committed));
      return {};
    }
    case GroupMetadataKey::kRecordKind: {
      LEAT_TRY(const auto metadata, wire::decode_key<GroupMetadataKey>(key.bytes()));
      Offsets offsets;
      if (const auto known = groups_.find(metadata.group); known != groups_.end()) {
        offsets = std::move(known->second.offsets);
        groups_.erase(known);
      }
      if (value.is_null() && offsets.empty()) return {};
      Group& restored = group(metadata.group);
      restored.offsets = std::move(offsets);
      if (value.is_null()) return {};
      LEAT_TRY(const auto said, wire::decode_versioned<GroupMetadataValue>(value.bytes()));
      restored.classic.restore(said, now);
      step_ends(metadata.group);
      return {};
    }
    default:
      return {};  // of a kind of group that is not served here: left to who serves it
  }
}

}  // namespace leat::group
