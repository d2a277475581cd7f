#pragma once

/// \file
/// TxnOffsetCommit (key 28): commits offsets in a transaction.

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

namespace txn_offset_commit_request {

struct TxnOffsetCommitRequestPartition {
  PartitionId partition_index = {};
  Offset committed_offset = {};
  LeaderEpoch committed_leader_epoch{-1};
  std::optional<std::string_view> committed_metadata = "";
  bool operator==(const TxnOffsetCommitRequestPartition&) const = default;

  static constexpr auto fields() {
    using M = TxnOffsetCommitRequestPartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::committed_offset>("CommittedOffset"),
        field<&M::committed_leader_epoch>("CommittedLeaderEpoch",
                                          {.versions = since(2), .ignorable = true}),
        field<&M::committed_metadata>("CommittedMetadata", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<TxnOffsetCommitRequestPartition>());

struct TxnOffsetCommitRequestTopic {
  std::string_view name = {};
  std::vector<TxnOffsetCommitRequestPartition> partitions = {};
  bool operator==(const TxnOffsetCommitRequestTopic&) const = default;

  static constexpr auto fields() {
    using M = TxnOffsetCommitRequestTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TxnOffsetCommitRequestTopic>());

}  // namespace txn_offset_commit_request

struct TxnOffsetCommitRequest {
  std::string_view transactional_id = {};
  std::string_view group_id = {};
  ProducerId producer_id = {};
  ProducerEpoch producer_epoch = {};
  std::int32_t generation_id = -1;
  std::string_view member_id = {};
  std::optional<std::string_view> group_instance_id = {};
  std::vector<txn_offset_commit_request::TxnOffsetCommitRequestTopic> topics = {};
  bool operator==(const TxnOffsetCommitRequest&) const = default;

  static constexpr std::int16_t kApiKey = 28;
  static constexpr std::string_view kName = "TxnOffsetCommitRequest";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = TxnOffsetCommitRequest;
    return std::tuple{
        field<&M::transactional_id>("TransactionalId", {.entity = Entity::kTransactionalId}),
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::producer_id>("ProducerId", {.entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch"),
        field<&M::generation_id>("GenerationId", {.versions = since(3)}),
        field<&M::member_id>("MemberId", {.versions = since(3)}),
        field<&M::group_instance_id>("GroupInstanceId",
                                     {.versions = since(3), .nullable = since(3)}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<TxnOffsetCommitRequest>());

namespace txn_offset_commit_response {

struct TxnOffsetCommitResponsePartition {
  PartitionId partition_index = {};
  ErrorCode error_code = {};
  bool operator==(const TxnOffsetCommitResponsePartition&) const = default;

  static constexpr auto fields() {
    using M = TxnOffsetCommitResponsePartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::error_code>("ErrorCode"),
    };
  }
};
static_assert(well_formed<TxnOffsetCommitResponsePartition>());

struct TxnOffsetCommitResponseTopic {
  std::string name = {};
  std::vector<TxnOffsetCommitResponsePartition> partitions = {};
  bool operator==(const TxnOffsetCommitResponseTopic&) const = default;

  static constexpr auto fields() {
    using M = TxnOffsetCommitResponseTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TxnOffsetCommitResponseTopic>());

}  // namespace txn_offset_commit_response

struct TxnOffsetCommitResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<txn_offset_commit_response::TxnOffsetCommitResponseTopic> topics = {};
  bool operator==(const TxnOffsetCommitResponse&) const = default;

  static constexpr std::int16_t kApiKey = 28;
  static constexpr std::string_view kName = "TxnOffsetCommitResponse";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = TxnOffsetCommitResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<TxnOffsetCommitResponse>());

}  // namespace leat::wire
