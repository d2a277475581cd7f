#pragma once

/// \file
/// DescribeQuorum. Versions: 0-2. The catalog in the shape of Kafka's metadata log: the first
/// broker is its leader and only voter, the others observe it, and all have all of it; its offset
/// counts the changes of topics since the engine was opened. Errors, a partition:
/// UNKNOWN_TOPIC_OR_PARTITION for any but __cluster_metadata-0.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/describe_quorum.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DescribeQuorum {
  using Request = wire::DescribeQuorumRequest;
  using Response = wire::DescribeQuorumResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
