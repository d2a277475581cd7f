#pragma once

/// \file
/// What the parts of consumer_group.h share.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "leat/error.h"

#include "group/consumer_group.h"
#include "group/current_assignment.h"
#include "wire/messages/consumer_group_heartbeat.h"

namespace leat::group {

/// The protocol type of classic groups of consumers.
inline constexpr std::string_view kConsumers = "consumer";

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

/// The names in order, each once.
[[nodiscard]] inline std::vector<std::string> names_once(
    const std::vector<std::string_view>& names) {
  const std::set<std::string_view> unique(names.begin(), names.end());
  return {unique.begin(), unique.end()};
}

}  // namespace leat::group
