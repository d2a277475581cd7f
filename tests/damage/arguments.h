#pragma once

namespace leat::damage {

/// Whether the program was called with --bits=all: every bit instead of one a byte, longer tails.
[[nodiscard]] bool all_bits();

}  // namespace leat::damage
