#pragma once

/// \file
/// DescribeAcls. Versions: 1-3. The ACLs that a filter means (A2), by resource. A filter of a
/// resource and MATCH finds all that say something of it.
///
/// Errors: SECURITY_DISABLED without an authorizer (A1), INVALID_REQUEST for a number that is none
/// of Kafka's, CLUSTER_AUTHORIZATION_FAILED.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/describe_acls.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DescribeAcls {
  using Request = wire::DescribeAclsRequest;
  using Response = wire::DescribeAclsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
