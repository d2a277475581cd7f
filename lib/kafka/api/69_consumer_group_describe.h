#pragma once

/// \file
/// ConsumerGroupDescribe. Versions: 0-1. Groups of the consumer protocol: epochs, members, what
/// they own and what they are to own.
///
/// Errors, a group: GROUP_ID_NOT_FOUND (also of a classic group, N15), NOT_COORDINATOR,
/// COORDINATOR_NOT_AVAILABLE.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/schema.h"

namespace leat::kafka {

struct ConsumerGroupDescribe {
  using Request = wire::ConsumerGroupDescribeRequest;
  using Response = wire::ConsumerGroupDescribeResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
