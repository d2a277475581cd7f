#pragma once

/// \file
/// LeaveGroup (key 13): leaves a classic group; many members at once from version 3 on.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace leave_group_request {

struct MemberIdentity {
  std::string_view member_id = {};
  std::optional<std::string_view> group_instance_id = {};
  std::optional<std::string_view> reason = {};
  bool operator==(const MemberIdentity&) const = default;

  static constexpr auto fields() {
    using M = MemberIdentity;
    return std::tuple{
        field<&M::member_id>("MemberId", {.versions = since(3)}),
        field<&M::group_instance_id>("GroupInstanceId",
                                     {.versions = since(3), .nullable = since(3)}),
        field<&M::reason>("Reason",
                          {.versions = since(5), .nullable = since(5), .ignorable = true}),
    };
  }
};
static_assert(well_formed<MemberIdentity>());

}  // namespace leave_group_request

struct LeaveGroupRequest {
  std::string_view group_id = {};
  std::string_view member_id = {};
  std::vector<leave_group_request::MemberIdentity> members = {};
  bool operator==(const LeaveGroupRequest&) const = default;

  static constexpr std::int16_t kApiKey = 13;
  static constexpr std::string_view kName = "LeaveGroupRequest";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = LeaveGroupRequest;
    return std::tuple{
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::member_id>("MemberId", {.versions = until(2)}),
        field<&M::members>("Members", {.versions = since(3)}),
    };
  }
};
static_assert(well_formed<LeaveGroupRequest>());

namespace leave_group_response {

struct MemberResponse {
  std::string member_id = {};
  std::optional<std::string> group_instance_id = "";
  ErrorCode error_code = {};
  bool operator==(const MemberResponse&) const = default;

  static constexpr auto fields() {
    using M = MemberResponse;
    return std::tuple{
        field<&M::member_id>("MemberId", {.versions = since(3)}),
        field<&M::group_instance_id>("GroupInstanceId",
                                     {.versions = since(3), .nullable = since(3)}),
        field<&M::error_code>("ErrorCode", {.versions = since(3)}),
    };
  }
};
static_assert(well_formed<MemberResponse>());

}  // namespace leave_group_response

struct LeaveGroupResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::vector<leave_group_response::MemberResponse> members = {};
  bool operator==(const LeaveGroupResponse&) const = default;

  static constexpr std::int16_t kApiKey = 13;
  static constexpr std::string_view kName = "LeaveGroupResponse";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = LeaveGroupResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::error_code>("ErrorCode"),
        field<&M::members>("Members", {.versions = since(3)}),
    };
  }
};
static_assert(well_formed<LeaveGroupResponse>());

}  // namespace leat::wire
