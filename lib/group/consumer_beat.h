#pragma once

/// \file
/// What the parts of consumer_group.h share.

#include <optional>
#include <string>
#include <vector>

#include "leat/error.h"

#include "group/consumer_group.h"
#include "group/current_assignment.h"
#include "wire/messages/consumer_group_heartbeat.h"

namespace leat::group {

/// Whose heartbeat it is.
struct ConsumerGroup::Beat {
  std::string member_id = {};
  /// The static member whose place it takes (N7).
  std::optional<std::string> replaced = {};
};

[[nodiscard]] wire::ConsumerGroupHeartbeatResponse refusal(const Error& error);
/// What a client is told of a failed append: it tries again.
[[nodiscard]] Error not_appended(const Error& error);
[[nodiscard]] PartitionsById owned_by(
    const std::vector<wire::consumer_group_heartbeat_request::TopicPartitions>& topics);

}  // namespace leat::group
