#pragma once

/// \file
/// Heartbeat. Versions: 0-4. A classic member is alive, and learns of a rebalance (G11).
///
/// Errors: REBALANCE_IN_PROGRESS, ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID,
/// INVALID_GROUP_ID, NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/heartbeat.h"
#include "wire/schema.h"

namespace leat::kafka {

struct Heartbeat {
  using Request = wire::HeartbeatRequest;
  using Response = wire::HeartbeatResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(Call call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
