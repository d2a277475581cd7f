#pragma once

/// \file
/// ListGroups (key 16): groups by state (version 4 and up) and type (version 5 and up).

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

struct ListGroupsRequest {
  std::vector<std::string_view> states_filter = {};
  std::vector<std::string_view> types_filter = {};
  bool operator==(const ListGroupsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 16;
  static constexpr std::string_view kName = "ListGroupsRequest";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = ListGroupsRequest;
    return std::tuple{
        field<&M::states_filter>("StatesFilter", {.versions = since(4)}),
        field<&M::types_filter>("TypesFilter", {.versions = since(5)}),
    };
  }
};
static_assert(well_formed<ListGroupsRequest>());

namespace list_groups_response {

struct ListedGroup {
  std::string group_id = {};
  std::string protocol_type = {};
  std::string group_state = {};
  std::string group_type = {};
  bool operator==(const ListedGroup&) const = default;

  static constexpr auto fields() {
    using M = ListedGroup;
    return std::tuple{
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::protocol_type>("ProtocolType"),
        field<&M::group_state>("GroupState", {.versions = since(4), .ignorable = true}),
        field<&M::group_type>("GroupType", {.versions = since(5), .ignorable = true}),
    };
  }
};
static_assert(well_formed<ListedGroup>());

}  // namespace list_groups_response

struct ListGroupsResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::vector<list_groups_response::ListedGroup> groups = {};
  bool operator==(const ListGroupsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 16;
  static constexpr std::string_view kName = "ListGroupsResponse";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = ListGroupsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::error_code>("ErrorCode"),
        field<&M::groups>("Groups"),
    };
  }
};
static_assert(well_formed<ListGroupsResponse>());

}  // namespace leat::wire
