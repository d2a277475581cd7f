#pragma once

/// \file
/// Named cursors: positions that survive a restart without a consumer group. Records of the internal topic
/// `__leat_cursors`, keyed by name, topic id and partition; the last one of a key counts.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::engine {

inline constexpr std::string_view kCursorsTopic = "__leat_cursors";

/// A partition of a topic's one life: a topic made again under its name has no cursors.
struct CursorPlace {
  Uuid topic_id;
  PartitionId partition;
  friend auto operator<=>(const CursorPlace&, const CursorPlace&) = default;
};

/// Thread-safe. The Engine::Impl owns it and outlives it.
class Cursors {
 public:
  explicit Cursors(Engine::Impl& engine) : engine_(engine) {}
  /// The saved position; nullopt when there is none. Reads the topic once, at the first call.
  Result<std::optional<Position>> find(const std::string& name, const CursorPlace& place);
  /// Saves positions durably, making the topic if need be.
  Result<void> save(const std::string& name,
                    const std::vector<std::pair<CursorPlace, Position>>& positions);

 private:
  Result<void> load() LEAT_REQUIRES(mutex_);
  Engine::Impl& engine_;
  base::Mutex mutex_;
  bool is_loaded_ LEAT_GUARDED_BY(mutex_) = false;
  std::map<std::pair<std::string, CursorPlace>, Position> saved_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::engine
