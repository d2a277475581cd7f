#pragma once

/// \file
/// DescribeAcls (key 29): the ACLs that a filter matches; a null name or principal matches all.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

struct DescribeAclsRequest {
  std::int8_t resource_type_filter = 0;
  std::optional<std::string_view> resource_name_filter = "";
  std::int8_t pattern_type_filter = 3;
  std::optional<std::string_view> principal_filter = "";
  std::optional<std::string_view> host_filter = "";
  std::int8_t operation = 0;
  std::int8_t permission_type = 0;
  bool operator==(const DescribeAclsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 29;
  static constexpr std::string_view kName = "DescribeAclsRequest";
  static constexpr Versions kVersions{1, 3};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DescribeAclsRequest;
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
static_assert(well_formed<DescribeAclsRequest>());

namespace describe_acls_response {

struct AclDescription {
  std::string principal = {};
  std::string host = {};
  std::int8_t operation = 0;
  std::int8_t permission_type = 0;
  bool operator==(const AclDescription&) const = default;

  static constexpr auto fields() {
    using M = AclDescription;
    return std::tuple{
        field<&M::principal>("Principal"),
        field<&M::host>("Host"),
        field<&M::operation>("Operation"),
        field<&M::permission_type>("PermissionType"),
    };
  }
};
static_assert(well_formed<AclDescription>());

struct DescribeAclsResource {
  std::int8_t resource_type = 0;
  std::string resource_name = {};
  std::int8_t pattern_type = 3;
  std::vector<AclDescription> acls = {};
  bool operator==(const DescribeAclsResource&) const = default;

  static constexpr auto fields() {
    using M = DescribeAclsResource;
    return std::tuple{
        field<&M::resource_type>("ResourceType"),
        field<&M::resource_name>("ResourceName"),
        field<&M::pattern_type>("PatternType", {.versions = since(1)}),
        field<&M::acls>("Acls"),
    };
  }
};
static_assert(well_formed<DescribeAclsResource>());

}  // namespace describe_acls_response

struct DescribeAclsResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::vector<describe_acls_response::DescribeAclsResource> resources = {};
  bool operator==(const DescribeAclsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 29;
  static constexpr std::string_view kName = "DescribeAclsResponse";
  static constexpr Versions kVersions{1, 3};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DescribeAclsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::resources>("Resources"),
    };
  }
};
static_assert(well_formed<DescribeAclsResponse>());

}  // namespace leat::wire
