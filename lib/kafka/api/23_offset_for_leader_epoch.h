#pragma once

/// \file
/// OffsetForLeaderEpoch. Versions: 2-4. Where the records of a leader epoch end (L6): the greatest
/// epoch up to the one asked for, and the offset behind it; -1 and -1 for one that is not known
/// yet. Errors, a partition: UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER,
/// FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH (F9).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/offset_for_leader_epoch.h"
#include "wire/schema.h"

namespace leat::kafka {

struct OffsetForLeaderEpoch {
  using Request = wire::OffsetForLeaderEpochRequest;
  using Response = wire::OffsetForLeaderEpochResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  /// May read the disk.
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
