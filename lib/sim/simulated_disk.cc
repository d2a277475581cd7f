#include "leat/testing/simulated_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "base/try.h"
#include "io/guarded.h"
#include "io/posix_error.h"
#include "io/tree_path.h"
#include "sim/disk_state.h"
#include "sim/tree.h"

namespace leat::testing {
namespace {

using io::guarded;
using io::posix_error;
using Impl = SimulatedDisk::Impl;

class SimulatedLock final : public FileLock {
 public:
  SimulatedLock(std::shared_ptr<Impl> disk, sim::InodePtr inode)
      : disk_(std::move(disk)), inode_(std::move(inode)) {}
  SimulatedLock(const SimulatedLock&) = delete;
  SimulatedLock& operator=(const SimulatedLock&) = delete;
  SimulatedLock(SimulatedLock&&) = delete;
  SimulatedLock& operator=(SimulatedLock&&) = delete;
  ~SimulatedLock() override {
    const base::MutexLock lock(disk_->mutex);
    inode_->is_locked = false;  // After a crash the inode is no longer the disk's.
  }

 private:
  std::shared_ptr<Impl> disk_;
  sim::InodePtr inode_;
};

/// errno, or 0.
int check_rename(const Impl::Place& source, const Impl::Place& target, const std::string& from,
                 const std::string& to) {
  const sim::InodePtr moved = source.find();
  const sim::InodePtr replaced = target.find();
  if (!moved) return ENOENT;
  if (moved->is_directory) {
    const auto above = io::split_path(from);
    const auto below = io::split_path(to);
    if (below.size() > above.size() && std::equal(above.begin(), above.end(), below.begin()))
      return EINVAL;
  }
  if (!replaced || replaced == moved) return 0;
  if (moved->is_directory && !replaced->is_directory) return ENOTDIR;
  if (!moved->is_directory && replaced->is_directory) return EISDIR;
  return replaced->directory.entries.empty() ? 0 : ENOTEMPTY;
}

}  // namespace

SimulatedDisk::SimulatedDisk() : impl_(std::make_shared<Impl>()) {}
SimulatedDisk::SimulatedDisk(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
SimulatedDisk::~SimulatedDisk() = default;

Result<std::unique_ptr<File>> SimulatedDisk::open(const std::string& path, OpenMode mode) noexcept {
  return guarded([&]() -> Result<std::unique_ptr<File>> {
    impl_->announce(DiskCall::kOpen, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kOpen, path));
    LEAT_TRY(auto inode, impl_->open_inode(path, mode));
    return make_simulated_file(impl_, std::move(inode), path, mode != OpenMode::kRead,
                               impl_->generation);
  });
}

Result<void> SimulatedDisk::remove(const std::string& path) noexcept {
  return guarded([&]() -> Result<void> {
    impl_->announce(DiskCall::kRemove, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kRemove, path));
    LEAT_TRY(const Impl::Place place, impl_->find_place("unlink", path));
    const sim::InodePtr inode = place.find();
    if (!inode) return posix_error(ENOENT, "unlink", path);
    if (inode->is_directory) return posix_error(EISDIR, "unlink", path);
    impl_->set_entry(place, nullptr, "removal of " + path);
    return {};
  });
}

Result<void> SimulatedDisk::rename(const std::string& from, const std::string& to) noexcept {
  return guarded([&]() -> Result<void> {
    impl_->announce(DiskCall::kRename, from);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kRename, from));
    LEAT_TRY(const Impl::Place source, impl_->find_place("rename", from));
    LEAT_TRY(const Impl::Place target, impl_->find_place("rename", to));
    if (const int error = check_rename(source, target, from, to); error != 0) {
      return posix_error(error, "rename", from + "' to '" + to);
    }
    if (source.find() == target.find()) return {};  // POSIX: two names of one file stay.
    impl_->rename_entry(source, target, "rename of " + from + " to " + to);
    return {};
  });
}

Result<void> SimulatedDisk::link(const std::string& from, const std::string& to) noexcept {
  return guarded([&]() -> Result<void> {
    impl_->announce(DiskCall::kLink, from);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kLink, from));
    LEAT_TRY(const Impl::Place source, impl_->find_place("link", from));
    LEAT_TRY(const Impl::Place target, impl_->find_place("link", to));
    const sim::InodePtr inode = source.find();
    const std::string both = from + "' to '" + to;
    if (!inode) return posix_error(ENOENT, "link", both);
    if (inode->is_directory) return posix_error(EPERM, "link", both);
    if (target.find()) return posix_error(EEXIST, "link", both);
    impl_->set_entry(target, inode, "link of " + from + " to " + to);
    return {};
  });
}

Result<void> SimulatedDisk::create_directory(const std::string& path) noexcept {
  return guarded([&]() -> Result<void> {
    impl_->announce(DiskCall::kCreateDirectory, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kCreateDirectory, path));
    if (io::split_path(path).empty()) return posix_error(EEXIST, "mkdir", path);
    LEAT_TRY(const Impl::Place place, impl_->find_place("mkdir", path));
    if (place.find()) return posix_error(EEXIST, "mkdir", path);
    impl_->set_entry(place, impl_->make_inode(path, true), "creation of directory " + path);
    return {};
  });
}

Result<void> SimulatedDisk::remove_directory(const std::string& path) noexcept {
  return guarded([&]() -> Result<void> {
    impl_->announce(DiskCall::kRemoveDirectory, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kRemoveDirectory, path));
    LEAT_TRY(const Impl::Place place, impl_->find_place("rmdir", path));
    const sim::InodePtr inode = place.find();
    if (!inode) return posix_error(ENOENT, "rmdir", path);
    if (!inode->is_directory) return posix_error(ENOTDIR, "rmdir", path);
    if (!inode->directory.entries.empty()) return posix_error(ENOTEMPTY, "rmdir", path);
    impl_->set_entry(place, nullptr, "removal of directory " + path);
    return {};
  });
}

Result<std::vector<DirectoryEntry>> SimulatedDisk::list(const std::string& path) noexcept {
  return guarded([&]() -> Result<std::vector<DirectoryEntry>> {
    impl_->announce(DiskCall::kList, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kList, path));
    LEAT_TRY(const auto directory, impl_->find_directory("list", path));
    std::vector<DirectoryEntry> entries;
    for (const auto& [name, inode] : directory->directory.entries) {
      entries.push_back({name, inode->is_directory ? EntryKind::kDirectory : EntryKind::kFile});
    }
    return entries;
  });
}

Result<void> SimulatedDisk::sync_directory(const std::string& path) noexcept {
  return guarded([&]() -> Result<void> {
    impl_->announce(DiskCall::kSyncDirectory, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY(auto strike, impl_->begin(DiskCall::kSyncDirectory, path));
    LEAT_TRY(const auto directory, impl_->find_directory("fsync", path));
    if (!strike) {
      directory->directory.sync();
      return {};
    }
    directory->directory.fail_sync();
    return std::move(strike->error);
  });
}

Result<bool> SimulatedDisk::exists(const std::string& path) noexcept {
  return guarded([&]() -> Result<bool> {
    impl_->announce(DiskCall::kExists, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kExists, path));
    return impl_->find(path) != nullptr;
  });
}

Result<FileIdentity> SimulatedDisk::identity(const std::string& path) noexcept {
  return guarded([&]() -> Result<FileIdentity> {
    impl_->announce(DiskCall::kIdentity, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kIdentity, path));
    const sim::InodePtr inode = impl_->find(path);
    if (!inode) return posix_error(ENOENT, "stat", path);
    return FileIdentity{.device = 1, .inode = inode->number};
  });
}

Result<FileSystemTraits> SimulatedDisk::traits(const std::string& path) noexcept {
  return guarded([&]() -> Result<FileSystemTraits> {
    impl_->announce(DiskCall::kTraits, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kTraits, path));
    if (!impl_->find(path)) return posix_error(ENOENT, "statfs", path);
    return impl_->traits;
  });
}

Result<std::unique_ptr<FileLock>> SimulatedDisk::lock(const std::string& path) noexcept {
  return guarded([&]() -> Result<std::unique_ptr<FileLock>> {
    impl_->announce(DiskCall::kLock, path);
    const base::MutexLock lock(impl_->mutex);
    LEAT_TRY_VOID(impl_->begin_or_fail(DiskCall::kLock, path));
    LEAT_TRY(auto inode, impl_->open_inode(path, OpenMode::kCreate));
    if (inode->is_locked) return io::locked_error(path);
    auto held = std::make_unique<SimulatedLock>(impl_, inode);
    inode->is_locked = true;
    return held;
  });
}

void SimulatedDisk::crash(const CrashOptions& options) {
  const base::MutexLock lock(impl_->mutex);
  impl_->note_stores();
  impl_->restart_with(sim::crashed_tree(impl_->root, options));
}

void SimulatedDisk::kill() {
  const base::MutexLock lock(impl_->mutex);
  impl_->note_stores();
  impl_->restart_with(sim::copy_tree(impl_->root));
}

void SimulatedDisk::power_off_at(std::uint64_t count) {
  const base::MutexLock lock(impl_->mutex);
  impl_->power_off_at = count;
}

std::shared_ptr<SimulatedDisk> SimulatedDisk::image(const CrashOptions& options) const {
  const base::MutexLock lock(impl_->mutex);
  impl_->note_stores();
  return std::shared_ptr<SimulatedDisk>(
      new SimulatedDisk(impl_->with_tree(sim::crashed_tree(impl_->root, options))));
}

std::shared_ptr<SimulatedDisk> SimulatedDisk::snapshot() const {
  const base::MutexLock lock(impl_->mutex);
  impl_->note_stores();
  return std::shared_ptr<SimulatedDisk>(
      new SimulatedDisk(impl_->with_tree(sim::copy_tree(impl_->root))));
}

void SimulatedDisk::note_stores() {
  const base::MutexLock lock(impl_->mutex);
  impl_->note_stores();
}

std::uint64_t SimulatedDisk::mutation_count() const {
  const base::MutexLock lock(impl_->mutex);
  return impl_->sequence;
}

std::size_t SimulatedDisk::pending_count() const {
  const base::MutexLock lock(impl_->mutex);
  impl_->note_stores();
  return sim::pending_of(impl_->root).size();
}

std::vector<std::string> SimulatedDisk::pending() const {
  const base::MutexLock lock(impl_->mutex);
  impl_->note_stores();
  std::vector<std::string> texts;
  for (const sim::PendingRef& pending : sim::pending_of(impl_->root)) {
    texts.push_back(sim::describe(pending));
  }
  return texts;
}

void SimulatedDisk::evict_limbo() {
  const base::MutexLock lock(impl_->mutex);
  impl_->note_stores();
  for (const sim::InodePtr& inode : sim::inodes_of(impl_->root)) {
    if (!inode->is_directory) inode->file.evict_limbo();
  }
}

void SimulatedDisk::fail(DiskFault fault) {
  const base::MutexLock lock(impl_->mutex);
  impl_->faults.arm(std::move(fault));
}

void SimulatedDisk::fail_call(std::uint64_t k, ErrorCode error, std::uint64_t times) {
  fail({.nth = k, .error = error, .times = times});
}

void SimulatedDisk::clear_faults() {
  const base::MutexLock lock(impl_->mutex);
  impl_->faults.clear();
}

std::uint64_t SimulatedDisk::faults_fired() const {
  const base::MutexLock lock(impl_->mutex);
  return impl_->faults.fired();
}

void SimulatedDisk::set_capacity(std::uint64_t bytes) {
  const base::MutexLock lock(impl_->mutex);
  impl_->capacity = bytes;
}

void SimulatedDisk::set_traits(FileSystemTraits traits) {
  const base::MutexLock lock(impl_->mutex);
  impl_->traits = std::move(traits);
}

std::uint64_t SimulatedDisk::calls(DiskCall call) const {
  const base::MutexLock lock(impl_->mutex);
  return impl_->faults.calls(call);
}

void SimulatedDisk::set_observer(DiskObserver observer) {
  const base::MutexLock lock(impl_->mutex);
  impl_->observer = std::move(observer);
}

}  // namespace leat::testing
