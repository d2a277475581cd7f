#pragma once

/// \file
/// Time and instructions of a loop, for each of its operations.

#include <chrono>
#include <cstdint>
#include <optional>

#include "leat/environment.h"

#include "tools/bench/instruction_counter.h"
#include "tools/bench/runner.h"

namespace leat::tools {

/// Runs `body` once and divides by `operations`: nanoseconds and user instructions of each.
template <class Body>
[[nodiscard]] Sample per_operation(const Clock& clock, std::uint64_t operations, Body&& body) {
  const InstructionCounter counter;
  const MonotonicTime began = clock.monotonic();
  const std::optional<std::uint64_t> before = counter.read();
  body();
  const std::optional<std::uint64_t> after = counter.read();
  const std::chrono::duration<double, std::nano> took = clock.monotonic() - began;
  const auto count = static_cast<double>(operations);
  Sample sample{.value = took.count() / count, .instructions = std::nullopt};
  if (before && after) sample.instructions = static_cast<double>(*after - *before) / count;
  return sample;
}

/// Keeps the compiler from removing what leads to `value`, and from moving stores across.
template <class T>
inline void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

/// GB/s, from nanoseconds for each `bytes`.
[[nodiscard]] inline Sample as_gigabytes_per_second(Sample sample, std::uint64_t bytes) {
  sample.value = static_cast<double>(bytes) / sample.value;
  return sample;
}

}  // namespace leat::tools
