#pragma once

/// \file
/// DescribeGroups. Versions: 0-6. Classic groups: state, protocol, members (G20).
///
/// Errors, a group: GROUP_ID_NOT_FOUND (6+; before, a group that is not there is Dead),
/// NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/describe_groups.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DescribeGroups {
  using Request = wire::DescribeGroupsRequest;
  using Response = wire::DescribeGroupsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
