#pragma once

/// \file
/// The index of one segment in memory: an entry every `index.interval.bytes`, for lookups by offset and by
/// time. A sorted vector; the writer appends at most once a batch, readers search under a short lock.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/mutex.h"
#include "leat/types.h"

namespace leat::log {

/// A batch header's place. `max_timestamp` is the greatest of all records *before* it in the segment
/// (or the lowest time there is, for the first): what a search by time needs to skip them.
struct IndexEntry {
  Offset offset;
  std::uint32_t position = 0;
  std::int64_t max_timestamp_before = INT64_MIN;
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

/// Thread-safe.
class SparseIndex {
 public:
  void add(const IndexEntry& entry);
  void replace(std::vector<IndexEntry> entries);
  /// The last entry at or before `offset`: scan on from there. nullopt: from the segment's start.
  [[nodiscard]] std::optional<IndexEntry> floor(Offset offset) const;
  /// The last entry before which no record is as late as `time`: scan on from there.
  [[nodiscard]] std::optional<IndexEntry> before(Timestamp time) const;
  /// The last entry before `position`.
  [[nodiscard]] std::optional<IndexEntry> before_position(std::uint32_t position) const;
  [[nodiscard]] std::vector<IndexEntry> entries() const;
  [[nodiscard]] std::size_t size() const;

 private:
  mutable base::Mutex mutex_;
  std::vector<IndexEntry> entries_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::log
