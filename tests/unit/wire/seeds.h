#pragma once

// Seeds of property tests: random ones, or LEAT_SEED of the environment and those after it.

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace leat::wire::testing {

inline std::uint64_t first_seed() {
  const char* given = std::getenv("LEAT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

/// Runs `check(seed)` for so many seeds, until one fails; each failure carries its own.
template <class Check>
void for_seeds(std::uint64_t count, Check check) {
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + count && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("LEAT_SEED=" + std::to_string(seed));
    check(seed);
  }
}

}  // namespace leat::wire::testing
