#pragma once

/// \file
/// DescribeCluster (key 60): brokers, controller and cluster id (KIP-700).

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

struct DescribeClusterRequest {
  bool include_cluster_authorized_operations = false;
  std::int8_t endpoint_type = 1;
  bool include_fenced_brokers = false;
  bool operator==(const DescribeClusterRequest&) const = default;

  static constexpr std::int16_t kApiKey = 60;
  static constexpr std::string_view kName = "DescribeClusterRequest";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeClusterRequest;
    return std::tuple{
        field<&M::include_cluster_authorized_operations>("IncludeClusterAuthorizedOperations"),
        field<&M::endpoint_type>("EndpointType", {.versions = since(1)}),
        field<&M::include_fenced_brokers>("IncludeFencedBrokers", {.versions = since(2)}),
    };
  }
};
static_assert(well_formed<DescribeClusterRequest>());

namespace describe_cluster_response {

struct DescribeClusterBroker {
  std::int32_t broker_id = 0;
  std::string host = {};
  std::int32_t port = 0;
  std::optional<std::string> rack = {};
  bool is_fenced = false;
  bool operator==(const DescribeClusterBroker&) const = default;

  static constexpr auto fields() {
    using M = DescribeClusterBroker;
    return std::tuple{
        field<&M::broker_id>("BrokerId", {.entity = Entity::kBrokerId}),
        field<&M::host>("Host"),
        field<&M::port>("Port"),
        field<&M::rack>("Rack", {.nullable = since(0)}),
        field<&M::is_fenced>("IsFenced", {.versions = since(2)}),
    };
  }
};
static_assert(well_formed<DescribeClusterBroker>());

}  // namespace describe_cluster_response

struct DescribeClusterResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::optional<std::string> error_message = {};
  std::int8_t endpoint_type = 1;
  std::string cluster_id = {};
  std::int32_t controller_id = -1;
  std::vector<describe_cluster_response::DescribeClusterBroker> brokers = {};
  std::int32_t cluster_authorized_operations = std::numeric_limits<std::int32_t>::min();
  bool operator==(const DescribeClusterResponse&) const = default;

  static constexpr std::int16_t kApiKey = 60;
  static constexpr std::string_view kName = "DescribeClusterResponse";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeClusterResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::endpoint_type>("EndpointType", {.versions = since(1)}),
        field<&M::cluster_id>("ClusterId"),
        field<&M::controller_id>("ControllerId", {.entity = Entity::kBrokerId}),
        field<&M::brokers>("Brokers"),
        field<&M::cluster_authorized_operations>("ClusterAuthorizedOperations"),
    };
  }
};
static_assert(well_formed<DescribeClusterResponse>());

}  // namespace leat::wire
