#include "io/posix_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "io/guarded.h"
#include "io/posix_error.h"
#include "io/posix_mapping.h"

namespace leat::io {
namespace {

/// Parts handed to one pwritev; a longer list takes several.
constexpr std::size_t kPartsPerCall = 64;

/// Where a list of parts has been written up to.
struct WriteCursor {
  std::span<const std::span<const std::byte>> parts;
  std::size_t done_in_first = 0;

  /// Fills `into` from here; returns how many entries it took.
  [[nodiscard]] std::size_t gather(std::span<iovec> into) const {
    const std::size_t count = std::min(parts.size(), into.size());
    for (std::size_t i = 0; i < count; ++i) {
      const auto rest = parts[i].subspan(i == 0 ? done_in_first : 0);
      // writev takes a pointer to non-const, and does not write through it.
      into[i] = {const_cast<std::byte*>(rest.data()), rest.size()};
    }
    return count;
  }

  void advance(std::size_t written) {
    while (!parts.empty()) {
      const std::size_t rest = parts.front().size() - done_in_first;
      if (written < rest) break;
      written -= rest;
      done_in_first = 0;
      parts = parts.subspan(1);
    }
    done_in_first += written;
  }
};

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path, bool writable)
      : descriptor_(std::move(descriptor)), path_(std::move(path)), writable_(writable) {}

  using File::write;

  Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into) noexcept override {
    return guarded([&]() -> Result<std::size_t> {
      if (!descriptor_.is_open()) return closed_error("pread", path_);
      std::size_t done = 0;
      while (done < into.size()) {
        const ssize_t count = ::pread(descriptor_.number(), into.data() + done, into.size() - done,
                                      static_cast<off_t>(position + done));
        if (count == 0) break;  // The end of the file.
        if (count > 0) {
          done += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
          return posix_error(errno, "pread", path_);
        }
      }
      return done;
    });
  }

  Result<void> write(std::uint64_t position,
                     std::span<const std::span<const std::byte>> parts) noexcept override {
    return guarded([&]() -> Result<void> {
      if (auto refused = check_writable("pwritev")) return *refused;
      WriteCursor cursor{.parts = parts};
      cursor.advance(0);  // Steps over empty parts, so that a call that writes nothing is an error.
      std::array<iovec, kPartsPerCall> vectors;
      while (!cursor.parts.empty()) {
        const auto count = static_cast<int>(cursor.gather(vectors));
        const ssize_t written =
            ::pwritev(descriptor_.number(), vectors.data(), count, static_cast<off_t>(position));
        if (written > 0) {
          position += static_cast<std::uint64_t>(written);
          cursor.advance(static_cast<std::size_t>(written));
        } else if (written == 0) {
          return posix_error(EIO, "pwritev", path_);
        } else if (errno != EINTR) {
          return posix_error(errno, "pwritev", path_);
        }
      }
      return {};
    });
  }

  Result<void> allocate(std::uint64_t position, std::uint64_t length) noexcept override {
    return change("fallocate", [&](int descriptor) {
      return ::fallocate(descriptor, 0, static_cast<off_t>(position), static_cast<off_t>(length));
    });
  }

  Result<void> truncate(std::uint64_t size) noexcept override {
    return change("ftruncate", [&](int descriptor) {
      return ::ftruncate(descriptor, static_cast<off_t>(size));
    });
  }

  Result<void> sync() noexcept override {
    return guarded([&]() -> Result<void> {
      if (!descriptor_.is_open()) return closed_error("fdatasync", path_);
      // Never repeated, not even after EINTR: the first failed sync is final (S12).
      if (::fdatasync(descriptor_.number()) != 0) return posix_error(errno, "fdatasync", path_);
      return {};
    });
  }

  Result<std::uint64_t> size() noexcept override {
    return guarded([&]() -> Result<std::uint64_t> {
      if (!descriptor_.is_open()) return closed_error("fstat", path_);
      struct stat info{};
      if (::fstat(descriptor_.number(), &info) != 0) return posix_error(errno, "fstat", path_);
      return static_cast<std::uint64_t>(info.st_size);
    });
  }

  Result<std::unique_ptr<Mapping>> map(std::size_t length, MapAccess access) noexcept override {
    return guarded([&]() -> Result<std::unique_ptr<Mapping>> {
      if (!descriptor_.is_open()) return closed_error("mmap", path_);
      if (access == MapAccess::kReadWrite && !writable_)
        return read_only_handle_error("mmap", path_);
      return map_file(descriptor_.number(), path_, length, access);
    });
  }

  Result<void> close() noexcept override {
    return guarded([&]() -> Result<void> {
      if (!descriptor_.is_open()) return closed_error("close", path_);
      if (const int error = descriptor_.close(); error != 0)
        return posix_error(error, "close", path_);
      return {};
    });
  }

 private:
  [[nodiscard]] std::unique_ptr<Error> check_writable(std::string_view call) const {
    if (!descriptor_.is_open()) return std::make_unique<Error>(closed_error(call, path_));
    if (!writable_) return std::make_unique<Error>(read_only_handle_error(call, path_));
    return nullptr;
  }

  /// A call that changes the file and may be repeated after EINTR.
  template <class Call>
  Result<void> change(std::string_view name, Call call) noexcept {
    return guarded([&]() -> Result<void> {
      if (auto refused = check_writable(name)) return *refused;
      while (call(descriptor_.number()) != 0) {
        if (errno != EINTR) return posix_error(errno, name, path_);
      }
      return {};
    });
  }

  Descriptor descriptor_;
  std::string path_;
  bool writable_;
};

}  // namespace

Descriptor::~Descriptor() {
  if (is_open()) (void)close();  // Whoever cares about the error calls close() first.
}

int Descriptor::close() {
  // After EINTR the descriptor is gone on Linux: closing again could close someone else's.
  return ::close(release()) == 0 || errno == EINTR ? 0 : errno;
}

Result<Descriptor> open_descriptor(const std::string& path, int flags) {
  int number = -1;
  do {
    number = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR);
  } while (number < 0 && errno == EINTR);
  if (number < 0) return posix_error(errno, "open", path);
  Descriptor opened(number);
  if (number > STDERR_FILENO) return opened;
  const int higher = ::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (higher < 0) return posix_error(errno, "fcntl(F_DUPFD_CLOEXEC)", path);
  return Descriptor(higher);
}

std::unique_ptr<File> make_posix_file(Descriptor descriptor, std::string path, bool writable) {
  return std::make_unique<PosixFile>(std::move(descriptor), std::move(path), writable);
}

}  // namespace leat::io
