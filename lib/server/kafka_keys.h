#pragma once

/// \file
/// Kafka's broker configs that a single process without replication, quorum, TLS or JVM has no use
/// for: a file that sets them is taken as it is.

#include <span>
#include <string_view>

namespace leat::server {

/// Whether Kafka has a broker config of that name that does not apply here.
[[nodiscard]] bool is_inapplicable(std::string_view name);
/// All those with a fixed name, sorted.
[[nodiscard]] std::span<const std::string_view> inapplicable_names();

}  // namespace leat::server
