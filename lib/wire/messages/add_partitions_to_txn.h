#pragma once

/// \file
/// AddPartitionsToTxn (key 24): puts partitions in a transaction. Clients send up to version 3;
/// 4 and up, with many transactions, are between brokers.

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace add_partitions_to_txn_request {

struct AddPartitionsToTxnTopic {
  std::string_view name = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const AddPartitionsToTxnTopic&) const = default;

  static constexpr auto fields() {
    using M = AddPartitionsToTxnTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<AddPartitionsToTxnTopic>());

struct AddPartitionsToTxnTransaction {
  std::string_view transactional_id = {};
  ProducerId producer_id = {};
  ProducerEpoch producer_epoch = {};
  bool verify_only = false;
  std::vector<AddPartitionsToTxnTopic> topics = {};
  bool operator==(const AddPartitionsToTxnTransaction&) const = default;

  static constexpr auto fields() {
    using M = AddPartitionsToTxnTransaction;
    return std::tuple{
        field<&M::transactional_id>("TransactionalId",
                                    {.versions = since(4), .entity = Entity::kTransactionalId}),
        field<&M::producer_id>("ProducerId", {.versions = since(4), .entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch", {.versions = since(4)}),
        field<&M::verify_only>("VerifyOnly", {.versions = since(4)}),
        field<&M::topics>("Topics", {.versions = since(4)}),
    };
  }
};
static_assert(well_formed<AddPartitionsToTxnTransaction>());

}  // namespace add_partitions_to_txn_request

struct AddPartitionsToTxnRequest {
  std::vector<add_partitions_to_txn_request::AddPartitionsToTxnTransaction> transactions = {};
  std::string_view v3_and_below_transactional_id = {};
  ProducerId v3_and_below_producer_id = {};
  ProducerEpoch v3_and_below_producer_epoch = {};
  std::vector<add_partitions_to_txn_request::AddPartitionsToTxnTopic> v3_and_below_topics = {};
  bool operator==(const AddPartitionsToTxnRequest&) const = default;

  static constexpr std::int16_t kApiKey = 24;
  static constexpr std::string_view kName = "AddPartitionsToTxnRequest";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = AddPartitionsToTxnRequest;
    return std::tuple{
        field<&M::transactions>("Transactions", {.versions = since(4)}),
        field<&M::v3_and_below_transactional_id>(
            "V3AndBelowTransactionalId",
            {.versions = until(3), .entity = Entity::kTransactionalId}),
        field<&M::v3_and_below_producer_id>("V3AndBelowProducerId",
                                            {.versions = until(3), .entity = Entity::kProducerId}),
        field<&M::v3_and_below_producer_epoch>("V3AndBelowProducerEpoch", {.versions = until(3)}),
        field<&M::v3_and_below_topics>("V3AndBelowTopics", {.versions = until(3)}),
    };
  }
};
static_assert(well_formed<AddPartitionsToTxnRequest>());

namespace add_partitions_to_txn_response {

struct AddPartitionsToTxnPartitionResult {
  PartitionId partition_index = {};
  ErrorCode partition_error_code = {};
  bool operator==(const AddPartitionsToTxnPartitionResult&) const = default;

  static constexpr auto fields() {
    using M = AddPartitionsToTxnPartitionResult;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::partition_error_code>("PartitionErrorCode"),
    };
  }
};
static_assert(well_formed<AddPartitionsToTxnPartitionResult>());

struct AddPartitionsToTxnTopicResult {
  std::string name = {};
  std::vector<AddPartitionsToTxnPartitionResult> results_by_partition = {};
  bool operator==(const AddPartitionsToTxnTopicResult&) const = default;

  static constexpr auto fields() {
    using M = AddPartitionsToTxnTopicResult;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::results_by_partition>("ResultsByPartition"),
    };
  }
};
static_assert(well_formed<AddPartitionsToTxnTopicResult>());

struct AddPartitionsToTxnResult {
  std::string transactional_id = {};
  std::vector<AddPartitionsToTxnTopicResult> topic_results = {};
  bool operator==(const AddPartitionsToTxnResult&) const = default;

  static constexpr auto fields() {
    using M = AddPartitionsToTxnResult;
    return std::tuple{
        field<&M::transactional_id>("TransactionalId",
                                    {.versions = since(4), .entity = Entity::kTransactionalId}),
        field<&M::topic_results>("TopicResults", {.versions = since(4)}),
    };
  }
};
static_assert(well_formed<AddPartitionsToTxnResult>());

}  // namespace add_partitions_to_txn_response

struct AddPartitionsToTxnResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::vector<add_partitions_to_txn_response::AddPartitionsToTxnResult> results_by_transaction = {};
  std::vector<add_partitions_to_txn_response::AddPartitionsToTxnTopicResult>
      results_by_topic_v3_and_below = {};
  bool operator==(const AddPartitionsToTxnResponse&) const = default;

  static constexpr std::int16_t kApiKey = 24;
  static constexpr std::string_view kName = "AddPartitionsToTxnResponse";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = AddPartitionsToTxnResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode", {.versions = since(4), .ignorable = true}),
        field<&M::results_by_transaction>("ResultsByTransaction", {.versions = since(4)}),
        field<&M::results_by_topic_v3_and_below>("ResultsByTopicV3AndBelow",
                                                 {.versions = until(3)}),
    };
  }
};
static_assert(well_formed<AddPartitionsToTxnResponse>());

}  // namespace leat::wire
