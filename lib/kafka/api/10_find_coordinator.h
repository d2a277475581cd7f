#pragma once

/// \file
/// FindCoordinator. Versions: 0-6. The node that coordinates a group; the first to ask has
/// `__consumer_offsets` made (G1). Until transactions are served their ids are answered
/// COORDINATOR_NOT_AVAILABLE, which clients try again; share groups INVALID_REQUEST.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/find_coordinator.h"
#include "wire/schema.h"

namespace leat::kafka {

struct FindCoordinator {
  using Request = wire::FindCoordinatorRequest;
  using Response = wire::FindCoordinatorResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
