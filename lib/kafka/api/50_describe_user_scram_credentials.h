#pragma once

/// \file
/// DescribeUserScramCredentials. Version: 0. Which mechanisms users have credentials of, and with
/// how many iterations; of all users when none is named. The keys are told to nobody.
///
/// Errors, a user: RESOURCE_NOT_FOUND, DUPLICATE_RESOURCE (named twice). The whole:
/// CLUSTER_AUTHORIZATION_FAILED.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/describe_user_scram_credentials.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DescribeUserScramCredentials {
  using Request = wire::DescribeUserScramCredentialsRequest;
  using Response = wire::DescribeUserScramCredentialsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
