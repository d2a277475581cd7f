#pragma once

/// \file
/// Kafka's broker configs that a server takes, and where each goes. Pure.

#include <string_view>
#include <vector>

#include "leat/admin.h"
#include "leat/options.h"
#include "leat/result.h"

#include "kafka/broker.h"
#include "net/limits.h"

namespace leat::server {

struct BrokerConfigs {
  kafka::BrokerOptions broker;
  net::Limits limits;
};

/// Whether a config of that name is the server's, not the engine's.
[[nodiscard]] bool is_broker_config(std::string_view name);
/// Errors: kInvalidConfig for a name that is not known (told with those that are) or a value out of
/// its range.
[[nodiscard]] Result<BrokerConfigs> parse_broker_configs(const ConfigMap& configs);
/// All of them as DescribeConfigs tells them; none can be changed while the server runs.
[[nodiscard]] std::vector<ConfigEntry> describe(const BrokerConfigs& configs);

}  // namespace leat::server
