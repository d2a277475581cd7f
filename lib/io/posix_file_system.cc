#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "io/guarded.h"
#include "io/posix_error.h"
#include "io/posix_file.h"
#include "io/posix_lock.h"
#include "io/posix_traits.h"

namespace leat::io {
namespace {

int flags_of(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kReadWrite:
      return O_RDWR;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT;
    case OpenMode::kCreateNew:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

EntryKind kind_of(int directory, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG:
      return EntryKind::kFile;
    case DT_DIR:
      return EntryKind::kDirectory;
    case DT_UNKNOWN:
      break;  // Some file systems do not say.
    default:
      return EntryKind::kOther;
  }
  struct stat info{};
  if (::fstatat(directory, &entry.d_name[0], &info, AT_SYMLINK_NOFOLLOW) != 0)
    return EntryKind::kOther;
  if (S_ISREG(info.st_mode)) return EntryKind::kFile;
  return S_ISDIR(info.st_mode) ? EntryKind::kDirectory : EntryKind::kOther;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

Result<void> checked(int returned, std::string_view call, const std::string& path) {
  if (returned != 0) return posix_error(errno, call, path);
  return {};
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) noexcept override {
    return guarded([&]() -> Result<std::unique_ptr<File>> {
      LEAT_TRY(Descriptor descriptor, open_descriptor(path, flags_of(mode)));
      struct stat info{};
      if (::fstat(descriptor.number(), &info) != 0) return posix_error(errno, "fstat", path);
      if (!S_ISREG(info.st_mode)) {
        return Error(ErrorCode::kIo, "open of '" + path + "' failed: it is not a regular file");
      }
      return make_posix_file(std::move(descriptor), path, mode != OpenMode::kRead);
    });
  }

  Result<void> remove(const std::string& path) noexcept override {
    return guarded([&] { return checked(::unlink(path.c_str()), "unlink", path); });
  }

  Result<void> rename(const std::string& from, const std::string& to) noexcept override {
    return guarded([&] {
      return checked(::rename(from.c_str(), to.c_str()), "rename", from + "' to '" + to);
    });
  }

  Result<void> link(const std::string& from, const std::string& to) noexcept override {
    return guarded(
        [&] { return checked(::link(from.c_str(), to.c_str()), "link", from + "' to '" + to); });
  }

  Result<void> create_directory(const std::string& path) noexcept override {
    return guarded([&] { return checked(::mkdir(path.c_str(), S_IRWXU), "mkdir", path); });
  }

  Result<void> remove_directory(const std::string& path) noexcept override {
    return guarded([&] { return checked(::rmdir(path.c_str()), "rmdir", path); });
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& path) noexcept override {
    return guarded([&]() -> Result<std::vector<DirectoryEntry>> {
      LEAT_TRY(Descriptor descriptor, open_descriptor(path, O_RDONLY | O_DIRECTORY));
      const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(descriptor.number()));
      if (!directory) return posix_error(errno, "fdopendir", path);
      const int number = descriptor.release();  // Now the DIR's.
      std::vector<DirectoryEntry> entries;
      errno = 0;
      // NOLINTNEXTLINE(concurrency-mt-unsafe): safe on a DIR of one's own.
      while (const dirent* entry = ::readdir(directory.get())) {
        std::string name(&entry->d_name[0]);
        if (name != "." && name != "..")
          entries.push_back({std::move(name), kind_of(number, *entry)});
        errno = 0;
      }
      if (errno != 0) return posix_error(errno, "readdir", path);
      std::ranges::sort(entries, {}, &DirectoryEntry::name);
      return entries;
    });
  }

  Result<void> sync_directory(const std::string& path) noexcept override {
    return guarded([&]() -> Result<void> {
      LEAT_TRY(const Descriptor descriptor, open_descriptor(path, O_RDONLY | O_DIRECTORY));
      return checked(::fsync(descriptor.number()), "fsync", path);
    });
  }

  Result<bool> exists(const std::string& path) noexcept override {
    return guarded([&]() -> Result<bool> {
      struct stat info{};
      if (::stat(path.c_str(), &info) == 0) return true;
      if (errno == ENOENT || errno == ENOTDIR) return false;
      return posix_error(errno, "stat", path);
    });
  }

  Result<FileIdentity> identity(const std::string& path) noexcept override {
    return guarded([&]() -> Result<FileIdentity> {
      struct stat info{};
      if (::stat(path.c_str(), &info) != 0) return posix_error(errno, "stat", path);
      return FileIdentity{.device = info.st_dev, .inode = info.st_ino};
    });
  }

  Result<FileSystemTraits> traits(const std::string& path) noexcept override {
    return guarded([&] { return traits_of_path(path); });
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) noexcept override {
    return guarded([&] { return lock_file(path); });
  }
};

}  // namespace
}  // namespace leat::io

namespace leat::inline v0 {

std::shared_ptr<FileSystem> posix_file_system() { return std::make_shared<io::PosixFileSystem>(); }

}  // namespace leat::inline v0
