#pragma once

/// \file
/// DescribeConfigs. Versions: 1-4. Every config of a topic or of the broker that is asked, with
/// where it comes from, its type, its synonyms in the order in which they decide, and what it does
/// (X1, X3). Null or no keys are all of them. The default for all brokers has none of its own.
///
/// Errors, a resource: UNKNOWN_TOPIC_OR_PARTITION, INVALID_REQUEST (another broker's, or resources
/// without configs: groups, client metrics, loggers).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/describe_configs.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DescribeConfigs {
  using Request = wire::DescribeConfigsRequest;
  using Response = wire::DescribeConfigsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
