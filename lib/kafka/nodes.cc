#include "kafka/nodes.h"

#include <cstddef>

#include "leat/types.h"

namespace leat::kafka {
const Node& Nodes::leader(const Uuid& topic, PartitionId partition) const {
  // The id is random: its bytes spread the first partitions.
  const auto first =
      static_cast<std::size_t>(topic.bytes[0]) << 8U | static_cast<std::size_t>(topic.bytes[1]);
  return nodes_[(first + static_cast<std::size_t>(partition.value())) % nodes_.size()];
}

}  // namespace leat::kafka
