#pragma once

/// \file
/// OffsetForLeaderEpoch (key 23): where the records of a leader epoch end, for clients that
/// look for truncation.

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace offset_for_leader_epoch_request {

struct OffsetForLeaderPartition {
  PartitionId partition = {};
  LeaderEpoch current_leader_epoch{-1};
  LeaderEpoch leader_epoch = {};
  bool operator==(const OffsetForLeaderPartition&) const = default;

  static constexpr auto fields() {
    using M = OffsetForLeaderPartition;
    return std::tuple{
        field<&M::partition>("Partition"),
        field<&M::current_leader_epoch>("CurrentLeaderEpoch",
                                        {.versions = since(2), .ignorable = true}),
        field<&M::leader_epoch>("LeaderEpoch"),
    };
  }
};
static_assert(well_formed<OffsetForLeaderPartition>());

struct OffsetForLeaderTopic {
  std::string_view topic = {};
  std::vector<OffsetForLeaderPartition> partitions = {};
  bool operator==(const OffsetForLeaderTopic&) const = default;

  static constexpr auto fields() {
    using M = OffsetForLeaderTopic;
    return std::tuple{
        field<&M::topic>("Topic", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<OffsetForLeaderTopic>());

}  // namespace offset_for_leader_epoch_request

struct OffsetForLeaderEpochRequest {
  std::int32_t replica_id = -2;
  std::vector<offset_for_leader_epoch_request::OffsetForLeaderTopic> topics = {};
  bool operator==(const OffsetForLeaderEpochRequest&) const = default;

  static constexpr std::int16_t kApiKey = 23;
  static constexpr std::string_view kName = "OffsetForLeaderEpochRequest";
  static constexpr Versions kVersions{2, 4};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = OffsetForLeaderEpochRequest;
    return std::tuple{
        field<&M::replica_id>(
            "ReplicaId", {.versions = since(3), .ignorable = true, .entity = Entity::kBrokerId}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<OffsetForLeaderEpochRequest>());

namespace offset_for_leader_epoch_response {

struct EpochEndOffset {
  ErrorCode error_code = {};
  PartitionId partition = {};
  LeaderEpoch leader_epoch{-1};
  Offset end_offset{-1};
  bool operator==(const EpochEndOffset&) const = default;

  static constexpr auto fields() {
    using M = EpochEndOffset;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::partition>("Partition"),
        field<&M::leader_epoch>("LeaderEpoch", {.versions = since(1), .ignorable = true}),
        field<&M::end_offset>("EndOffset"),
    };
  }
};
static_assert(well_formed<EpochEndOffset>());

struct OffsetForLeaderTopicResult {
  std::string topic = {};
  std::vector<EpochEndOffset> partitions = {};
  bool operator==(const OffsetForLeaderTopicResult&) const = default;

  static constexpr auto fields() {
    using M = OffsetForLeaderTopicResult;
    return std::tuple{
        field<&M::topic>("Topic", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<OffsetForLeaderTopicResult>());

}  // namespace offset_for_leader_epoch_response

struct OffsetForLeaderEpochResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<offset_for_leader_epoch_response::OffsetForLeaderTopicResult> topics = {};
  bool operator==(const OffsetForLeaderEpochResponse&) const = default;

  static constexpr std::int16_t kApiKey = 23;
  static constexpr std::string_view kName = "OffsetForLeaderEpochResponse";
  static constexpr Versions kVersions{2, 4};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = OffsetForLeaderEpochResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(2), .ignorable = true}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<OffsetForLeaderEpochResponse>());

}  // namespace leat::wire
