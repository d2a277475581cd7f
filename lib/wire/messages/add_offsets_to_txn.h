#pragma once

/// \file
/// AddOffsetsToTxn (key 25): puts a group's offsets in a transaction.

#include <cstdint>
#include <string_view>
#include <tuple>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

struct AddOffsetsToTxnRequest {
  std::string_view transactional_id = {};
  ProducerId producer_id = {};
  ProducerEpoch producer_epoch = {};
  std::string_view group_id = {};
  bool operator==(const AddOffsetsToTxnRequest&) const = default;

  static constexpr std::int16_t kApiKey = 25;
  static constexpr std::string_view kName = "AddOffsetsToTxnRequest";
  static constexpr Versions kVersions{0, 4};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = AddOffsetsToTxnRequest;
    return std::tuple{
        field<&M::transactional_id>("TransactionalId", {.entity = Entity::kTransactionalId}),
        field<&M::producer_id>("ProducerId", {.entity = Entity::kProducerId}),
        field<&M::producer_epoch>("ProducerEpoch"),
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
    };
  }
};
static_assert(well_formed<AddOffsetsToTxnRequest>());

struct AddOffsetsToTxnResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  bool operator==(const AddOffsetsToTxnResponse&) const = default;

  static constexpr std::int16_t kApiKey = 25;
  static constexpr std::string_view kName = "AddOffsetsToTxnResponse";
  static constexpr Versions kVersions{0, 4};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() {
    using M = AddOffsetsToTxnResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
    };
  }
};
static_assert(well_formed<AddOffsetsToTxnResponse>());

}  // namespace leat::wire
