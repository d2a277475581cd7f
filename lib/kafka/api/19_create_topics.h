#pragma once

/// \file
/// CreateTopics. Versions: 2-7. A topic is there, durably, when it is answered (M10); the answer
/// has its id and all its configs. -1 partitions and replicas ask for the broker's defaults.
///
/// A topic has one copy, whatever replication factor it is given; more than there are nodes are
/// refused as Kafka does, unless compat.clamp.replication.factor is set. Manual assignments are
/// checked as Kafka does; who leads is the broker's own choice.
///
/// Errors, a topic: INVALID_TOPIC_EXCEPTION (M3), TOPIC_ALREADY_EXISTS, INVALID_CONFIG,
/// INVALID_PARTITIONS, INVALID_REPLICATION_FACTOR, INVALID_REPLICA_ASSIGNMENT, INVALID_REQUEST (a
/// name twice, W13; an assignment beside a number), KAFKA_STORAGE_ERROR.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/create_topics.h"
#include "wire/schema.h"

namespace leat::kafka {

struct CreateTopics {
  using Request = wire::CreateTopicsRequest;
  using Response = wire::CreateTopicsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
