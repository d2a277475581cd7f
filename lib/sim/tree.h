#pragma once

/// \file
/// The inodes of a simulated disk: directories with seen and durable entries, files, and copies of
/// the whole.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "leat/testing/simulated_disk.h"

#include "sim/file_state.h"

namespace leat::sim {

struct Inode;
using InodePtr = std::shared_ptr<Inode>;

/// What a name is set to; null when it is removed.
struct EntryChange {
  std::weak_ptr<Inode> directory;
  std::string name;
  InodePtr target;
};

/// A change of entries that no sync has made durable; its changes persist together.
struct EntryMutation {
  std::uint64_t sequence = 0;
  bool is_in_limbo = false;
  std::vector<EntryChange> changes = {};
  std::string text = {};
};

struct DurableEntry {
  InodePtr target;             ///< Null: known not to be there.
  std::uint64_t sequence = 0;  ///< Of the mutation that made it so: earlier ones no longer matter.
};

struct DirectoryState {
  std::map<std::string, InodePtr, std::less<>> entries;
  std::map<std::string, DurableEntry, std::less<>> durable;
  std::vector<EntryMutation> pending;

  /// Makes pending mutations durable that are not in limbo.
  void sync();
  void fail_sync();
};

/// Not thread-safe: guarded by the mutex of its disk.
struct Inode {
  std::uint64_t number = 0;
  std::string path;  ///< Where it was made, for messages.
  bool is_directory = false;
  bool is_locked = false;
  FileState file = {};            ///< Used by files.
  DirectoryState directory = {};  ///< Used by directories.
};

/// A pending mutation of either sort, found in the tree.
struct PendingRef {
  std::uint64_t sequence = 0;
  InodePtr inode;
  const FileMutation* file = nullptr;  ///< Or
  const EntryMutation* entry = nullptr;
};

/// All that is pending in what can be reached from `root`, seen or durable, in order: the indices
/// of Fate.
[[nodiscard]] std::vector<PendingRef> pending_of(const InodePtr& root);
[[nodiscard]] std::string describe(const PendingRef& pending);

/// A copy of everything seen, durable and pending; open by nobody. REQUIRES: stores are noted.
[[nodiscard]] InodePtr copy_tree(const InodePtr& root);

/// What a crash leaves, all of it durable. REQUIRES: stores are noted.
[[nodiscard]] InodePtr crashed_tree(const InodePtr& root, const testing::CrashOptions& options);

/// Every inode that can be reached from `root`, seen, durable or pending; root first.
[[nodiscard]] std::vector<InodePtr> inodes_of(const InodePtr& root);

}  // namespace leat::sim
