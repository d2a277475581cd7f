#pragma once

/// \file
/// DescribeTransactions (key 65): the state of transactions (KIP-664).

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

struct DescribeTransactionsRequest {
  std::vector<std::string_view> transactional_ids = {};
  bool operator==(const DescribeTransactionsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 65;
  static constexpr std::string_view kName = "DescribeTransactionsRequest";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeTransactionsRequest;
    return std::tuple{
        field<&M::transactional_ids>("TransactionalIds", {.entity = Entity::kTransactionalId}),
    };
  }
};
static_assert(well_formed<DescribeTransactionsRequest>());

namespace describe_transactions_response {

struct TopicData {
  std::string topic = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const TopicData&) const = default;

  static constexpr auto fields() {
    using M = TopicData;
    return std::tuple{
        field<&M::topic>("Topic", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TopicData>());

struct TransactionState {
  ErrorCode error_code = {};
  std::string transactional_id = {};
  std::string transaction_state = {};
  std::int32_t transaction_timeout_ms = 0;
  std::int64_t transaction_start_time_ms = 0;
  ProducerId producer_id = {};
  ProducerEpoch producer_epoch = {};
  std::vector<TopicData> topics = {};
  bool operator==(const TransactionState&) const = default;

  static constexpr auto fields() {
    using M = TransactionState;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::transactional_id>("TransactionalId", {.entity = Entity::kTransactionalId}),
        field<&M::transaction_state>("TransactionState"),
        field<&M::transaction_timeout_ms>("TransactionTimeoutMs"),
        field<&M::transaction_start_time_ms>("TransactionStartTimeMs"),
        field<&M::producer_id>("ProducerId", {.entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch"),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<TransactionState>());

}  // namespace describe_transactions_response

struct DescribeTransactionsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<describe_transactions_response::TransactionState> transaction_states = {};
  bool operator==(const DescribeTransactionsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 65;
  static constexpr std::string_view kName = "DescribeTransactionsResponse";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeTransactionsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::transaction_states>("TransactionStates"),
    };
  }
};
static_assert(well_formed<DescribeTransactionsResponse>());

}  // namespace leat::wire
