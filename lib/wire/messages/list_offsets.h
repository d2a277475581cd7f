#pragma once

/// \file
/// ListOffsets (key 2): offsets by time. A negative timestamp asks for a place: -1 latest, -2
/// earliest, -3 that of the greatest timestamp, -4 earliest local, -5 latest tiered, -6
/// earliest pending upload.

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace list_offsets_request {

struct ListOffsetsPartition {
  PartitionId partition_index = {};
  LeaderEpoch current_leader_epoch{-1};
  std::int64_t timestamp = 0;
  bool operator==(const ListOffsetsPartition&) const = default;

  static constexpr auto fields() {
    using M = ListOffsetsPartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::current_leader_epoch>("CurrentLeaderEpoch",
                                        {.versions = since(4), .ignorable = true}),
        field<&M::timestamp>("Timestamp"),
    };
  }
};
static_assert(well_formed<ListOffsetsPartition>());

struct ListOffsetsTopic {
  std::string_view name = {};
  std::vector<ListOffsetsPartition> partitions = {};
  bool operator==(const ListOffsetsTopic&) const = default;

  static constexpr auto fields() {
    using M = ListOffsetsTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<ListOffsetsTopic>());

}  // namespace list_offsets_request

struct ListOffsetsRequest {
  std::int32_t replica_id = 0;
  std::int8_t isolation_level = 0;
  std::vector<list_offsets_request::ListOffsetsTopic> topics = {};
  std::int32_t timeout_ms = 0;
  bool operator==(const ListOffsetsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 2;
  static constexpr std::string_view kName = "ListOffsetsRequest";
  static constexpr Versions kVersions{1, 11};
  static constexpr Versions kFlexible = since(6);
  static constexpr auto fields() {
    using M = ListOffsetsRequest;
    return std::tuple{
        field<&M::replica_id>("ReplicaId", {.entity = Entity::kBrokerId}),
        field<&M::isolation_level>("IsolationLevel", {.versions = since(2)}),
        field<&M::topics>("Topics"),
        field<&M::timeout_ms>("TimeoutMs", {.versions = since(10), .ignorable = true}),
    };
  }
};
static_assert(well_formed<ListOffsetsRequest>());

namespace list_offsets_response {

struct ListOffsetsPartitionResponse {
  PartitionId partition_index = {};
  ErrorCode error_code = {};
  std::int64_t timestamp = -1;
  Offset offset{-1};
  LeaderEpoch leader_epoch{-1};
  bool operator==(const ListOffsetsPartitionResponse&) const = default;

  static constexpr auto fields() {
    using M = ListOffsetsPartitionResponse;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::error_code>("ErrorCode"),
        field<&M::timestamp>("Timestamp", {.versions = since(1)}),
        field<&M::offset>("Offset", {.versions = since(1)}),
        field<&M::leader_epoch>("LeaderEpoch", {.versions = since(4)}),
    };
  }
};
static_assert(well_formed<ListOffsetsPartitionResponse>());

struct ListOffsetsTopicResponse {
  std::string name = {};
  std::vector<ListOffsetsPartitionResponse> partitions = {};
  bool operator==(const ListOffsetsTopicResponse&) const = default;

  static constexpr auto fields() {
    using M = ListOffsetsTopicResponse;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<ListOffsetsTopicResponse>());

}  // namespace list_offsets_response

struct ListOffsetsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<list_offsets_response::ListOffsetsTopicResponse> topics = {};
  bool operator==(const ListOffsetsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 2;
  static constexpr std::string_view kName = "ListOffsetsResponse";
  static constexpr Versions kVersions{1, 11};
  static constexpr Versions kFlexible = since(6);
  static constexpr auto fields() {
    using M = ListOffsetsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(2), .ignorable = true}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<ListOffsetsResponse>());

}  // namespace leat::wire
