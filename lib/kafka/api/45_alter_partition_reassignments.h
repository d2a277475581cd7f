#pragma once

/// \file
/// AlterPartitionReassignments. Versions: 0-1. A partition has one copy and stays with the broker
/// that leads it: to move it there changes nothing, anything else is refused (X4).
///
/// Errors, a partition: UNKNOWN_TOPIC_OR_PARTITION, INVALID_REPLICA_ASSIGNMENT,
/// NO_REASSIGNMENT_IN_PROGRESS (to cancel one).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/alter_partition_reassignments.h"
#include "wire/schema.h"

namespace leat::kafka {

struct AlterPartitionReassignments {
  using Request = wire::AlterPartitionReassignmentsRequest;
  using Response = wire::AlterPartitionReassignmentsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
