// Loaded into nbdkit before libc: its flush fails while the trigger file is there. (nbdkit's error
// filter lets flushes through.)

#include <cerrno>
#include <cstdlib>
#include <sys/syscall.h>
#include <unistd.h>

// NOLINTNEXTLINE: glibc's own names
extern "C" int fdatasync(int fd) {
  const char* const trigger = std::getenv("LEAT_FLUSH_TRIGGER");  // NOLINT: nobody sets it here
  if (trigger != nullptr && ::access(trigger, F_OK) == 0) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
