#pragma once

/// \file
/// Metadata (key 3): brokers, and topics with their partitions and leaders. Null topics are all
/// of them; by id from version 12 on. Authorized operations are bits, the least integer when
/// nobody asked (KIP-430).

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace metadata_request {

struct MetadataRequestTopic {
  Uuid topic_id = {};
  std::optional<std::string_view> name = "";
  bool operator==(const MetadataRequestTopic&) const = default;

  static constexpr auto fields() {
    using M = MetadataRequestTopic;
    return std::tuple{
        field<&M::topic_id>("TopicId", {.versions = since(10), .ignorable = true}),
        field<&M::name>("Name", {.nullable = since(10), .entity = Entity::kTopicName}),
    };
  }
};
static_assert(well_formed<MetadataRequestTopic>());

}  // namespace metadata_request

struct MetadataRequest {
  std::optional<std::vector<metadata_request::MetadataRequestTopic>> topics =
      std::vector<metadata_request::MetadataRequestTopic>();
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;
  bool operator==(const MetadataRequest&) const = default;

  static constexpr std::int16_t kApiKey = 3;
  static constexpr std::string_view kName = "MetadataRequest";
  static constexpr Versions kVersions{0, 13};
  static constexpr Versions kFlexible = since(9);
  static constexpr auto fields() {
    using M = MetadataRequest;
    return std::tuple{
        field<&M::topics>("Topics", {.nullable = since(1)}),
        field<&M::allow_auto_topic_creation>("AllowAutoTopicCreation", {.versions = since(4)}),
        field<&M::include_cluster_authorized_operations>("IncludeClusterAuthorizedOperations",
                                                         {.versions = {8, 10}}),
        field<&M::include_topic_authorized_operations>("IncludeTopicAuthorizedOperations",
                                                       {.versions = since(8)}),
    };
  }
};
static_assert(well_formed<MetadataRequest>());

namespace metadata_response {

struct MetadataResponseBroker {
  std::int32_t node_id = 0;
  std::string host = {};
  std::int32_t port = 0;
  std::optional<std::string> rack = {};
  bool operator==(const MetadataResponseBroker&) const = default;

  static constexpr auto fields() {
    using M = MetadataResponseBroker;
    return std::tuple{
        field<&M::node_id>("NodeId", {.entity = Entity::kBrokerId}),
        field<&M::host>("Host"),
        field<&M::port>("Port"),
        field<&M::rack>("Rack", {.versions = since(1), .nullable = since(1), .ignorable = true}),
    };
  }
};
static_assert(well_formed<MetadataResponseBroker>());

struct MetadataResponsePartition {
  ErrorCode error_code = {};
  PartitionId partition_index = {};
  std::int32_t leader_id = 0;
  LeaderEpoch leader_epoch{-1};
  std::vector<std::int32_t> replica_nodes = {};
  std::vector<std::int32_t> isr_nodes = {};
  std::vector<std::int32_t> offline_replicas = {};
  bool operator==(const MetadataResponsePartition&) const = default;

  static constexpr auto fields() {
    using M = MetadataResponsePartition;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::partition_index>("PartitionIndex"),
        field<&M::leader_id>("LeaderId", {.entity = Entity::kBrokerId}),
        field<&M::leader_epoch>("LeaderEpoch", {.versions = since(7), .ignorable = true}),
        field<&M::replica_nodes>("ReplicaNodes", {.entity = Entity::kBrokerId}),
        field<&M::isr_nodes>("IsrNodes", {.entity = Entity::kBrokerId}),
        field<&M::offline_replicas>(
            "OfflineReplicas",
            {.versions = since(5), .ignorable = true, .entity = Entity::kBrokerId}),
    };
  }
};
static_assert(well_formed<MetadataResponsePartition>());

struct MetadataResponseTopic {
  ErrorCode error_code = {};
  std::optional<std::string> name = "";
  Uuid topic_id = {};
  bool is_internal = false;
  std::vector<MetadataResponsePartition> partitions = {};
  std::int32_t topic_authorized_operations = std::numeric_limits<std::int32_t>::min();
  bool operator==(const MetadataResponseTopic&) const = default;

  static constexpr auto fields() {
    using M = MetadataResponseTopic;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::name>("Name", {.nullable = since(12), .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(10), .ignorable = true}),
        field<&M::is_internal>("IsInternal", {.versions = since(1), .ignorable = true}),
        field<&M::partitions>("Partitions"),
        field<&M::topic_authorized_operations>("TopicAuthorizedOperations", {.versions = since(8)}),
    };
  }
};
static_assert(well_formed<MetadataResponseTopic>());

}  // namespace metadata_response

struct MetadataResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<metadata_response::MetadataResponseBroker> brokers = {};
  std::optional<std::string> cluster_id = {};
  std::int32_t controller_id = -1;
  std::vector<metadata_response::MetadataResponseTopic> topics = {};
  std::int32_t cluster_authorized_operations = std::numeric_limits<std::int32_t>::min();
  ErrorCode error_code = {};
  bool operator==(const MetadataResponse&) const = default;

  static constexpr std::int16_t kApiKey = 3;
  static constexpr std::string_view kName = "MetadataResponse";
  static constexpr Versions kVersions{0, 13};
  static constexpr Versions kFlexible = since(9);
  static constexpr auto fields() {
    using M = MetadataResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(3), .ignorable = true}),
        field<&M::brokers>("Brokers"),
        field<&M::cluster_id>("ClusterId",
                              {.versions = since(2), .nullable = since(2), .ignorable = true}),
        field<&M::controller_id>(
            "ControllerId", {.versions = since(1), .ignorable = true, .entity = Entity::kBrokerId}),
        field<&M::topics>("Topics"),
        field<&M::cluster_authorized_operations>("ClusterAuthorizedOperations",
                                                 {.versions = {8, 10}}),
        field<&M::error_code>("ErrorCode", {.versions = since(13), .ignorable = true}),
    };
  }
};
static_assert(well_formed<MetadataResponse>());

}  // namespace leat::wire
