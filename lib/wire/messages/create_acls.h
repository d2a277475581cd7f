#pragma once

/// \file
/// CreateAcls (key 30): new ACLs (A rules). Pattern type 3 is a literal name, 4 a prefix.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace create_acls_request {

struct AclCreation {
  std::int8_t resource_type = 0;
  std::string_view resource_name = {};
  std::int8_t resource_pattern_type = 3;
  std::string_view principal = {};
  std::string_view host = {};
  std::int8_t operation = 0;
  std::int8_t permission_type = 0;
  bool operator==(const AclCreation&) const = default;

  static constexpr auto fields() {
    using M = AclCreation;
    return std::tuple{
        field<&M::resource_type>("ResourceType"),
        field<&M::resource_name>("ResourceName"),
        field<&M::resource_pattern_type>("ResourcePatternType", {.versions = since(1)}),
        field<&M::principal>("Principal"),
        field<&M::host>("Host"),
        field<&M::operation>("Operation"),
        field<&M::permission_type>("PermissionType"),
    };
  }
};
static_assert(well_formed<AclCreation>());

}  // namespace create_acls_request

struct CreateAclsRequest {
  std::vector<create_acls_request::AclCreation> creations = {};
  bool operator==(const CreateAclsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 30;
  static constexpr std::string_view kName = "CreateAclsRequest";
  static constexpr Versions kVersions{1, 3};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = CreateAclsRequest;
    return std::tuple{
        field<&M::creations>("Creations"),
    };
  }
};
static_assert(well_formed<CreateAclsRequest>());

namespace create_acls_response {

struct AclCreationResult {
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  bool operator==(const AclCreationResult&) const = default;

  static constexpr auto fields() {
    using M = AclCreationResult;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<AclCreationResult>());

}  // namespace create_acls_response

struct CreateAclsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<create_acls_response::AclCreationResult> results = {};
  bool operator==(const CreateAclsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 30;
  static constexpr std::string_view kName = "CreateAclsResponse";
  static constexpr Versions kVersions{1, 3};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = CreateAclsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::results>("Results"),
    };
  }
};
static_assert(well_formed<CreateAclsResponse>());

}  // namespace leat::wire
