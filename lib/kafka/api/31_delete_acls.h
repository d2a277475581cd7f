#pragma once

/// \file
/// DeleteAcls. Versions: 1-3. Every ACL that a filter means goes (A2); the answer lists them, by
/// filter.
///
/// Errors, a filter: SECURITY_DISABLED without an authorizer (A1), INVALID_REQUEST,
/// CLUSTER_AUTHORIZATION_FAILED, KAFKA_STORAGE_ERROR.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/delete_acls.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DeleteAcls {
  using Request = wire::DeleteAclsRequest;
  using Response = wire::DeleteAclsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  /// What it changes is durable when it is answered.
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
