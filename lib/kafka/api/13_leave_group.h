#pragma once

/// \file
/// LeaveGroup. Versions: 0-5, from 3 on many members at once (G14).
///
/// Errors, a member: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID; the whole: INVALID_GROUP_ID,
/// NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE; before version 3 all are the whole's.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/leave_group.h"
#include "wire/schema.h"

namespace leat::kafka {

struct LeaveGroup {
  using Request = wire::LeaveGroupRequest;
  using Response = wire::LeaveGroupResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(Call call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
