#include "io/posix_fork_guard.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <sys/mman.h>

#include "leat/result.h"

#include "io/posix_error.h"

namespace leat::io {
namespace {

// The kernel rounds it up to a page.
constexpr std::size_t kSize = sizeof(std::atomic<std::uint32_t>);

}  // namespace

Result<ForkGuard> ForkGuard::open() {
  void* page = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return posix_error(errno, "mmap", "the fork guard");
  ForkGuard guard(new (page) std::atomic<std::uint32_t>(1));
  if (::madvise(page, kSize, MADV_WIPEONFORK) != 0) {
    return posix_error(errno, "madvise(MADV_WIPEONFORK)", "the fork guard");
  }
  return guard;
}

ForkGuard::~ForkGuard() {
  if (word_ != nullptr) ::munmap(word_, kSize);
}

}  // namespace leat::io
