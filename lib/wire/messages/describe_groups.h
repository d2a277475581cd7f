#pragma once

/// \file
/// DescribeGroups (key 15): classic groups with their members.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

struct DescribeGroupsRequest {
  std::vector<std::string_view> groups = {};
  bool include_authorized_operations = false;
  bool operator==(const DescribeGroupsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 15;
  static constexpr std::string_view kName = "DescribeGroupsRequest";
  static constexpr Versions kVersions{0, 6};
  static constexpr Versions kFlexible = since(5);
  static constexpr auto fields() {
    using M = DescribeGroupsRequest;
    return std::tuple{
        field<&M::groups>("Groups", {.entity = Entity::kGroupId}),
        field<&M::include_authorized_operations>("IncludeAuthorizedOperations",
                                                 {.versions = since(3)}),
    };
  }
};
static_assert(well_formed<DescribeGroupsRequest>());

namespace describe_groups_response {

struct DescribedGroupMember {
  std::string member_id = {};
  std::optional<std::string> group_instance_id = {};
  std::string client_id = {};
  std::string client_host = {};
  std::vector<std::byte> member_metadata = {};
  std::vector<std::byte> member_assignment = {};
  bool operator==(const DescribedGroupMember&) const = default;

  static constexpr auto fields() {
    using M = DescribedGroupMember;
    return std::tuple{
        field<&M::member_id>("MemberId"),
        field<&M::group_instance_id>(
            "GroupInstanceId", {.versions = since(4), .nullable = since(4), .ignorable = true}),
        field<&M::client_id>("ClientId"),
        field<&M::client_host>("ClientHost"),
        field<&M::member_metadata>("MemberMetadata"),
        field<&M::member_assignment>("MemberAssignment"),
    };
  }
};
static_assert(well_formed<DescribedGroupMember>());

struct DescribedGroup {
  ErrorCode error_code = {};
  std::optional<std::string> error_message = {};
  std::string group_id = {};
  std::string group_state = {};
  std::string protocol_type = {};
  std::string protocol_data = {};
  std::vector<DescribedGroupMember> members = {};
  std::int32_t authorized_operations = std::numeric_limits<std::int32_t>::min();
  bool operator==(const DescribedGroup&) const = default;

  static constexpr auto fields() {
    using M = DescribedGroup;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.versions = since(6), .nullable = since(6)}),
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::group_state>("GroupState"),
        field<&M::protocol_type>("ProtocolType"),
        field<&M::protocol_data>("ProtocolData"),
        field<&M::members>("Members"),
        field<&M::authorized_operations>("AuthorizedOperations", {.versions = since(3)}),
    };
  }
};
static_assert(well_formed<DescribedGroup>());

}  // namespace describe_groups_response

struct DescribeGroupsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<describe_groups_response::DescribedGroup> groups = {};
  bool operator==(const DescribeGroupsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 15;
  static constexpr std::string_view kName = "DescribeGroupsResponse";
  static constexpr Versions kVersions{0, 6};
  static constexpr Versions kFlexible = since(5);
  static constexpr auto fields() {
    using M = DescribeGroupsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::groups>("Groups"),
    };
  }
};
static_assert(well_formed<DescribeGroupsResponse>());

}  // namespace leat::wire
