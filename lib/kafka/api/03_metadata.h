#pragma once

/// \file
/// Metadata. Versions: 0-13. Brokers, and topics by name or id with the leader of each partition
/// (M1, M4, M6-M9). A topic that a client asks for by name is made where it and
/// auto.create.topics.enable allow it, and is there in this very answer (M2); not Kafka's internal
/// ones (M14). What a client may do is everything (A1).
///
/// Errors, a topic: UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, INVALID_TOPIC_EXCEPTION (M3), or
/// why it could not be made.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/metadata.h"
#include "wire/schema.h"

namespace leat::kafka {

struct Metadata {
  using Request = wire::MetadataRequest;
  using Response = wire::MetadataResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  /// Making a topic waits for the disk.
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
