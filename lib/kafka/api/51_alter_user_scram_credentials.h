#pragma once

/// \file
/// AlterUserScramCredentials. Version: 0. Credentials are kept for SASL, which is not served yet;
/// what is kept is the salt, the stored key and the server key (A10), not the salted password.
///
/// Errors, a user, for whom then nothing is done: UNACCEPTABLE_CREDENTIAL (no name, no salt, too
/// few or too many iterations), UNSUPPORTED_SASL_MECHANISM, RESOURCE_NOT_FOUND (a deletion),
/// DUPLICATE_RESOURCE (a mechanism named twice), CLUSTER_AUTHORIZATION_FAILED, KAFKA_STORAGE_ERROR.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/alter_user_scram_credentials.h"
#include "wire/schema.h"

namespace leat::kafka {

struct AlterUserScramCredentials {
  using Request = wire::AlterUserScramCredentialsRequest;
  using Response = wire::AlterUserScramCredentialsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  /// What it changes is durable when it is answered.
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
