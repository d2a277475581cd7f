#include "log/sparse_index.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "leat/types.h"

namespace leat::log {
namespace {

/// The last of the sorted `entries` for which `is_before` holds.
template <class Predicate>
std::optional<IndexEntry> last_where(const std::vector<IndexEntry>& entries, Predicate is_before) {
  const auto end = std::partition_point(entries.begin(), entries.end(), is_before);
  if (end == entries.begin()) return std::nullopt;
  return *std::prev(end);
}

}  // namespace

void SparseIndex::add(const IndexEntry& entry) {
  const base::MutexLock lock(mutex_);
  entries_.push_back(entry);
}

void SparseIndex::replace(std::vector<IndexEntry> entries) {
  const base::MutexLock lock(mutex_);
  entries_ = std::move(entries);
}

std::optional<IndexEntry> SparseIndex::floor(Offset offset) const {
  const base::MutexLock lock(mutex_);
  return last_where(entries_, [&](const IndexEntry& e) { return e.offset <= offset; });
}

std::optional<IndexEntry> SparseIndex::before(Timestamp time) const {
  const base::MutexLock lock(mutex_);
  const std::int64_t wanted = time.time_since_epoch().count();
  return last_where(entries_, [&](const IndexEntry& e) { return e.max_timestamp_before < wanted; });
}

std::optional<IndexEntry> SparseIndex::before_position(std::uint32_t position) const {
  const base::MutexLock lock(mutex_);
  return last_where(entries_, [&](const IndexEntry& e) { return e.position < position; });
}

std::vector<IndexEntry> SparseIndex::entries() const {
  const base::MutexLock lock(mutex_);
  return entries_;
}

std::size_t SparseIndex::size() const {
  const base::MutexLock lock(mutex_);
  return entries_.size();
}

}  // namespace leat::log
