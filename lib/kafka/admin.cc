#include "kafka/admin.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>

#include "leat/error.h"
#include "leat/result.h"

#include "kafka/broker.h"
#include "service/log_service.h"

namespace leat::kafka {

std::optional<std::string> message_of(const Error& error) {
  if (error.message().empty()) return std::nullopt;
  return std::string(error.message());
}

bool is_reserved(std::string_view topic) {
  constexpr std::array<std::string_view, 4> kReserved{"__cluster_metadata", "__consumer_offsets",
                                                      "__share_group_state", "__transaction_state"};
  return std::ranges::find(kReserved, topic) != kReserved.end();
}

Error not_for_clients(std::string_view topic) {
  return {ErrorCode::kInvalidTopicException,
          fmt::format("topic '{}' is internal: the broker keeps it by itself", topic)};
}

Result<service::TopicPtr> find_changeable(const Broker& broker, std::string_view name) {
  service::TopicPtr topic = broker.logs->find(name);
  if (topic == nullptr) return Error(ErrorCode::kUnknownTopicOrPartition);
  if (topic->is_internal) return not_for_clients(name);
  return topic;
}

}  // namespace leat::kafka
