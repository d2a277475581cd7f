#pragma once

/// \file
/// Produce. Versions: 3-13; 0-2 are advertised for old clients that look for them and close the
/// connection when used, as in Kafka 4 (KAFKA-18659).
///
/// Each partition takes exactly one batch (B5). acks=0 is not answered; its failures close the
/// connection (W12). acks=1 is answered when readers see the batch; acks=-1 when it is synced where
/// the engine is on disk (S10, B15). The appends are done when `serve` returns, in the request's
/// order; only the answer waits.
///
/// Errors, a partition: UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID (13+), NOT_LEADER_OR_FOLLOWER
/// (B19), INVALID_TOPIC_EXCEPTION (an internal topic, B18), INVALID_REQUIRED_ACKS (B15), and what
/// service::PartitionLog::append names.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/produce.h"
#include "wire/schema.h"

namespace leat::kafka {

struct Produce {
  using Request = wire::ProduceRequest;
  using Response = wire::ProduceResponse;
  static constexpr wire::Versions kAdvertised{0, 13};
  static constexpr wire::Versions kServed{3, 13};
  static bool is_answered(const Request& request);
  static void serve(Call call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
