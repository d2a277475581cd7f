#pragma once

/// \file
/// AlterClientQuotas. Versions: 0-1. Sets and removes quotas of users, client ids and addresses.
/// Enforced from the next request on (Q2, W10): producer_byte_rate, consumer_byte_rate and
/// request_percentage. controller_mutation_rate and connection_creation_rate are kept, not
/// enforced.
///
/// Errors, an entity: INVALID_REQUEST (an entity that is none or named twice, a quota that it does
/// not have, a value that is not above 0), CLUSTER_AUTHORIZATION_FAILED, KAFKA_STORAGE_ERROR.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/alter_client_quotas.h"
#include "wire/schema.h"

namespace leat::kafka {

struct AlterClientQuotas {
  using Request = wire::AlterClientQuotasRequest;
  using Response = wire::AlterClientQuotasResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  /// What it changes is durable when it is answered.
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
