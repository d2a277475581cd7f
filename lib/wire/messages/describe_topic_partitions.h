#pragma once

/// \file
/// DescribeTopicPartitions (key 75): topics page by page (KIP-966); the cursor says where the
/// next page starts.

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

namespace describe_topic_partitions_request {

struct TopicRequest {
  std::string_view name = {};
  bool operator==(const TopicRequest&) const = default;

  static constexpr auto fields() {
    using M = TopicRequest;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
    };
  }
};
static_assert(well_formed<TopicRequest>());

struct Cursor {
  std::string_view topic_name = {};
  PartitionId partition_index = {};
  bool operator==(const Cursor&) const = default;

  static constexpr auto fields() {
    using M = Cursor;
    return std::tuple{
        field<&M::topic_name>("TopicName", {.entity = Entity::kTopicName}),
        field<&M::partition_index>("PartitionIndex"),
    };
  }
};
static_assert(well_formed<Cursor>());

}  // namespace describe_topic_partitions_request

struct DescribeTopicPartitionsRequest {
  std::vector<describe_topic_partitions_request::TopicRequest> topics = {};
  std::int32_t response_partition_limit = 2000;
  std::optional<describe_topic_partitions_request::Cursor> cursor = {};
  bool operator==(const DescribeTopicPartitionsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 75;
  static constexpr std::string_view kName = "DescribeTopicPartitionsRequest";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeTopicPartitionsRequest;
    return std::tuple{
        field<&M::topics>("Topics"),
        field<&M::response_partition_limit>("ResponsePartitionLimit"),
        field<&M::cursor>("Cursor", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<DescribeTopicPartitionsRequest>());

namespace describe_topic_partitions_response {

struct DescribeTopicPartitionsResponsePartition {
  ErrorCode error_code = {};
  PartitionId partition_index = {};
  std::int32_t leader_id = 0;
  LeaderEpoch leader_epoch{-1};
  std::vector<std::int32_t> replica_nodes = {};
  std::vector<std::int32_t> isr_nodes = {};
  std::optional<std::vector<std::int32_t>> eligible_leader_replicas = {};
  std::optional<std::vector<std::int32_t>> last_known_elr = {};
  std::vector<std::int32_t> offline_replicas = {};
  bool operator==(const DescribeTopicPartitionsResponsePartition&) const = default;

  static constexpr auto fields() {
    using M = DescribeTopicPartitionsResponsePartition;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::partition_index>("PartitionIndex"),
        field<&M::leader_id>("LeaderId", {.entity = Entity::kBrokerId}),
        field<&M::leader_epoch>("LeaderEpoch", {.ignorable = true}),
        field<&M::replica_nodes>("ReplicaNodes", {.entity = Entity::kBrokerId}),
        field<&M::isr_nodes>("IsrNodes", {.entity = Entity::kBrokerId}),
        field<&M::eligible_leader_replicas>("EligibleLeaderReplicas",
                                            {.nullable = since(0), .entity = Entity::kBrokerId}),
        field<&M::last_known_elr>("LastKnownElr",
                                  {.nullable = since(0), .entity = Entity::kBrokerId}),
        field<&M::offline_replicas>("OfflineReplicas",
                                    {.ignorable = true, .entity = Entity::kBrokerId}),
    };
  }
};
static_assert(well_formed<DescribeTopicPartitionsResponsePartition>());

struct DescribeTopicPartitionsResponseTopic {
  ErrorCode error_code = {};
  std::optional<std::string> name = "";
  Uuid topic_id = {};
  bool is_internal = false;
  std::vector<DescribeTopicPartitionsResponsePartition> partitions = {};
  std::int32_t topic_authorized_operations = std::numeric_limits<std::int32_t>::min();
  bool operator==(const DescribeTopicPartitionsResponseTopic&) const = default;

  static constexpr auto fields() {
    using M = DescribeTopicPartitionsResponseTopic;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::name>("Name", {.nullable = since(0), .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.ignorable = true}),
        field<&M::is_internal>("IsInternal", {.ignorable = true}),
        field<&M::partitions>("Partitions"),
        field<&M::topic_authorized_operations>("TopicAuthorizedOperations"),
    };
  }
};
static_assert(well_formed<DescribeTopicPartitionsResponseTopic>());

struct Cursor {
  std::string topic_name = {};
  PartitionId partition_index = {};
  bool operator==(const Cursor&) const = default;

  static constexpr auto fields() {
    using M = Cursor;
    return std::tuple{
        field<&M::topic_name>("TopicName", {.entity = Entity::kTopicName}),
        field<&M::partition_index>("PartitionIndex"),
    };
  }
};
static_assert(well_formed<Cursor>());

}  // namespace describe_topic_partitions_response

struct DescribeTopicPartitionsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<describe_topic_partitions_response::DescribeTopicPartitionsResponseTopic> topics = {};
  std::optional<describe_topic_partitions_response::Cursor> next_cursor = {};
  bool operator==(const DescribeTopicPartitionsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 75;
  static constexpr std::string_view kName = "DescribeTopicPartitionsResponse";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeTopicPartitionsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.ignorable = true}),
        field<&M::topics>("Topics"),
        field<&M::next_cursor>("NextCursor", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<DescribeTopicPartitionsResponse>());

}  // namespace leat::wire
