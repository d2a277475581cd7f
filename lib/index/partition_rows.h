#pragma once

/// \file
/// The rows of one partition, typed: what `partition` reads at open and when an offset or a time
/// lies in a sealed segment, and what it writes at a seal and at a checkpoint.

#include <optional>
#include <string>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

#include "index/index_row.h"
#include "index/keys.h"
#include "index/rows.h"
#include "index/store.h"

namespace leat::index {

/// Where to begin to walk.
struct IndexHit {
  Offset segment_base;
  IndexEntry entry;
  friend bool operator==(const IndexHit&, const IndexHit&) = default;
};

/// A name for (store, log, partition). A value; the store outlives it. Thread-safe as the store is.
/// Malformed rows and those of another version are passed over: they are absent.
/// Errors: those of Store.
class PartitionRows {
 public:
  PartitionRows(Store& store, LogNumber log, PartitionId partition)
      : store_(&store), log_(log), partition_(partition) {}

  [[nodiscard]] Result<std::optional<AppliedRow>> applied() const;
  /// Every sealed segment, by base offset.
  [[nodiscard]] Result<std::vector<SegmentRow>> segments() const;
  /// The sealed segment with the greatest base offset <= `offset`; its records may end before.
  [[nodiscard]] Result<std::optional<SegmentRow>> segment(Offset offset) const;
  /// The last entry at or before `offset`; nullopt where no row covers `offset`: walk the segment.
  [[nodiscard]] Result<std::optional<IndexHit>> find(Offset offset) const;
  /// The first entry of the offsets [from, to) whose largest timestamp reaches `timestamp`. The
  /// caller names one segment's offsets, chosen by its max_timestamp.
  [[nodiscard]] Result<std::optional<IndexHit>> find(Timestamp timestamp, Offset from,
                                                     Offset to) const;

  void put(WriteBatch& batch, const AppliedRow& row) const;
  void put(WriteBatch& batch, const SegmentRow& row) const;
  /// `row` as IndexRowBuilder::finish gave it; `first` is the offset of its first entry.
  void put_index(WriteBatch& batch, Offset first, std::string row) const;
  /// Removes the segment `row` and what indexes it: retention, compaction.
  void erase_segment(WriteBatch& batch, const SegmentRow& row) const;
  void erase_all(WriteBatch& batch) const { erase_partition(batch, log_, partition_); }

 private:
  [[nodiscard]] std::string key(RowKind kind, Offset offset) const;
  [[nodiscard]] std::string prefix(RowKind kind) const;

  Store* store_;
  LogNumber log_;
  PartitionId partition_;
};

}  // namespace leat::index
