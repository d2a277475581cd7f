#pragma once

/// \file
/// ListTransactions (key 66): transactions by state, producer, age and, from version 2 on,
/// pattern of id (KIP-664, KIP-1152).

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

struct ListTransactionsRequest {
  std::vector<std::string_view> state_filters = {};
  std::vector<ProducerId> producer_id_filters = {};
  std::int64_t duration_filter = -1;
  std::optional<std::string_view> transactional_id_pattern = {};
  bool operator==(const ListTransactionsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 66;
  static constexpr std::string_view kName = "ListTransactionsRequest";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ListTransactionsRequest;
    return std::tuple{
        field<&M::state_filters>("StateFilters"),
        field<&M::producer_id_filters>("ProducerIdFilters", {.entity = Entity::kProducerId}),
        field<&M::duration_filter>("DurationFilter", {.versions = since(1)}),
        field<&M::transactional_id_pattern>("TransactionalIdPattern",
                                            {.versions = since(2), .nullable = since(2)}),
    };
  }
};
static_assert(well_formed<ListTransactionsRequest>());

namespace list_transactions_response {

struct TransactionState {
  std::string transactional_id = {};
  ProducerId producer_id = {};
  std::string transaction_state = {};
  bool operator==(const TransactionState&) const = default;

  static constexpr auto fields() {
    using M = TransactionState;
    return std::tuple{
        field<&M::transactional_id>("TransactionalId", {.entity = Entity::kTransactionalId}),
        field<&M::producer_id>("ProducerId", {.entity = Entity::kProducerId}),
        field<&M::transaction_state>("TransactionState"),
    };
  }
};
static_assert(well_formed<TransactionState>());

}  // namespace list_transactions_response

struct ListTransactionsResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::vector<std::string> unknown_state_filters = {};
  std::vector<list_transactions_response::TransactionState> transaction_states = {};
  bool operator==(const ListTransactionsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 66;
  static constexpr std::string_view kName = "ListTransactionsResponse";
  static constexpr Versions kVersions{0, 2};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = ListTransactionsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
        field<&M::unknown_state_filters>("UnknownStateFilters"),
        field<&M::transaction_states>("TransactionStates"),
    };
  }
};
static_assert(well_formed<ListTransactionsResponse>());

}  // namespace leat::wire
