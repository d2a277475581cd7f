#pragma once

/// \file
/// Hashes: XXH3 for what Leat checks itself (checkpoints, block sums, key maps), murmur2 for the
/// partition of a key, bit for bit as Kafka's Java client computes it. Pure functions.

#include <cstddef>
#include <cstdint>
#include <span>

namespace leat::base {

/// XXH3, 64 bits. Its values are on disk: they are the same in every version and on every machine.
[[nodiscard]] std::uint64_t xxh3(std::span<const std::byte> bytes, std::uint64_t seed = 0) noexcept;

/// murmur2 as org.apache.kafka.common.utils.Utils.murmur2.
[[nodiscard]] std::int32_t murmur2(std::span<const std::byte> bytes) noexcept;

/// The hash with its sign bit cleared, as Utils.toPositive: `to_positive(murmur2(key)) %
/// partitions`.
[[nodiscard]] constexpr std::int32_t to_positive(std::int32_t hash) noexcept {
  return hash & 0x7fffffff;
}

}  // namespace leat::base
