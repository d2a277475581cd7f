#include "kafka/replicas.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "kafka/broker.h"
#include "kafka/nodes.h"

namespace leat::kafka {

Result<void> check_replicas(const Nodes& nodes, const std::vector<std::int32_t>& replicas,
                            std::size_t factor) {
  const auto refuse = [](std::string text) {
    return Error(ErrorCode::kInvalidReplicaAssignment, std::move(text));
  };
  if (replicas.empty()) return refuse("an assignment has an empty list of replicas");
  std::set<std::int32_t> seen;
  for (const std::int32_t id : replicas) {
    if (std::ranges::find(nodes.all(), id, &Node::id) == nodes.all().end()) {
      return refuse(fmt::format("an assignment names broker {}, but there is none", id));
    }
    if (!seen.insert(id).second) {
      return refuse(fmt::format("an assignment names broker {} more than once", id));
    }
  }
  if (replicas.size() == factor) return {};
  return refuse(fmt::format("partitions are assigned {} and {} replicas: it must be as many of all",
                            factor, replicas.size()));
}

Result<void> check_replication_factor(const Broker& broker, std::int16_t factor) {
  const std::int32_t wanted = factor == -1 ? broker.options.default_replication_factor : factor;
  if (wanted < 1) {
    return Error(
        ErrorCode::kInvalidReplicationFactor,
        fmt::format("a replication factor is 1 or more, or -1 for the default; not {}", wanted));
  }
  const std::size_t nodes = broker.nodes.all().size();
  if (std::cmp_less_equal(wanted, nodes) || broker.options.clamp_replication_factor) return {};
  return Error(ErrorCode::kInvalidReplicationFactor,
               fmt::format("a replication factor of {} needs as many brokers, and there are {} "
                           "(compat.clamp.replication.factor=true takes it all the same)",
                           wanted, nodes));
}

}  // namespace leat::kafka
