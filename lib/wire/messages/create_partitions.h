#pragma once

/// \file
/// CreatePartitions (key 37): more partitions for topics; the count is the new total.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace create_partitions_request {

struct CreatePartitionsAssignment {
  std::vector<std::int32_t> broker_ids = {};
  bool operator==(const CreatePartitionsAssignment&) const = default;

  static constexpr auto fields() {
    using M = CreatePartitionsAssignment;
    return std::tuple{
        field<&M::broker_ids>("BrokerIds", {.entity = Entity::kBrokerId}),
    };
  }
};
static_assert(well_formed<CreatePartitionsAssignment>());

struct CreatePartitionsTopic {
  std::string_view name = {};
  std::int32_t count = 0;
  std::optional<std::vector<CreatePartitionsAssignment>> assignments =
      std::vector<CreatePartitionsAssignment>();
  bool operator==(const CreatePartitionsTopic&) const = default;

  static constexpr auto fields() {
    using M = CreatePartitionsTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::count>("Count"),
        field<&M::assignments>("Assignments", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<CreatePartitionsTopic>());

}  // namespace create_partitions_request

struct CreatePartitionsRequest {
  std::vector<create_partitions_request::CreatePartitionsTopic> topics = {};
  std::int32_t timeout_ms = 0;
  bool validate_only = false;
  bool operator==(const CreatePartitionsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 37;
  static constexpr std::string_view kName = "CreatePartitionsRequest";
  static constexpr Versions kVersions{0, 3};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = CreatePartitionsRequest;
    return std::tuple{
        field<&M::topics>("Topics"),
        field<&M::timeout_ms>("TimeoutMs"),
        field<&M::validate_only>("ValidateOnly"),
    };
  }
};
static_assert(well_formed<CreatePartitionsRequest>());

namespace create_partitions_response {

struct CreatePartitionsTopicResult {
  std::string name = {};
  ErrorCode error_code = {};
  std::optional<std::string> error_message = {};
  bool operator==(const CreatePartitionsTopicResult&) const = default;

  static constexpr auto fields() {
    using M = CreatePartitionsTopicResult;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<CreatePartitionsTopicResult>());

}  // namespace create_partitions_response

struct CreatePartitionsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<create_partitions_response::CreatePartitionsTopicResult> results = {};
  bool operator==(const CreatePartitionsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 37;
  static constexpr std::string_view kName = "CreatePartitionsResponse";
  static constexpr Versions kVersions{0, 3};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = CreatePartitionsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::results>("Results"),
    };
  }
};
static_assert(well_formed<CreatePartitionsResponse>());

}  // namespace leat::wire
