#pragma once

/// \file
/// IncrementalAlterConfigs (key 44): changes configs one by one: set (0), delete (1), append
/// (2), subtract (3) (KIP-339).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace incremental_alter_configs_request {

struct AlterableConfig {
  std::string_view name = {};
  std::int8_t config_operation = 0;
  std::optional<std::string_view> value = "";
  bool operator==(const AlterableConfig&) const = default;

  static constexpr auto fields() {
    using M = AlterableConfig;
    return std::tuple{
        field<&M::name>("Name"),
        field<&M::config_operation>("ConfigOperation"),
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

}  // namespace incremental_alter_configs_request

struct IncrementalAlterConfigsRequest {
  std::vector<incremental_alter_configs_request::AlterConfigsResource> resources = {};
  bool validate_only = false;
  bool operator==(const IncrementalAlterConfigsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 44;
  static constexpr std::string_view kName = "IncrementalAlterConfigsRequest";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() {
    using M = IncrementalAlterConfigsRequest;
    return std::tuple{
        field<&M::resources>("Resources"),
        field<&M::validate_only>("ValidateOnly"),
    };
  }
};
static_assert(well_formed<IncrementalAlterConfigsRequest>());

namespace incremental_alter_configs_response {

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

}  // namespace incremental_alter_configs_response

struct IncrementalAlterConfigsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<incremental_alter_configs_response::AlterConfigsResourceResponse> responses = {};
  bool operator==(const IncrementalAlterConfigsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 44;
  static constexpr std::string_view kName = "IncrementalAlterConfigsResponse";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() {
    using M = IncrementalAlterConfigsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::responses>("Responses"),
    };
  }
};
static_assert(well_formed<IncrementalAlterConfigsResponse>());

}  // namespace leat::wire
