#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "base/try.h"
#include "io/guarded.h"
#include "io/memory_file.h"
#include "io/posix_error.h"
#include "io/tree_path.h"

namespace leat::io {
namespace {

/// A name's target: a directory, or a file (possibly under several names).
struct Node {
  using Entries = std::map<std::string, Node, std::less<>>;
  std::shared_ptr<MemoryInode> file;  ///< Null: a directory.
  std::uint64_t directory_number = 0;
  std::unique_ptr<Entries> entries;  ///< Null: a file.

  static Node directory(std::uint64_t number) {
    return {.file = nullptr, .directory_number = number, .entries = std::make_unique<Entries>()};
  }
  [[nodiscard]] bool is_directory() const { return entries != nullptr; }
};

/// A parent directory and the last name of a path.
struct Place {
  Node::Entries* parent;
  std::string name;
  [[nodiscard]] Node* find() const {
    const auto found = parent->find(name);
    return found == parent->end() ? nullptr : &found->second;
  }
};

class MemoryFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) noexcept override {
    return guarded([&]() -> Result<std::unique_ptr<File>> {
      const base::MutexLock lock(mutex_);
      LEAT_TRY(auto inode, open_inode(path, mode));
      return make_memory_file(std::move(inode), path, mode != OpenMode::kRead);
    });
  }

  Result<void> remove(const std::string& path) noexcept override {
    return guarded([&]() -> Result<void> {
      const base::MutexLock lock(mutex_);
      LEAT_TRY(const Place place, find_place("unlink", path));
      const Node* node = place.find();
      if (node == nullptr) return posix_error(ENOENT, "unlink", path);
      if (node->is_directory()) return posix_error(EISDIR, "unlink", path);
      place.parent->erase(place.name);
      return {};
    });
  }

  Result<void> rename(const std::string& from, const std::string& to) noexcept override {
    return guarded([&]() -> Result<void> {
      const base::MutexLock lock(mutex_);
      const std::string both = from + "' to '" + to;
      LEAT_TRY(const Place source, find_place("rename", from));
      LEAT_TRY(const Place target, find_place("rename", to));
      Node* const moved = source.find();
      Node* const replaced = target.find();
      if (moved == nullptr) return posix_error(ENOENT, "rename", both);
      if (moved == replaced) return {};
      if (const int error = check_rename(*moved, replaced, from, to); error != 0) {
        return posix_error(error, "rename", both);
      }
      if (replaced != nullptr && replaced->file && replaced->file == moved->file) return {};
      Node node = std::move(*moved);
      source.parent->erase(source.name);
      target.parent->insert_or_assign(target.name, std::move(node));
      return {};
    });
  }

  Result<void> link(const std::string& from, const std::string& to) noexcept override {
    return guarded([&]() -> Result<void> {
      const base::MutexLock lock(mutex_);
      const std::string both = from + "' to '" + to;
      LEAT_TRY(const Place source, find_place("link", from));
      LEAT_TRY(const Place target, find_place("link", to));
      const Node* const node = source.find();
      if (node == nullptr) return posix_error(ENOENT, "link", both);
      if (node->is_directory()) return posix_error(EPERM, "link", both);
      if (target.find() != nullptr) return posix_error(EEXIST, "link", both);
      (*target.parent)[target.name].file = node->file;
      return {};
    });
  }

  Result<void> create_directory(const std::string& path) noexcept override {
    return guarded([&]() -> Result<void> {
      const base::MutexLock lock(mutex_);
      if (split_path(path).empty()) return posix_error(EEXIST, "mkdir", path);
      LEAT_TRY(const Place place, find_place("mkdir", path));
      if (place.find() != nullptr) return posix_error(EEXIST, "mkdir", path);
      place.parent->emplace(place.name, Node::directory(++last_number_));
      return {};
    });
  }

  Result<void> remove_directory(const std::string& path) noexcept override {
    return guarded([&]() -> Result<void> {
      const base::MutexLock lock(mutex_);
      LEAT_TRY(const Place place, find_place("rmdir", path));
      const Node* const node = place.find();
      if (node == nullptr) return posix_error(ENOENT, "rmdir", path);
      if (!node->is_directory()) return posix_error(ENOTDIR, "rmdir", path);
      if (!node->entries->empty()) return posix_error(ENOTEMPTY, "rmdir", path);
      place.parent->erase(place.name);
      return {};
    });
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& path) noexcept override {
    return guarded([&]() -> Result<std::vector<DirectoryEntry>> {
      const base::MutexLock lock(mutex_);
      LEAT_TRY(const Node* const directory, find_directory("list", path));
      std::vector<DirectoryEntry> entries;
      for (const auto& [name, node] : *directory->entries) {
        entries.push_back({name, node.is_directory() ? EntryKind::kDirectory : EntryKind::kFile});
      }
      return entries;
    });
  }

  Result<void> sync_directory(const std::string& path) noexcept override {
    return guarded([&]() -> Result<void> {
      const base::MutexLock lock(mutex_);
      LEAT_TRY_VOID(find_directory("fsync", path));
      return {};
    });
  }

  Result<bool> exists(const std::string& path) noexcept override {
    return guarded([&]() -> Result<bool> {
      const base::MutexLock lock(mutex_);
      return find(path) != nullptr;
    });
  }

  Result<FileIdentity> identity(const std::string& path) noexcept override {
    return guarded([&]() -> Result<FileIdentity> {
      const base::MutexLock lock(mutex_);
      const Node* const node = find(path);
      if (node == nullptr) return posix_error(ENOENT, "stat", path);
      return FileIdentity{
          .device = 0, .inode = node->is_directory() ? node->directory_number : node->file->number};
    });
  }

  Result<FileSystemTraits> traits(const std::string& path) noexcept override {
    return guarded([&]() -> Result<FileSystemTraits> {
      const base::MutexLock lock(mutex_);
      if (find(path) == nullptr) return posix_error(ENOENT, "statfs", path);
      return FileSystemTraits{.mapped_stores_are_safe = true, .is_local = true, .name = "memory"};
    });
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) noexcept override {
    return guarded([&]() -> Result<std::unique_ptr<FileLock>> {
      const base::MutexLock lock(mutex_);
      LEAT_TRY(auto inode, open_inode(path, OpenMode::kCreate));
      return lock_memory_file(std::move(inode), path);
    });
  }

 private:
  /// Null when there is no such path.
  Node* find(std::string_view path) LEAT_REQUIRES(mutex_) {
    Node* node = &root_;
    for (const std::string_view name : split_path(path)) {
      if (!node->is_directory()) return nullptr;
      const auto found = node->entries->find(name);
      if (found == node->entries->end()) return nullptr;
      node = &found->second;
    }
    return node;
  }

  Result<Node*> find_directory(std::string_view call, const std::string& path)
      LEAT_REQUIRES(mutex_) {
    Node* const node = find(path);
    if (node == nullptr) return posix_error(ENOENT, call, path);
    if (!node->is_directory()) return posix_error(ENOTDIR, call, path);
    return node;
  }

  /// The existing directory that holds, or would hold, `path`'s last name.
  Result<Place> find_place(std::string_view call, const std::string& path) LEAT_REQUIRES(mutex_) {
    const auto names = split_path(path);
    if (names.empty()) return posix_error(EBUSY, call, path);  // The root has no name.
    Node* node = &root_;
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
      const auto found = node->entries->find(names[i]);
      if (found == node->entries->end()) return posix_error(ENOENT, call, path);
      node = &found->second;
      if (!node->is_directory()) return posix_error(ENOTDIR, call, path);
    }
    return Place{.parent = node->entries.get(), .name = std::string(names.back())};
  }

  Result<std::shared_ptr<MemoryInode>> open_inode(const std::string& path, OpenMode mode)
      LEAT_REQUIRES(mutex_) {
    LEAT_TRY(const Place place, find_place("open", path));
    const Node* const node = place.find();
    if (node != nullptr) {
      if (mode == OpenMode::kCreateNew) return posix_error(EEXIST, "open", path);
      if (node->is_directory()) return posix_error(EISDIR, "open", path);
      return node->file;
    }
    if (mode == OpenMode::kRead || mode == OpenMode::kReadWrite)
      return posix_error(ENOENT, "open", path);
    auto inode = std::make_shared<MemoryInode>(++last_number_);
    (*place.parent)[place.name].file = inode;
    return inode;
  }

  /// errno, or 0.
  static int check_rename(const Node& moved, const Node* replaced, const std::string& from,
                          const std::string& to) {
    if (moved.is_directory()) {
      const auto above = split_path(from);
      const auto below = split_path(to);
      if (below.size() > above.size() && std::equal(above.begin(), above.end(), below.begin()))
        return EINVAL;
    }
    if (replaced == nullptr) return 0;
    if (moved.is_directory() && !replaced->is_directory()) return ENOTDIR;
    if (!moved.is_directory() && replaced->is_directory()) return EISDIR;
    return replaced->is_directory() && !replaced->entries->empty() ? ENOTEMPTY : 0;
  }

  base::Mutex mutex_;
  std::uint64_t last_number_ LEAT_GUARDED_BY(mutex_) = 1;
  Node root_ LEAT_GUARDED_BY(mutex_) = Node::directory(1);
};

}  // namespace
}  // namespace leat::io

namespace leat::inline v0 {

std::shared_ptr<FileSystem> memory_file_system() {
  return std::make_shared<io::MemoryFileSystem>();
}

}  // namespace leat::inline v0
