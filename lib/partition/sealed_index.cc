#include "partition/sealed_index.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "leat/types.h"

#include "index/index_row.h"
#include "index/rows.h"
#include "index/store.h"
#include "log/segment_sum.h"
#include "log/sparse_index.h"
#include "partition/instance.h"

namespace leat::partition {
namespace {

/// The least distance of two entries of a row: a row then covers 8 MiB (S20).
constexpr std::uint32_t kEntryBytes = 32U * 1024U;

Timestamp time_of(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }

/// The entries that are kept, each with the greatest time up to the next one.
std::vector<index::IndexEntry> thin_out(const log::SegmentSum& sum,
                                        const std::vector<log::IndexEntry>& entries) {
  std::vector<index::IndexEntry> kept;
  for (const log::IndexEntry& entry : entries) {
    if (!kept.empty()) {
      kept.back().max_timestamp = time_of(entry.max_timestamp_before);
      if (entry.position - kept.back().position < kEntryBytes) continue;
    }
    kept.push_back({entry.offset, entry.position, time_of(sum.max_timestamp)});
  }
  if (!kept.empty()) kept.back().max_timestamp = time_of(sum.max_timestamp);
  return kept;
}

}  // namespace

index::SegmentRow row_of(const log::SegmentSum& sum) {
  return {.base_offset = sum.base_offset,
          .next_offset = sum.next_offset,
          .bytes = sum.length,
          .first_epoch = LeaderEpoch{sum.first_epoch},
          .last_epoch = LeaderEpoch{sum.last_epoch},
          .first_timestamp = time_of(sum.first_timestamp),
          .max_timestamp = time_of(sum.max_timestamp)};
}

std::optional<log::IndexEntry> StoredIndex::floor(Offset segment, Offset offset) {
  const auto hit = rows_.find(offset);
  if (!hit || !*hit || (*hit)->segment_base != segment) return std::nullopt;
  return log::IndexEntry{(*hit)->entry.offset, (*hit)->entry.position, INT64_MIN};
}

std::optional<log::IndexEntry> StoredIndex::before(Offset segment, Timestamp time) {
  const auto row = rows_.segment(segment);
  if (!row || !*row || (*row)->base_offset != segment) return std::nullopt;
  const auto hit = rows_.find(time, segment, (*row)->next_offset);
  if (!hit || !*hit || (*hit)->segment_base != segment) return std::nullopt;
  return log::IndexEntry{(*hit)->entry.offset, (*hit)->entry.position, INT64_MIN};
}

void StoredIndex::add(const log::SegmentSum& sum, const std::vector<log::IndexEntry>& entries) {
  index::WriteBatch batch;
  rows_.put(batch, row_of(sum));
  const std::vector<index::IndexEntry> kept = thin_out(sum, entries);
  for (std::size_t i = 0; i < kept.size();) {
    index::IndexRowBuilder builder(sum.base_offset);
    const Offset first = kept[i].offset;
    while (i < kept.size() && !builder.is_full() && builder.add(kept[i])) ++i;
    if (builder.is_empty()) break;
    const bool is_last = i == kept.size();
    rows_.put_index(batch, first,
                    builder.finish(is_last ? sum.next_offset : kept[i].offset,
                                   is_last ? sum.length : kept[i].position));
  }
  apply(batch);
}

void StoredIndex::remove(const log::SegmentSum& sum) {
  index::WriteBatch batch;
  rows_.erase_segment(batch, row_of(sum));
  apply(batch);
}

void StoredIndex::remove_all() {
  index::WriteBatch batch;
  rows_.erase_all(batch);
  apply(batch);
}

bool StoredIndex::agrees_with(const std::vector<log::SegmentSum>& sealed) {
  const auto rows = rows_.segments();
  return rows && std::ranges::equal(*rows, sealed, {}, {}, row_of);
}

void StoredIndex::apply(const index::WriteBatch& batch) {
  if (!instance_.store->apply(batch)) {
    instance_.counters.index_errors.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace leat::partition
