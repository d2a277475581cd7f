#pragma once

/// \file
/// DescribeCluster. Versions: 0-2. The brokers, any of them as controller (M6), and the cluster's
/// id (M17). No broker is ever fenced. Errors: UNSUPPORTED_ENDPOINT_TYPE, MISMATCHED_ENDPOINT_TYPE
/// for the controllers' (INVALID_REQUEST in version 0).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/describe_cluster.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DescribeCluster {
  using Request = wire::DescribeClusterRequest;
  using Response = wire::DescribeClusterResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
