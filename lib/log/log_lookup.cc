// Finding offsets and times in a log.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/try.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/chain.h"
#include "log/log.h"
#include "log/published.h"
#include "log/log_options.h"
#include "log/segment.h"
#include "log/segment_reader.h"
#include "log/sparse_index.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/layout.h"
#include "record/record_cursor.h"

namespace leat::log {
namespace {

constexpr std::size_t kStepBytes = std::size_t{64} * 1024;

std::int64_t ms(Timestamp time) { return time.time_since_epoch().count(); }

/// The most headers that are looked at at a time.
constexpr std::uint32_t kHeadersBytes = 8U * 1024;
constexpr auto kHeaderBytes = static_cast<std::uint32_t>(record::kHeaderSize);

/// The first record of `records` at or after `time` and `from`.
std::optional<TimeFound> first_at(record::RecordCursor records, LeaderEpoch epoch, Timestamp time,
                                  Offset from) {
  RecordView record;
  while (records.next(record)) {
    if (record.timestamp >= time && record.offset >= from) {
      return TimeFound{record.offset, record.timestamp, epoch};
    }
  }
  return std::nullopt;
}

/// The greatest time of the records from `from` on.
std::int64_t newest_of(record::RecordCursor records, Offset from) {
  std::int64_t newest = INT64_MIN;
  RecordView record;
  while (records.next(record)) {
    if (record.offset >= from) newest = std::max(newest, ms(record.timestamp));
  }
  return newest;
}

/// The same of a batch, whose header tells unless it begins before.
Result<std::int64_t> newest_of(const record::BatchView& batch, Offset from) {
  if (batch.base_offset() >= from) return ms(batch.max_timestamp());
  LEAT_TRY(const auto records,
           record::decompress(batch.compression(), batch.records(), kDecompressedBytesMax));
  return newest_of(record::RecordCursor(records, batch.record_base()), from);
}

/// The same in the batches of a piece, of which compressed ones are unpacked only when they may hold it.
Result<std::optional<TimeFound>> first_in(const Piece& piece, LeaderEpoch own, Timestamp time,
                                          std::size_t bytes_max) {
  if (piece.records_of) {  // of an open batch, which is this writer's
    return first_at(record::RecordCursor(piece.bytes, *piece.records_of), own, time, piece.first);
  }
  std::size_t at = 0;
  for (auto batch = record::BatchView::first_of(piece.bytes); batch;
       batch = record::BatchView::first_of(piece.bytes.subspan(at))) {
    at += batch->size_in_bytes();
    if (batch->max_timestamp() < time || batch->last_offset() < piece.first) continue;
    std::optional<TimeFound> found;
    if (batch->compression() == record::Compression::kNone) {
      found = first_at(batch->cursor(), batch->leader_epoch(), time, piece.first);
    } else {
      LEAT_TRY(const auto records,
               record::decompress(batch->compression(), batch->records(), bytes_max));
      found = first_at(record::RecordCursor(records, batch->record_base()), batch->leader_epoch(), time,
                       piece.first);
    }
    if (found) return found;
  }
  return std::optional<TimeFound>();
}

}  // namespace

Result<std::vector<IndexEntry>> Log::scan_entries(const Segment& segment) const {
  LEAT_TRY(const auto file, environment_.file_system->open(segment.path(), OpenMode::kRead));
  LEAT_TRY(Chain chain, walk_chain(*file, {.offset = segment.base_offset(),
                                           .may_have_gaps = true,
                                           .check_crc = false,
                                           .index_interval_bytes = options_.index_interval_bytes}));
  return std::move(chain.index);
}

std::shared_ptr<Segment> Log::segment_at(Offset offset) const {
  const base::MutexLock lock(mutex_);
  const auto behind = std::partition_point(
      segments_.begin(), segments_.end(),
      [&](const std::shared_ptr<Segment>& s) { return s->base_offset() <= offset; });
  if (behind == segments_.begin()) return segments_.empty() ? nullptr : segments_.front();
  return *std::prev(behind);
}

Result<std::optional<SegmentReader>> Log::reader_at(Offset offset) {
  const auto segment = segment_at(offset);
  if (!segment) return std::optional<SegmentReader>();
  if (offset < segment->base_offset()) return missing(offset, segment->base_offset());
  LEAT_TRY(SegmentReader reader, seek(segment, offset));
  return std::optional(std::move(reader));
}

std::shared_ptr<Segment> Log::segment_behind(const Segment& segment) const {
  const base::MutexLock lock(mutex_);
  const auto behind = std::partition_point(
      segments_.begin(), segments_.end(),
      [&](const std::shared_ptr<Segment>& s) { return s->base_offset() <= segment.base_offset(); });
  return behind == segments_.end() ? nullptr : *behind;
}

std::shared_ptr<Segment> Log::segment_reaching(Timestamp time) const {
  const base::MutexLock lock(mutex_);
  const auto found = std::partition_point(
      segments_.begin(), segments_.end(),
      [&](const std::shared_ptr<Segment>& s) { return s->reached() < ms(time); });
  return found == segments_.end() ? nullptr : *found;
}

std::optional<SegmentReader> Log::reader_behind(const Segment& segment) {
  auto behind = segment_behind(segment);
  if (!behind) return std::nullopt;
  const Offset from = behind->base_offset();
  return read_from(std::move(behind), 0, from);
}

Result<SegmentReader> Log::seek(const std::shared_ptr<Segment>& segment, Offset offset) {
  LEAT_TRY(const std::uint32_t position, locate(*segment, offset));
  return read_from(segment, position, std::max(offset, segment->base_offset()));
}

Result<std::uint32_t> Log::locate(Segment& segment, Offset offset) {
  std::optional<IndexEntry> entry = segment.index().floor(offset);
  if (!entry && sealed_index_ != nullptr) {
    entry = sealed_index_->floor(segment.base_offset(), offset);
  }
  // From the entry over the headers to the batch that holds the offset. Those behind the head are final.
  std::uint32_t position = entry ? entry->position : 0;
  const Head head = segment.visible(durable_reads_.load(std::memory_order_relaxed));
  while (position < head.batch) {
    auto view = segment.view(position, std::clamp(head.batch - position, kHeaderBytes, kHeadersBytes));
    if (!view) view = segment.view(position, kHeaderBytes);  // damage may lie behind it
    if (!view) {
      LEAT_TRY(const auto behind, find_past_damage(segment, position, offset));
      if (!behind) return std::move(view).error();
      return *behind;
    }
    std::size_t at = 0;
    while (at + kHeaderBytes <= view->bytes.size()) {
      const record::BatchView batch(view->bytes.data() + at);
      if (batch.last_offset() >= offset || batch.size_in_bytes() < record::kHeaderSize) {
        return position + static_cast<std::uint32_t>(at);
      }
      at += batch.size_in_bytes();
    }
    position += static_cast<std::uint32_t>(at);
  }
  return position;
}

std::uint64_t Log::bytes_from(Offset from, std::uint64_t enough) {
  if (from >= high_watermark() || from < log_start()) return 0;
  auto segment = segment_at(from);
  if (!segment) return 0;
  const auto position = locate(*segment, from);
  if (!position) return enough;
  const bool only_durable = durable_reads_.load(std::memory_order_relaxed);
  const std::uint32_t end = segment->visible(only_durable).end;
  std::uint64_t bytes = end - std::min(end, *position);
  for (segment = segment_behind(*segment); segment && bytes < enough; segment = segment_behind(*segment)) {
    bytes += segment->visible(only_durable).end;
  }
  return std::min(bytes, enough);
}

/// The batch of `offset`, where the headers before it cannot be walked: what is damaged hides nothing else (G22).
Result<std::optional<std::uint32_t>> Log::find_past_damage(const Segment& segment, std::uint32_t position,
                                                           Offset offset) const {
  LEAT_TRY(const auto file, environment_.file_system->open(segment.path(), OpenMode::kRead));
  std::array<std::byte, record::kHeaderSize> header{};
  while (true) {
    LEAT_TRY(const auto next, find_next_batch(*file, position + 1, segment.base_offset()));
    if (!next || *next >= segment.published().head().batch) return std::optional<std::uint32_t>();
    LEAT_TRY(const std::size_t got, file->read(*next, header));
    const record::BatchView batch(header.data());
    if (got < header.size() || batch.base_offset() > offset) return std::optional<std::uint32_t>();
    if (batch.last_offset() >= offset) return next;
    position = *next;
  }
}

Error Log::missing(Offset from, Offset to) const {
  return {ErrorCode::kCorruptMessage,
          fmt::format("{}: offsets [{}, {}) are not there, their segment is gone; seek past them, and run "
                      "`leat verify`",
                      place_.directory, from.value(), to.value())};
}

Result<std::optional<TimeFound>> Log::find(Timestamp time) {
  // Usually the first has it; not where deletion has taken the records that its `reached` speaks of.
  for (auto segment = segment_reaching(time); segment; segment = segment_behind(*segment)) {
    LEAT_TRY(auto found, find_in(segment, time));
    if (found) return found;
  }
  return std::optional<TimeFound>();
}

Result<std::optional<TimeFound>> Log::find_newest() {
  std::int64_t newest = INT64_MIN;
  for (const auto& segment : segments()) {
    LEAT_TRY(const std::int64_t within, newest_in(segment));
    newest = std::max(newest, within);
  }
  if (newest == INT64_MIN) return std::optional<TimeFound>();
  return find(Timestamp{std::chrono::milliseconds{newest}});
}

Result<std::int64_t> Log::newest_in(const std::shared_ptr<Segment>& segment) {
  const Offset start = log_start();
  const bool is_whole = start <= segment->base_offset();
  if (is_whole && segment->is_sealed()) {
    LEAT_TRY(const auto sum, segment->sum());
    return sum->max_timestamp;
  }
  std::int64_t newest = INT64_MIN;
  Offset from = std::max(start, segment->base_offset());
  if (is_whole) {  // the index tells of all before its last entry
    if (const auto last = segment->index().before_position(UINT32_MAX)) {
      newest = last->max_timestamp_before;
      from = last->offset;
    }
  }
  LEAT_TRY(SegmentReader reader, seek(segment, from));
  while (true) {
    LEAT_TRY(const auto* const piece, reader.next(kStepBytes));
    if (!piece) return newest;
    if (piece->records_of) {
      newest = std::max(newest, newest_of(record::RecordCursor(piece->bytes, *piece->records_of), from));
      continue;
    }
    for (auto rest = piece->bytes; !rest.empty();) {
      const auto batch = record::BatchView::first_of(rest);
      if (!batch) break;
      LEAT_TRY(const std::int64_t within, newest_of(*batch, from));
      newest = std::max(newest, within);
      rest = rest.subspan(batch->size_in_bytes());
    }
  }
}

Result<std::optional<EpochEnd>> Log::end_of(LeaderEpoch epoch) {
  if (epoch > state_.epoch || epoch.value() < 0) return std::optional<EpochEnd>();
  if (epoch == state_.epoch) return std::optional(EpochEnd{epoch, log_end()});
  // What this writer appends begins where the log ended when it was opened.
  EpochEnd found{epoch, opened_end_};
  for (const auto& segment : segments()) {
    const Segment::Epochs epochs = segment->epochs();
    if (segment->base_offset() >= opened_end_) break;
    if (epochs.last <= epoch) {
      found.leader_epoch = epochs.last;
      continue;
    }
    found.end = segment->base_offset();
    if (epochs.first <= epoch) {
      LEAT_TRY(found, end_within(segment, epoch));
    }
    break;
  }
  found.end = std::max(found.end, log_start());
  return std::optional(found);
}

/// REQUIRES: the segment has batches of it or an earlier one, and behind them of a later one.
Result<EpochEnd> Log::end_within(const std::shared_ptr<Segment>& segment, LeaderEpoch epoch) {
  EpochEnd found{epoch, segment->base_offset()};
  SegmentReader reader = read_from(segment, 0, segment->base_offset());
  while (true) {
    LEAT_TRY(const auto* const piece, reader.next(kStepBytes));
    if (!piece || piece->records_of) return found;
    for (auto rest = piece->bytes; !rest.empty();) {
      const auto batch = record::BatchView::first_of(rest);
      if (!batch || batch->leader_epoch() > epoch) return found;
      found = {batch->leader_epoch(), batch->next_offset()};
      rest = rest.subspan(batch->size_in_bytes());
    }
  }
}

Result<std::optional<TimeFound>> Log::find_in(const std::shared_ptr<Segment>& segment,
                                              Timestamp time) {
  std::optional<IndexEntry> entry = segment->index().before(time);
  if (!entry && sealed_index_ != nullptr) {
    entry = sealed_index_->before(segment->base_offset(), time);
  }
  const Offset from = entry ? entry->offset : segment->base_offset();
  SegmentReader reader = read_from(segment, entry ? entry->position : 0, from);
  if (log_start() > from) {
    LEAT_TRY(reader, seek(segment, log_start()));
  }
  while (true) {
    LEAT_TRY(const auto* const piece, reader.next(kStepBytes));
    if (!piece) return std::optional<TimeFound>();
    LEAT_TRY(auto found, first_in(*piece, state_.epoch, time, kDecompressedBytesMax));
    if (found) return found;
  }
}

}  // namespace leat::log
