#pragma once

/// \file
/// AlterConfigs (key 33): sets the configs of a resource as a whole: what is not named goes
/// back to its default.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace alter_configs_request {

struct AlterableConfig {
  std::string_view name = {};
  std::optional<std::string_view> value = "";
  bool operator==(const AlterableConfig&) const = default;

  static constexpr auto fields() {
    using M = AlterableConfig;
    return std::tuple{
        field<&M::name>("Name"),
        field<&M::value>("Value", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<AlterableConfig>());

struct AlterConfigsResource {
  std::int8_t resource_type = 0;
  std::string_view resource_name = {};
  std::vector<AlterableConfig> configs = {};
  bool operator==(const AlterConfigsResource&) const = default;

  static constexpr auto fields() {
    using M = AlterConfigsResource;
    return std::tuple{
        field<&M::resource_type>("ResourceType"),
        field<&M::resource_name>("ResourceName"),
        field<&M::configs>("Configs"),
    };
  }
};
static_assert(well_formed<AlterConfigsResource>());

}  // namespace alter_configs_request

struct AlterConfigsRequest {
  std::vector<alter_configs_request::AlterConfigsResource> resources = {};
  bool validate_only = false;
  bool operator==(const AlterConfigsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 33;
  static constexpr std::string_view kName = "AlterConfigsRequest";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = AlterConfigsRequest;
    return std::tuple{
        field<&M::resources>("Resources"),
        field<&M::validate_only>("ValidateOnly"),
    };
  }
};
static_assert(well_formed<AlterConfigsRequest>());

namespace alter_configs_response {

struct AlterConfigsResourceResponse {
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::int8_t resource_type = 0;
  std::string resource_name = {};
  bool operator==(const AlterConfigsResourceResponse&) const = default;

  static constexpr auto fields() {
    using M = AlterConfigsResourceResponse;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::resource_type>("ResourceType"),
        field<&M::resource_name>("ResourceName"),
    };
  }
};
static_assert(well_formed<AlterConfigsResourceResponse>());

}  // namespace alter_configs_response

struct AlterConfigsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<alter_configs_response::AlterConfigsResourceResponse> responses = {};
  bool operator==(const AlterConfigsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 33;
  static constexpr std::string_view kName = "AlterConfigsResponse";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = AlterConfigsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::responses>("Responses"),
    };
  }
};
static_assert(well_formed<AlterConfigsResponse>());

}  // namespace leat::wire
