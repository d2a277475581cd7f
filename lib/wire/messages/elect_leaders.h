#pragma once

/// \file
/// ElectLeaders (key 43): leader elections: preferred (0) or unclean (1). Null partitions are
/// all of them.

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

namespace elect_leaders_request {

struct TopicPartitions {
  std::string_view topic = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const TopicPartitions&) const = default;

  static constexpr auto fields() {
    using M = TopicPartitions;
    return std::tuple{
        field<&M::topic>("Topic", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TopicPartitions>());

}  // namespace elect_leaders_request

struct ElectLeadersRequest {
  std::int8_t election_type = 0;
  std::optional<std::vector<elect_leaders_request::TopicPartitions>> topic_partitions =
      std::vector<elect_leaders_request::TopicPartitions>();
  std::int32_t timeout_ms = 60000;
  bool operator==(const ElectLeadersRequest&) const = default;

  static constexpr std::int16_t kApiKey = 43;
  static constexpr std::string_view kName = "ElectLeadersRequest";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = ElectLeadersRequest;
    return std::tuple{
        field<&M::election_type>("ElectionType", {.versions = since(1)}),
        field<&M::topic_partitions>("TopicPartitions", {.nullable = since(0)}),
        field<&M::timeout_ms>("TimeoutMs"),
    };
  }
};
static_assert(well_formed<ElectLeadersRequest>());

namespace elect_leaders_response {

struct PartitionResult {
  PartitionId partition_id = {};
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  bool operator==(const PartitionResult&) const = default;

  static constexpr auto fields() {
    using M = PartitionResult;
    return std::tuple{
        field<&M::partition_id>("PartitionId"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<PartitionResult>());

struct ReplicaElectionResult {
  std::string topic = {};
  std::vector<PartitionResult> partition_result = {};
  bool operator==(const ReplicaElectionResult&) const = default;

  static constexpr auto fields() {
    using M = ReplicaElectionResult;
    return std::tuple{
        field<&M::topic>("Topic", {.entity = Entity::kTopicName}),
        field<&M::partition_result>("PartitionResult"),
    };
  }
};
static_assert(well_formed<ReplicaElectionResult>());

}  // namespace elect_leaders_response

struct ElectLeadersResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::vector<elect_leaders_response::ReplicaElectionResult> replica_election_results = {};
  bool operator==(const ElectLeadersResponse&) const = default;

  static constexpr std::int16_t kApiKey = 43;
  static constexpr std::string_view kName = "ElectLeadersResponse";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = ElectLeadersResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode", {.versions = since(1)}),
        field<&M::replica_election_results>("ReplicaElectionResults"),
    };
  }
};
static_assert(well_formed<ElectLeadersResponse>());

}  // namespace leat::wire
