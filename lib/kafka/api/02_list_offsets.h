#pragma once

/// \file
/// ListOffsets. Versions: 1-11. Offsets by time at record level (L2), and by the special timestamps
/// (L1): -1 latest, -2 earliest, -3 of the greatest timestamp, -4 earliest local (all is local), -5
/// latest tiered and -6 earliest pending upload (nothing is tiered: -1).
///
/// Errors, a partition: UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH,
/// UNKNOWN_LEADER_EPOCH, UNSUPPORTED_VERSION for a special timestamp that the version does not know
/// (L4), INVALID_REQUEST for a partition named twice (W13).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/list_offsets.h"
#include "wire/schema.h"

namespace leat::kafka {

struct ListOffsets {
  using Request = wire::ListOffsetsRequest;
  using Response = wire::ListOffsetsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  /// By time may read the disk.
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
