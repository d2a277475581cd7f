#include "io/posix_membarrier.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace leat::io {
namespace {

long membarrier(int command) { return ::syscall(SYS_membarrier, command, 0U, 0); }

}  // namespace

bool membarrier_available() noexcept {
  static const bool kAvailable = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
  return kAvailable;
}

void membarrier_heavy() noexcept { (void)membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED); }

}  // namespace leat::io
