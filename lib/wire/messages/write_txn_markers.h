#pragma once

/// \file
/// WriteTxnMarkers (key 27): the coordinator's word to partitions: a transaction has ended; and
/// Admin.abortTransaction.

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace write_txn_markers_request {

struct WritableTxnMarkerTopic {
  std::string_view name = {};
  std::vector<PartitionId> partition_indexes = {};
  bool operator==(const WritableTxnMarkerTopic&) const = default;

  static constexpr auto fields() {
    using M = WritableTxnMarkerTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partition_indexes>("PartitionIndexes"),
    };
  }
};
static_assert(well_formed<WritableTxnMarkerTopic>());

struct WritableTxnMarker {
  ProducerId producer_id = {};
  ProducerEpoch producer_epoch = {};
  bool transaction_result = false;
  std::vector<WritableTxnMarkerTopic> topics = {};
  std::int32_t coordinator_epoch = 0;
  std::int8_t transaction_version = 0;
  bool operator==(const WritableTxnMarker&) const = default;

  static constexpr auto fields() {
    using M = WritableTxnMarker;
    return std::tuple{
        field<&M::producer_id>("ProducerId", {.entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch"),
        field<&M::transaction_result>("TransactionResult"),
        field<&M::topics>("Topics"),
        field<&M::coordinator_epoch>("CoordinatorEpoch"),
        field<&M::transaction_version>("TransactionVersion",
                                       {.versions = since(2), .ignorable = true}),
    };
  }
};
static_assert(well_formed<WritableTxnMarker>());

}  // namespace write_txn_markers_request

struct WriteTxnMarkersRequest {
  std::vector<write_txn_markers_request::WritableTxnMarker> markers = {};
  bool operator==(const WriteTxnMarkersRequest&) const = default;

  static constexpr std::int16_t kApiKey = 27;
  static constexpr std::string_view kName = "WriteTxnMarkersRequest";
  static constexpr Versions kVersions{1, 2};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() {
    using M = WriteTxnMarkersRequest;
    return std::tuple{
        field<&M::markers>("Markers"),
    };
  }
};
static_assert(well_formed<WriteTxnMarkersRequest>());

namespace write_txn_markers_response {

struct WritableTxnMarkerPartitionResult {
  PartitionId partition_index = {};
  ErrorCode error_code = {};
  bool operator==(const WritableTxnMarkerPartitionResult&) const = default;

  static constexpr auto fields() {
    using M = WritableTxnMarkerPartitionResult;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::error_code>("ErrorCode"),
    };
  }
};
static_assert(well_formed<WritableTxnMarkerPartitionResult>());

struct WritableTxnMarkerTopicResult {
  std::string name = {};
  std::vector<WritableTxnMarkerPartitionResult> partitions = {};
  bool operator==(const WritableTxnMarkerTopicResult&) const = default;

  static constexpr auto fields() {
    using M = WritableTxnMarkerTopicResult;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<WritableTxnMarkerTopicResult>());

struct WritableTxnMarkerResult {
  ProducerId producer_id = {};
  std::vector<WritableTxnMarkerTopicResult> topics = {};
  bool operator==(const WritableTxnMarkerResult&) const = default;

  static constexpr auto fields() {
    using M = WritableTxnMarkerResult;
    return std::tuple{
        field<&M::producer_id>("ProducerId", {.entity = Entity::kProducerId}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<WritableTxnMarkerResult>());

}  // namespace write_txn_markers_response

struct WriteTxnMarkersResponse {
  std::vector<write_txn_markers_response::WritableTxnMarkerResult> markers = {};
  bool operator==(const WriteTxnMarkersResponse&) const = default;

  static constexpr std::int16_t kApiKey = 27;
  static constexpr std::string_view kName = "WriteTxnMarkersResponse";
  static constexpr Versions kVersions{1, 2};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() {
    using M = WriteTxnMarkersResponse;
    return std::tuple{
        field<&M::markers>("Markers"),
    };
  }
};
static_assert(well_formed<WriteTxnMarkersResponse>());

}  // namespace leat::wire
