#pragma once

/// \file
/// ListGroups. Versions: 0-5. The groups that this node coordinates, by state and type (G21).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/list_groups.h"
#include "wire/schema.h"

namespace leat::kafka {

struct ListGroups {
  using Request = wire::ListGroupsRequest;
  using Response = wire::ListGroupsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
