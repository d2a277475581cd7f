#pragma once

/// \file
/// ApiVersions (key 18): which APIs and versions the broker has, and its features (W5, W6;
/// KIP-511, KIP-584).

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

struct ApiVersionsRequest {
  std::string_view client_software_name = {};
  std::string_view client_software_version = {};
  bool operator==(const ApiVersionsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 18;
  static constexpr std::string_view kName = "ApiVersionsRequest";
  static constexpr Versions kVersions{0, 4};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = ApiVersionsRequest;
    return std::tuple{
        field<&M::client_software_name>("ClientSoftwareName",
                                        {.versions = since(3), .ignorable = true}),
        field<&M::client_software_version>("ClientSoftwareVersion",
                                           {.versions = since(3), .ignorable = true}),
    };
  }
};
static_assert(well_formed<ApiVersionsRequest>());

namespace api_versions_response {

struct ApiVersion {
  std::int16_t api_key = 0;
  std::int16_t min_version = 0;
  std::int16_t max_version = 0;
  bool operator==(const ApiVersion&) const = default;

  static constexpr auto fields() {
    using M = ApiVersion;
    return std::tuple{
        field<&M::api_key>("ApiKey"),
        field<&M::min_version>("MinVersion"),
        field<&M::max_version>("MaxVersion"),
    };
  }
};
static_assert(well_formed<ApiVersion>());

struct SupportedFeatureKey {
  std::string name = {};
  std::int16_t min_version = 0;
  std::int16_t max_version = 0;
  bool operator==(const SupportedFeatureKey&) const = default;

  static constexpr auto fields() {
    using M = SupportedFeatureKey;
    return std::tuple{
        field<&M::name>("Name", {.versions = since(3)}),
        field<&M::min_version>("MinVersion", {.versions = since(3)}),
        field<&M::max_version>("MaxVersion", {.versions = since(3)}),
    };
  }
};
static_assert(well_formed<SupportedFeatureKey>());

struct FinalizedFeatureKey {
  std::string name = {};
  std::int16_t max_version_level = 0;
  std::int16_t min_version_level = 0;
  bool operator==(const FinalizedFeatureKey&) const = default;

  static constexpr auto fields() {
    using M = FinalizedFeatureKey;
    return std::tuple{
        field<&M::name>("Name", {.versions = since(3)}),
        field<&M::max_version_level>("MaxVersionLevel", {.versions = since(3)}),
        field<&M::min_version_level>("MinVersionLevel", {.versions = since(3)}),
    };
  }
};
static_assert(well_formed<FinalizedFeatureKey>());

}  // namespace api_versions_response

/// Answered at version 0 to a request whose version is not known (W5).
struct ApiVersionsResponse {
  ErrorCode error_code = {};
  std::vector<api_versions_response::ApiVersion> api_keys = {};
  std::int32_t throttle_time_ms = 0;
  std::vector<api_versions_response::SupportedFeatureKey> supported_features = {};
  std::int64_t finalized_features_epoch = -1;
  std::vector<api_versions_response::FinalizedFeatureKey> finalized_features = {};
  bool zk_migration_ready = false;
  bool operator==(const ApiVersionsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 18;
  static constexpr std::string_view kName = "ApiVersionsResponse";
  static constexpr Versions kVersions{0, 4};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = ApiVersionsResponse;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::api_keys>("ApiKeys"),
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::supported_features>("SupportedFeatures",
                                      {.versions = since(3), .tag = 0, .ignorable = true}),
        field<&M::finalized_features_epoch>("FinalizedFeaturesEpoch",
                                            {.versions = since(3), .tag = 1, .ignorable = true}),
        field<&M::finalized_features>("FinalizedFeatures",
                                      {.versions = since(3), .tag = 2, .ignorable = true}),
        field<&M::zk_migration_ready>("ZkMigrationReady",
                                      {.versions = since(3), .tag = 3, .ignorable = true}),
    };
  }
};
static_assert(well_formed<ApiVersionsResponse>());

}  // namespace leat::wire
