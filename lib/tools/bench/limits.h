#pragma once

/// \file
/// The bare limits that rows stand beside (performance.md 2g): what the machine takes for the least
/// that a workload must do, without an engine around it.

#include <cstddef>
#include <vector>

#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"

namespace leat::tools {

/// ns: copying `bytes` bytes, hot in the cache, to the next place of a populated map of a file.
[[nodiscard]] Measure copy_into_map(Setting setting, std::size_t bytes);

/// ns: the same as a Kafka record into an open batch (S2), its length stored last with release,
/// every 16 KiB closed with a header and its CRC-32C.
[[nodiscard]] Measure append_to_open_batch(Setting setting, std::size_t bytes);

/// GB/s: CRC-32C of `bytes` bytes that are in the cache.
[[nodiscard]] Measure checksum(Setting setting, std::size_t bytes);

/// ns: one thread stores a word, another one, spinning, has it: a cache line, one way. Median.
[[nodiscard]] Measure hand_over(Setting setting);

/// us: two threads that wake each other by futex, there and back. Median.
[[nodiscard]] Measure wake_and_back(Setting setting);

/// us: write and fdatasync of `bytes` bytes into a file that was written before. Median.
[[nodiscard]] Measure write_durably(Setting setting, std::size_t bytes);

/// All of them as rows of their own, L1 to L7.
[[nodiscard]] std::vector<Workload> limit_workloads(const Setting& setting);

}  // namespace leat::tools
