#pragma once

/// \file
/// CreatePartitions. Versions: 0-3. Raises the number of partitions, durably (M11). Assignments
/// are checked as Kafka does; who leads is the broker's own choice.
///
/// Errors, a topic: UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION (an internal one),
/// INVALID_PARTITIONS (not more than there are, or too many), INVALID_REPLICA_ASSIGNMENT,
/// INVALID_REQUEST (a name twice).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/create_partitions.h"
#include "wire/schema.h"

namespace leat::kafka {

struct CreatePartitions {
  using Request = wire::CreatePartitionsRequest;
  using Response = wire::CreatePartitionsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
