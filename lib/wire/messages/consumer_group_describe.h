#pragma once

/// \file
/// ConsumerGroupDescribe (key 69): groups of the new protocol with their members (KIP-848).

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

struct ConsumerGroupDescribeRequest {
  std::vector<std::string_view> group_ids = {};
  bool include_authorized_operations = false;
  bool operator==(const ConsumerGroupDescribeRequest&) const = default;

  static constexpr std::int16_t kApiKey = 69;
  static constexpr std::string_view kName = "ConsumerGroupDescribeRequest";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupDescribeRequest;
    return std::tuple{
        field<&M::group_ids>("GroupIds", {.entity = Entity::kGroupId}),
        field<&M::include_authorized_operations>("IncludeAuthorizedOperations"),
    };
  }
};
static_assert(well_formed<ConsumerGroupDescribeRequest>());

namespace consumer_group_describe_response {

struct TopicPartitions {
  Uuid topic_id = {};
  std::string topic_name = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const TopicPartitions&) const = default;

  static constexpr auto fields() {
    using M = TopicPartitions;
    return std::tuple{
        field<&M::topic_id>("TopicId"),
        field<&M::topic_name>("TopicName", {.entity = Entity::kTopicName}),
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

struct Member {
  std::string member_id = {};
  std::optional<std::string> instance_id = {};
  std::optional<std::string> rack_id = {};
  std::int32_t member_epoch = 0;
  std::string client_id = {};
  std::string client_host = {};
  std::vector<std::string> subscribed_topic_names = {};
  std::optional<std::string> subscribed_topic_regex = {};
  Assignment assignment = {};
  Assignment target_assignment = {};
  std::int8_t member_type = -1;
  bool operator==(const Member&) const = default;

  static constexpr auto fields() {
    using M = Member;
    return std::tuple{
        field<&M::member_id>("MemberId"),
        field<&M::instance_id>("InstanceId", {.nullable = since(0)}),
        field<&M::rack_id>("RackId", {.nullable = since(0)}),
        field<&M::member_epoch>("MemberEpoch"),
        field<&M::client_id>("ClientId"),
        field<&M::client_host>("ClientHost"),
        field<&M::subscribed_topic_names>("SubscribedTopicNames", {.entity = Entity::kTopicName}),
        field<&M::subscribed_topic_regex>("SubscribedTopicRegex", {.nullable = since(0)}),
        field<&M::assignment>("Assignment"),
        field<&M::target_assignment>("TargetAssignment"),
        field<&M::member_type>("MemberType", {.versions = since(1), .ignorable = true}),
    };
  }
};
static_assert(well_formed<Member>());

struct DescribedGroup {
  ErrorCode error_code = {};
  std::optional<std::string> error_message = {};
  std::string group_id = {};
  std::string group_state = {};
  std::int32_t group_epoch = 0;
  std::int32_t assignment_epoch = 0;
  std::string assignor_name = {};
  std::vector<Member> members = {};
  std::int32_t authorized_operations = std::numeric_limits<std::int32_t>::min();
  bool operator==(const DescribedGroup&) const = default;

  static constexpr auto fields() {
    using M = DescribedGroup;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::group_state>("GroupState"),
        field<&M::group_epoch>("GroupEpoch"),
        field<&M::assignment_epoch>("AssignmentEpoch"),
        field<&M::assignor_name>("AssignorName"),
        field<&M::members>("Members"),
        field<&M::authorized_operations>("AuthorizedOperations"),
    };
  }
};
static_assert(well_formed<DescribedGroup>());

}  // namespace consumer_group_describe_response

struct ConsumerGroupDescribeResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<consumer_group_describe_response::DescribedGroup> groups = {};
  bool operator==(const ConsumerGroupDescribeResponse&) const = default;

  static constexpr std::int16_t kApiKey = 69;
  static constexpr std::string_view kName = "ConsumerGroupDescribeResponse";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupDescribeResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::groups>("Groups"),
    };
  }
};
static_assert(well_formed<ConsumerGroupDescribeResponse>());

}  // namespace leat::wire
