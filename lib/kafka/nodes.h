#pragma once

/// \file
/// The brokers that clients see (K7): node ids, racks and listeners over one engine, and which of
/// them leads what. Immutable while a server runs.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leat/types.h"

namespace leat::kafka {

struct Node {
  std::int32_t id = 1;
  std::optional<std::string> rack = std::nullopt;
  /// Empty: the address by which the client came (M7).
  std::string host = {};
  std::uint16_t port = 0;
};

class Nodes {
 public:
  /// REQUIRES: at least one, ids different.
  explicit Nodes(std::vector<Node> nodes) : nodes_(std::move(nodes)) {}

  [[nodiscard]] const std::vector<Node>& all() const { return nodes_; }
  /// M6: any live broker will do.
  [[nodiscard]] const Node& controller() const { return nodes_.front(); }
  /// Spread evenly, and the same at every look.
  [[nodiscard]] const Node& leader(const Uuid& topic, PartitionId partition) const;

 private:
  std::vector<Node> nodes_;
};

}  // namespace leat::kafka
