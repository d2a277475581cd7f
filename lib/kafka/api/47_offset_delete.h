#pragma once

/// \file
/// OffsetDelete. Versions: 0. Offsets of topics that no member reads (G22).
///
/// Errors, a partition: GROUP_SUBSCRIBED_TO_TOPIC, UNKNOWN_TOPIC_OR_PARTITION; the whole:
/// GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP (of another protocol type), NOT_COORDINATOR,
/// COORDINATOR_NOT_AVAILABLE.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/offset_delete.h"
#include "wire/schema.h"

namespace leat::kafka {

struct OffsetDelete {
  using Request = wire::OffsetDeleteRequest;
  using Response = wire::OffsetDeleteResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static void serve(Call call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
