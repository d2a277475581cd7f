#include "engine/group_member.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "group/assignor/client.h"
#include "service/group_service.h"
#include "service/waiter.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/leave_group.h"
#include "wire/messages/sync_group.h"
#include "wire/schema.h"

namespace leat::engine {
namespace {

using group::assignor::ClientAssignor;
using group::assignor::ClientMember;
using group::assignor::PartitionCounts;

constexpr std::string_view kProtocolType = "consumer";
/// The requests are those of the newest version.
constexpr wire::ApiVersion kJoinVersion = wire::JoinGroupRequest::kVersions.last;

ClientAssignor client_assignor(Assignor assignor) {
  switch (assignor) {
    case Assignor::kRange:
      return ClientAssignor::kRange;
    case Assignor::kRoundRobin:
      return ClientAssignor::kRoundRobin;
    case Assignor::kSticky:
      return ClientAssignor::kSticky;
    case Assignor::kCooperativeSticky:
      return ClientAssignor::kCooperativeSticky;
  }
  return ClientAssignor::kRange;
}

/// What is in `of`, sorted, and not in `without`.
std::vector<TopicPartition> difference(const std::vector<TopicPartition>& of,
                                       const std::vector<TopicPartition>& without) {
  std::vector<TopicPartition> rest;
  std::ranges::set_difference(of, without, std::back_inserter(rest));
  return rest;
}

}  // namespace

void GroupMember::Inbox::ring() noexcept {
  has_news.store(true, std::memory_order_release);
  sleeper->wake();
}

GroupMember::GroupMember(std::shared_ptr<service::GroupService> groups,
                         const ConsumerOptions& options, std::shared_ptr<service::Waiter> sleeper,
                         GroupMemberEvents& events)
    : groups_(std::move(groups)),
      options_(options),
      sleeper_(std::move(sleeper)),
      events_(events),
      inbox_(std::make_shared<Inbox>(sleeper_)) {}

GroupMember::~GroupMember() {
  if (!options_.group_instance_id) leave();
}

void GroupMember::subscribe(std::vector<std::string> topics) {
  topics_ = std::move(topics);
  must_rejoin_ = true;
  inbox_->ring();
}

bool GroupMember::has_news() const noexcept {
  return inbox_->has_news.load(std::memory_order_acquire);
}

bool GroupMember::is_cooperative() const {
  return std::ranges::all_of(options_.assignors, [](Assignor assignor) {
    return assignor == Assignor::kCooperativeSticky;
  });
}

GroupMetadata GroupMember::metadata() const {
  const bool is_in = state_ == State::kStable;
  return {.group = options_.group,
          .member_id = member_id_,
          .generation = is_in ? generation_ : -1,
          .instance_id = options_.group_instance_id};
}

Result<void> GroupMember::step() {
  constexpr int kStepsMax = 1000;  // others may rebalance as fast as it looks
  for (int i = 0; i < kStepsMax && inbox_->has_news.exchange(false); ++i) {
    std::optional<wire::JoinGroupResponse> joined;
    std::optional<wire::SyncGroupResponse> synced;
    {
      const base::MutexLock lock(inbox_->mutex);
      joined = std::exchange(inbox_->joined, std::nullopt);
      synced = std::exchange(inbox_->synced, std::nullopt);
    }
    if (joined && state_ == State::kJoining) {
      LEAT_TRY_VOID(take_join(*joined));
    } else if (synced && state_ == State::kSyncing) {
      LEAT_TRY_VOID(take_sync(*synced));
    }
    // After the answers: a rebalance may have begun behind the assignment that just came.
    if (state_ == State::kStable && inbox_->is_called.exchange(false) && !must_rejoin_) {
      LEAT_TRY_VOID(look_whether_alive());
    }
    if (must_rejoin_ && (state_ == State::kOut || state_ == State::kStable)) rebalance();
  }
  return {};
}

void GroupMember::rebalance() {
  if (!owned_.empty() && !is_cooperative()) {
    events_.revoked(owned_);
    owned_.clear();
  }
  join();
}

void GroupMember::join() {
  must_rejoin_ = false;
  state_ = State::kJoining;
  std::vector<std::vector<std::byte>> metadata;
  metadata.reserve(options_.assignors.size());
  wire::JoinGroupRequest request;
  request.group_id = options_.group;
  request.session_timeout_ms = static_cast<std::int32_t>(options_.session_timeout.count());
  request.rebalance_timeout_ms = static_cast<std::int32_t>(options_.max_poll_interval.count());
  request.member_id = member_id_;
  if (options_.group_instance_id) request.group_instance_id = *options_.group_instance_id;
  request.protocol_type = kProtocolType;
  for (const Assignor each : options_.assignors) {
    const ClientAssignor assignor = client_assignor(each);
    auto encoded = group::assignor::encode_subscription(
        assignor, {.topics = topics_, .owned = owned_, .generation = generation_});
    metadata.push_back(encoded ? *std::move(encoded) : std::vector<std::byte>());
    request.protocols.push_back({group::assignor::name_of(assignor), metadata.back()});
  }
  const service::GroupCaller caller{.version = kJoinVersion,
                                    .client_id = options_.client_id,
                                    .client_host = service::kInProcess,
                                    .local = inbox_};
  groups_->join(caller, request, [inbox = inbox_](wire::JoinGroupResponse response) {
    {
      const base::MutexLock lock(inbox->mutex);
      inbox->joined = std::move(response);
    }
    inbox->ring();
  });
}

Result<void> GroupMember::take_join(const wire::JoinGroupResponse& joined) {
  if (joined.error_code != ErrorCode::kNone) return after_error(joined.error_code);
  member_id_ = joined.member_id;
  generation_ = joined.generation_id;
  protocol_ = joined.protocol_name.value_or("");
  sync(joined);
  return {};
}

void GroupMember::sync(const wire::JoinGroupResponse& joined) {
  state_ = State::kSyncing;
  wire::SyncGroupRequest request;
  request.group_id = options_.group;
  request.generation_id = generation_;
  request.member_id = member_id_;
  if (options_.group_instance_id) request.group_instance_id = *options_.group_instance_id;
  request.protocol_type = kProtocolType;
  request.protocol_name = protocol_;
  std::vector<std::vector<std::byte>> assignments;
  led_.reset();
  if (joined.leader == member_id_) {
    const auto shares = assign(joined);
    for (const auto& share : shares) {
      auto encoded = group::assignor::encode_assignment(share);
      assignments.push_back(encoded ? *std::move(encoded) : std::vector<std::byte>());
    }
    for (std::size_t i = 0; i < assignments.size() && !joined.skip_assignment; ++i) {
      request.assignments.push_back({joined.members[i].member_id, assignments[i]});
    }
  }
  groups_->sync({.version = wire::SyncGroupRequest::kVersions.last}, request,
                [inbox = inbox_](wire::SyncGroupResponse response) {
                  {
                    const base::MutexLock lock(inbox->mutex);
                    inbox->synced = std::move(response);
                  }
                  inbox->ring();
                });
}

/// A member whose metadata is no subscription reads nothing.
std::vector<std::vector<TopicPartition>> GroupMember::assign(
    const wire::JoinGroupResponse& joined) {
  const auto assignor =
      group::assignor::client_assignor_of(protocol_).value_or(ClientAssignor::kRange);
  std::vector<ClientMember> members;
  std::set<std::string> topics;
  for (const auto& member : joined.members) {
    auto subscription = group::assignor::decode_subscription(assignor, member.metadata);
    members.push_back({.member_id = member.member_id,
                       .instance_id = member.group_instance_id,
                       .subscription = subscription ? *std::move(subscription)
                                                    : group::assignor::Subscription()});
    topics.insert(members.back().subscription.topics.begin(),
                  members.back().subscription.topics.end());
  }
  led_ = count(topics);
  return group::assignor::assign(assignor, members, *led_);
}

PartitionCounts GroupMember::count(const std::set<std::string>& topics) const {
  PartitionCounts counts;
  for (const std::string& topic : topics) {
    if (const auto partitions = events_.partition_count(topic)) counts[topic] = *partitions;
  }
  // Topics that are not there yet are waited for.
  for (const std::string& topic : topics) counts.try_emplace(topic, 0);
  return counts;
}

void GroupMember::topics_changed() {
  if (!led_ || state_ != State::kStable) return;
  std::set<std::string> topics;
  for (const auto& [topic, partitions] : *led_) topics.insert(topic);
  if (count(topics) == *led_) return;
  must_rejoin_ = true;
  inbox_->ring();
}

Result<void> GroupMember::take_sync(const wire::SyncGroupResponse& synced) {
  if (synced.error_code != ErrorCode::kNone) return after_error(synced.error_code);
  state_ = State::kStable;
  LEAT_TRY(auto partitions, group::assignor::decode_assignment(synced.assignment));
  // Another leader may know of topics that are gone by now.
  std::erase_if(partitions, [&](const TopicPartition& partition) {
    const auto there = events_.partition_count(partition.topic);
    return !there || partition.partition.value() >= *there;
  });
  std::ranges::sort(partitions);
  return take_assignment(std::move(partitions));
}

Result<void> GroupMember::take_assignment(std::vector<TopicPartition> partitions) {
  const std::vector<TopicPartition> revoked = difference(owned_, partitions);
  const std::vector<TopicPartition> added = difference(partitions, owned_);
  if (!revoked.empty()) {
    events_.revoked(revoked);
    must_rejoin_ = is_cooperative();  // what it has released can be given to another (G17)
    if (must_rejoin_) inbox_->ring();
  }
  owned_ = std::move(partitions);
  return events_.assigned(added);
}

Result<void> GroupMember::look_whether_alive() {
  wire::HeartbeatRequest request;
  request.group_id = options_.group;
  request.generation_id = generation_;
  request.member_id = member_id_;
  if (options_.group_instance_id) request.group_instance_id = *options_.group_instance_id;
  ErrorCode error = ErrorCode::kNone;
  groups_->heartbeat({.version = wire::HeartbeatRequest::kVersions.last}, request,
                     [&](const wire::HeartbeatResponse& response) { error = response.error_code; });
  if (error == ErrorCode::kRebalanceInProgress) must_rejoin_ = true;
  if (error == ErrorCode::kNone || must_rejoin_) return {};
  return after_error(error);
}

Result<void> GroupMember::after_error(ErrorCode error) {
  state_ = State::kOut;
  switch (error) {
    case ErrorCode::kRebalanceInProgress:
      state_ = State::kStable;  // of the generation before; it joins again
      must_rejoin_ = true;
      inbox_->ring();
      return {};
    case ErrorCode::kUnknownMemberId:
    case ErrorCode::kIllegalGeneration:
      lose_all();
      if (error == ErrorCode::kUnknownMemberId) member_id_.clear();
      must_rejoin_ = true;
      inbox_->ring();
      return {};
    default:
      lose_all();
      member_id_.clear();
      must_rejoin_ = true;  // at the next poll, should its user want to go on
      inbox_->ring();
      return Error(error, fmt::format("group '{}' does not take the consumer", options_.group));
  }
}

void GroupMember::lose_all() {
  generation_ = -1;
  led_.reset();
  if (owned_.empty()) return;
  events_.lost(std::exchange(owned_, {}));
}

void GroupMember::leave() {
  if (!owned_.empty()) {
    events_.revoked(owned_);
    owned_.clear();
  }
  if (!member_id_.empty()) {
    wire::LeaveGroupRequest request;
    request.group_id = options_.group;
    auto& leaver = request.members.emplace_back();
    leaver.member_id = member_id_;
    if (options_.group_instance_id) leaver.group_instance_id = *options_.group_instance_id;
    groups_->leave({.version = wire::LeaveGroupRequest::kVersions.last}, request,
                   [](const wire::LeaveGroupResponse&) {});
  }
  state_ = State::kOut;
  must_rejoin_ = true;
  member_id_.clear();
  generation_ = -1;
  led_.reset();
  inbox_ = std::make_shared<Inbox>(sleeper_);  // late answers find nobody
}

}  // namespace leat::engine
