#pragma once

/// \file
/// AlterClientQuotas (key 49): sets and removes quotas (KIP-546). An entity without a name is
/// the default one.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace alter_client_quotas_request {

struct EntityData {
  std::string_view entity_type = {};
  std::optional<std::string_view> entity_name = "";
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

struct OpData {
  std::string_view key = {};
  double value = {};
  bool remove = false;
  bool operator==(const OpData&) const = default;

  static constexpr auto fields() {
    using M = OpData;
    return std::tuple{
        field<&M::key>("Key"),
        field<&M::value>("Value"),
        field<&M::remove>("Remove"),
    };
  }
};
static_assert(well_formed<OpData>());

struct EntryData {
  std::vector<EntityData> entity = {};
  std::vector<OpData> ops = {};
  bool operator==(const EntryData&) const = default;

  static constexpr auto fields() {
    using M = EntryData;
    return std::tuple{
        field<&M::entity>("Entity"),
        field<&M::ops>("Ops"),
    };
  }
};
static_assert(well_formed<EntryData>());

}  // namespace alter_client_quotas_request

struct AlterClientQuotasRequest {
  std::vector<alter_client_quotas_request::EntryData> entries = {};
  bool validate_only = false;
  bool operator==(const AlterClientQuotasRequest&) const = default;

  static constexpr std::int16_t kApiKey = 49;
  static constexpr std::string_view kName = "AlterClientQuotasRequest";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() {
    using M = AlterClientQuotasRequest;
    return std::tuple{
        field<&M::entries>("Entries"),
        field<&M::validate_only>("ValidateOnly"),
    };
  }
};
static_assert(well_formed<AlterClientQuotasRequest>());

namespace alter_client_quotas_response {

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

struct EntryData {
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::vector<EntityData> entity = {};
  bool operator==(const EntryData&) const = default;

  static constexpr auto fields() {
    using M = EntryData;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::entity>("Entity"),
    };
  }
};
static_assert(well_formed<EntryData>());

}  // namespace alter_client_quotas_response

struct AlterClientQuotasResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<alter_client_quotas_response::EntryData> entries = {};
  bool operator==(const AlterClientQuotasResponse&) const = default;

  static constexpr std::int16_t kApiKey = 49;
  static constexpr std::string_view kName = "AlterClientQuotasResponse";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() {
    using M = AlterClientQuotasResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::entries>("Entries"),
    };
  }
};
static_assert(well_formed<AlterClientQuotasResponse>());

}  // namespace leat::wire
