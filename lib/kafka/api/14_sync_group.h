#pragma once

/// \file
/// SyncGroup. Versions: 0-5. The leader's assignments come in with its own; every member gets its
/// part, once that is durable (G9).
///
/// Errors: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION, INCONSISTENT_GROUP_PROTOCOL
/// (5+), REBALANCE_IN_PROGRESS, INVALID_GROUP_ID, NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/sync_group.h"
#include "wire/schema.h"

namespace leat::kafka {

struct SyncGroup {
  using Request = wire::SyncGroupRequest;
  using Response = wire::SyncGroupResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(Call call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
