#include "group/coordinator.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "group/classic_group.h"
#include "group/cluster_topics.h"
#include "group/consumer_group.h"
#include "group/consumer_record.h"
#include "group/outbox.h"
#include "group/records.h"
#include "service/group_service.h"
#include "wire/codec.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/leave_group.h"
#include "wire/messages/list_groups.h"
#include "wire/messages/sync_group.h"
#include "wire/schema.h"

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

Coordinator::Coordinator(const EngineOptions& options, const ClusterTopics& topics,
                         const std::function<std::uint64_t()>& random)
    : options_(&options),
      topics_(&topics),
      random_(&random),
      consumer_options_{.session_timeout = options.group_consumer_session_timeout,
                        .heartbeat_interval = options.group_consumer_heartbeat_interval,
                        .members_max = static_cast<std::size_t>(options.group_consumer_max_size),
                        .assignment_interval = options.group_consumer_assignment_interval} {}

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
  if (found == groups_.end()) return;
  const Group& group = found->second;
  if (group.is_nothing()) {  // who was refused leaves nothing behind
    groups_.erase(found);
    return;
  }
  const auto look = group.next_look();
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
  Group& known = group(request.group_id);
  if (known.consumer && known.consumer->has_members()) {
    // Members of this process have no heartbeat to learn a new assignment from.
    if (caller.local) return refuse(ErrorCode::kInconsistentGroupProtocol);
    auto response = known.consumer->join({caller.version, caller.client_id, caller.client_host},
                                         request, outbox);
    outbox.answer(std::move(done), std::move(response));
    return step_ends(request.group_id);
  }
  if (known.consumer) {
    const auto made = make_idle_classic(known, outbox);
    if (!made) return refuse(made.error().code());
  }
  known.classic.join(caller, request, outbox, std::move(done));
  step_ends(request.group_id);
}

void Coordinator::consumer_heartbeat(const service::GroupCaller& caller,
                                     const wire::ConsumerGroupHeartbeatRequest& request,
                                     Outbox& outbox,
                                     Done<wire::ConsumerGroupHeartbeatResponse> done) {
  const auto refuse = [&](ErrorCode error) {
    auto response = refusal<wire::ConsumerGroupHeartbeatResponse>(error);
    outbox.answer(std::move(done), std::move(response));
  };
  if (!is_group_id(request.group_id)) return refuse(ErrorCode::kInvalidRequest);
  const bool joins = request.member_epoch == 0;
  const Group* const known = find(request.group_id);
  if (!joins && (known == nullptr || !known->consumer)) return refuse(ErrorCode::kGroupIdNotFound);
  const auto consumer = consumer_to_join(request.group_id, outbox);
  if (!consumer) return refuse(consumer.error().code());
  auto response = (*consumer)->heartbeat({caller.version, caller.client_id, caller.client_host},
                                         request, outbox);
  outbox.answer(std::move(done), std::move(response));
  if (request.member_epoch < 0) go_back_to_classic(group(request.group_id), outbox);
  step_ends(request.group_id);
}

void Coordinator::sync(const wire::SyncGroupRequest& request, Outbox& outbox,
                       Done<wire::SyncGroupResponse> done) {
  Group* const known = find(request.group_id);
  if (known != nullptr && known->consumer) {
    return outbox.answer(std::move(done), known->consumer->sync(request, outbox));
  }
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
  Group* const known = find(request.group_id);
  if (known != nullptr) {
    error = known->consumer ? known->consumer->classic_heartbeat(request, outbox)
                            : known->classic.heartbeat(request, outbox);
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
    if (known->consumer) return known->consumer->classic_leave(member, instance, outbox);
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
  const Group* const known = find(group_id);
  if (known != nullptr && !known->consumer) return known->classic.describe();
  wire::describe_groups_response::DescribedGroup unknown;
  unknown.group_id = std::string(group_id);
  unknown.group_state = "Dead";
  unknown.error_code = ErrorCode::kGroupIdNotFound;  // G20
  return unknown;
}

wire::consumer_group_describe_response::DescribedGroup Coordinator::describe_consumer_group(
    std::string_view group_id) const {
  const Group* const known = find(group_id);
  if (known != nullptr && known->consumer) return known->consumer->describe();
  wire::consumer_group_describe_response::DescribedGroup unknown;
  unknown.group_id = std::string(group_id);
  unknown.group_state = "Dead";
  unknown.error_code = ErrorCode::kGroupIdNotFound;  // N15
  return unknown;
}

std::vector<wire::list_groups_response::ListedGroup> Coordinator::list() const {
  std::vector<wire::list_groups_response::ListedGroup> groups;
  groups.reserve(groups_.size());
  for (const auto& [id, group] : groups_) {
    groups.push_back({.group_id = id,
                      .protocol_type = std::string(group.protocol_type()),
                      .group_state = std::string(group.consumer ? group.consumer->state_name()
                                                                : group.classic.state_name()),
                      .group_type = group.consumer ? "consumer" : "classic"});
  }
  return groups;
}

void Coordinator::remove(std::string_view group_id, Outbox& outbox, Done<ErrorCode> done) {
  const Group* const known = find(group_id);
  if (known == nullptr) return outbox.answer(std::move(done), ErrorCode::kGroupIdNotFound);
  if (!known->is_idle()) return outbox.answer(std::move(done), ErrorCode::kNonEmptyGroup);
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
  if (found->second.consumer) {
    for (const ConsumerRecord& each : found->second.consumer->deletion()) {
      LEAT_TRY(auto record, encode(each));
      records.push_back(std::move(record));
    }
  } else {
    LEAT_TRY(auto record, tombstone_of(GroupMetadataKey{found->first}));
    records.push_back(std::move(record));
  }
  LEAT_TRY_VOID(outbox.append(records));
  groups_.erase(found);
  return {};
}

void Coordinator::close(Outbox& outbox) {
  for (auto& [id, group] : groups_) {
    group.classic.close(ErrorCode::kCoordinatorNotAvailable, outbox);
  }
}

void Coordinator::topics_changed() {
  for (auto& [id, group] : groups_) {
    if (group.consumer) group.consumer->topics_changed();
  }
}

void Coordinator::on_time(Outbox& outbox) {
  next_look_.reset();
  std::vector<std::string> stepped;
  for (auto& [id, group] : groups_) {
    const auto look = group.next_look();
    if (!look) continue;
    if (*look <= outbox.now()) {
      group.consumer ? group.consumer->on_time(outbox) : group.classic.on_time(outbox);
      go_back_to_classic(group, outbox);
    }
    stepped.push_back(id);
  }
  for (const std::string& id : stepped) step_ends(id);
}

}  // namespace leat::group
