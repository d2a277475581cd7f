#pragma once

/// \file
/// DescribeClientQuotas (key 48): quotas of users, client ids and addresses (KIP-546).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace describe_client_quotas_request {

struct ComponentData {
  std::string_view entity_type = {};
  std::int8_t match_type = 0;
  std::optional<std::string_view> match = "";
  bool operator==(const ComponentData&) const = default;

  static constexpr auto fields() {
    using M = ComponentData;
    return std::tuple{
        field<&M::entity_type>("EntityType"),
        field<&M::match_type>("MatchType"),
        field<&M::match>("Match", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<ComponentData>());

}  // namespace describe_client_quotas_request

struct DescribeClientQuotasRequest {
  std::vector<describe_client_quotas_request::ComponentData> components = {};
  bool strict = false;
  bool operator==(const DescribeClientQuotasRequest&) const = default;

  static constexpr std::int16_t kApiKey = 48;
  static constexpr std::string_view kName = "DescribeClientQuotasRequest";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() {
    using M = DescribeClientQuotasRequest;
    return std::tuple{
        field<&M::components>("Components"),
        field<&M::strict>("Strict"),
    };
  }
};
static_assert(well_formed<DescribeClientQuotasRequest>());

namespace describe_client_quotas_response {

struct EntityData {
  std::string entity_type = {};
  std::optional<std::string> entity_name = "";
  bool operator==(const EntityData&) const = default;

  static constexpr auto fields() {
    using M = EntityData;
    return std::tuple{
        field<&M::entity_type>("EntityType"),
        field<&M::entity_name>("EntityName", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<EntityData>());

struct ValueData {
  std::string key = {};
  double value = {};
  bool operator==(const ValueData&) const = default;

  static constexpr auto fields() {
    using M = ValueData;
    return std::tuple{
        field<&M::key>("Key"),
        field<&M::value>("Value"),
    };
  }
};
static_assert(well_formed<ValueData>());

struct EntryData {
  std::vector<EntityData> entity = {};
  std::vector<ValueData> values = {};
  bool operator==(const EntryData&) const = default;

  static constexpr auto fields() {
    using M = EntryData;
    return std::tuple{
        field<&M::entity>("Entity"),
        field<&M::values>("Values"),
    };
  }
};
static_assert(well_formed<EntryData>());

}  // namespace describe_client_quotas_response

struct DescribeClientQuotasResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::optional<std::vector<describe_client_quotas_response::EntryData>> entries =
      std::vector<describe_client_quotas_response::EntryData>();
  bool operator==(const DescribeClientQuotasResponse&) const = default;

  static constexpr std::int16_t kApiKey = 48;
  static constexpr std::string_view kName = "DescribeClientQuotasResponse";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() {
    using M = DescribeClientQuotasResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::entries>("Entries", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<DescribeClientQuotasResponse>());

}  // namespace leat::wire
