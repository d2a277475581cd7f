#pragma once

/// \file
/// Which partition of an internal topic coordinates a group or a transactional id.

#include <cstdint>
#include <string_view>

namespace leat::wire {

/// As Kafka's `Utils.abs(key.hashCode()) % partitions` (G1). REQUIRES: partitions > 0.
[[nodiscard]] std::int32_t internal_partition(std::string_view key, std::int32_t partitions);

}  // namespace leat::wire
