#pragma once

/// \file
/// A disk that is watched: which handles are open, and what was synced after a sync had failed.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "leat/environment.h"

namespace leat::fault {

/// What was seen. `reset_syncs` begins a new life of the engine.
struct Watch {
  std::int64_t open_files = 0;
  std::int64_t mappings = 0;
  std::int64_t locks = 0;
  bool sync_failed = false;
  std::string failed_path;    ///< of the first failed sync
  std::uint64_t retries = 0;  ///< later syncs of that path
  /// Called at the first failed sync.
  std::function<void()> on_failed_sync = {};

  [[nodiscard]] bool nothing_open() const { return open_files + mappings + locks == 0; }
  void reset_syncs() {
    sync_failed = false;
    retries = 0;
  }
};

/// Passes every call on to `disk`.
[[nodiscard]] std::shared_ptr<FileSystem> watch(std::shared_ptr<FileSystem> disk,
                                                std::shared_ptr<Watch> seen);

}  // namespace leat::fault
