#pragma once

/// \file
/// What all partitions of an engine share: the world, the health that one failed sync ends for all (S12), the
/// budget of mappings (S8), the store of the views.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "index/store.h"
#include "io/posix_fork_guard.h"
#include "leat/environment.h"
#include "leat/options.h"
#include "leat/result.h"
#include "log/shared.h"
#include "partition/group_commit.h"

namespace leat::partition {

/// Whether the instance may be written to. One-way: healthy, then poisoned or closed. Thread-safe.
class Gate {
 public:
  explicit Gate(io::ForkGuard guard, bool read_only)
      : guard_(std::move(guard)), state_(read_only ? State::kReadOnly : State::kOpen) {}

  /// At every entry. Errors: kForked (S26), kClosed.
  [[nodiscard]] Result<void> check() const {
    if (is_open_for_all()) [[likely]] return {};
    return refusal(false);
  }
  /// At every entry that writes. Errors: also kStorageReadOnly: opened so, or poisoned.
  [[nodiscard]] Result<void> check_writable() const {
    if (is_open_for_all()) [[likely]] return {};
    return refusal(true);
  }
  /// One load and one compare each; the fast lane's check.
  [[nodiscard]] bool is_open_for_all() const noexcept {
    return !guard_.forked() && state_.load(std::memory_order_relaxed) == State::kOpen;
  }
  /// The first failed sync or broken invariant: read-only from now on (S12).
  void poison(const Error& cause);
  void close() { state_.store(State::kClosed, std::memory_order_release); }
  [[nodiscard]] bool is_poisoned() const {
    return state_.load(std::memory_order_acquire) == State::kPoisoned;
  }
  [[nodiscard]] bool is_closed() const {
    return state_.load(std::memory_order_acquire) == State::kClosed;
  }
  [[nodiscard]] bool is_read_only() const {
    return state_.load(std::memory_order_acquire) == State::kReadOnly;
  }
  [[nodiscard]] bool forked() const { return guard_.forked(); }
  /// Why it was poisoned.
  [[nodiscard]] std::optional<Error> cause() const;

 private:
  enum class State : std::uint8_t { kOpen, kReadOnly, kPoisoned, kClosed };
  [[nodiscard]] Result<void> refusal(bool writing) const;
  io::ForkGuard guard_;
  std::atomic<State> state_;
  mutable base::Mutex mutex_;
  std::optional<Error> cause_ LEAT_GUARDED_BY(mutex_);
};

class Partition;

/// Which partitions are mapped, of so many at a time (S8). Thread-safe; a leaf.
class MapBudget {
 public:
  explicit MapBudget(std::int32_t partitions_max) : partitions_max_(partitions_max) {}
  /// A share for `partition`, until it gives it back; false when all are given.
  [[nodiscard]] bool take(Partition& partition);
  void give_back(const Partition& partition);
  /// Who has a share, now.
  [[nodiscard]] std::vector<std::weak_ptr<Partition>> holders() const;
  /// Whether it is time to look for idle holders again: true once in a while, for whoever asks first.
  [[nodiscard]] bool is_time_to_look(MonotonicTime now);

 private:
  const std::int32_t partitions_max_;
  mutable base::Mutex mutex_;
  std::optional<MonotonicTime> looked_at_ LEAT_GUARDED_BY(mutex_);
  std::map<const Partition*, std::weak_ptr<Partition>> holders_ LEAT_GUARDED_BY(mutex_);
};

/// What was appended and is not yet synced, in all partitions together (S12). Who appends beyond the bound
/// waits for a sync of what it has appended; from half of it on, jobs sync. Thread-safe.
class UnsyncedBytes {
 public:
  explicit UnsyncedBytes(std::int64_t bytes_max) : bytes_max_(bytes_max) {}
  void add(std::int64_t bytes) noexcept { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool are_many() const noexcept { return bytes() > bytes_max_ / 2; }
  [[nodiscard]] bool are_too_many() const noexcept { return bytes() > bytes_max_; }

 private:
  const std::int64_t bytes_max_;
  std::atomic<std::int64_t> bytes_{0};
};

/// Counts of everything that happened, for `Engine::metrics`. Relaxed: a snapshot is approximate.
struct Counters {
  std::atomic<std::uint64_t> batches_appended{0};  ///< whole batches; records of the fast lane are in offsets
  std::atomic<std::uint64_t> syncs{0};
  std::atomic<std::uint64_t> journal_commits{0};
  std::atomic<std::uint64_t> journal_checkpoints{0};
  std::atomic<std::uint64_t> segments_sealed{0};
  std::atomic<std::uint64_t> segments_deleted{0};
  std::atomic<std::uint64_t> index_errors{0};
};

struct Instance {
  Environment environment;
  EngineOptions options;
  Gate gate;
  MapBudget maps;
  Counters counters;
  /// Mapped stores are safe on this file system and wanted (S8).
  bool may_map = true;
  std::string directory;
  std::shared_ptr<log::Shared> shared = std::make_shared<log::Shared>(options.map_budget_bytes);
  UnsyncedBytes unsynced{options.unsynced_bytes_max};
  /// Has every partition synced by a job: set before the first append.
  std::function<void()> sync_all_soon{};
  std::function<bool()> is_closed{};  ///< see log::LogState
  std::unique_ptr<index::Store> store;  ///< null: no views, everything is scanned
  GroupCommit commits{*this};           ///< last: it holds partitions
};

}  // namespace leat::partition
