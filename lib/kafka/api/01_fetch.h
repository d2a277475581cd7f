#pragma once

/// \file
/// Fetch. Versions: 4-18. The stored batches as they are (F18), whole ones (F5), the first of the
/// answer even when it is larger than the limits (F3); with sessions (F14-F16). A Fetch that finds
/// less than min.bytes waits for the append that makes up for it, or for its time (F1, K9).
///
/// Errors, a partition: UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID (13+), NOT_LEADER_OR_FOLLOWER
/// (B19), OFFSET_OUT_OF_RANGE (F6), FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH (F9),
/// CORRUPT_MESSAGE, KAFKA_STORAGE_ERROR. The whole: FETCH_SESSION_ID_NOT_FOUND,
/// INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR. Followers are not served:
/// CLUSTER_AUTHORIZATION_FAILED for a replica id.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/fetch.h"
#include "wire/schema.h"

namespace leat::kafka {

struct Fetch {
  using Request = wire::FetchRequest;
  using Response = wire::FetchResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(Call call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
