#pragma once

/// \file
/// CreateAcls. Versions: 1-3. ACLs are records of the catalog, enforced from the next request on
/// (A rules). One that is there already is made again, as Kafka has it.
///
/// Errors, an ACL: SECURITY_DISABLED without an authorizer (A1), INVALID_REQUEST (an operation that
/// the resource does not have, a principal that is none, …), CLUSTER_AUTHORIZATION_FAILED,
/// KAFKA_STORAGE_ERROR.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/create_acls.h"
#include "wire/schema.h"

namespace leat::kafka {

struct CreateAcls {
  using Request = wire::CreateAclsRequest;
  using Response = wire::CreateAclsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  /// What it changes is durable when it is answered.
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
