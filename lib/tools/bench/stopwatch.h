#pragma once

/// \file
/// Time and instructions of a loop, for each of its operations.

#include <chrono>
#include <cstdint>
#include <optional>

#include "leat/environment.h"
#include "leat/types.h"

#include "base/histogram.h"
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

/// Times a run in chunks of equal size: the median of them leaves out what seldom happens, the
/// whole has it in.
class Chunks {
 public:
  /// `operations`: of one chunk.
  Chunks(const Clock& clock, std::uint64_t operations) : clock_(clock), operations_(operations) {}

  /// Runs one chunk.
  template <class Body>
  void time(Body&& body) {
    const MonotonicTime began = clock_.monotonic();
    body();
    nanoseconds_.add(static_cast<std::uint64_t>((clock_.monotonic() - began).count()));
  }
  /// ns an operation, of the median chunk. Both REQUIRE that there was a chunk.
  [[nodiscard]] Sample median() const {
    return sample(static_cast<double>(nanoseconds_.percentile(50)));
  }
  /// ns an operation, of all chunks together.
  [[nodiscard]] Sample whole() const { return sample(nanoseconds_.mean()); }

 private:
  [[nodiscard]] Sample sample(double nanoseconds) const {
    Sample sample{.value = nanoseconds / static_cast<double>(operations_),
                  .instructions = std::nullopt};
    const std::optional<std::uint64_t> instructions = counter_.read();
    const auto operations = static_cast<double>(operations_ * nanoseconds_.count());
    if (instructions) sample.instructions = static_cast<double>(*instructions) / operations;
    return sample;
  }

  const Clock& clock_;
  std::uint64_t operations_;
  base::Histogram nanoseconds_;
  InstructionCounter counter_;
};

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
