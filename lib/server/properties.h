#pragma once

/// \file
/// server.properties as people have it, and the KAFKA_… variables of the container images: both
/// become properties, and properties become what an engine and a server are opened with. Pure.

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/admin.h"
#include "leat/result.h"

namespace leat::server {

/// A name with its value, and where it is written: "server.properties:12", "KAFKA_NODE_ID".
struct Property {
  std::string name;
  std::string value;
  std::string where;
  friend bool operator==(const Property&, const Property&) = default;
};

/// The properties of a file in Java's format: `name=value`, `name: value` or `name value`; lines
/// that begin with # or ! are comments; a backslash at the end continues a line. Blanks around
/// names and values do not count. Errors: kInvalidConfig, with `file` and the line.
[[nodiscard]] Result<std::vector<Property>> parse_properties(std::string_view text,
                                                             std::string_view file);

/// The properties that `variables` ("NAME=VALUE" each) name, as the images do: KAFKA_NUM_PARTITIONS
/// is num.partitions, two underscores are one, three a hyphen; KAFKA_CFG_ begins them too. What the
/// images take for themselves (KAFKA_HEAP_OPTS, …) and what Kubernetes sets is left out.
[[nodiscard]] std::vector<Property> properties_of_environment(
    std::span<const std::string_view> variables);

/// Properties by what they are for.
struct ServerProperties {
  ConfigMap engine = {};
  ConfigMap server = {};
  std::optional<std::string> directory = {};   ///< log.dirs, else log.dir
  std::optional<std::int32_t> node_id = {};    ///< node.id, else broker.id
  std::optional<std::string> listen = {};      ///< HOST:PORT of the first plaintext listener
  std::optional<std::string> advertised = {};  ///< what advertised.listeners says of it
  /// Kafka's, with nothing here that they would set.
  std::set<std::string> ignored = {};
  /// Listeners that are not served.
  std::set<std::string> unserved = {};
};

/// Sorts properties; of one name the last wins. Errors: kInvalidConfig for an unknown name (with
/// the nearest known one), a value out of its range, and what cannot be dropped silently
/// (an unknown authorizer; only encrypted listeners; several directories), each with where it is
/// written.
[[nodiscard]] Result<ServerProperties> sort_properties(std::span<const Property> properties);

}  // namespace leat::server
