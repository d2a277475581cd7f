#pragma once

/// \file
/// Produce (key 0): record batches to partitions, one batch each (B5). Version 13 names topics
/// by id. Versions 0-2 are advertised and refused as Kafka does; they have no table.

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

namespace produce_request {

struct PartitionProduceData {
  PartitionId index = {};
  Records records{""};
  bool operator==(const PartitionProduceData&) const = default;

  static constexpr auto fields() {
    using M = PartitionProduceData;
    return std::tuple{
        field<&M::index>("Index"),
        field<&M::records>("Records", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<PartitionProduceData>());

struct TopicProduceData {
  std::string_view name = {};
  Uuid topic_id = {};
  std::vector<PartitionProduceData> partition_data = {};
  bool operator==(const TopicProduceData&) const = default;

  static constexpr auto fields() {
    using M = TopicProduceData;
    return std::tuple{
        field<&M::name>("Name",
                        {.versions = until(12), .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(13), .ignorable = true}),
        field<&M::partition_data>("PartitionData"),
    };
  }
};
static_assert(well_formed<TopicProduceData>());

}  // namespace produce_request

struct ProduceRequest {
  std::optional<std::string_view> transactional_id = {};
  std::int16_t acks = 0;
  std::int32_t timeout_ms = 0;
  std::vector<produce_request::TopicProduceData> topic_data = {};
  bool operator==(const ProduceRequest&) const = default;

  static constexpr std::int16_t kApiKey = 0;
  static constexpr std::string_view kName = "ProduceRequest";
  static constexpr Versions kVersions{3, 13};
  static constexpr Versions kFlexible = since(9);
  static constexpr auto fields() {
    using M = ProduceRequest;
    return std::tuple{
        field<&M::transactional_id>(
            "TransactionalId",
            {.versions = since(3), .nullable = since(3), .entity = Entity::kTransactionalId}),
        field<&M::acks>("Acks"),
        field<&M::timeout_ms>("TimeoutMs"),
        field<&M::topic_data>("TopicData"),
    };
  }
};
static_assert(well_formed<ProduceRequest>());

namespace produce_response {

struct BatchIndexAndErrorMessage {
  std::int32_t batch_index = 0;
  std::optional<std::string> batch_index_error_message = {};
  bool operator==(const BatchIndexAndErrorMessage&) const = default;

  static constexpr auto fields() {
    using M = BatchIndexAndErrorMessage;
    return std::tuple{
        field<&M::batch_index>("BatchIndex", {.versions = since(8)}),
        field<&M::batch_index_error_message>("BatchIndexErrorMessage",
                                             {.versions = since(8), .nullable = since(8)}),
    };
  }
};
static_assert(well_formed<BatchIndexAndErrorMessage>());

struct LeaderIdAndEpoch {
  std::int32_t leader_id = -1;
  LeaderEpoch leader_epoch{-1};
  bool operator==(const LeaderIdAndEpoch&) const = default;

  static constexpr auto fields() {
    using M = LeaderIdAndEpoch;
    return std::tuple{
        field<&M::leader_id>("LeaderId", {.versions = since(10), .entity = Entity::kBrokerId}),
        field<&M::leader_epoch>("LeaderEpoch", {.versions = since(10)}),
    };
  }
};
static_assert(well_formed<LeaderIdAndEpoch>());

struct PartitionProduceResponse {
  PartitionId index = {};
  ErrorCode error_code = {};
  Offset base_offset = {};
  std::int64_t log_append_time_ms = -1;
  Offset log_start_offset{-1};
  std::vector<BatchIndexAndErrorMessage> record_errors = {};
  std::optional<std::string> error_message = {};
  LeaderIdAndEpoch current_leader = {};
  bool operator==(const PartitionProduceResponse&) const = default;

  static constexpr auto fields() {
    using M = PartitionProduceResponse;
    return std::tuple{
        field<&M::index>("Index"),
        field<&M::error_code>("ErrorCode"),
        field<&M::base_offset>("BaseOffset"),
        field<&M::log_append_time_ms>("LogAppendTimeMs", {.versions = since(2), .ignorable = true}),
        field<&M::log_start_offset>("LogStartOffset", {.versions = since(5), .ignorable = true}),
        field<&M::record_errors>("RecordErrors", {.versions = since(8), .ignorable = true}),
        field<&M::error_message>("ErrorMessage",
                                 {.versions = since(8), .nullable = since(8), .ignorable = true}),
        field<&M::current_leader>("CurrentLeader", {.versions = since(10), .tag = 0}),
    };
  }
};
static_assert(well_formed<PartitionProduceResponse>());

struct TopicProduceResponse {
  std::string name = {};
  Uuid topic_id = {};
  std::vector<PartitionProduceResponse> partition_responses = {};
  bool operator==(const TopicProduceResponse&) const = default;

  static constexpr auto fields() {
    using M = TopicProduceResponse;
    return std::tuple{
        field<&M::name>("Name",
                        {.versions = until(12), .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(13), .ignorable = true}),
        field<&M::partition_responses>("PartitionResponses"),
    };
  }
};
static_assert(well_formed<TopicProduceResponse>());

struct NodeEndpoint {
  std::int32_t node_id = 0;
  std::string host = {};
  std::int32_t port = 0;
  std::optional<std::string> rack = {};
  bool operator==(const NodeEndpoint&) const = default;

  static constexpr auto fields() {
    using M = NodeEndpoint;
    return std::tuple{
        field<&M::node_id>("NodeId", {.versions = since(10), .entity = Entity::kBrokerId}),
        field<&M::host>("Host", {.versions = since(10)}),
        field<&M::port>("Port", {.versions = since(10)}),
        field<&M::rack>("Rack", {.versions = since(10), .nullable = since(10)}),
    };
  }
};
static_assert(well_formed<NodeEndpoint>());

}  // namespace produce_response

struct ProduceResponse {
  std::vector<produce_response::TopicProduceResponse> responses = {};
  std::int32_t throttle_time_ms = 0;
  std::vector<produce_response::NodeEndpoint> node_endpoints = {};
  bool operator==(const ProduceResponse&) const = default;

  static constexpr std::int16_t kApiKey = 0;
  static constexpr std::string_view kName = "ProduceResponse";
  static constexpr Versions kVersions{3, 13};
  static constexpr Versions kFlexible = since(9);
  static constexpr auto fields() {
    using M = ProduceResponse;
    return std::tuple{
        field<&M::responses>("Responses"),
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::node_endpoints>("NodeEndpoints", {.versions = since(10), .tag = 0}),
    };
  }
};
static_assert(well_formed<ProduceResponse>());

}  // namespace leat::wire
