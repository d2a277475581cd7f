#pragma once

/// \file
/// AlterPartitionReassignments (key 45): moves replicas; null replicas cancel a move under way
/// (KIP-455).

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

namespace alter_partition_reassignments_request {

struct ReassignablePartition {
  PartitionId partition_index = {};
  std::optional<std::vector<std::int32_t>> replicas = {};
  bool operator==(const ReassignablePartition&) const = default;

  static constexpr auto fields() {
    using M = ReassignablePartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::replicas>("Replicas", {.nullable = since(0), .entity = Entity::kBrokerId}),
    };
  }
};
static_assert(well_formed<ReassignablePartition>());

struct ReassignableTopic {
  std::string_view name = {};
  std::vector<ReassignablePartition> partitions = {};
  bool operator==(const ReassignableTopic&) const = default;

  static constexpr auto fields() {
    using M = ReassignableTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<ReassignableTopic>());

}  // namespace alter_partition_reassignments_request

struct AlterPartitionReassignmentsRequest {
  std::int32_t timeout_ms = 60000;
  bool allow_replication_factor_change = true;
  std::vector<alter_partition_reassignments_request::ReassignableTopic> topics = {};
  bool operator==(const AlterPartitionReassignmentsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 45;
  static constexpr std::string_view kName = "AlterPartitionReassignmentsRequest";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = AlterPartitionReassignmentsRequest;
    return std::tuple{
        field<&M::timeout_ms>("TimeoutMs"),
        field<&M::allow_replication_factor_change>("AllowReplicationFactorChange",
                                                   {.versions = since(1)}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<AlterPartitionReassignmentsRequest>());

namespace alter_partition_reassignments_response {

struct ReassignablePartitionResponse {
  PartitionId partition_index = {};
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  bool operator==(const ReassignablePartitionResponse&) const = default;

  static constexpr auto fields() {
    using M = ReassignablePartitionResponse;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<ReassignablePartitionResponse>());

struct ReassignableTopicResponse {
  std::string name = {};
  std::vector<ReassignablePartitionResponse> partitions = {};
  bool operator==(const ReassignableTopicResponse&) const = default;

  static constexpr auto fields() {
    using M = ReassignableTopicResponse;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<ReassignableTopicResponse>());

}  // namespace alter_partition_reassignments_response

struct AlterPartitionReassignmentsResponse {
  std::int32_t throttle_time_ms = 0;
  bool allow_replication_factor_change = true;
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::vector<alter_partition_reassignments_response::ReassignableTopicResponse> responses = {};
  bool operator==(const AlterPartitionReassignmentsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 45;
  static constexpr std::string_view kName = "AlterPartitionReassignmentsResponse";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = AlterPartitionReassignmentsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::allow_replication_factor_change>("AllowReplicationFactorChange",
                                                   {.versions = since(1), .ignorable = true}),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::responses>("Responses"),
    };
  }
};
static_assert(well_formed<AlterPartitionReassignmentsResponse>());

}  // namespace leat::wire
