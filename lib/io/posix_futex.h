#pragma once

/// \file
/// Sleeping on a word (futex(2), private to the process).

#include <atomic>
#include <cstdint>

#include "leat/types.h"

namespace leat::io {

/// Sleeps while `word` is `expected`, until woken or until `deadline` of CLOCK_MONOTONIC. May
/// return early.
void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                MonotonicTime deadline) noexcept;

/// Wakes all who sleep on `word`.
void futex_wake(const std::atomic<std::uint32_t>& word) noexcept;

}  // namespace leat::io
