#include "sim/tree.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "leat/testing/simulated_disk.h"

#include "sim/draw.h"
#include "sim/file_state.h"

namespace leat::sim {
namespace {

using testing::CrashOptions;
using testing::Fate;

/// The decisions of one crash, mutation by mutation.
class Fates {
 public:
  Fates(const std::vector<PendingRef>& pending, const CrashOptions& options) : options_(options) {
    for (std::size_t i = 0; i < pending.size(); ++i) {
      fates_[pending[i].sequence] = options.fate ? options.fate(i) : Fate::kLost;
    }
  }

  /// For what cannot be torn.
  [[nodiscard]] bool keeps_whole(std::uint64_t sequence) const {
    const Fate fate = fates_.at(sequence);
    return fate == Fate::kKept || (fate == Fate::kTorn && draw(options_.seed, sequence) % 2 == 0);
  }

  [[nodiscard]] bool keeps(const FileMutation& mutation, const Piece& piece) const {
    if (mutation.kind == FileMutation::Kind::kSize) return keeps_whole(mutation.sequence);
    const Fate fate = fates_.at(mutation.sequence);
    if (fate != Fate::kTorn) return fate == Fate::kKept;
    if (tears_at_a_byte(mutation)) return piece.from + piece.length <= tear_of(mutation);
    return draw(draw(options_.seed, mutation.sequence), piece.position) % 2 == 0;
  }

  [[nodiscard]] std::size_t torn_prefix(const FileMutation& mutation, const Piece& piece) const {
    if (fates_.at(mutation.sequence) != Fate::kTorn || !tears_at_a_byte(mutation)) return 0;
    const std::size_t tear = tear_of(mutation);
    return tear <= piece.from ? 0 : std::min(piece.length, tear - piece.from);
  }

 private:
  [[nodiscard]] bool tears_at_a_byte(const FileMutation& mutation) const {
    return options_.tear_at_any_byte && mutation.kind == FileMutation::Kind::kWrite;
  }
  [[nodiscard]] std::size_t tear_of(const FileMutation& mutation) const {
    return draw(options_.seed, mutation.sequence) % (mutation.data.size() + 1);
  }

  const CrashOptions& options_;
  std::unordered_map<std::uint64_t, Fate> fates_;
};

/// Copies inodes once each, so that two names of a file stay two names of one file.
class Crasher {
 public:
  using Entries = std::map<std::string, InodePtr>;

  Crasher(const InodePtr& root, const CrashOptions& options)
      : options_(options), pending_(pending_of(root)), fates_(pending_, options) {
    for (const InodePtr& inode : inodes_of(root)) {
      Entries& entries = entries_[inode.get()];
      for (const auto& [name, durable] : inode->directory.durable) {
        if (durable.target) entries[name] = durable.target;
      }
    }
    for (const PendingRef& pending : pending_) {
      if (pending.entry != nullptr && fates_.keeps_whole(pending.sequence)) apply(*pending.entry);
    }
  }

  InodePtr crash(const InodePtr& inode) {
    const auto [found, is_new] = copies_.try_emplace(inode.get());
    if (!is_new) return found->second;
    auto copy = std::make_shared<Inode>(
        Inode{.number = inode->number, .path = inode->path, .is_directory = inode->is_directory});
    found->second = copy;
    if (!inode->is_directory) {
      copy->file = FileState(inode->file.image(selection()));
      return copy;
    }
    for (const auto& [name, target] : entries_[inode.get()]) {
      InodePtr child = crash(target);
      copy->directory.durable[name] = {.target = child, .sequence = 0};
      copy->directory.entries[name] = std::move(child);
    }
    return copy;
  }

 private:
  void apply(const EntryMutation& mutation) {
    for (const EntryChange& change : mutation.changes) {
      const InodePtr directory = change.directory.lock();
      if (!directory) continue;  // Removed since.
      const auto durable = directory->directory.durable.find(change.name);
      const bool is_outdated = durable != directory->directory.durable.end() &&
                               durable->second.sequence > mutation.sequence;
      if (is_outdated) continue;
      Entries& entries = entries_[directory.get()];
      if (change.target) {
        entries[change.name] = change.target;
      } else {
        entries.erase(change.name);
      }
    }
  }

  [[nodiscard]] Selection selection() const {
    Selection selection{
        .keeps = [this](const FileMutation& m,
                        const Piece& piece) { return fates_.keeps(m, piece); },
        .keeps_size = [this](const FileMutation& m) { return fates_.keeps_whole(m.sequence); },
        .torn_prefix = [this](const FileMutation& m,
                              const Piece& piece) { return fates_.torn_prefix(m, piece); },
        .stale_seed = {}};
    if (options_.stale_bytes) selection.stale_seed = options_.seed;
    return selection;
  }

  const CrashOptions& options_;
  std::vector<PendingRef> pending_;
  Fates fates_;
  std::unordered_map<const Inode*, Entries> entries_;
  std::unordered_map<const Inode*, InodePtr> copies_;
};

class Copier {
 public:
  InodePtr copy(const InodePtr& inode) {
    if (!inode) return nullptr;
    const auto [found, is_new] = copies_.try_emplace(inode.get());
    if (!is_new) return found->second;
    auto copied = std::make_shared<Inode>(
        Inode{.number = inode->number, .path = inode->path, .is_directory = inode->is_directory});
    found->second = copied;
    if (!inode->is_directory) {
      copied->file = inode->file.clone();
      return copied;
    }
    for (const auto& [name, target] : inode->directory.entries) {
      copied->directory.entries[name] = copy(target);
    }
    for (const auto& [name, durable] : inode->directory.durable) {
      copied->directory.durable[name] = {.target = copy(durable.target),
                                         .sequence = durable.sequence};
    }
    for (const EntryMutation& mutation : inode->directory.pending) {
      EntryMutation& added = copied->directory.pending.emplace_back(mutation);
      for (EntryChange& change : added.changes) {
        change.directory = copy(change.directory.lock());
        change.target = copy(change.target);
      }
    }
    return copied;
  }

 private:
  std::unordered_map<const Inode*, InodePtr> copies_;
};

void collect(const InodePtr& inode, std::unordered_set<const Inode*>& seen,
             std::vector<InodePtr>& found) {
  if (!inode || !seen.insert(inode.get()).second) return;
  found.push_back(inode);
  for (const auto& [name, target] : inode->directory.entries) collect(target, seen, found);
  for (const auto& [name, durable] : inode->directory.durable) collect(durable.target, seen, found);
  for (const EntryMutation& mutation : inode->directory.pending) {
    for (const EntryChange& change : mutation.changes) collect(change.target, seen, found);
  }
}

}  // namespace

void DirectoryState::sync() {
  for (const EntryMutation& mutation : pending) {
    if (mutation.is_in_limbo) continue;
    for (const EntryChange& change : mutation.changes) {
      const InodePtr directory = change.directory.lock();
      if (!directory) continue;
      DurableEntry& entry = directory->directory.durable[change.name];
      if (entry.sequence < mutation.sequence) entry = {change.target, mutation.sequence};
    }
  }
  std::erase_if(pending, [](const EntryMutation& mutation) { return !mutation.is_in_limbo; });
}

void DirectoryState::fail_sync() {
  for (EntryMutation& mutation : pending) mutation.is_in_limbo = true;
}

std::vector<InodePtr> inodes_of(const InodePtr& root) {
  std::unordered_set<const Inode*> seen;
  std::vector<InodePtr> found;
  collect(root, seen, found);
  return found;
}

std::vector<PendingRef> pending_of(const InodePtr& root) {
  std::vector<PendingRef> pending;
  for (const InodePtr& inode : inodes_of(root)) {
    for (const FileMutation& mutation : inode->file.pending()) {
      pending.push_back({.sequence = mutation.sequence, .inode = inode, .file = &mutation});
    }
    for (const EntryMutation& mutation : inode->directory.pending) {
      pending.push_back({.sequence = mutation.sequence, .inode = inode, .entry = &mutation});
    }
  }
  // A failed sync cuts a mutation in two of one sequence: the half in limbo comes first.
  std::ranges::sort(pending, {}, [](const PendingRef& ref) {
    return std::pair(ref.sequence, ref.file != nullptr && !ref.file->is_in_limbo);
  });
  return pending;
}

std::string describe(const PendingRef& pending) {
  if (pending.entry != nullptr) {
    return pending.entry->text + (pending.entry->is_in_limbo ? " (in limbo)" : "");
  }
  return describe(*pending.file) + " of " + pending.inode->path +
         (pending.file->is_in_limbo ? " (in limbo)" : "");
}

InodePtr copy_tree(const InodePtr& root) { return Copier().copy(root); }

InodePtr crashed_tree(const InodePtr& root, const CrashOptions& options) {
  return Crasher(root, options).crash(root);
}

}  // namespace leat::sim
