#pragma once

/// \file
/// JoinGroup. Versions: 0-9. Joins a classic group; answered when the join phase ends (G2-G10,
/// G15).
///
/// Errors: INVALID_GROUP_ID, INVALID_SESSION_TIMEOUT, INCONSISTENT_GROUP_PROTOCOL,
/// MEMBER_ID_REQUIRED (4+), UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, GROUP_MAX_SIZE_REACHED,
/// REBALANCE_IN_PROGRESS (joined again meanwhile), NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/join_group.h"
#include "wire/schema.h"

namespace leat::kafka {

struct JoinGroup {
  using Request = wire::JoinGroupRequest;
  using Response = wire::JoinGroupResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(Call call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
