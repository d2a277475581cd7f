#pragma once

/// \file
/// DeleteRecords. Versions: 0-2. Raises log start to an offset, -1 the high watermark, durably
/// (M13); the answer has log start as it is then. What lies below is not read again; files go
/// segment by segment (R6).
///
/// Errors, a partition, with low watermark -1: UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER,
/// OFFSET_OUT_OF_RANGE, POLICY_VIOLATION (a topic that is only compacted), INVALID_TOPIC_EXCEPTION
/// (an internal one).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/delete_records.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DeleteRecords {
  using Request = wire::DeleteRecordsRequest;
  using Response = wire::DeleteRecordsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
