#pragma once

/// \file
/// ListPartitionReassignments. Version: 0. There are none, ever: a partition stays where it is
/// (X4).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/list_partition_reassignments.h"
#include "wire/schema.h"

namespace leat::kafka {

struct ListPartitionReassignments {
  using Request = wire::ListPartitionReassignmentsRequest;
  using Response = wire::ListPartitionReassignmentsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
