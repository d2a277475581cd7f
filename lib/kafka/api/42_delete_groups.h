#pragma once

/// \file
/// DeleteGroups. Versions: 0-2. A group without members, with all its offsets (G22).
///
/// Errors, a group: NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND, NOT_COORDINATOR,
/// COORDINATOR_NOT_AVAILABLE.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/delete_groups.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DeleteGroups {
  using Request = wire::DeleteGroupsRequest;
  using Response = wire::DeleteGroupsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
