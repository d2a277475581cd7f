#pragma once

/// \file
/// ListPartitionReassignments (key 46): moves of replicas under way. Null topics are all of
/// them (KIP-455).

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

namespace list_partition_reassignments_request {

struct ListPartitionReassignmentsTopics {
  std::string_view name = {};
  std::vector<PartitionId> partition_indexes = {};
  bool operator==(const ListPartitionReassignmentsTopics&) const = default;

  static constexpr auto fields() {
    using M = ListPartitionReassignmentsTopics;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partition_indexes>("PartitionIndexes"),
    };
  }
};
static_assert(well_formed<ListPartitionReassignmentsTopics>());

}  // namespace list_partition_reassignments_request

struct ListPartitionReassignmentsRequest {
  std::int32_t timeout_ms = 60000;
  std::optional<std::vector<list_partition_reassignments_request::ListPartitionReassignmentsTopics>>
      topics = {};
  bool operator==(const ListPartitionReassignmentsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 46;
  static constexpr std::string_view kName = "ListPartitionReassignmentsRequest";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ListPartitionReassignmentsRequest;
    return std::tuple{
        field<&M::timeout_ms>("TimeoutMs"),
        field<&M::topics>("Topics", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<ListPartitionReassignmentsRequest>());

namespace list_partition_reassignments_response {

struct OngoingPartitionReassignment {
  PartitionId partition_index = {};
  std::vector<std::int32_t> replicas = {};
  std::vector<std::int32_t> adding_replicas = {};
  std::vector<std::int32_t> removing_replicas = {};
  bool operator==(const OngoingPartitionReassignment&) const = default;

  static constexpr auto fields() {
    using M = OngoingPartitionReassignment;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::replicas>("Replicas", {.entity = Entity::kBrokerId}),
        field<&M::adding_replicas>("AddingReplicas", {.entity = Entity::kBrokerId}),
        field<&M::removing_replicas>("RemovingReplicas", {.entity = Entity::kBrokerId}),
    };
  }
};
static_assert(well_formed<OngoingPartitionReassignment>());

struct OngoingTopicReassignment {
  std::string name = {};
  std::vector<OngoingPartitionReassignment> partitions = {};
  bool operator==(const OngoingTopicReassignment&) const = default;

  static constexpr auto fields() {
    using M = OngoingTopicReassignment;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<OngoingTopicReassignment>());

}  // namespace list_partition_reassignments_response

struct ListPartitionReassignmentsResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::vector<list_partition_reassignments_response::OngoingTopicReassignment> topics = {};
  bool operator==(const ListPartitionReassignmentsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 46;
  static constexpr std::string_view kName = "ListPartitionReassignmentsResponse";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ListPartitionReassignmentsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<ListPartitionReassignmentsResponse>());

}  // namespace leat::wire
