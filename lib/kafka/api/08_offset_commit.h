#pragma once

/// \file
/// OffsetCommit. Versions: 2-10. Keeps offsets under a group's name, of members of it or of anyone
/// while it is empty (G19, O1-O3). Answered when they are durable (O7).
///
/// Errors, a partition: UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID (10+),
/// OFFSET_METADATA_TOO_LARGE, ILLEGAL_GENERATION, GROUP_ID_NOT_FOUND (9+), UNKNOWN_MEMBER_ID,
/// FENCED_INSTANCE_ID, REBALANCE_IN_PROGRESS, INVALID_COMMIT_OFFSET_SIZE, NOT_COORDINATOR,
/// COORDINATOR_NOT_AVAILABLE.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/offset_commit.h"
#include "wire/schema.h"

namespace leat::kafka {

struct OffsetCommit {
  using Request = wire::OffsetCommitRequest;
  using Response = wire::OffsetCommitResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(Call call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
