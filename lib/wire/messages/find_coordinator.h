#pragma once

/// \file
/// FindCoordinator (key 10): the broker that coordinates a group (key type 0), a transactional
/// id (1) or a share partition (2). Many keys at once from version 4 on; before, one and its
/// answer at the top level.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

struct FindCoordinatorRequest {
  std::string_view key = {};
  std::int8_t key_type = 0;
  std::vector<std::string_view> coordinator_keys = {};
  bool operator==(const FindCoordinatorRequest&) const = default;

  static constexpr std::int16_t kApiKey = 10;
  static constexpr std::string_view kName = "FindCoordinatorRequest";
  static constexpr Versions kVersions{0, 6};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = FindCoordinatorRequest;
    return std::tuple{
        field<&M::key>("Key", {.versions = until(3)}),
        field<&M::key_type>("KeyType", {.versions = since(1)}),
        field<&M::coordinator_keys>("CoordinatorKeys", {.versions = since(4)}),
    };
  }
};
static_assert(well_formed<FindCoordinatorRequest>());

namespace find_coordinator_response {

struct Coordinator {
  std::string key = {};
  std::int32_t node_id = 0;
  std::string host = {};
  std::int32_t port = 0;
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  bool operator==(const Coordinator&) const = default;

  static constexpr auto fields() {
    using M = Coordinator;
    return std::tuple{
        field<&M::key>("Key", {.versions = since(4)}),
        field<&M::node_id>("NodeId", {.versions = since(4), .entity = Entity::kBrokerId}),
        field<&M::host>("Host", {.versions = since(4)}),
        field<&M::port>("Port", {.versions = since(4)}),
        field<&M::error_code>("ErrorCode", {.versions = since(4)}),
        field<&M::error_message>("ErrorMessage",
                                 {.versions = since(4), .nullable = since(4), .ignorable = true}),
    };
  }
};
static_assert(well_formed<Coordinator>());

}  // namespace find_coordinator_response

struct FindCoordinatorResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::int32_t node_id = 0;
  std::string host = {};
  std::int32_t port = 0;
  std::vector<find_coordinator_response::Coordinator> coordinators = {};
  bool operator==(const FindCoordinatorResponse&) const = default;

  static constexpr std::int16_t kApiKey = 10;
  static constexpr std::string_view kName = "FindCoordinatorResponse";
  static constexpr Versions kVersions{0, 6};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = FindCoordinatorResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::error_code>("ErrorCode", {.versions = until(3)}),
        field<&M::error_message>("ErrorMessage",
                                 {.versions = {1, 3}, .nullable = {1, 3}, .ignorable = true}),
        field<&M::node_id>("NodeId", {.versions = until(3), .entity = Entity::kBrokerId}),
        field<&M::host>("Host", {.versions = until(3)}),
        field<&M::port>("Port", {.versions = until(3)}),
        field<&M::coordinators>("Coordinators", {.versions = since(4)}),
    };
  }
};
static_assert(well_formed<FindCoordinatorResponse>());

}  // namespace leat::wire
