#include "sim/disk_state.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/testing/simulated_disk.h"

#include "base/mutex.h"
#include "base/try.h"
#include "io/posix_error.h"
#include "io/tree_path.h"
#include "sim/faults.h"
#include "sim/tree.h"

namespace leat::testing {

using io::posix_error;
using sim::Inode;
using sim::InodePtr;

InodePtr SimulatedDisk::Impl::make_root() {
  return std::make_shared<Inode>(Inode{.number = 1, .path = "/", .is_directory = true});
}

void SimulatedDisk::Impl::announce(DiskCall call, std::string_view path) {
  DiskObserver told;
  {
    const base::MutexLock lock(mutex);
    told = observer;
  }
  if (told) told(call, path);
}

Result<std::optional<sim::Strike>> SimulatedDisk::Impl::begin(DiskCall call,
                                                              std::string_view path) {
  note_stores();
  if (sequence >= power_off_at) {
    return Error(ErrorCode::kIo, std::string(name_of(call)) + " of '" + std::string(path) +
                                     "' failed: the simulated power is off");
  }
  return faults.count(call, path);
}

Result<void> SimulatedDisk::Impl::begin_or_fail(DiskCall call, std::string_view path) {
  LEAT_TRY(auto strike, begin(call, path));
  if (strike) return std::move(strike->error);
  return {};
}

void SimulatedDisk::Impl::note_stores() {
  std::erase_if(mapped, [](const InodePtr& inode) { return !inode->file.is_mapped_for_writing(); });
  if (sequence >= power_off_at) return;
  for (const InodePtr& inode : mapped) inode->file.note_stores(sequence);
}

std::uint64_t SimulatedDisk::Impl::room() {
  if (capacity == UINT64_MAX) return UINT64_MAX;
  std::uint64_t used = 0;
  std::vector<const Inode*> unseen{root.get()};
  std::vector<const Inode*> files;
  while (!unseen.empty()) {
    const Inode* const inode = unseen.back();
    unseen.pop_back();
    if (!inode->is_directory) files.push_back(inode);
    for (const auto& [name, target] : inode->directory.entries) unseen.push_back(target.get());
  }
  std::ranges::sort(files);
  const auto again = std::ranges::unique(files);  // Second names.
  files.erase(again.begin(), again.end());
  for (const Inode* const file : files) used += file->file.size();
  return used < capacity ? capacity - used : 0;
}

void SimulatedDisk::Impl::restart_with(InodePtr tree) {
  root = std::move(tree);
  mapped.clear();
  ++generation;
  power_off_at = UINT64_MAX;
}

std::shared_ptr<SimulatedDisk::Impl> SimulatedDisk::Impl::with_tree(InodePtr tree) {
  auto other = std::make_shared<Impl>();
  const base::MutexLock lock(other->mutex);
  other->root = std::move(tree);
  other->sequence = sequence;
  other->last_inode = last_inode;
  other->capacity = capacity;
  other->traits = traits;
  return other;
}

InodePtr SimulatedDisk::Impl::Place::find() const {
  const auto found = directory->directory.entries.find(name);
  return found == directory->directory.entries.end() ? nullptr : found->second;
}

InodePtr SimulatedDisk::Impl::find(std::string_view path) {
  InodePtr inode = root;
  for (const std::string_view name : io::split_path(path)) {
    const auto found = inode->directory.entries.find(name);
    if (found == inode->directory.entries.end()) return nullptr;
    InodePtr next = found->second;
    inode = std::move(next);
  }
  return inode;
}

Result<InodePtr> SimulatedDisk::Impl::find_directory(std::string_view call,
                                                     const std::string& path) {
  InodePtr inode = find(path);
  if (!inode) return posix_error(ENOENT, call, path);
  if (!inode->is_directory) return posix_error(ENOTDIR, call, path);
  return inode;
}

Result<SimulatedDisk::Impl::Place> SimulatedDisk::Impl::find_place(std::string_view call,
                                                                   const std::string& path) {
  const auto names = io::split_path(path);
  if (names.empty()) return posix_error(EBUSY, call, path);
  InodePtr directory = root;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    const auto found = directory->directory.entries.find(names[i]);
    if (found == directory->directory.entries.end()) return posix_error(ENOENT, call, path);
    InodePtr next = found->second;
    if (!next->is_directory) return posix_error(ENOTDIR, call, path);
    directory = std::move(next);
  }
  return Place{.directory = std::move(directory), .name = std::string(names.back())};
}

void SimulatedDisk::Impl::set_entry(const Place& place, const InodePtr& target, std::string text) {
  sim::DirectoryState& directory = place.directory->directory;
  if (target) {
    directory.entries[place.name] = target;
  } else {
    directory.entries.erase(place.name);
  }
  sim::EntryMutation mutation{.sequence = ++sequence, .text = std::move(text)};
  mutation.changes.push_back({.directory = place.directory, .name = place.name, .target = target});
  directory.pending.push_back(std::move(mutation));
}

void SimulatedDisk::Impl::rename_entry(const Place& from, const Place& to, std::string text) {
  const InodePtr moved = from.find();
  from.directory->directory.entries.erase(from.name);
  to.directory->directory.entries[to.name] = moved;
  sim::EntryMutation mutation{.sequence = ++sequence, .text = std::move(text)};
  mutation.changes.push_back({.directory = from.directory, .name = from.name, .target = nullptr});
  mutation.changes.push_back({.directory = to.directory, .name = to.name, .target = moved});
  to.directory->directory.pending.push_back(std::move(mutation));
}

InodePtr SimulatedDisk::Impl::make_inode(const std::string& path, bool is_directory) {
  return std::make_shared<Inode>(
      Inode{.number = ++last_inode, .path = path, .is_directory = is_directory});
}

Result<InodePtr> SimulatedDisk::Impl::open_inode(const std::string& path, OpenMode mode) {
  LEAT_TRY(const Place place, find_place("open", path));
  if (InodePtr inode = place.find()) {
    if (mode == OpenMode::kCreateNew) return posix_error(EEXIST, "open", path);
    if (inode->is_directory) return posix_error(EISDIR, "open", path);
    return inode;
  }
  if (mode == OpenMode::kRead || mode == OpenMode::kReadWrite)
    return posix_error(ENOENT, "open", path);
  InodePtr inode = make_inode(path, false);
  set_entry(place, inode, "creation of " + path);
  return inode;
}

}  // namespace leat::testing
