#include "io/posix_mapping.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <unistd.h>
#include <utility>

#include "leat/environment.h"
#include "leat/result.h"

#include "io/guarded.h"
#include "io/posix_error.h"

namespace leat::io {
namespace {

/// A range rounded out to whole pages.
struct PageRange {
  std::byte* begin;
  std::size_t length;
};

class PosixMapping final : public Mapping {
 public:
  PosixMapping(std::string path, std::byte* data, std::size_t size)
      : path_(std::move(path)), data_(data), size_(size) {}
  PosixMapping(const PosixMapping&) = delete;
  PosixMapping& operator=(const PosixMapping&) = delete;
  PosixMapping(PosixMapping&&) = delete;
  PosixMapping& operator=(PosixMapping&&) = delete;
  ~PosixMapping() override { ::munmap(data_, size_); }

  [[nodiscard]] std::byte* data() const noexcept override { return data_; }
  [[nodiscard]] std::size_t size() const noexcept override { return size_; }

  Result<void> populate_write(std::size_t at, std::size_t length) noexcept override {
    return guarded([&]() -> Result<void> {
      if (!contains(at, length)) return bad_range_error("populate_write", path_);
      const int error = advise(at, length, MADV_POPULATE_WRITE);
      if (error == 0 || error == EINVAL) return {};  // EINVAL: the kernel is older than 5.14.
      if (error == EFAULT && space_left() < length) {
        return posix_error(ENOSPC, "madvise(MADV_POPULATE_WRITE)", path_);
      }
      return posix_error(error, "madvise(MADV_POPULATE_WRITE)", path_);
    });
  }

  Result<void> populate_read(std::size_t at, std::size_t length) noexcept override {
    return guarded([&]() -> Result<void> {
      if (!contains(at, length)) return bad_range_error("populate_read", path_);
      const int error = advise(at, length, MADV_POPULATE_READ);
      if (error == 0) return {};
      return posix_error(error, "madvise(MADV_POPULATE_READ)", path_);
    });
  }

  Result<void> sync(std::size_t at, std::size_t length) noexcept override {
    return guarded([&]() -> Result<void> {
      if (!contains(at, length)) return bad_range_error("msync", path_);
      const PageRange range = pages(at, length);
      // Never repeated: the first failed sync is final, a second one may lie (S12).
      if (::msync(range.begin, range.length, MS_SYNC) != 0)
        return posix_error(errno, "msync", path_);
      return {};
    });
  }

 private:
  [[nodiscard]] bool contains(std::size_t at, std::size_t length) const {
    return length > 0 && at <= size_ && length <= size_ - at;
  }

  [[nodiscard]] PageRange pages(std::size_t at, std::size_t length) const {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t before = at % page;
    return {data_ + (at - before), length + before};
  }

  /// errno, or 0.
  [[nodiscard]] int advise(std::size_t at, std::size_t length, int advice) const {
    const PageRange range = pages(at, length);
    while (::madvise(range.begin, range.length, advice) != 0) {
      if (errno != EINTR && errno != EAGAIN) return errno;
    }
    return 0;
  }

  /// Free bytes of the file system; all of them when it cannot be asked (the path may be renamed by
  /// now).
  [[nodiscard]] std::uint64_t space_left() const {
    struct statfs info{};
    if (::statfs(path_.c_str(), &info) != 0) return UINT64_MAX;
    return static_cast<std::uint64_t>(info.f_bavail) * static_cast<std::uint64_t>(info.f_bsize);
  }

  std::string path_;
  std::byte* data_;
  std::size_t size_;
};

}  // namespace

Result<std::unique_ptr<Mapping>> map_file(int descriptor, std::string path, std::size_t length,
                                          MapAccess access) {
  if (length == 0) return bad_range_error("mmap", path);
  const int protection = access == MapAccess::kReadWrite ? PROT_READ | PROT_WRITE : PROT_READ;
  void* data = ::mmap(nullptr, length, protection, MAP_SHARED, descriptor, 0);
  if (data == MAP_FAILED) return posix_error(errno, "mmap", path);
  auto mapping =
      std::make_unique<PosixMapping>(std::move(path), static_cast<std::byte*>(data), length);
  // Advice that is refused costs speed (RANDOM), or address space in a child (DONTFORK), nothing
  // more.
  if (access == MapAccess::kReadWrite) (void)::madvise(data, length, MADV_RANDOM);
  (void)::madvise(data, length, MADV_DONTFORK);
  return mapping;
}

}  // namespace leat::io
