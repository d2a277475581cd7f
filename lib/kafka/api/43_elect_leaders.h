#pragma once

/// \file
/// ElectLeaders. Versions: 0-2. A partition has one copy, whose broker leads it: there is never an
/// election to hold (X4). Null partitions are all of them, and then those without news are left
/// out, which are all.
///
/// Errors, a partition: ELECTION_NOT_NEEDED, UNKNOWN_TOPIC_OR_PARTITION; the whole:
/// INVALID_REQUEST for a kind of election that is not known.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/elect_leaders.h"
#include "wire/schema.h"

namespace leat::kafka {

struct ElectLeaders {
  using Request = wire::ElectLeadersRequest;
  using Response = wire::ElectLeadersResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
