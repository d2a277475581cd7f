#pragma once

// A consumer of the classic protocol in a group of the consumer protocol (N16).

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/types.h"

#include "group/assignor/client.h"
#include "group/consumer_group.h"
#include "group/outbox.h"
#include "unit/group/consumer_group_world.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/sync_group.h"
#include "wire/schema.h"

namespace leat::group::testing {

/// A consumer of the classic protocol, cooperative or eager.
class Classic {
 public:
  Classic(World& world, std::string id, assignor::ClientAssignor assignor)
      : world_(&world), id_(std::move(id)), assignor_(assignor) {}
  Classic& subscribes(std::vector<std::string> topics) {
    topics_ = std::move(topics);
    return *this;
  }
  Classic& is_static(std::string instance_id) {
    instance_id_ = std::move(instance_id);
    return *this;
  }
  Classic& times_out_after(std::chrono::milliseconds session) {
    session_ = session;
    return *this;
  }
  /// It is in the group already.
  Classic& has(std::vector<TopicPartition> partitions, std::int32_t generation) {
    owned_ = std::move(partitions);
    generation_ = generation;
    return *this;
  }

  /// It joins, with as many requests as that takes.
  ErrorCode begin() {
    has_joined_ = false;
    return live();
  }
  ErrorCode join(wire::ApiVersion version = 9) {
    if (assignor_ != assignor::ClientAssignor::kCooperativeSticky) owned_.clear();
    const auto metadata = *assignor::encode_subscription(
        assignor_, {.topics = topics_, .owned = owned_, .generation = generation_});
    wire::JoinGroupRequest request{
        .group_id = "g",
        .session_timeout_ms = static_cast<std::int32_t>(session_.count()),
        .rebalance_timeout_ms = 60'000,
        .member_id = id_,
        .protocol_type = "consumer",
        .protocols = {{.name = assignor::name_of(assignor_), .metadata = BytesView(metadata)}}};
    if (instance_id_) request.group_instance_id = *instance_id_;
    const auto answer = world_->step([&](ConsumerGroup& group, Outbox& outbox) {
      return group.join({.version = version, .client_id = "c"}, request, outbox);
    });
    if (!answer.member_id.empty()) id_ = answer.member_id;
    has_joined_ = answer.error_code == ErrorCode::kNone;
    has_synced_ = false;
    if (has_joined_) generation_ = answer.generation_id;
    return answer.error_code;
  }
  ErrorCode sync() {
    wire::SyncGroupRequest request{.group_id = "g", .generation_id = generation_, .member_id = id_};
    if (instance_id_) request.group_instance_id = *instance_id_;
    const auto answer = world_->step(
        [&](ConsumerGroup& group, Outbox& outbox) { return group.sync(request, outbox); });
    has_synced_ = answer.error_code == ErrorCode::kNone;
    if (has_synced_) {
      owned_ = *assignor::decode_assignment(answer.assignment);
      EXPECT_EQ(answer.protocol_name, assignor::name_of(assignor_));
    }
    return answer.error_code;
  }
  ErrorCode beat() {
    wire::HeartbeatRequest request{.group_id = "g", .generation_id = generation_, .member_id = id_};
    if (instance_id_) request.group_instance_id = *instance_id_;
    return world_->step([&](ConsumerGroup& group, Outbox& outbox) {
      return group.classic_heartbeat(request, outbox);
    });
  }
  ErrorCode leave() {
    return world_->step([&](ConsumerGroup& group, Outbox& outbox) {
      return group.classic_leave(id_, instance_id_, outbox);
    });
  }
  /// A heartbeat, and what follows from its answer, as far as that succeeds.
  ErrorCode live() {
    ErrorCode error = has_joined_ ? beat() : ErrorCode::kRebalanceInProgress;
    if (error == ErrorCode::kRebalanceInProgress) error = join();
    if (error == ErrorCode::kMemberIdRequired) error = join();
    if (error == ErrorCode::kNone && !has_synced_) error = sync();
    switch (error) {
      case ErrorCode::kNone:
      case ErrorCode::kRebalanceInProgress:
      case ErrorCode::kCoordinatorNotAvailable:
        return error;
      default:  // it is out: it begins anew, with nothing
        owned_.clear();
        id_.clear();
        generation_ = -1;
        has_joined_ = false;
        return error;
    }
  }

  const std::string& id() const { return id_; }
  std::int32_t generation() const { return generation_; }
  void set_generation(std::int32_t generation) { generation_ = generation; }
  const std::vector<TopicPartition>& owned() const { return owned_; }

 private:
  World* world_;
  std::string id_;
  assignor::ClientAssignor assignor_;
  std::vector<std::string> topics_ = {"t"};
  std::optional<std::string> instance_id_;
  std::chrono::milliseconds session_{10'000};
  std::vector<TopicPartition> owned_;
  std::int32_t generation_ = -1;
  bool has_joined_ = true;
  bool has_synced_ = true;
};

}  // namespace leat::group::testing
