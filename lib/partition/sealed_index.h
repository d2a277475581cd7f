#pragma once

/// \file
/// Brings `log` and `index` together: the entries of a sealed segment become rows of the store, and lookups in
/// segments that are no longer in memory go there. An index error never harms the log (S20): it is counted,
/// and the lookup scans.

#include <optional>
#include <vector>

#include "index/partition_rows.h"
#include "index/rows.h"
#include "leat/types.h"
#include "log/log.h"
#include "log/segment_sum.h"
#include "log/sparse_index.h"
#include "partition/instance.h"

namespace leat::partition {

/// What the index keeps of a sealed segment, as its `.sum` tells it.
[[nodiscard]] index::SegmentRow row_of(const log::SegmentSum& sum);

/// Thread-safe.
class StoredIndex : public log::SealedIndex {
 public:
  StoredIndex(Instance& instance, index::LogNumber number, PartitionId partition)
      : instance_(instance), rows_(*instance.store, number, partition) {}

  std::optional<log::IndexEntry> floor(Offset segment, Offset offset) override;
  std::optional<log::IndexEntry> before(Offset segment, Timestamp time) override;
  void add(const log::SegmentSum& sum, const std::vector<log::IndexEntry>& entries) override;
  /// Forgets a deleted segment.
  void remove(const log::SegmentSum& sum);
  /// Forgets everything of the partition.
  void remove_all();
  /// Whether the rows agree with the segments that are there (S20).
  [[nodiscard]] bool agrees_with(const std::vector<log::SegmentSum>& sealed);

 private:
  void apply(const index::WriteBatch& batch);
  Instance& instance_;
  index::PartitionRows rows_;
};

}  // namespace leat::partition
