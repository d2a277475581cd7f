#pragma once

/// \file
/// DeleteAcls (key 31): away with the ACLs that filters match; the answer lists them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace delete_acls_request {

struct DeleteAclsFilter {
  std::int8_t resource_type_filter = 0;
  std::optional<std::string_view> resource_name_filter = "";
  std::int8_t pattern_type_filter = 3;
  std::optional<std::string_view> principal_filter = "";
  std::optional<std::string_view> host_filter = "";
  std::int8_t operation = 0;
  std::int8_t permission_type = 0;
  bool operator==(const DeleteAclsFilter&) const = default;

  static constexpr auto fields() {
    using M = DeleteAclsFilter;
    return std::tuple{
        field<&M::resource_type_filter>("ResourceTypeFilter"),
        field<&M::resource_name_filter>("ResourceNameFilter", {.nullable = since(0)}),
        field<&M::pattern_type_filter>("PatternTypeFilter", {.versions = since(1)}),
        field<&M::principal_filter>("PrincipalFilter", {.nullable = since(0)}),
        field<&M::host_filter>("HostFilter", {.nullable = since(0)}),
        field<&M::operation>("Operation"),
        field<&M::permission_type>("PermissionType"),
    };
  }
};
static_assert(well_formed<DeleteAclsFilter>());

}  // namespace delete_acls_request

struct DeleteAclsRequest {
  std::vector<delete_acls_request::DeleteAclsFilter> filters = {};
  bool operator==(const DeleteAclsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 31;
  static constexpr std::string_view kName = "DeleteAclsRequest";
  static constexpr Versions kVersions{1, 3};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DeleteAclsRequest;
    return std::tuple{
        field<&M::filters>("Filters"),
    };
  }
};
static_assert(well_formed<DeleteAclsRequest>());

namespace delete_acls_response {

struct DeleteAclsMatchingAcl {
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::int8_t resource_type = 0;
  std::string resource_name = {};
  std::int8_t pattern_type = 3;
  std::string principal = {};
  std::string host = {};
  std::int8_t operation = 0;
  std::int8_t permission_type = 0;
  bool operator==(const DeleteAclsMatchingAcl&) const = default;

  static constexpr auto fields() {
    using M = DeleteAclsMatchingAcl;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::resource_type>("ResourceType"),
        field<&M::resource_name>("ResourceName"),
        field<&M::pattern_type>("PatternType", {.versions = since(1)}),
        field<&M::principal>("Principal"),
        field<&M::host>("Host"),
        field<&M::operation>("Operation"),
        field<&M::permission_type>("PermissionType"),
    };
  }
};
static_assert(well_formed<DeleteAclsMatchingAcl>());

struct DeleteAclsFilterResult {
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::vector<DeleteAclsMatchingAcl> matching_acls = {};
  bool operator==(const DeleteAclsFilterResult&) const = default;

  static constexpr auto fields() {
    using M = DeleteAclsFilterResult;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::matching_acls>("MatchingAcls"),
    };
  }
};
static_assert(well_formed<DeleteAclsFilterResult>());

}  // namespace delete_acls_response

struct DeleteAclsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<delete_acls_response::DeleteAclsFilterResult> filter_results = {};
  bool operator==(const DeleteAclsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 31;
  static constexpr std::string_view kName = "DeleteAclsResponse";
  static constexpr Versions kVersions{1, 3};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DeleteAclsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::filter_results>("FilterResults"),
    };
  }
};
static_assert(well_formed<DeleteAclsResponse>());

}  // namespace leat::wire
