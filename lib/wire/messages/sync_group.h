#pragma once

/// \file
/// SyncGroup (key 14): takes the leader's assignments and hands each member its own.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"

#include "wire/schema.h"

namespace leat::wire {

namespace sync_group_request {

struct SyncGroupRequestAssignment {
  std::string_view member_id = {};
  BytesView assignment{""};
  bool operator==(const SyncGroupRequestAssignment&) const = default;

  static constexpr auto fields() {
    using M = SyncGroupRequestAssignment;
    return std::tuple{
        field<&M::member_id>("MemberId"),
        field<&M::assignment>("Assignment"),
    };
  }
};
static_assert(well_formed<SyncGroupRequestAssignment>());

}  // namespace sync_group_request

struct SyncGroupRequest {
  std::string_view group_id = {};
  std::int32_t generation_id = 0;
  std::string_view member_id = {};
  std::optional<std::string_view> group_instance_id = {};
  std::optional<std::string_view> protocol_type = {};
  std::optional<std::string_view> protocol_name = {};
  std::vector<sync_group_request::SyncGroupRequestAssignment> assignments = {};
  bool operator==(const SyncGroupRequest&) const = default;

  static constexpr std::int16_t kApiKey = 14;
  static constexpr std::string_view kName = "SyncGroupRequest";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = SyncGroupRequest;
    return std::tuple{
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::generation_id>("GenerationId"),
        field<&M::member_id>("MemberId"),
        field<&M::group_instance_id>("GroupInstanceId",
                                     {.versions = since(3), .nullable = since(3)}),
        field<&M::protocol_type>("ProtocolType",
                                 {.versions = since(5), .nullable = since(5), .ignorable = true}),
        field<&M::protocol_name>("ProtocolName",
                                 {.versions = since(5), .nullable = since(5), .ignorable = true}),
        field<&M::assignments>("Assignments"),
    };
  }
};
static_assert(well_formed<SyncGroupRequest>());

struct SyncGroupResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::optional<std::string> protocol_type = {};
  std::optional<std::string> protocol_name = {};
  std::vector<std::byte> assignment = {};
  bool operator==(const SyncGroupResponse&) const = default;

  static constexpr std::int16_t kApiKey = 14;
  static constexpr std::string_view kName = "SyncGroupResponse";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = SyncGroupResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::error_code>("ErrorCode"),
        field<&M::protocol_type>("ProtocolType",
                                 {.versions = since(5), .nullable = since(5), .ignorable = true}),
        field<&M::protocol_name>("ProtocolName",
                                 {.versions = since(5), .nullable = since(5), .ignorable = true}),
        field<&M::assignment>("Assignment"),
    };
  }
};
static_assert(well_formed<SyncGroupResponse>());

}  // namespace leat::wire
