#pragma once

/// \file
/// DescribeQuorum (key 55): the state of the metadata quorum (KIP-595).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace describe_quorum_request {

struct PartitionData {
  PartitionId partition_index = {};
  bool operator==(const PartitionData&) const = default;

  static constexpr auto fields() {
    using M = PartitionData;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
    };
  }
};
static_assert(well_formed<PartitionData>());

struct TopicData {
  std::string_view topic_name = {};
  std::vector<PartitionData> partitions = {};
  bool operator==(const TopicData&) const = default;

  static constexpr auto fields() {
    using M = TopicData;
    return std::tuple{
        field<&M::topic_name>("TopicName", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TopicData>());

}  // namespace describe_quorum_request

struct DescribeQuorumRequest {
  std::vector<describe_quorum_request::TopicData> topics = {};
  bool operator==(const DescribeQuorumRequest&) const = default;

  static constexpr std::int16_t kApiKey = 55;
  static constexpr std::string_view kName = "DescribeQuorumRequest";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeQuorumRequest;
    return std::tuple{
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<DescribeQuorumRequest>());

namespace describe_quorum_response {

struct ReplicaState {
  std::int32_t replica_id = 0;
  Uuid replica_directory_id = {};
  Offset log_end_offset = {};
  std::int64_t last_fetch_timestamp = -1;
  std::int64_t last_caught_up_timestamp = -1;
  bool operator==(const ReplicaState&) const = default;

  static constexpr auto fields() {
    using M = ReplicaState;
    return std::tuple{
        field<&M::replica_id>("ReplicaId", {.entity = Entity::kBrokerId}),
        field<&M::replica_directory_id>("ReplicaDirectoryId", {.versions = since(2)}),
        field<&M::log_end_offset>("LogEndOffset"),
        field<&M::last_fetch_timestamp>("LastFetchTimestamp",
                                        {.versions = since(1), .ignorable = true}),
        field<&M::last_caught_up_timestamp>("LastCaughtUpTimestamp",
                                            {.versions = since(1), .ignorable = true}),
    };
  }
};
static_assert(well_formed<ReplicaState>());

struct PartitionData {
  PartitionId partition_index = {};
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::int32_t leader_id = 0;
  LeaderEpoch leader_epoch = {};
  Offset high_watermark = {};
  std::vector<ReplicaState> current_voters = {};
  std::vector<ReplicaState> observers = {};
  bool operator==(const PartitionData&) const = default;

  static constexpr auto fields() {
    using M = PartitionData;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage",
                                 {.versions = since(2), .nullable = since(2), .ignorable = true}),
        field<&M::leader_id>("LeaderId", {.entity = Entity::kBrokerId}),
        field<&M::leader_epoch>("LeaderEpoch"),
        field<&M::high_watermark>("HighWatermark"),
        field<&M::current_voters>("CurrentVoters"),
        field<&M::observers>("Observers"),
    };
  }
};
static_assert(well_formed<PartitionData>());

struct TopicData {
  std::string topic_name = {};
  std::vector<PartitionData> partitions = {};
  bool operator==(const TopicData&) const = default;

  static constexpr auto fields() {
    using M = TopicData;
    return std::tuple{
        field<&M::topic_name>("TopicName", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TopicData>());

struct Listener {
  std::string name = {};
  std::string host = {};
  std::uint16_t port = 0;
  bool operator==(const Listener&) const = default;

  static constexpr auto fields() {
    using M = Listener;
    return std::tuple{
        field<&M::name>("Name", {.versions = since(2)}),
        field<&M::host>("Host", {.versions = since(2)}),
        field<&M::port>("Port", {.versions = since(2)}),
    };
  }
};
static_assert(well_formed<Listener>());

struct Node {
  std::int32_t node_id = 0;
  std::vector<Listener> listeners = {};
  bool operator==(const Node&) const = default;

  static constexpr auto fields() {
    using M = Node;
    return std::tuple{
        field<&M::node_id>("NodeId", {.versions = since(2), .entity = Entity::kBrokerId}),
        field<&M::listeners>("Listeners", {.versions = since(2)}),
    };
  }
};
static_assert(well_formed<Node>());

}  // namespace describe_quorum_response

struct DescribeQuorumResponse {
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::vector<describe_quorum_response::TopicData> topics = {};
  std::vector<describe_quorum_response::Node> nodes = {};
  bool operator==(const DescribeQuorumResponse&) const = default;

  static constexpr std::int16_t kApiKey = 55;
  static constexpr std::string_view kName = "DescribeQuorumResponse";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeQuorumResponse;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage",
                                 {.versions = since(2), .nullable = since(2), .ignorable = true}),
        field<&M::topics>("Topics"),
        field<&M::nodes>("Nodes", {.versions = since(2)}),
    };
  }
};
static_assert(well_formed<DescribeQuorumResponse>());

}  // namespace leat::wire
