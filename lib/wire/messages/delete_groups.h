#pragma once

/// \file
/// DeleteGroups (key 42): away with empty groups.

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

struct DeleteGroupsRequest {
  std::vector<std::string_view> groups_names = {};
  bool operator==(const DeleteGroupsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 42;
  static constexpr std::string_view kName = "DeleteGroupsRequest";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DeleteGroupsRequest;
    return std::tuple{
        field<&M::groups_names>("GroupsNames", {.entity = Entity::kGroupId}),
    };
  }
};
static_assert(well_formed<DeleteGroupsRequest>());

namespace delete_groups_response {

struct DeletableGroupResult {
  std::string group_id = {};
  ErrorCode error_code = {};
  bool operator==(const DeletableGroupResult&) const = default;

  static constexpr auto fields() {
    using M = DeletableGroupResult;
    return std::tuple{
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::error_code>("ErrorCode"),
    };
  }
};
static_assert(well_formed<DeletableGroupResult>());

}  // namespace delete_groups_response

struct DeleteGroupsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<delete_groups_response::DeletableGroupResult> results = {};
  bool operator==(const DeleteGroupsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 42;
  static constexpr std::string_view kName = "DeleteGroupsResponse";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DeleteGroupsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::results>("Results"),
    };
  }
};
static_assert(well_formed<DeleteGroupsResponse>());

}  // namespace leat::wire
