#pragma once

/// \file
/// OffsetFetch (key 9): committed offsets. One group up to version 7, many from 8 on; version
/// 10 names topics by id. Null topics are all that have offsets.

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

namespace offset_fetch_request {

struct OffsetFetchRequestTopic {
  std::string_view name = {};
  std::vector<PartitionId> partition_indexes = {};
  bool operator==(const OffsetFetchRequestTopic&) const = default;

  static constexpr auto fields() {
    using M = OffsetFetchRequestTopic;
    return std::tuple{
        field<&M::name>("Name", {.versions = until(7), .entity = Entity::kTopicName}),
        field<&M::partition_indexes>("PartitionIndexes", {.versions = until(7)}),
    };
  }
};
static_assert(well_formed<OffsetFetchRequestTopic>());

struct OffsetFetchRequestTopics {
  std::string_view name = {};
  Uuid topic_id = {};
  std::vector<PartitionId> partition_indexes = {};
  bool operator==(const OffsetFetchRequestTopics&) const = default;

  static constexpr auto fields() {
    using M = OffsetFetchRequestTopics;
    return std::tuple{
        field<&M::name>("Name",
                        {.versions = {8, 9}, .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(10), .ignorable = true}),
        field<&M::partition_indexes>("PartitionIndexes", {.versions = since(8)}),
    };
  }
};
static_assert(well_formed<OffsetFetchRequestTopics>());

struct OffsetFetchRequestGroup {
  std::string_view group_id = {};
  std::optional<std::string_view> member_id = {};
  std::int32_t member_epoch = -1;
  std::optional<std::vector<OffsetFetchRequestTopics>> topics =
      std::vector<OffsetFetchRequestTopics>();
  bool operator==(const OffsetFetchRequestGroup&) const = default;

  static constexpr auto fields() {
    using M = OffsetFetchRequestGroup;
    return std::tuple{
        field<&M::group_id>("GroupId", {.versions = since(8), .entity = Entity::kGroupId}),
        field<&M::member_id>("MemberId",
                             {.versions = since(9), .nullable = since(9), .ignorable = true}),
        field<&M::member_epoch>("MemberEpoch", {.versions = since(9), .ignorable = true}),
        field<&M::topics>("Topics", {.versions = since(8), .nullable = since(8)}),
    };
  }
};
static_assert(well_formed<OffsetFetchRequestGroup>());

}  // namespace offset_fetch_request

struct OffsetFetchRequest {
  std::string_view group_id = {};
  std::optional<std::vector<offset_fetch_request::OffsetFetchRequestTopic>> topics =
      std::vector<offset_fetch_request::OffsetFetchRequestTopic>();
  std::vector<offset_fetch_request::OffsetFetchRequestGroup> groups = {};
  bool require_stable = false;
  bool operator==(const OffsetFetchRequest&) const = default;

  static constexpr std::int16_t kApiKey = 9;
  static constexpr std::string_view kName = "OffsetFetchRequest";
  static constexpr Versions kVersions{1, 10};
  static constexpr Versions kFlexible = since(6);
  static constexpr auto fields() {
    using M = OffsetFetchRequest;
    return std::tuple{
        field<&M::group_id>("GroupId", {.versions = until(7), .entity = Entity::kGroupId}),
        field<&M::topics>("Topics", {.versions = until(7), .nullable = {2, 7}}),
        field<&M::groups>("Groups", {.versions = since(8)}),
        field<&M::require_stable>("RequireStable", {.versions = since(7)}),
    };
  }
};
static_assert(well_formed<OffsetFetchRequest>());

namespace offset_fetch_response {

struct OffsetFetchResponsePartition {
  PartitionId partition_index = {};
  Offset committed_offset = {};
  LeaderEpoch committed_leader_epoch{-1};
  std::optional<std::string> metadata = "";
  ErrorCode error_code = {};
  bool operator==(const OffsetFetchResponsePartition&) const = default;

  static constexpr auto fields() {
    using M = OffsetFetchResponsePartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex", {.versions = until(7)}),
        field<&M::committed_offset>("CommittedOffset", {.versions = until(7)}),
        field<&M::committed_leader_epoch>("CommittedLeaderEpoch",
                                          {.versions = {5, 7}, .ignorable = true}),
        field<&M::metadata>("Metadata", {.versions = until(7), .nullable = until(7)}),
        field<&M::error_code>("ErrorCode", {.versions = until(7)}),
    };
  }
};
static_assert(well_formed<OffsetFetchResponsePartition>());

struct OffsetFetchResponseTopic {
  std::string name = {};
  std::vector<OffsetFetchResponsePartition> partitions = {};
  bool operator==(const OffsetFetchResponseTopic&) const = default;

  static constexpr auto fields() {
    using M = OffsetFetchResponseTopic;
    return std::tuple{
        field<&M::name>("Name", {.versions = until(7), .entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions", {.versions = until(7)}),
    };
  }
};
static_assert(well_formed<OffsetFetchResponseTopic>());

struct OffsetFetchResponsePartitions {
  PartitionId partition_index = {};
  Offset committed_offset = {};
  LeaderEpoch committed_leader_epoch{-1};
  std::optional<std::string> metadata = "";
  ErrorCode error_code = {};
  bool operator==(const OffsetFetchResponsePartitions&) const = default;

  static constexpr auto fields() {
    using M = OffsetFetchResponsePartitions;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex", {.versions = since(8)}),
        field<&M::committed_offset>("CommittedOffset", {.versions = since(8)}),
        field<&M::committed_leader_epoch>("CommittedLeaderEpoch",
                                          {.versions = since(8), .ignorable = true}),
        field<&M::metadata>("Metadata", {.versions = since(8), .nullable = since(8)}),
        field<&M::error_code>("ErrorCode", {.versions = since(8)}),
    };
  }
};
static_assert(well_formed<OffsetFetchResponsePartitions>());

struct OffsetFetchResponseTopics {
  std::string name = {};
  Uuid topic_id = {};
  std::vector<OffsetFetchResponsePartitions> partitions = {};
  bool operator==(const OffsetFetchResponseTopics&) const = default;

  static constexpr auto fields() {
    using M = OffsetFetchResponseTopics;
    return std::tuple{
        field<&M::name>("Name",
                        {.versions = {8, 9}, .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(10), .ignorable = true}),
        field<&M::partitions>("Partitions", {.versions = since(8)}),
    };
  }
};
static_assert(well_formed<OffsetFetchResponseTopics>());

struct OffsetFetchResponseGroup {
  std::string group_id = {};
  std::vector<OffsetFetchResponseTopics> topics = {};
  ErrorCode error_code = {};
  bool operator==(const OffsetFetchResponseGroup&) const = default;

  static constexpr auto fields() {
    using M = OffsetFetchResponseGroup;
    return std::tuple{
        field<&M::group_id>("GroupId", {.versions = since(8), .entity = Entity::kGroupId}),
        field<&M::topics>("Topics", {.versions = since(8)}),
        field<&M::error_code>("ErrorCode", {.versions = since(8)}),
    };
  }
};
static_assert(well_formed<OffsetFetchResponseGroup>());

}  // namespace offset_fetch_response

struct OffsetFetchResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<offset_fetch_response::OffsetFetchResponseTopic> topics = {};
  ErrorCode error_code = {};
  std::vector<offset_fetch_response::OffsetFetchResponseGroup> groups = {};
  bool operator==(const OffsetFetchResponse&) const = default;

  static constexpr std::int16_t kApiKey = 9;
  static constexpr std::string_view kName = "OffsetFetchResponse";
  static constexpr Versions kVersions{1, 10};
  static constexpr Versions kFlexible = since(6);
  static constexpr auto fields() {
    using M = OffsetFetchResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(3), .ignorable = true}),
        field<&M::topics>("Topics", {.versions = until(7)}),
        field<&M::error_code>("ErrorCode", {.versions = {2, 7}, .ignorable = true}),
        field<&M::groups>("Groups", {.versions = since(8)}),
    };
  }
};
static_assert(well_formed<OffsetFetchResponse>());

}  // namespace leat::wire
