#pragma once

/// \file
/// InitProducerId. Versions: 0-5 (6 is unstable in Kafka 4.3). An idempotent producer gets an id
/// that nobody had before, epoch 0 (I11); what it says of an id of before is not needed for that
/// (I12). Errors: TRANSACTIONAL_ID_AUTHORIZATION_FAILED for a transactional id, until transactions
/// are served.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/init_producer_id.h"
#include "wire/schema.h"

namespace leat::kafka {

struct InitProducerId {
  using Request = wire::InitProducerIdRequest;
  using Response = wire::InitProducerIdResponse;
  static constexpr wire::Versions kAdvertised{0, 5};
  static constexpr wire::Versions kServed{0, 5};
  /// A block of ids is durable before the first of them is given.
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
