#pragma once

/// \file
/// What clients may say of replicas, checked as Kafka does. A partition has one copy here.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "leat/result.h"

#include "kafka/broker.h"
#include "kafka/nodes.h"

namespace leat::kafka {

/// `factor` known nodes, each once. Errors: kInvalidReplicaAssignment.
[[nodiscard]] Result<void> check_replicas(const Nodes& nodes,
                                          const std::vector<std::int32_t>& replicas,
                                          std::size_t factor);

/// 1 to the number of nodes, or -1 for `default.replication.factor` (M10). Errors:
/// kInvalidReplicationFactor.
[[nodiscard]] Result<void> check_replication_factor(const Broker& broker, std::int16_t factor);

}  // namespace leat::kafka
