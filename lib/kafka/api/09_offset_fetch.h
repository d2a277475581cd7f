#pragma once

/// \file
/// OffsetFetch. Versions: 1-10, from 8 on many groups at once. What a group has committed, durable
/// offsets only; -1 where nothing is (O4, O5).
///
/// Errors, a group: NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE; a partition: UNKNOWN_TOPIC_ID
/// (10+).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/offset_fetch.h"
#include "wire/schema.h"

namespace leat::kafka {

struct OffsetFetch {
  using Request = wire::OffsetFetchRequest;
  using Response = wire::OffsetFetchResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
