#include "damage/image_disk.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "io/files.h"

namespace leat::damage {
namespace {

using Content = std::shared_ptr<const Bytes>;

/// What the names and handles of a file share.
struct Inode {
  explicit Inode(Content given = std::make_shared<const Bytes>()) : content(std::move(given)) {}
  Content content;
  bool is_locked = false;

  /// A copy of its own to change.
  Bytes& own() {
    if (!is_own_) content = std::make_shared<Bytes>(*content);
    is_own_ = true;
    return const_cast<Bytes&>(*content);  // NOLINT: made by us, and by no one else held for writing
  }

 private:
  bool is_own_ = false;
};

class ReadMapping final : public Mapping {
 public:
  ReadMapping(Content content, std::size_t size) : content_(std::move(content)), size_(size) {}
  [[nodiscard]] std::byte* data() const noexcept override {
    return const_cast<std::byte*>(
        content_->data());  // NOLINT: nobody stores through a read mapping
  }
  [[nodiscard]] std::size_t size() const noexcept override { return size_; }
  Result<void> populate_write(std::size_t, std::size_t) noexcept override { return {}; }
  Result<void> populate_read(std::size_t, std::size_t) noexcept override { return {}; }
  Result<void> sync(std::size_t, std::size_t) noexcept override { return {}; }

 private:
  Content content_;
  std::size_t size_;
};

class ImageFile final : public File {
 public:
  explicit ImageFile(std::shared_ptr<Inode> inode) : inode_(std::move(inode)) {}
  using File::write;

  Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into) noexcept override {
    const Bytes& bytes = *inode_->content;
    if (position >= bytes.size()) return std::size_t{0};
    const auto there = std::span(bytes).subspan(position);
    const std::size_t count = std::min(there.size(), into.size());
    std::copy_n(there.begin(), count, into.begin());
    return count;
  }
  Result<void> write(std::uint64_t position,
                     std::span<const std::span<const std::byte>> parts) noexcept override {
    Bytes& bytes = inode_->own();
    for (const auto part : parts) {
      bytes.resize(std::max<std::size_t>(bytes.size(), position + part.size()));
      std::copy(part.begin(), part.end(), bytes.begin() + static_cast<std::ptrdiff_t>(position));
      position += part.size();
    }
    return {};
  }
  Result<void> allocate(std::uint64_t position, std::uint64_t length) noexcept override {
    Bytes& bytes = inode_->own();
    bytes.resize(std::max<std::size_t>(bytes.size(), position + length));
    return {};
  }
  Result<void> truncate(std::uint64_t size) noexcept override {
    inode_->own().resize(size);
    return {};
  }
  Result<void> sync() noexcept override { return {}; }
  Result<std::uint64_t> size() noexcept override { return inode_->content->size(); }
  Result<std::unique_ptr<Mapping>> map(std::size_t length, MapAccess access) noexcept override {
    if (access == MapAccess::kReadWrite || length > inode_->content->size()) {
      return Error(ErrorCode::kTooManyOpenFiles, "no mapping to have");
    }
    return std::make_unique<ReadMapping>(inode_->content, length);
  }
  Result<void> close() noexcept override { return {}; }

 private:
  std::shared_ptr<Inode> inode_;
};

class ImageLock final : public FileLock {
 public:
  explicit ImageLock(std::shared_ptr<Inode> inode) : inode_(std::move(inode)) {
    inode_->is_locked = true;
  }
  ~ImageLock() override { inode_->is_locked = false; }
  ImageLock(const ImageLock&) = delete;
  ImageLock& operator=(const ImageLock&) = delete;
  ImageLock(ImageLock&&) = delete;
  ImageLock& operator=(ImageLock&&) = delete;

 private:
  std::shared_ptr<Inode> inode_;
};

class ImageDisk final : public FileSystem {
 public:
  explicit ImageDisk(const Image& image) {
    add_directory(kDirectory);
    for (const auto& [path, content] : image) {
      const std::string whole = std::string(kDirectory) + "/" + path;
      add_directory(io::parent_of(whole));
      files_[whole] = std::make_shared<Inode>(content);
    }
  }

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) noexcept override {
    const auto found = files_.find(path);
    if (found != files_.end()) {
      if (mode == OpenMode::kCreateNew) return there(path);
      return std::make_unique<ImageFile>(found->second);
    }
    if (mode == OpenMode::kRead || mode == OpenMode::kReadWrite) return missing(path);
    if (!directories_.contains(io::parent_of(path))) return missing(path);
    auto inode = std::make_shared<Inode>();
    files_[path] = inode;
    return std::make_unique<ImageFile>(std::move(inode));
  }
  Result<void> remove(const std::string& path) noexcept override {
    if (files_.erase(path) == 0) return missing(path);
    return {};
  }
  Result<void> rename(const std::string& from, const std::string& to) noexcept override {
    if (auto file = files_.extract(from)) {
      file.key() = to;
      files_.erase(to);
      files_.insert(std::move(file));
      return {};
    }
    if (!directories_.contains(from)) return missing(from);
    move_below(files_, from, to);
    move_below(directories_, from, to);
    return {};
  }
  Result<void> link(const std::string& from, const std::string& to) noexcept override {
    const auto found = files_.find(from);
    if (found == files_.end()) return missing(from);
    if (files_.contains(to)) return there(to);
    files_[to] = found->second;
    return {};
  }
  Result<void> create_directory(const std::string& path) noexcept override {
    if (!directories_.insert(path).second) return there(path);
    return {};
  }
  Result<void> remove_directory(const std::string& path) noexcept override {
    if (directories_.erase(path) == 0) return missing(path);
    return {};
  }
  Result<std::vector<DirectoryEntry>> list(const std::string& path) noexcept override {
    if (!directories_.contains(path)) return missing(path);
    std::map<std::string, EntryKind> entries;
    for (const std::string& directory : directories_) {
      if (directory != "/" && io::parent_of(directory) == path)
        entries[directory.substr(path.size() + 1)] = EntryKind::kDirectory;
    }
    for (auto at = files_.lower_bound(path + "/"); at != files_.end(); ++at) {
      if (!at->first.starts_with(path + "/")) break;
      if (io::parent_of(at->first) == path)
        entries[at->first.substr(path.size() + 1)] = EntryKind::kFile;
    }
    std::vector<DirectoryEntry> listed;
    for (const auto& [name, kind] : entries) listed.push_back({name, kind});
    return listed;
  }
  Result<void> sync_directory(const std::string& path) noexcept override {
    if (!directories_.contains(path)) return missing(path);
    return {};
  }
  Result<bool> exists(const std::string& path) noexcept override {
    return files_.contains(path) || directories_.contains(path);
  }
  /// As the directory had it when it was prepared.
  Result<FileIdentity> identity(const std::string&) noexcept override {
    return FileIdentity{.device = 0, .inode = 2};
  }
  Result<FileSystemTraits> traits(const std::string&) noexcept override {
    return FileSystemTraits{.mapped_stores_are_safe = false, .is_local = true, .name = "image"};
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) noexcept override {
    auto& inode = files_[path];
    if (!inode) inode = std::make_shared<Inode>();
    if (inode->is_locked) return Error(ErrorCode::kLocked, path + " is locked");
    return std::make_unique<ImageLock>(inode);
  }

 private:
  static Error missing(const std::string& path) {
    return {ErrorCode::kNotFound, "'" + path + "' is not there"};
  }
  static Error there(const std::string& path) {
    return {ErrorCode::kAlreadyExists, "'" + path + "' is there"};
  }
  static std::string name_of(const std::string& name) { return name; }
  static std::string name_of(const std::pair<const std::string, std::shared_ptr<Inode>>& file) {
    return file.first;
  }
  static void rename_node(std::set<std::string>::node_type& node, std::string name) {
    node.value() = std::move(name);
  }
  static void rename_node(std::map<std::string, std::shared_ptr<Inode>>::node_type& node,
                          std::string name) {
    node.key() = std::move(name);
  }
  /// `from` and all below it.
  template <class Names>
  static void move_below(Names& names, const std::string& from, const std::string& to) {
    std::vector<std::string> moved;
    for (const auto& entry : names) {
      const std::string name = name_of(entry);
      if (name == from || name.starts_with(from + "/")) moved.push_back(name);
    }
    for (const std::string& name : moved) {
      auto node = names.extract(name);
      rename_node(node, to + name.substr(from.size()));
      names.insert(std::move(node));
    }
  }
  void add_directory(const std::string& path) {
    for (std::string at = path; directories_.insert(at).second && at != "/"; at = io::parent_of(at)) {
    }
  }

  std::map<std::string, std::shared_ptr<Inode>> files_;
  std::set<std::string> directories_;
};

}  // namespace

std::shared_ptr<FileSystem> disk_of(const Image& image) {
  return std::make_shared<ImageDisk>(image);
}

}  // namespace leat::damage
