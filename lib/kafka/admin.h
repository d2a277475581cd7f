#pragma once

/// \file
/// What the admin APIs share: how an error is told, and which topics are not the clients'.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leat/error.h"
#include "leat/result.h"

#include "kafka/broker.h"
#include "service/log_service.h"

namespace leat::kafka {

/// An error's sentence as answers have it: nullopt when there is none, for which clients have
/// Kafka's own.
[[nodiscard]] std::optional<std::string> message_of(const Error& error);

/// Kafka's internal topics (M14): the broker makes them, clients neither make, grow, reconfigure
/// nor delete them.
[[nodiscard]] bool is_reserved(std::string_view topic);
/// INVALID_TOPIC_EXCEPTION for such a topic.
[[nodiscard]] Error not_for_clients(std::string_view topic);

/// A topic that clients may change. Errors: kUnknownTopicOrPartition, kInvalidTopicException.
[[nodiscard]] Result<service::TopicPtr> find_changeable(const Broker& broker,
                                                        std::string_view name);

/// What a client may do as bits of Kafka's numbers (A4): everything, without an authorizer (A1).
inline constexpr std::int32_t kTopicOperations = 0b1101'1111'1000;
inline constexpr std::int32_t kClusterOperations = 0b1'1111'1010'0000;

}  // namespace leat::kafka
