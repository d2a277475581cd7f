#pragma once

/// \file
/// DescribeConfigs (key 32): configs of topics, brokers, groups and client metrics, with where
/// each value comes from. Null keys are all of them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace describe_configs_request {

struct DescribeConfigsResource {
  std::int8_t resource_type = 0;
  std::string_view resource_name = {};
  std::optional<std::vector<std::string_view>> configuration_keys = std::vector<std::string_view>();
  bool operator==(const DescribeConfigsResource&) const = default;

  static constexpr auto fields() {
    using M = DescribeConfigsResource;
    return std::tuple{
        field<&M::resource_type>("ResourceType"),
        field<&M::resource_name>("ResourceName"),
        field<&M::configuration_keys>("ConfigurationKeys", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<DescribeConfigsResource>());

}  // namespace describe_configs_request

struct DescribeConfigsRequest {
  std::vector<describe_configs_request::DescribeConfigsResource> resources = {};
  bool include_synonyms = false;
  bool include_documentation = false;
  bool operator==(const DescribeConfigsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 32;
  static constexpr std::string_view kName = "DescribeConfigsRequest";
  static constexpr Versions kVersions{1, 4};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = DescribeConfigsRequest;
    return std::tuple{
        field<&M::resources>("Resources"),
        field<&M::include_synonyms>("IncludeSynonyms", {.versions = since(1)}),
        field<&M::include_documentation>("IncludeDocumentation", {.versions = since(3)}),
    };
  }
};
static_assert(well_formed<DescribeConfigsRequest>());

namespace describe_configs_response {

struct DescribeConfigsSynonym {
  std::string name = {};
  std::optional<std::string> value = "";
  std::int8_t source = 0;
  bool operator==(const DescribeConfigsSynonym&) const = default;

  static constexpr auto fields() {
    using M = DescribeConfigsSynonym;
    return std::tuple{
        field<&M::name>("Name", {.versions = since(1)}),
        field<&M::value>("Value", {.versions = since(1), .nullable = since(0)}),
        field<&M::source>("Source", {.versions = since(1)}),
    };
  }
};
static_assert(well_formed<DescribeConfigsSynonym>());

struct DescribeConfigsResourceResult {
  std::string name = {};
  std::optional<std::string> value = "";
  bool read_only = false;
  std::int8_t config_source = -1;
  bool is_sensitive = false;
  std::vector<DescribeConfigsSynonym> synonyms = {};
  std::int8_t config_type = 0;
  std::optional<std::string> documentation = "";
  bool operator==(const DescribeConfigsResourceResult&) const = default;

  static constexpr auto fields() {
    using M = DescribeConfigsResourceResult;
    return std::tuple{
        field<&M::name>("Name"),
        field<&M::value>("Value", {.nullable = since(0)}),
        field<&M::read_only>("ReadOnly"),
        field<&M::config_source>("ConfigSource", {.versions = since(1), .ignorable = true}),
        field<&M::is_sensitive>("IsSensitive"),
        field<&M::synonyms>("Synonyms", {.versions = since(1), .ignorable = true}),
        field<&M::config_type>("ConfigType", {.versions = since(3), .ignorable = true}),
        field<&M::documentation>("Documentation",
                                 {.versions = since(3), .nullable = since(0), .ignorable = true}),
    };
  }
};
static_assert(well_formed<DescribeConfigsResourceResult>());

struct DescribeConfigsResult {
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::int8_t resource_type = 0;
  std::string resource_name = {};
  std::vector<DescribeConfigsResourceResult> configs = {};
  bool operator==(const DescribeConfigsResult&) const = default;

  static constexpr auto fields() {
    using M = DescribeConfigsResult;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::resource_type>("ResourceType"),
        field<&M::resource_name>("ResourceName"),
        field<&M::configs>("Configs"),
    };
  }
};
static_assert(well_formed<DescribeConfigsResult>());

}  // namespace describe_configs_response

struct DescribeConfigsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<describe_configs_response::DescribeConfigsResult> results = {};
  bool operator==(const DescribeConfigsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 32;
  static constexpr std::string_view kName = "DescribeConfigsResponse";
  static constexpr Versions kVersions{1, 4};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = DescribeConfigsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::results>("Results"),
    };
  }
};
static_assert(well_formed<DescribeConfigsResponse>());

}  // namespace leat::wire
