#pragma once

/// \file
/// Fetch (key 1): records from partitions, with sessions (KIP-227). Version 13 names topics by
/// id. ReplicaState, LastFetchedEpoch and what answers them are for followers, which Leat has
/// none of.

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

namespace fetch_request {

struct ReplicaState {
  std::int32_t replica_id = -1;
  std::int64_t replica_epoch = -1;
  bool operator==(const ReplicaState&) const = default;

  static constexpr auto fields() {
    using M = ReplicaState;
    return std::tuple{
        field<&M::replica_id>("ReplicaId", {.versions = since(15), .entity = Entity::kBrokerId}),
        field<&M::replica_epoch>("ReplicaEpoch", {.versions = since(15)}),
    };
  }
};
static_assert(well_formed<ReplicaState>());

struct FetchPartition {
  PartitionId partition = {};
  LeaderEpoch current_leader_epoch{-1};
  Offset fetch_offset = {};
  LeaderEpoch last_fetched_epoch{-1};
  Offset log_start_offset{-1};
  std::int32_t partition_max_bytes = 0;
  Uuid replica_directory_id = {};
  Offset high_watermark{std::numeric_limits<std::int64_t>::max()};
  bool operator==(const FetchPartition&) const = default;

  static constexpr auto fields() {
    using M = FetchPartition;
    return std::tuple{
        field<&M::partition>("Partition"),
        field<&M::current_leader_epoch>("CurrentLeaderEpoch",
                                        {.versions = since(9), .ignorable = true}),
        field<&M::fetch_offset>("FetchOffset"),
        field<&M::last_fetched_epoch>("LastFetchedEpoch", {.versions = since(12)}),
        field<&M::log_start_offset>("LogStartOffset", {.versions = since(5), .ignorable = true}),
        field<&M::partition_max_bytes>("PartitionMaxBytes"),
        field<&M::replica_directory_id>("ReplicaDirectoryId",
                                        {.versions = since(17), .tag = 0, .ignorable = true}),
        field<&M::high_watermark>("HighWatermark",
                                  {.versions = since(18), .tag = 1, .ignorable = true}),
    };
  }
};
static_assert(well_formed<FetchPartition>());

struct FetchTopic {
  std::string_view topic = {};
  Uuid topic_id = {};
  std::vector<FetchPartition> partitions = {};
  bool operator==(const FetchTopic&) const = default;

  static constexpr auto fields() {
    using M = FetchTopic;
    return std::tuple{
        field<&M::topic>("Topic",
                         {.versions = until(12), .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(13), .ignorable = true}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<FetchTopic>());

struct ForgottenTopic {
  std::string_view topic = {};
  Uuid topic_id = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const ForgottenTopic&) const = default;

  static constexpr auto fields() {
    using M = ForgottenTopic;
    return std::tuple{
        field<&M::topic>("Topic",
                         {.versions = {7, 12}, .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(13), .ignorable = true}),
        field<&M::partitions>("Partitions", {.versions = since(7)}),
    };
  }
};
static_assert(well_formed<ForgottenTopic>());

}  // namespace fetch_request

struct FetchRequest {
  std::optional<std::string_view> cluster_id = {};
  std::int32_t replica_id = -1;
  fetch_request::ReplicaState replica_state = {};
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 0;
  std::int32_t max_bytes = std::numeric_limits<std::int32_t>::max();
  std::int8_t isolation_level = 0;
  std::int32_t session_id = 0;
  std::int32_t session_epoch = -1;
  std::vector<fetch_request::FetchTopic> topics = {};
  std::vector<fetch_request::ForgottenTopic> forgotten_topics_data = {};
  std::string_view rack_id = {};
  bool operator==(const FetchRequest&) const = default;

  static constexpr std::int16_t kApiKey = 1;
  static constexpr std::string_view kName = "FetchRequest";
  static constexpr Versions kVersions{4, 18};
  static constexpr Versions kFlexible = since(12);
  static constexpr auto fields() {
    using M = FetchRequest;
    return std::tuple{
        field<&M::cluster_id>(
            "ClusterId",
            {.versions = since(12), .nullable = since(12), .tag = 0, .ignorable = true}),
        field<&M::replica_id>("ReplicaId", {.versions = until(14), .entity = Entity::kBrokerId}),
        field<&M::replica_state>("ReplicaState", {.versions = since(15), .tag = 1}),
        field<&M::max_wait_ms>("MaxWaitMs"),
        field<&M::min_bytes>("MinBytes"),
        field<&M::max_bytes>("MaxBytes", {.versions = since(3), .ignorable = true}),
        field<&M::isolation_level>("IsolationLevel", {.versions = since(4), .ignorable = true}),
        field<&M::session_id>("SessionId", {.versions = since(7), .ignorable = true}),
        field<&M::session_epoch>("SessionEpoch", {.versions = since(7), .ignorable = true}),
        field<&M::topics>("Topics"),
        field<&M::forgotten_topics_data>("ForgottenTopicsData", {.versions = since(7)}),
        field<&M::rack_id>("RackId", {.versions = since(11), .ignorable = true}),
    };
  }
};
static_assert(well_formed<FetchRequest>());

namespace fetch_response {

struct EpochEndOffset {
  LeaderEpoch epoch{-1};
  Offset end_offset{-1};
  bool operator==(const EpochEndOffset&) const = default;

  static constexpr auto fields() {
    using M = EpochEndOffset;
    return std::tuple{
        field<&M::epoch>("Epoch", {.versions = since(12)}),
        field<&M::end_offset>("EndOffset", {.versions = since(12)}),
    };
  }
};
static_assert(well_formed<EpochEndOffset>());

struct LeaderIdAndEpoch {
  std::int32_t leader_id = -1;
  LeaderEpoch leader_epoch{-1};
  bool operator==(const LeaderIdAndEpoch&) const = default;

  static constexpr auto fields() {
    using M = LeaderIdAndEpoch;
    return std::tuple{
        field<&M::leader_id>("LeaderId", {.versions = since(12), .entity = Entity::kBrokerId}),
        field<&M::leader_epoch>("LeaderEpoch", {.versions = since(12)}),
    };
  }
};
static_assert(well_formed<LeaderIdAndEpoch>());

struct SnapshotId {
  Offset end_offset{-1};
  LeaderEpoch epoch{-1};
  bool operator==(const SnapshotId&) const = default;

  static constexpr auto fields() {
    using M = SnapshotId;
    return std::tuple{
        field<&M::end_offset>("EndOffset"),
        field<&M::epoch>("Epoch"),
    };
  }
};
static_assert(well_formed<SnapshotId>());

struct AbortedTransaction {
  ProducerId producer_id = {};
  Offset first_offset = {};
  bool operator==(const AbortedTransaction&) const = default;

  static constexpr auto fields() {
    using M = AbortedTransaction;
    return std::tuple{
        field<&M::producer_id>("ProducerId", {.versions = since(4), .entity = Entity::kProducerId}),
        field<&M::first_offset>("FirstOffset", {.versions = since(4)}),
    };
  }
};
static_assert(well_formed<AbortedTransaction>());

/// Records are empty unless set, not null: older clients take null for a broken answer.
struct PartitionData {
  PartitionId partition_index = {};
  ErrorCode error_code = {};
  Offset high_watermark = {};
  Offset last_stable_offset{-1};
  Offset log_start_offset{-1};
  EpochEndOffset diverging_epoch = {};
  LeaderIdAndEpoch current_leader = {};
  SnapshotId snapshot_id = {};
  std::optional<std::vector<AbortedTransaction>> aborted_transactions =
      std::vector<AbortedTransaction>();
  std::int32_t preferred_read_replica = -1;
  Records records{""};
  bool operator==(const PartitionData&) const = default;

  static constexpr auto fields() {
    using M = PartitionData;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::error_code>("ErrorCode"),
        field<&M::high_watermark>("HighWatermark"),
        field<&M::last_stable_offset>("LastStableOffset",
                                      {.versions = since(4), .ignorable = true}),
        field<&M::log_start_offset>("LogStartOffset", {.versions = since(5), .ignorable = true}),
        field<&M::diverging_epoch>("DivergingEpoch", {.versions = since(12), .tag = 0}),
        field<&M::current_leader>("CurrentLeader", {.versions = since(12), .tag = 1}),
        field<&M::snapshot_id>("SnapshotId", {.versions = since(12), .tag = 2}),
        field<&M::aborted_transactions>(
            "AbortedTransactions", {.versions = since(4), .nullable = since(4), .ignorable = true}),
        field<&M::preferred_read_replica>("PreferredReadReplica",
                                          {.versions = since(11), .entity = Entity::kBrokerId}),
        field<&M::records>("Records", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<PartitionData>());

struct FetchableTopicResponse {
  std::string topic = {};
  Uuid topic_id = {};
  std::vector<PartitionData> partitions = {};
  bool operator==(const FetchableTopicResponse&) const = default;

  static constexpr auto fields() {
    using M = FetchableTopicResponse;
    return std::tuple{
        field<&M::topic>("Topic",
                         {.versions = until(12), .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(13), .ignorable = true}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<FetchableTopicResponse>());

struct NodeEndpoint {
  std::int32_t node_id = 0;
  std::string host = {};
  std::int32_t port = 0;
  std::optional<std::string> rack = {};
  bool operator==(const NodeEndpoint&) const = default;

  static constexpr auto fields() {
    using M = NodeEndpoint;
    return std::tuple{
        field<&M::node_id>("NodeId", {.versions = since(16), .entity = Entity::kBrokerId}),
        field<&M::host>("Host", {.versions = since(16)}),
        field<&M::port>("Port", {.versions = since(16)}),
        field<&M::rack>("Rack", {.versions = since(16), .nullable = since(16)}),
    };
  }
};
static_assert(well_formed<NodeEndpoint>());

}  // namespace fetch_response

struct FetchResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::int32_t session_id = 0;
  std::vector<fetch_response::FetchableTopicResponse> responses = {};
  std::vector<fetch_response::NodeEndpoint> node_endpoints = {};
  bool operator==(const FetchResponse&) const = default;

  static constexpr std::int16_t kApiKey = 1;
  static constexpr std::string_view kName = "FetchResponse";
  static constexpr Versions kVersions{4, 18};
  static constexpr Versions kFlexible = since(12);
  static constexpr auto fields() {
    using M = FetchResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::error_code>("ErrorCode", {.versions = since(7), .ignorable = true}),
        field<&M::session_id>("SessionId", {.versions = since(7)}),
        field<&M::responses>("Responses"),
        field<&M::node_endpoints>("NodeEndpoints", {.versions = since(16), .tag = 0}),
    };
  }
};
static_assert(well_formed<FetchResponse>());

}  // namespace leat::wire
