#pragma once

/// \file
/// Asymmetric fences (S4, S6): the side that runs often pays a compiler fence, the side that runs
/// rarely pays for both with a system call that puts a full barrier on every running thread of the
/// process.
///
///   often:   store A; membarrier_light(); load B
///   rarely:  store B; membarrier_heavy(); load A      -> at least one of the two sees the other's
///   store
///
/// A and B are atomics; what they guard is ordered by release stores and acquire loads as usual
/// (which is also all that ThreadSanitizer sees: it models no store buffers, so it neither needs
/// nor checks these).

#include <atomic>

namespace leat::io {

/// Whether the kernel grants membarrier(PRIVATE_EXPEDITED); registers the process with the first
/// call. Where it is refused (a seccomp filter, Linux < 4.14): use a mutex, and park for at most 1
/// ms (S6).
[[nodiscard]] bool membarrier_available() noexcept;

/// The rare side. REQUIRES: membarrier_available().
void membarrier_heavy() noexcept;

/// The often side: no instruction.
inline void membarrier_light() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }

}  // namespace leat::io
