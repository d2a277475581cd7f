#pragma once

/// \file
/// The machine that a report speaks of, and making it ready to be measured.

#include <cstdint>
#include <string>

#include "leat/environment.h"
#include "leat/result.h"

#include "tools/bench/row.h"

namespace leat::tools {

/// Processor, memory, kernel and compiler; what the system does not tell is "unknown" or 0.
[[nodiscard]] Machine describe_machine(FileSystem& file_system, const std::string& directory);

/// Touches `bytes` of memory and gives them back, so that a virtual machine's host has backed them:
/// without it the first touch after boot costs 8 us a page in whichever row comes first.
/// Errors: kOutOfMemory.
[[nodiscard]] Result<void> touch_memory(std::uint64_t bytes);

}  // namespace leat::tools
