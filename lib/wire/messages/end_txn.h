#pragma once

/// \file
/// EndTxn (key 26): commits or aborts. From version 5 on the answer has the next producer epoch
/// (KIP-890).

#include <cstdint>
#include <string_view>
#include <tuple>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

struct EndTxnRequest {
  std::string_view transactional_id = {};
  ProducerId producer_id = {};
  ProducerEpoch producer_epoch = {};
  bool committed = false;
  bool operator==(const EndTxnRequest&) const = default;

  static constexpr std::int16_t kApiKey = 26;
  static constexpr std::string_view kName = "EndTxnRequest";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = EndTxnRequest;
    return std::tuple{
        field<&M::transactional_id>("TransactionalId", {.entity = Entity::kTransactionalId}),
        field<&M::producer_id>("ProducerId", {.entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch"),
        field<&M::committed>("Committed"),
    };
  }
};
static_assert(well_formed<EndTxnRequest>());

struct EndTxnResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  ProducerId producer_id{-1};
  ProducerEpoch producer_epoch{-1};
  bool operator==(const EndTxnResponse&) const = default;

  static constexpr std::int16_t kApiKey = 26;
  static constexpr std::string_view kName = "EndTxnResponse";
  static constexpr Versions kVersions{0, 5};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = EndTxnResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
        field<&M::producer_id>(
            "ProducerId", {.versions = since(5), .ignorable = true, .entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch", {.versions = since(5), .ignorable = true}),
    };
  }
};
static_assert(well_formed<EndTxnResponse>());

}  // namespace leat::wire
