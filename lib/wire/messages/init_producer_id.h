#pragma once

/// \file
/// InitProducerId (key 22): a producer id and epoch (I rules). Version 6 (two-phase commit,
/// KIP-939) is unstable in Kafka 4.3: not to be advertised.

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

struct InitProducerIdRequest {
  std::optional<std::string_view> transactional_id = "";
  std::int32_t transaction_timeout_ms = 0;
  ProducerId producer_id{-1};
  ProducerEpoch producer_epoch{-1};
  bool enable2_pc = false;
  bool keep_prepared_txn = false;
  bool operator==(const InitProducerIdRequest&) const = default;

  static constexpr std::int16_t kApiKey = 22;
  static constexpr std::string_view kName = "InitProducerIdRequest";
  static constexpr Versions kVersions{0, 6};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = InitProducerIdRequest;
    return std::tuple{
        field<&M::transactional_id>("TransactionalId",
                                    {.nullable = since(0), .entity = Entity::kTransactionalId}),
        field<&M::transaction_timeout_ms>("TransactionTimeoutMs"),
        field<&M::producer_id>("ProducerId", {.versions = since(3), .entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch", {.versions = since(3)}),
        field<&M::enable2_pc>("Enable2Pc", {.versions = since(6)}),
        field<&M::keep_prepared_txn>("KeepPreparedTxn", {.versions = since(6)}),
    };
  }
};
static_assert(well_formed<InitProducerIdRequest>());

struct InitProducerIdResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  ProducerId producer_id{-1};
  ProducerEpoch producer_epoch = {};
  ProducerId ongoing_txn_producer_id{-1};
  ProducerEpoch ongoing_txn_producer_epoch{-1};
  bool operator==(const InitProducerIdResponse&) const = default;

  static constexpr std::int16_t kApiKey = 22;
  static constexpr std::string_view kName = "InitProducerIdResponse";
  static constexpr Versions kVersions{0, 6};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = InitProducerIdResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.ignorable = true}),
        field<&M::error_code>("ErrorCode"),
        field<&M::producer_id>("ProducerId", {.entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch"),
        field<&M::ongoing_txn_producer_id>("OngoingTxnProducerId",
                                           {.versions = since(6), .entity = Entity::kProducerId}),
        field<&M::ongoing_txn_producer_epoch>("OngoingTxnProducerEpoch", {.versions = since(6)}),
    };
  }
};
static_assert(well_formed<InitProducerIdResponse>());

}  // namespace leat::wire
