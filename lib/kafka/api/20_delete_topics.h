#pragma once

/// \file
/// DeleteTopics. Versions: 1-6. By name, and by id from version 6 on (M12). Topics are gone, with
/// their records, when they are answered; readers keep what they hold.
///
/// Errors, a topic: UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, INVALID_TOPIC_EXCEPTION (an
/// internal one), TOPIC_DELETION_DISABLED (delete.topic.enable; INVALID_REQUEST before version 3),
/// INVALID_REQUEST (named twice, or neither or both of name and id).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/delete_topics.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DeleteTopics {
  using Request = wire::DeleteTopicsRequest;
  using Response = wire::DeleteTopicsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
