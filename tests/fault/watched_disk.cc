#include "fault/watched_disk.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

namespace leat::fault {
namespace {

using Seen = std::shared_ptr<Watch>;

Result<void> note_sync(Watch& seen, const std::string& path, Result<void> outcome) {
  if (seen.sync_failed) {
    if (path == seen.failed_path) ++seen.retries;
  } else if (!outcome) {
    seen.sync_failed = true;
    seen.failed_path = path;
    if (seen.on_failed_sync) seen.on_failed_sync();
  }
  return outcome;
}

class WatchedMapping final : public Mapping {
 public:
  WatchedMapping(std::unique_ptr<Mapping> mapping, std::string path, Seen seen)
      : mapping_(std::move(mapping)), path_(std::move(path)), seen_(std::move(seen)) {
    ++seen_->mappings;
  }
  ~WatchedMapping() override { --seen_->mappings; }
  WatchedMapping(const WatchedMapping&) = delete;
  WatchedMapping& operator=(const WatchedMapping&) = delete;
  WatchedMapping(WatchedMapping&&) = delete;
  WatchedMapping& operator=(WatchedMapping&&) = delete;

  [[nodiscard]] std::byte* data() const noexcept override { return mapping_->data(); }
  [[nodiscard]] std::size_t size() const noexcept override { return mapping_->size(); }
  Result<void> populate_write(std::size_t at, std::size_t length) noexcept override {
    return mapping_->populate_write(at, length);
  }
  Result<void> populate_read(std::size_t at, std::size_t length) noexcept override {
    return mapping_->populate_read(at, length);
  }
  Result<void> sync(std::size_t at, std::size_t length) noexcept override {
    return note_sync(*seen_, path_, mapping_->sync(at, length));
  }

 private:
  std::unique_ptr<Mapping> mapping_;
  std::string path_;
  Seen seen_;
};

class WatchedFile final : public File {
 public:
  WatchedFile(std::unique_ptr<File> file, std::string path, Seen seen)
      : file_(std::move(file)), path_(std::move(path)), seen_(std::move(seen)) {
    ++seen_->open_files;
  }
  ~WatchedFile() override { --seen_->open_files; }
  WatchedFile(const WatchedFile&) = delete;
  WatchedFile& operator=(const WatchedFile&) = delete;
  WatchedFile(WatchedFile&&) = delete;
  WatchedFile& operator=(WatchedFile&&) = delete;
  using File::write;

  Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into) noexcept override {
    return file_->read(position, into);
  }
  Result<void> write(std::uint64_t position,
                     std::span<const std::span<const std::byte>> parts) noexcept override {
    return file_->write(position, parts);
  }
  Result<void> allocate(std::uint64_t position, std::uint64_t length) noexcept override {
    return file_->allocate(position, length);
  }
  Result<void> truncate(std::uint64_t size) noexcept override { return file_->truncate(size); }
  Result<void> sync() noexcept override { return note_sync(*seen_, path_, file_->sync()); }
  Result<std::uint64_t> size() noexcept override { return file_->size(); }
  Result<std::unique_ptr<Mapping>> map(std::size_t length, MapAccess access) noexcept override {
    auto mapping = file_->map(length, access);
    if (!mapping) return mapping;
    return std::make_unique<WatchedMapping>(*std::move(mapping), path_, seen_);
  }
  Result<void> close() noexcept override { return file_->close(); }

 private:
  std::unique_ptr<File> file_;
  std::string path_;
  Seen seen_;
};

class WatchedLock final : public FileLock {
 public:
  WatchedLock(std::unique_ptr<FileLock> lock, Seen seen)
      : lock_(std::move(lock)), seen_(std::move(seen)) {
    ++seen_->locks;
  }
  ~WatchedLock() override { --seen_->locks; }
  WatchedLock(const WatchedLock&) = delete;
  WatchedLock& operator=(const WatchedLock&) = delete;
  WatchedLock(WatchedLock&&) = delete;
  WatchedLock& operator=(WatchedLock&&) = delete;

 private:
  std::unique_ptr<FileLock> lock_;
  Seen seen_;
};

class WatchedDisk final : public FileSystem {
 public:
  WatchedDisk(std::shared_ptr<FileSystem> disk, Seen seen)
      : disk_(std::move(disk)), seen_(std::move(seen)) {}

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) noexcept override {
    auto file = disk_->open(path, mode);
    if (!file) return file;
    return std::make_unique<WatchedFile>(*std::move(file), path, seen_);
  }
  Result<void> remove(const std::string& path) noexcept override { return disk_->remove(path); }
  Result<void> rename(const std::string& from, const std::string& to) noexcept override {
    return disk_->rename(from, to);
  }
  Result<void> link(const std::string& from, const std::string& to) noexcept override {
    return disk_->link(from, to);
  }
  Result<void> create_directory(const std::string& path) noexcept override {
    return disk_->create_directory(path);
  }
  Result<void> remove_directory(const std::string& path) noexcept override {
    return disk_->remove_directory(path);
  }
  Result<std::vector<DirectoryEntry>> list(const std::string& path) noexcept override {
    return disk_->list(path);
  }
  Result<void> sync_directory(const std::string& path) noexcept override {
    return note_sync(*seen_, path, disk_->sync_directory(path));
  }
  Result<bool> exists(const std::string& path) noexcept override { return disk_->exists(path); }
  Result<FileIdentity> identity(const std::string& path) noexcept override {
    return disk_->identity(path);
  }
  Result<FileSystemTraits> traits(const std::string& path) noexcept override {
    return disk_->traits(path);
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) noexcept override {
    auto held = disk_->lock(path);
    if (!held) return held;
    return std::make_unique<WatchedLock>(*std::move(held), seen_);
  }

 private:
  std::shared_ptr<FileSystem> disk_;
  Seen seen_;
};

}  // namespace

std::shared_ptr<FileSystem> watch(std::shared_ptr<FileSystem> disk, std::shared_ptr<Watch> seen) {
  return std::make_shared<WatchedDisk>(std::move(disk), std::move(seen));
}

}  // namespace leat::fault
