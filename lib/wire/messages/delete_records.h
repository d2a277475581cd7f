#pragma once

/// \file
/// DeleteRecords (key 21): moves log start offsets. Offset -1 is the high watermark (M13).

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace delete_records_request {

struct DeleteRecordsPartition {
  PartitionId partition_index = {};
  Offset offset = {};
  bool operator==(const DeleteRecordsPartition&) const = default;

  static constexpr auto fields() {
    using M = DeleteRecordsPartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::offset>("Offset"),
    };
  }
};
static_assert(well_formed<DeleteRecordsPartition>());

struct DeleteRecordsTopic {
  std::string_view name = {};
  std::vector<DeleteRecordsPartition> partitions = {};
  bool operator==(const DeleteRecordsTopic&) const = default;

  static constexpr auto fields() {
    using M = DeleteRecordsTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<DeleteRecordsTopic>());

}  // namespace delete_records_request

struct DeleteRecordsRequest {
  std::vector<delete_records_request::DeleteRecordsTopic> topics = {};
  std::int32_t timeout_ms = 0;
  bool operator==(const DeleteRecordsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 21;
  static constexpr std::string_view kName = "DeleteRecordsRequest";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DeleteRecordsRequest;
    return std::tuple{
        field<&M::topics>("Topics"),
        field<&M::timeout_ms>("TimeoutMs"),
    };
  }
};
static_assert(well_formed<DeleteRecordsRequest>());

namespace delete_records_response {

struct DeleteRecordsPartitionResult {
  PartitionId partition_index = {};
  Offset low_watermark = {};
  ErrorCode error_code = {};
  bool operator==(const DeleteRecordsPartitionResult&) const = default;

  static constexpr auto fields() {
    using M = DeleteRecordsPartitionResult;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::low_watermark>("LowWatermark"),
        field<&M::error_code>("ErrorCode"),
    };
  }
};
static_assert(well_formed<DeleteRecordsPartitionResult>());

struct DeleteRecordsTopicResult {
  std::string name = {};
  std::vector<DeleteRecordsPartitionResult> partitions = {};
  bool operator==(const DeleteRecordsTopicResult&) const = default;

  static constexpr auto fields() {
    using M = DeleteRecordsTopicResult;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<DeleteRecordsTopicResult>());

}  // namespace delete_records_response

struct DeleteRecordsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<delete_records_response::DeleteRecordsTopicResult> topics = {};
  bool operator==(const DeleteRecordsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 21;
  static constexpr std::string_view kName = "DeleteRecordsResponse";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DeleteRecordsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<DeleteRecordsResponse>());

}  // namespace leat::wire
