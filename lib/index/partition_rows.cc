#include "index/partition_rows.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "index/index_row.h"
#include "index/keys.h"
#include "index/rows.h"
#include "index/store.h"

namespace leat::index {

Result<std::optional<AppliedRow>> PartitionRows::applied() const {
  LEAT_TRY(const std::optional<std::string> row, store_->get(key(RowKind::kApplied, Offset{0})));
  return row ? decode_applied(*row) : std::nullopt;
}

Result<std::vector<SegmentRow>> PartitionRows::segments() const {
  std::vector<SegmentRow> found;
  LEAT_TRY_VOID(store_->scan(prefix_range(prefix(RowKind::kSegment)),
                             [&found](std::string_view, std::string_view value) {
                               if (const auto row = decode_segment(value)) found.push_back(*row);
                               return true;
                             }));
  return found;
}

Result<std::optional<SegmentRow>> PartitionRows::segment(Offset offset) const {
  LEAT_TRY(const std::optional<Row> row,
           store_->floor(key(RowKind::kSegment, offset), prefix(RowKind::kSegment)));
  return row ? decode_segment(row->value) : std::nullopt;
}

Result<std::optional<IndexHit>> PartitionRows::find(Offset offset) const {
  LEAT_TRY(const std::optional<Row> row,
           store_->floor(key(RowKind::kOffsetIndex, offset), prefix(RowKind::kOffsetIndex)));
  if (!row) return std::nullopt;
  const std::optional<IndexRowView> stretch = IndexRowView::parse(row->value);
  if (!stretch || offset >= stretch->next_offset()) return std::nullopt;
  const std::optional<IndexEntry> entry = stretch->find(offset);
  if (!entry) return std::nullopt;
  return IndexHit{.segment_base = stretch->segment_base(), .entry = *entry};
}

Result<std::optional<IndexHit>> PartitionRows::find(Timestamp timestamp, Offset from,
                                                    Offset to) const {
  std::optional<IndexHit> hit;
  const Range range{.from = key(RowKind::kOffsetIndex, from), .to = key(RowKind::kOffsetIndex, to)};
  LEAT_TRY_VOID(store_->scan(range, [&hit, timestamp](std::string_view, std::string_view value) {
    const std::optional<IndexRowView> stretch = IndexRowView::parse(value);
    const std::optional<IndexEntry> entry = stretch ? stretch->find(timestamp) : std::nullopt;
    if (entry) hit = {.segment_base = stretch->segment_base(), .entry = *entry};
    return !hit;
  }));
  return hit;
}

void PartitionRows::put(WriteBatch& batch, const AppliedRow& row) const {
  batch.put(key(RowKind::kApplied, Offset{0}), encode(row));
}

void PartitionRows::put(WriteBatch& batch, const SegmentRow& row) const {
  batch.put(key(RowKind::kSegment, row.base_offset), encode(row));
}

void PartitionRows::put_index(WriteBatch& batch, Offset first, std::string row) const {
  batch.put(key(RowKind::kOffsetIndex, first), std::move(row));
}

void PartitionRows::erase_segment(WriteBatch& batch, const SegmentRow& row) const {
  batch.erase(key(RowKind::kSegment, row.base_offset));
  batch.erase_range({.from = key(RowKind::kOffsetIndex, row.base_offset),
                     .to = key(RowKind::kOffsetIndex, row.next_offset)});
}

std::string PartitionRows::key(RowKind kind, Offset offset) const {
  return encode({.kind = kind, .log = log_, .partition = partition_, .offset = offset});
}

std::string PartitionRows::prefix(RowKind kind) const {
  return partition_prefix(kind, log_, partition_);
}

}  // namespace leat::index
