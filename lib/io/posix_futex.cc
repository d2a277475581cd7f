#include "io/posix_futex.h"

#include <atomic>
#include <chrono>
#include <climits>
#include <cstdint>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "leat/types.h"

namespace leat::io {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t),
              "the kernel compares the word itself");

void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                MonotonicTime deadline) noexcept {
  const auto since_boot = deadline.time_since_epoch();
  if (since_boot.count() <= 0) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
  timespec until{};
  until.tv_sec = seconds.count();
  until.tv_nsec = (since_boot - seconds).count();
  // The BITSET form takes an absolute deadline. Every outcome, error or not, is "look again".
  (void)::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, expected, &until, nullptr,
                  FUTEX_BITSET_MATCH_ANY);
}

void futex_wake(const std::atomic<std::uint32_t>& word) noexcept {
  (void)::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace leat::io
