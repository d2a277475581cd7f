#pragma once

/// \file
/// DescribeProducers (key 61): the producers that partitions remember (KIP-664).

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

namespace describe_producers_request {

struct TopicRequest {
  std::string_view name = {};
  std::vector<PartitionId> partition_indexes = {};
  bool operator==(const TopicRequest&) const = default;

  static constexpr auto fields() {
    using M = TopicRequest;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partition_indexes>("PartitionIndexes"),
    };
  }
};
static_assert(well_formed<TopicRequest>());

}  // namespace describe_producers_request

struct DescribeProducersRequest {
  std::vector<describe_producers_request::TopicRequest> topics = {};
  bool operator==(const DescribeProducersRequest&) const = default;

  static constexpr std::int16_t kApiKey = 61;
  static constexpr std::string_view kName = "DescribeProducersRequest";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeProducersRequest;
    return std::tuple{
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<DescribeProducersRequest>());

namespace describe_producers_response {

/// The producer epoch has four bytes here, and only here.
struct ProducerState {
  ProducerId producer_id = {};
  std::int32_t producer_epoch = 0;
  std::int32_t last_sequence = -1;
  std::int64_t last_timestamp = -1;
  std::int32_t coordinator_epoch = 0;
  Offset current_txn_start_offset{-1};
  bool operator==(const ProducerState&) const = default;

  static constexpr auto fields() {
    using M = ProducerState;
    return std::tuple{
        field<&M::producer_id>("ProducerId", {.entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch"),
        field<&M::last_sequence>("LastSequence"),
        field<&M::last_timestamp>("LastTimestamp"),
        field<&M::coordinator_epoch>("CoordinatorEpoch"),
        field<&M::current_txn_start_offset>("CurrentTxnStartOffset"),
    };
  }
};
static_assert(well_formed<ProducerState>());

struct PartitionResponse {
  PartitionId partition_index = {};
  ErrorCode error_code = {};
  std::optional<std::string> error_message = {};
  std::vector<ProducerState> active_producers = {};
  bool operator==(const PartitionResponse&) const = default;

  static constexpr auto fields() {
    using M = PartitionResponse;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::active_producers>("ActiveProducers"),
    };
  }
};
static_assert(well_formed<PartitionResponse>());

struct TopicResponse {
  std::string name = {};
  std::vector<PartitionResponse> partitions = {};
  bool operator==(const TopicResponse&) const = default;

  static constexpr auto fields() {
    using M = TopicResponse;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TopicResponse>());

}  // namespace describe_producers_response

struct DescribeProducersResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<describe_producers_response::TopicResponse> topics = {};
  bool operator==(const DescribeProducersResponse&) const = default;

  static constexpr std::int16_t kApiKey = 61;
  static constexpr std::string_view kName = "DescribeProducersResponse";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeProducersResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<DescribeProducersResponse>());

}  // namespace leat::wire
