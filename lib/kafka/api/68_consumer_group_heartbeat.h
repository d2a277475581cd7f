#pragma once

/// \file
/// ConsumerGroupHeartbeat. Versions: 0-1. A member of the consumer protocol joins, says what has
/// changed, learns what it is to read, or leaves (KIP-848; N1-N12).
///
/// Errors: INVALID_REQUEST, GROUP_ID_NOT_FOUND (also of a classic group with members),
/// UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, UNRELEASED_INSTANCE_ID, FENCED_INSTANCE_ID,
/// UNSUPPORTED_ASSIGNOR, INVALID_REGULAR_EXPRESSION, GROUP_MAX_SIZE_REACHED, NOT_COORDINATOR,
/// COORDINATOR_NOT_AVAILABLE.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/schema.h"

namespace leat::kafka {

struct ConsumerGroupHeartbeat {
  using Request = wire::ConsumerGroupHeartbeatRequest;
  using Response = wire::ConsumerGroupHeartbeatResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(Call call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
