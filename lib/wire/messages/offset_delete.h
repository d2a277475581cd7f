#pragma once

/// \file
/// OffsetDelete (key 47): away with committed offsets of a group (KIP-496).

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace offset_delete_request {

struct OffsetDeleteRequestPartition {
  PartitionId partition_index = {};
  bool operator==(const OffsetDeleteRequestPartition&) const = default;

  static constexpr auto fields() {
    using M = OffsetDeleteRequestPartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
    };
  }
};
static_assert(well_formed<OffsetDeleteRequestPartition>());

struct OffsetDeleteRequestTopic {
  std::string_view name = {};
  std::vector<OffsetDeleteRequestPartition> partitions = {};
  bool operator==(const OffsetDeleteRequestTopic&) const = default;

  static constexpr auto fields() {
    using M = OffsetDeleteRequestTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<OffsetDeleteRequestTopic>());

}  // namespace offset_delete_request

struct OffsetDeleteRequest {
  std::string_view group_id = {};
  std::vector<offset_delete_request::OffsetDeleteRequestTopic> topics = {};
  bool operator==(const OffsetDeleteRequest&) const = default;

  static constexpr std::int16_t kApiKey = 47;
  static constexpr std::string_view kName = "OffsetDeleteRequest";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = kNoVersions;
  static constexpr auto fields() {
    using M = OffsetDeleteRequest;
    return std::tuple{
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<OffsetDeleteRequest>());

namespace offset_delete_response {

struct OffsetDeleteResponsePartition {
  PartitionId partition_index = {};
  ErrorCode error_code = {};
  bool operator==(const OffsetDeleteResponsePartition&) const = default;

  static constexpr auto fields() {
    using M = OffsetDeleteResponsePartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::error_code>("ErrorCode"),
    };
  }
};
static_assert(well_formed<OffsetDeleteResponsePartition>());

struct OffsetDeleteResponseTopic {
  std::string name = {};
  std::vector<OffsetDeleteResponsePartition> partitions = {};
  bool operator==(const OffsetDeleteResponseTopic&) const = default;

  static constexpr auto fields() {
    using M = OffsetDeleteResponseTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<OffsetDeleteResponseTopic>());

}  // namespace offset_delete_response

struct OffsetDeleteResponse {
  ErrorCode error_code = {};
  std::int32_t throttle_time_ms = 0;
  std::vector<offset_delete_response::OffsetDeleteResponseTopic> topics = {};
  bool operator==(const OffsetDeleteResponse&) const = default;

  static constexpr std::int16_t kApiKey = 47;
  static constexpr std::string_view kName = "OffsetDeleteResponse";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = kNoVersions;
  static constexpr auto fields() {
    using M = OffsetDeleteResponse;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.ignorable = true}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<OffsetDeleteResponse>());

}  // namespace leat::wire
