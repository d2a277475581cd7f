#pragma once

/// \file
/// A process of our own that writes and is killed with -9: what a reopen finds after a crash.

#include <string>

#include "leat/result.h"

#include "tools/bench/scratch.h"

namespace leat::tools {

/// Runs this program again to do the row `id` as a victim in `directory`, and waits until it killed
/// itself. Errors: kInvalidArgument where Setting::self is not told; kIo when it ended otherwise
/// (its own message went to the error output).
[[nodiscard]] Result<void> run_victim(const Setting& setting, const std::string& id,
                                      const std::string& directory);

/// kill -9 of this process, from inside.
[[noreturn]] void die();

}  // namespace leat::tools
