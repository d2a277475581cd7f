#pragma once

/// \file
/// What this process has of the system.

#include <cstdint>

namespace leat::tools {

/// At one moment.
struct ProcessUse {
  std::uint64_t resident_bytes = 0;  ///< without the pages of files
  std::uint64_t descriptors = 0;
  std::uint64_t mappings = 0;  ///< of files: those that an allocator makes come and go
};

/// Gives what was freed back to the system first, so that two of them compare. What /proc does not
/// tell is 0.
[[nodiscard]] ProcessUse process_use();

/// How many partitions of `wanted` can be written at once: each holds a descriptor until it is
/// synced. Raises this process's limit of open files as far as the system lets it. At least 1.
[[nodiscard]] std::int32_t writable_partitions(std::int32_t wanted);

}  // namespace leat::tools
