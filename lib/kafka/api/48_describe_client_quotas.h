#pragma once

/// \file
/// DescribeClientQuotas. Versions: 0-1. The quotas of the entities that a filter means (Q4): by
/// name, the default, or either; of those that have more parts than it names only when it is not
/// strict.
///
/// Errors: INVALID_REQUEST (a type that is empty or named twice, a match that is none),
/// UNSUPPORTED_VERSION (a type that Kafka does not have), CLUSTER_AUTHORIZATION_FAILED.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/describe_client_quotas.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DescribeClientQuotas {
  using Request = wire::DescribeClientQuotasRequest;
  using Response = wire::DescribeClientQuotasResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
