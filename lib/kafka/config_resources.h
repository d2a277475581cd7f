#pragma once

/// \file
/// What has configs: topics and brokers (X1). Groups, client metrics and loggers have none here,
/// and asking for theirs is an error.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/admin.h"
#include "leat/options.h"
#include "leat/result.h"

#include "kafka/broker.h"
#include "kafka/call.h"

namespace leat::kafka {

/// Kafka's numbers.
inline constexpr std::int8_t kTopicResource = 2;
inline constexpr std::int8_t kBrokerResource = 4;

/// Every config of a resource, by name: of a topic, or of the broker that is asked; none of the
/// default for all brokers, "". May wait for the disk. Errors: kUnknownTopicOrPartition,
/// kInvalidRequest (another broker, or another kind of resource), kTopicAuthorizationFailed,
/// kClusterAuthorizationFailed.
[[nodiscard]] Result<std::vector<ConfigEntry>> describe_resource(const Call& call, std::int8_t type,
                                                                 std::string_view name);

/// What a topic's own configs are to be instead of `now`.
using ChangeConfigs = std::function<Result<ConfigMap>(const ConfigMap& now)>;

/// Gives a topic the configs that `change` says, or only checks them. One at a time. Waits for the
/// disk. Errors: kUnknownTopicOrPartition, kInvalidTopicException (an internal one),
/// kInvalidRequest (a resource that has no configs to change: a broker's are fixed while it runs),
/// kInvalidConfig, kTopicAuthorizationFailed, kClusterAuthorizationFailed, and those of `change`.
[[nodiscard]] Result<void> change_resource(const Call& call, std::int8_t type,
                                           std::string_view name, const ChangeConfigs& change,
                                           bool validate_only);

}  // namespace leat::kafka
