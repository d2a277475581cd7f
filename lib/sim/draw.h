#pragma once

/// \file
/// Random numbers that are the same everywhere for the same seed.

#include <cstdint>

namespace leat::sim {

/// A number drawn from `seed` and `index` alone (the finisher of splitmix64).
[[nodiscard]] constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t x = seed + (index + 1) * 0x9E3779B97F4A7C15U;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

}  // namespace leat::sim
