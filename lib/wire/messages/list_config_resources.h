#pragma once

/// \file
/// ListConfigResources (key 74): the names of resources that may have configs. Version 0 knows
/// client metrics only (KIP-1142).

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

struct ListConfigResourcesRequest {
  std::vector<std::int8_t> resource_types = {};
  bool operator==(const ListConfigResourcesRequest&) const = default;

  static constexpr std::int16_t kApiKey = 74;
  static constexpr std::string_view kName = "ListConfigResourcesRequest";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ListConfigResourcesRequest;
    return std::tuple{
        field<&M::resource_types>("ResourceTypes", {.versions = since(1)}),
    };
  }
};
static_assert(well_formed<ListConfigResourcesRequest>());

namespace list_config_resources_response {

struct ConfigResource {
  std::string resource_name = {};
  std::int8_t resource_type = 16;
  bool operator==(const ConfigResource&) const = default;

  static constexpr auto fields() {
    using M = ConfigResource;
    return std::tuple{
        field<&M::resource_name>("ResourceName"),
        field<&M::resource_type>("ResourceType", {.versions = since(1), .ignorable = true}),
    };
  }
};
static_assert(well_formed<ConfigResource>());

}  // namespace list_config_resources_response

struct ListConfigResourcesResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::vector<list_config_resources_response::ConfigResource> config_resources = {};
  bool operator==(const ListConfigResourcesResponse&) const = default;

  static constexpr std::int16_t kApiKey = 74;
  static constexpr std::string_view kName = "ListConfigResourcesResponse";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ListConfigResourcesResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
        field<&M::config_resources>("ConfigResources"),
    };
  }
};
static_assert(well_formed<ListConfigResourcesResponse>());

}  // namespace leat::wire
