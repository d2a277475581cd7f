#pragma once

/// \file
/// OffsetCommit (key 8): commits offsets of a group, of both protocols. Version 10 names topics
/// by id.

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

namespace offset_commit_request {

struct OffsetCommitRequestPartition {
  PartitionId partition_index = {};
  Offset committed_offset = {};
  LeaderEpoch committed_leader_epoch{-1};
  std::optional<std::string_view> committed_metadata = "";
  bool operator==(const OffsetCommitRequestPartition&) const = default;

  static constexpr auto fields() {
    using M = OffsetCommitRequestPartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::committed_offset>("CommittedOffset"),
        field<&M::committed_leader_epoch>("CommittedLeaderEpoch",
                                          {.versions = since(6), .ignorable = true}),
        field<&M::committed_metadata>("CommittedMetadata", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<OffsetCommitRequestPartition>());

struct OffsetCommitRequestTopic {
  std::string_view name = {};
  Uuid topic_id = {};
  std::vector<OffsetCommitRequestPartition> partitions = {};
  bool operator==(const OffsetCommitRequestTopic&) const = default;

  static constexpr auto fields() {
    using M = OffsetCommitRequestTopic;
    return std::tuple{
        field<&M::name>("Name",
                        {.versions = until(9), .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(10), .ignorable = true}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<OffsetCommitRequestTopic>());

}  // namespace offset_commit_request

struct OffsetCommitRequest {
  std::string_view group_id = {};
  std::int32_t generation_id_or_member_epoch = -1;
  std::string_view member_id = {};
  std::optional<std::string_view> group_instance_id = {};
  std::int64_t retention_time_ms = -1;
  std::vector<offset_commit_request::OffsetCommitRequestTopic> topics = {};
  bool operator==(const OffsetCommitRequest&) const = default;

  static constexpr std::int16_t kApiKey = 8;
  static constexpr std::string_view kName = "OffsetCommitRequest";
  static constexpr Versions kVersions{2, 10};
  static constexpr Versions kFlexible = since(8);
  static constexpr auto fields() {
    using M = OffsetCommitRequest;
    return std::tuple{
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::generation_id_or_member_epoch>("GenerationIdOrMemberEpoch",
                                                 {.versions = since(1), .ignorable = true}),
        field<&M::member_id>("MemberId", {.versions = since(1), .ignorable = true}),
        field<&M::group_instance_id>("GroupInstanceId",
                                     {.versions = since(7), .nullable = since(7)}),
        field<&M::retention_time_ms>("RetentionTimeMs", {.versions = {2, 4}, .ignorable = true}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<OffsetCommitRequest>());

namespace offset_commit_response {

struct OffsetCommitResponsePartition {
  PartitionId partition_index = {};
  ErrorCode error_code = {};
  bool operator==(const OffsetCommitResponsePartition&) const = default;

  static constexpr auto fields() {
    using M = OffsetCommitResponsePartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::error_code>("ErrorCode"),
    };
  }
};
static_assert(well_formed<OffsetCommitResponsePartition>());

struct OffsetCommitResponseTopic {
  std::string name = {};
  Uuid topic_id = {};
  std::vector<OffsetCommitResponsePartition> partitions = {};
  bool operator==(const OffsetCommitResponseTopic&) const = default;

  static constexpr auto fields() {
    using M = OffsetCommitResponseTopic;
    return std::tuple{
        field<&M::name>("Name",
                        {.versions = until(9), .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(10), .ignorable = true}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<OffsetCommitResponseTopic>());

}  // namespace offset_commit_response

struct OffsetCommitResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<offset_commit_response::OffsetCommitResponseTopic> topics = {};
  bool operator==(const OffsetCommitResponse&) const = default;

  static constexpr std::int16_t kApiKey = 8;
  static constexpr std::string_view kName = "OffsetCommitResponse";
  static constexpr Versions kVersions{2, 10};
  static constexpr Versions kFlexible = since(8);
  static constexpr auto fields() {
    using M = OffsetCommitResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(3), .ignorable = true}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<OffsetCommitResponse>());

}  // namespace leat::wire
