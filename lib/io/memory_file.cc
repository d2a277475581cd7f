#include "io/memory_file.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "base/try.h"
#include "io/guarded.h"
#include "io/memory_content.h"
#include "io/posix_error.h"
#include "io/posix_region.h"

namespace leat::io {
namespace {

class MemoryMapping final : public Mapping {
 public:
  MemoryMapping(std::shared_ptr<MemoryInode> inode, std::string path, std::span<std::byte> range)
      : inode_(std::move(inode)), path_(std::move(path)), range_(range) {}
  MemoryMapping(const MemoryMapping&) = delete;
  MemoryMapping& operator=(const MemoryMapping&) = delete;
  MemoryMapping(MemoryMapping&&) = delete;
  MemoryMapping& operator=(MemoryMapping&&) = delete;
  ~MemoryMapping() override {
    const base::MutexLock lock(inode_->mutex);
    inode_->content.unpin();
  }

  [[nodiscard]] std::byte* data() const noexcept override { return range_.data(); }
  [[nodiscard]] std::size_t size() const noexcept override { return range_.size(); }

  Result<void> populate_write(std::size_t at, std::size_t length) noexcept override {
    return guarded([&]() -> Result<void> {
      LEAT_TRY_VOID(check("populate_write", at, length));
      if (!populate_region(range_.data(), at, length))
        return posix_error(ENOMEM, "populate_write", path_);
      return {};
    });
  }

  Result<void> populate_read(std::size_t at, std::size_t length) noexcept override {
    return guarded([&] { return check("populate_read", at, length); });
  }

  Result<void> sync(std::size_t at, std::size_t length) noexcept override {
    return guarded([&]() -> Result<void> {
      if (!contains(at, length)) return bad_range_error("msync", path_);
      return {};
    });
  }

 private:
  [[nodiscard]] bool contains(std::size_t at, std::size_t length) const {
    return length > 0 && at <= range_.size() && length <= range_.size() - at;
  }

  /// Past the file's last page a real mapping has nothing to populate either.
  Result<void> check(std::string_view call, std::size_t at, std::size_t length) const {
    if (!contains(at, length)) return bad_range_error(call, path_);
    const base::MutexLock lock(inode_->mutex);
    if (at + length > round_up_to_page(inode_->content.size()))
      return posix_error(EFAULT, call, path_);
    return {};
  }

  std::shared_ptr<MemoryInode> inode_;
  std::string path_;
  std::span<std::byte> range_;
};

class MemoryFile final : public File {
 public:
  MemoryFile(std::shared_ptr<MemoryInode> inode, std::string path, bool writable)
      : inode_(std::move(inode)), path_(std::move(path)), writable_(writable) {}

  using File::write;

  Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into) noexcept override {
    return with_content<std::size_t>("pread", [&](MemoryContent& content) -> Result<std::size_t> {
      return content.read(position, into);
    });
  }

  Result<void> write(std::uint64_t position,
                     std::span<const std::span<const std::byte>> parts) noexcept override {
    return change("pwritev",
                  [&](MemoryContent& content) { return content.write(position, parts); });
  }

  Result<void> allocate(std::uint64_t position, std::uint64_t length) noexcept override {
    return change("fallocate", [&](MemoryContent& content) -> Result<void> {
      if (length == 0) return posix_error(EINVAL, "fallocate", path_);
      LEAT_TRY(const std::size_t end, checked_end(position, length));
      if (end <= content.size()) return {};
      return content.resize(end);
    });
  }

  Result<void> truncate(std::uint64_t size) noexcept override {
    return change("ftruncate", [&](MemoryContent& content) -> Result<void> {
      LEAT_TRY(const std::size_t end, checked_end(size, 0));
      return content.resize(end);
    });
  }

  Result<void> sync() noexcept override {
    return with_content<void>("fdatasync", [](MemoryContent&) -> Result<void> { return {}; });
  }

  Result<std::uint64_t> size() noexcept override {
    return with_content<std::uint64_t>(
        "fstat", [](MemoryContent& content) -> Result<std::uint64_t> { return content.size(); });
  }

  Result<std::unique_ptr<Mapping>> map(std::size_t length, MapAccess access) noexcept override {
    using Mapped = std::unique_ptr<Mapping>;
    return with_content<Mapped>("mmap", [&](MemoryContent& content) -> Result<Mapped> {
      if (access == MapAccess::kReadWrite && !writable_)
        return read_only_handle_error("mmap", path_);
      if (length == 0) return bad_range_error("mmap", path_);
      std::string path = path_;
      LEAT_TRY(std::byte* const data, content.pin(length));
      try {
        return std::make_unique<MemoryMapping>(inode_, std::move(path), std::span(data, length));
      } catch (...) {
        content.unpin();
        throw;
      }
    });
  }

  Result<void> close() noexcept override {
    return guarded([&]() -> Result<void> {
      if (!inode_) return closed_error("close", path_);
      inode_.reset();
      return {};
    });
  }

 private:
  template <class T, class Call>
  Result<T> with_content(std::string_view name, Call call) noexcept {
    return guarded([&]() -> Result<T> {
      if (!inode_) return closed_error(name, path_);
      const base::MutexLock lock(inode_->mutex);
      return call(inode_->content);
    });
  }

  template <class Call>
  Result<void> change(std::string_view name, Call call) noexcept {
    return with_content<void>(name, [&](MemoryContent& content) -> Result<void> {
      if (!writable_) return read_only_handle_error(name, path_);
      Result<void> changed = call(content);
      if (!changed) return changed.error().with_context(path_);
      return {};
    });
  }

  std::shared_ptr<MemoryInode> inode_;  ///< Null once closed.
  std::string path_;
  bool writable_;
};

class MemoryFileLock final : public FileLock {
 public:
  explicit MemoryFileLock(std::shared_ptr<MemoryInode> inode) : inode_(std::move(inode)) {}
  MemoryFileLock(const MemoryFileLock&) = delete;
  MemoryFileLock& operator=(const MemoryFileLock&) = delete;
  MemoryFileLock(MemoryFileLock&&) = delete;
  MemoryFileLock& operator=(MemoryFileLock&&) = delete;
  ~MemoryFileLock() override {
    const base::MutexLock lock(inode_->mutex);
    inode_->is_locked = false;
  }

 private:
  std::shared_ptr<MemoryInode> inode_;
};

}  // namespace

std::unique_ptr<File> make_memory_file(std::shared_ptr<MemoryInode> inode, std::string path,
                                       bool writable) {
  return std::make_unique<MemoryFile>(std::move(inode), std::move(path), writable);
}

Result<std::unique_ptr<FileLock>> lock_memory_file(std::shared_ptr<MemoryInode> inode,
                                                   const std::string& path) {
  {
    const base::MutexLock lock(inode->mutex);
    if (inode->is_locked) return locked_error(path);
    inode->is_locked = true;
  }
  return std::make_unique<MemoryFileLock>(std::move(inode));
}

}  // namespace leat::io
