#include "io/posix_process.h"

#include <array>
#include <cstdint>
#include <fmt/core.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace leat::io {

std::string process_identity(const std::string& boot_id) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  // The inode of the namespace tells two containers apart that both have a process of this number.
  struct stat status {};
  const std::uint64_t name_space =
      ::stat("/proc/self/ns/pid", &status) == 0 ? static_cast<std::uint64_t>(status.st_ino) : 0;
  return fmt::format("pid {} on host {} (boot {}, pid namespace {})", ::getpid(), host.data(), boot_id,
                     name_space);
}

}  // namespace leat::io
