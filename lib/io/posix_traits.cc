#include "io/posix_traits.h"

#include <array>
#include <cerrno>
#include <ios>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/statfs.h>

#include "leat/environment.h"
#include "leat/result.h"

#include "io/posix_error.h"

namespace leat::io {
namespace {

struct Row {
  unsigned long magic;
  std::string_view name;
  bool mapped_stores_are_safe;
  bool is_local;
};

// The numbers are the kernel's (linux/magic.h and statfs(2)).
constexpr std::array kFileSystems{
    Row{0xEF53, "ext2/3/4", true, true},
    Row{0x58465342, "xfs", true, true},
    Row{0x01021994, "tmpfs", true, true},
    Row{0x858458F6, "ramfs", true, true},
    Row{0x794C7630, "overlay", true, true},
    // Copy on write: an overwrite allocates, so a full disk turns into a signal (measured on
    // btrfs).
    Row{0x9123683E, "btrfs", false, true},
    Row{0x2FC12FC1, "zfs", false, true},
    Row{0xCA451A4E, "bcachefs", false, true},
    Row{0xF2F52010, "f2fs", false, true},
    // Not local: locks, syncs and maps may each mean something else there.
    Row{0x65735546, "fuse", false, false},
    Row{0x6969, "nfs", false, false},
    Row{0x01021997, "9p", false, false},
    Row{0x517B, "smb", false, false},
    Row{0xFE534D42, "smb2", false, false},
    Row{0xFF534D42, "cifs", false, false},
    Row{0x00C36400, "ceph", false, false},
    Row{0x0BD00BD0, "lustre", false, false},
    Row{0x5346414F, "afs", false, false},
};

}  // namespace

FileSystemTraits traits_of_magic(unsigned long magic) {
  for (const Row& row : kFileSystems) {
    if (row.magic != magic) continue;
    return {.mapped_stores_are_safe = row.mapped_stores_are_safe,
            .is_local = row.is_local,
            .name = std::string(row.name)};
  }
  std::ostringstream name;
  name << "0x" << std::hex << magic;
  return {.mapped_stores_are_safe = false, .is_local = true, .name = name.str()};
}

Result<FileSystemTraits> traits_of_path(const std::string& path) {
  struct statfs info{};
  while (::statfs(path.c_str(), &info) != 0) {
    if (errno != EINTR) return posix_error(errno, "statfs", path);
  }
  // f_type is signed, and cifs' number has the high bit of 32 set.
  return traits_of_magic(static_cast<unsigned long>(info.f_type) & 0xFFFFFFFFUL);
}

}  // namespace leat::io
