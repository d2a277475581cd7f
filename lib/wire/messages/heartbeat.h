#pragma once

/// \file
/// Heartbeat (key 12): a classic member is alive; the answer tells of a rebalance.

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

struct HeartbeatRequest {
  std::string_view group_id = {};
  std::int32_t generation_id = 0;
  std::string_view member_id = {};
  std::optional<std::string_view> group_instance_id = {};
  bool operator==(const HeartbeatRequest&) const = default;

  static constexpr std::int16_t kApiKey = 12;
  static constexpr std::string_view kName = "HeartbeatRequest";
  static constexpr Versions kVersions{0, 4};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = HeartbeatRequest;
    return std::tuple{
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::generation_id>("GenerationId"),
        field<&M::member_id>("MemberId"),
        field<&M::group_instance_id>("GroupInstanceId",
                                     {.versions = since(3), .nullable = since(3)}),
    };
  }
};
static_assert(well_formed<HeartbeatRequest>());

struct HeartbeatResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  bool operator==(const HeartbeatResponse&) const = default;

  static constexpr std::int16_t kApiKey = 12;
  static constexpr std::string_view kName = "HeartbeatResponse";
  static constexpr Versions kVersions{0, 4};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = HeartbeatResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::error_code>("ErrorCode"),
    };
  }
};
static_assert(well_formed<HeartbeatResponse>());

}  // namespace leat::wire
