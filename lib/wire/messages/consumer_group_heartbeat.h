#pragma once

/// \file
/// ConsumerGroupHeartbeat (key 68): all that a member of the new protocol says and hears
/// (KIP-848). Null, -1: not changed since the last heartbeat.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace consumer_group_heartbeat_request {

struct TopicPartitions {
  Uuid topic_id = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const TopicPartitions&) const = default;

  static constexpr auto fields() {
    using M = TopicPartitions;
    return std::tuple{
        field<&M::topic_id>("TopicId"),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TopicPartitions>());

}  // namespace consumer_group_heartbeat_request

struct ConsumerGroupHeartbeatRequest {
  std::string_view group_id = {};
  std::string_view member_id = {};
  std::int32_t member_epoch = 0;
  std::optional<std::string_view> instance_id = {};
  std::optional<std::string_view> rack_id = {};
  std::int32_t rebalance_timeout_ms = -1;
  std::optional<std::vector<std::string_view>> subscribed_topic_names = {};
  std::optional<std::string_view> subscribed_topic_regex = {};
  std::optional<std::string_view> server_assignor = {};
  std::optional<std::vector<consumer_group_heartbeat_request::TopicPartitions>> topic_partitions =
      {};
  bool operator==(const ConsumerGroupHeartbeatRequest&) const = default;

  static constexpr std::int16_t kApiKey = 68;
  static constexpr std::string_view kName = "ConsumerGroupHeartbeatRequest";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupHeartbeatRequest;
    return std::tuple{
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::member_id>("MemberId"),
        field<&M::member_epoch>("MemberEpoch"),
        field<&M::instance_id>("InstanceId", {.nullable = since(0)}),
        field<&M::rack_id>("RackId", {.nullable = since(0)}),
        field<&M::rebalance_timeout_ms>("RebalanceTimeoutMs"),
        field<&M::subscribed_topic_names>("SubscribedTopicNames",
                                          {.nullable = since(0), .entity = Entity::kTopicName}),
        field<&M::subscribed_topic_regex>("SubscribedTopicRegex",
                                          {.versions = since(1), .nullable = since(1)}),
        field<&M::server_assignor>("ServerAssignor", {.nullable = since(0)}),
        field<&M::topic_partitions>("TopicPartitions", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<ConsumerGroupHeartbeatRequest>());

namespace consumer_group_heartbeat_response {

struct TopicPartitions {
  Uuid topic_id = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const TopicPartitions&) const = default;

  static constexpr auto fields() {
    using M = TopicPartitions;
    return std::tuple{
        field<&M::topic_id>("TopicId"),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TopicPartitions>());

struct Assignment {
  std::vector<TopicPartitions> topic_partitions = {};
  bool operator==(const Assignment&) const = default;

  static constexpr auto fields() {
    using M = Assignment;
    return std::tuple{
        field<&M::topic_partitions>("TopicPartitions"),
    };
  }
};
static_assert(well_formed<Assignment>());

}  // namespace consumer_group_heartbeat_response

struct ConsumerGroupHeartbeatResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::optional<std::string> error_message = {};
  std::optional<std::string> member_id = {};
  std::int32_t member_epoch = 0;
  std::int32_t heartbeat_interval_ms = 0;
  std::optional<consumer_group_heartbeat_response::Assignment> assignment = {};
  bool operator==(const ConsumerGroupHeartbeatResponse&) const = default;

  static constexpr std::int16_t kApiKey = 68;
  static constexpr std::string_view kName = "ConsumerGroupHeartbeatResponse";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupHeartbeatResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::member_id>("MemberId", {.nullable = since(0)}),
        field<&M::member_epoch>("MemberEpoch"),
        field<&M::heartbeat_interval_ms>("HeartbeatIntervalMs"),
        field<&M::assignment>("Assignment", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<ConsumerGroupHeartbeatResponse>());

}  // namespace leat::wire
