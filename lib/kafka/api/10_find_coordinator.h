#pragma once

/// \file
/// FindCoordinator. Versions: 0-6. Until groups and transactions are served, every key is answered
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
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
