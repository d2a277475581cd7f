#include "log/log.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/check.h"
#include "base/mutex.h"
#include "base/try.h"
#include "io/files.h"
#include "log/log_options.h"
#include "log/segment.h"
#include "log/segment_name.h"
#include "log/segment_reader.h"
#include "log/segment_writer.h"
#include "record/layout.h"
#include "record/record_encoder.h"
#include "record/validate.h"

namespace leat::log {

Log::Log(const Environment& environment, LogPlace place, const LogOptions& options,
         const LogState& state, SealedIndex* sealed_index)
    : environment_(environment),
      place_(std::move(place)),
      options_(options),
      state_(state),
      sealed_index_(sealed_index),
      durable_reads_(options.durable_reads),
      loaded_end_(state.log_start),
      log_start_(state.log_start.value()) {}

// --- what it holds -------------------------------------------------------------------------------------

Offset Log::log_end() const {
  const base::MutexLock lock(mutex_);
  if (segments_.empty()) return loaded_end_;
  return Offset{segments_.back()->published().log_end()};
}

Offset Log::high_watermark() const {
  return durable_reads_.load(std::memory_order_relaxed) ? durable_offset() : log_end();
}

SegmentReader Log::read_from(std::shared_ptr<Segment> segment, std::uint32_t position,
                             Offset from) const {
  // A LogAppendTime batch has one time, so its records' own times are right either way.
  LogOptions reading;
  reading.durable_reads = durable_reads_.load(std::memory_order_relaxed);
  return {std::move(segment), reading, position, from};
}

std::uint64_t Log::size_in_bytes() const {
  const base::MutexLock lock(mutex_);
  std::uint64_t size = 0;
  for (const auto& segment : segments_) size += segment->published().head().end;
  return size;
}

std::size_t Log::segment_count() const {
  const base::MutexLock lock(mutex_);
  return segments_.size();
}

std::vector<std::shared_ptr<Segment>> Log::segments() const {
  const base::MutexLock lock(mutex_);
  return {segments_.begin(), segments_.end()};
}

void Log::add_segment(std::shared_ptr<Segment> segment) {
  segment->set_shared(place_.shared);
  const base::MutexLock lock(mutex_);
  segments_.push_back(std::move(segment));
}

void Log::note_sealed(Segment& segment, std::int64_t max_timestamp) {
  const base::MutexLock lock(mutex_);
  reached_ = std::max(reached_, max_timestamp);
  segment.set_reached(reached_);
}

void Log::set_options(const LogOptions& options) {
  // A mapping is as long as a segment was to become; the next append maps again.
  const bool has_other_size = options.segment_bytes != options_.segment_bytes;
  options_ = options;
  durable_reads_.store(options.durable_reads, std::memory_order_relaxed);
  if (!writer_) return;
  if (has_other_size) writer_->unmap();
  writer_->set_options(options);
}

// --- appending -----------------------------------------------------------------------------------------

Result<void> Log::check_size(std::uint64_t batch_bytes) const {
  if (batch_bytes > options_.max_message_bytes) {
    return Error(ErrorCode::kMessageTooLarge,
                 fmt::format("a batch of {} bytes is over the topic's max.message.bytes of {}",
                             batch_bytes, options_.max_message_bytes));
  }
  if (batch_bytes > options_.segment_bytes) {
    return Error(ErrorCode::kRecordListTooLarge,
                 fmt::format("a batch of {} bytes does not fit into a segment of segment.bytes={}",
                             batch_bytes, options_.segment_bytes));
  }
  return {};
}

Result<Offset> Log::append_slowly(const Record& record, std::int64_t now) {
  LEAT_CHECK(!state_.read_only);
  LEAT_TRY_VOID(check_size(payload_of(record)));  // before any size is computed in 32 bits
  const bool is_own = record.timestamp && options_.timestamp_type == TimestampType::kCreateTime;
  const std::int64_t timestamp = is_own ? record.timestamp->time_since_epoch().count() : now;
  // The offset delta of a batch of its own is 0; five bytes more is the most that another one takes.
  const std::uint64_t size = record::measure(record, {0, 0}).size + std::uint64_t{16};
  LEAT_TRY_VOID(check_size(record::measure(record, {0, 0}).size + record::kHeaderSize));
  LEAT_TRY_VOID(make_room(size, timestamp));
  return writer().append(record, now);
}

Result<Offset> Log::append(std::span<const Record> records, std::int64_t now) {
  LEAT_CHECK(!state_.read_only && !records.empty());
  std::uint64_t payload = 0;
  for (const Record& record : records) payload += payload_of(record);
  LEAT_TRY_VOID(check_size(payload));  // before any size is computed in 32 bits
  const RecordsShape shape = shape_of(records, now, options_.timestamp_type);
  LEAT_TRY_VOID(check_size(shape.size));
  LEAT_TRY_VOID(make_room(shape.size, shape.max_timestamp));
  return writer().append(records, shape);
}

Result<Offset> Log::append(const record::ValidatedBatch& batch) {
  LEAT_CHECK(!state_.read_only);
  LEAT_TRY_VOID(check_size(batch.size()));
  LEAT_TRY_VOID(make_room(batch.size(), batch.view().max_timestamp().time_since_epoch().count()));
  return writer().append(batch);
}

Result<SegmentWriter::Claim> Log::claim(BytesView key, std::size_t size, std::int64_t now) {
  const std::uint64_t payload = std::uint64_t{key.size()} + size;
  LEAT_TRY_VOID(check_size(payload + record::kHeaderSize));
  want_mapped_ = true;
  LEAT_TRY_VOID(make_room(payload + 32, now));
  if (!writer().is_mapped()) {
    return Error(ErrorCode::kTooManyOpenFiles,
                 "no mapping to be had, so nothing to claim in place; use append");
  }
  return writer().claim(key, size, now);
}

Result<void> Log::make_room(std::uint64_t bytes, std::int64_t timestamp) {
  if (!writer_) {
    const auto active = segments().empty() ? nullptr : segments().back();
    if (!active || active->is_complete()) {  // its successor's name was not durable
      LEAT_TRY_VOID(begin_segment());
    } else {
      writer_.emplace(active, options_, state_.epoch, active_stats_.value_or(SegmentStats{}));
      appended_before_ -= std::int64_t{writer_->end()};
    }
  }
  if (!writer().has_room(bytes, timestamp)) {
    LEAT_TRY_VOID(roll());
  }
  return map_if_wanted();
}

Result<void> Log::map_if_wanted() {
  if (!want_mapped_ || writer().is_mapped()) return {};
  auto mapped = writer().map(options_.segment_bytes);
  // Whatever keeps the file system from mapping, writing through the file does the same, slower (S8).
  if (!mapped || !*mapped) want_mapped_ = false;
  return {};
}

Result<void> Log::make_directory() {
  if (directory_exists_) return {};
  FileSystem& files = *environment_.file_system;
  LEAT_TRY_VOID(io::create_if_missing(files, io::parent_of(place_.directory)));
  LEAT_TRY_VOID(io::create_if_missing(files, place_.directory));
  directory_exists_ = true;
  return {};
}

Result<void> Log::begin_segment() {
  LEAT_TRY_VOID(make_directory());
  const Offset base = writer_ ? writer_->log_end() : log_end();
  LEAT_TRY(auto segment, Segment::create(environment_, place_.directory, base));
  segment->set_epochs({state_.epoch, state_.epoch});
  add_segment(segment);
  appended_before_ = appended_bytes();
  writer_.emplace(std::move(segment), options_, state_.epoch, SegmentStats{});
  return {};
}

Result<void> Log::roll() {
  if (!writer_) {
    if (segments().empty()) return {};
    LEAT_TRY_VOID(make_room(0, active_stats_.value_or(SegmentStats{}).first_timestamp));
  }
  writer().close_batch();
  if (writer().end() == 0) return {};
  if (environment_.on_step) environment_.on_step("log.roll");
  const std::shared_ptr<Segment> segment = writer().segment_handle();
  const SegmentStats stats = writer().stats();
  std::vector<std::byte> snapshot = this->snapshot();
  // The new one first: should it fail, the old one is still the active one. And it is in the list before the
  // old one is complete, so that a reader that finds the end of the one finds the other.
  LEAT_TRY_VOID(begin_segment());
  segment->mark_complete();
  {
    const base::MutexLock lock(mutex_);
    sealing_.push_back({segment, stats, std::move(snapshot)});
  }
  if (on_roll_) on_roll_();
  return {};
}

bool Log::has_unsealed() const {
  const base::MutexLock lock(mutex_);
  return !sealing_.empty();
}

// --- durability ----------------------------------------------------------------------------------------

SyncPoint Log::sync_point() {
  close_batch();
  SyncPoint point;
  const base::MutexLock lock(mutex_);
  for (const Sealing& sealing : sealing_) point.complete.push_back(sealing.segment);
  if (!segments_.empty()) {
    point.active = segments_.back();
    point.active_end = point.active->published().head().end;
    point.offset = Offset{point.active->published().log_end()};
  } else {
    point.offset = loaded_end_;
  }
  return point;
}

Result<void> Log::sync(const SyncPoint& point) {
  for (const auto& segment : point.complete) {
    LEAT_TRY_VOID(segment->sync(segment->published().head().end));
  }
  if (point.active) LEAT_TRY_VOID(point.active->sync(point.active_end));
  LEAT_TRY_VOID(sync_directories());
  raise_durable_offset(point.offset);
  return {};
}

void Log::raise_durable_offset(Offset to) {
  // Never back: a younger sync may have finished first.
  std::int64_t durable = durable_offset_.load(std::memory_order_relaxed);
  while (durable < to.value() &&
         !durable_offset_.compare_exchange_weak(durable, to.value(), std::memory_order_release)) {
  }
}

std::vector<UnsyncedStretch> Log::unsynced(const SyncPoint& point) {
  std::vector<UnsyncedStretch> stretches;
  const auto add = [&](const std::shared_ptr<Segment>& segment, std::uint32_t end, Offset offset) {
    const std::uint32_t from = segment->durable_end();
    if (from < end) stretches.push_back({segment, from, {segment->base_offset(), end, offset}});
  };
  for (const auto& segment : point.complete) {
    add(segment, segment->published().head().end, Offset{segment->published().log_end()});
  }
  if (point.active) add(point.active, point.active_end, point.offset);
  return stretches;
}

void Log::note_journaled(const SyncPoint& point) {
  for (const auto& segment : point.complete) {
    segment->raise_durable_end(segment->published().head().end);
  }
  if (point.active) point.active->raise_durable_end(point.active_end);
  raise_durable_offset(point.offset);
}

std::uint64_t Log::unsynced_bytes() const {
  const auto bytes = [](const Segment& segment) {
    const std::uint32_t durable = segment.durable_end();  // first: it never passes the other
    return segment.published().head().end - durable;
  };
  const base::MutexLock lock(mutex_);
  std::uint64_t sum = 0;
  for (const Sealing& sealing : sealing_) sum += bytes(*sealing.segment);
  return segments_.empty() ? sum : sum + bytes(*segments_.back());
}

Result<void> Log::sync_directories() {
  if (directories_are_durable_.load(std::memory_order_acquire)) return {};
  const std::string topic = io::parent_of(place_.directory);
  FileSystem& files = *environment_.file_system;
  LEAT_TRY(const bool exists, files.exists(place_.directory));
  if (!exists) return {};
  LEAT_TRY_VOID(io::synced(files.sync_directory(topic)));
  LEAT_TRY_VOID(io::synced(files.sync_directory(io::parent_of(topic))));
  directories_are_durable_.store(true, std::memory_order_release);
  return {};
}

Result<bool> Log::seal_next() {
  Sealing next;
  {
    const base::MutexLock lock(mutex_);
    if (sealing_.empty()) return false;
    next = sealing_.front();
  }
  if (environment_.on_step) environment_.on_step("log.seal");
  // What the segment's own sync makes durable is found only by the names above it: the journal needs none of them.
  LEAT_TRY_VOID(sync_directories());
  LEAT_TRY(const auto sum, next.segment->seal(next.stats, next.snapshot));
  note_sealed(*next.segment, sum->max_timestamp);
  if (sealed_index_ != nullptr) sealed_index_->add(*sum, next.segment->index().entries());
  {
    const base::MutexLock lock(mutex_);
    sealing_.pop_front();
  }
  return true;
}

Result<void> Log::close_files() {
  while (true) {
    LEAT_TRY(const bool sealed, seal_next());
    if (!sealed) break;
  }
  if (writer_) {
    writer_->unmap();
    LEAT_TRY_VOID(writer_->segment().cut(writer_->end()));
    LEAT_TRY_VOID(writer_->segment().sync_size());
  }
  for (const auto& segment : segments()) LEAT_TRY_VOID(segment->release_file());
  return {};
}

// --- deleting ------------------------------------------------------------------------------------------

std::vector<std::shared_ptr<Segment>> Log::raise_log_start(Offset to) {
  std::vector<std::shared_ptr<Segment>> removed;
  {
    const base::MutexLock lock(mutex_);
    if (to.value() <= log_start_.load(std::memory_order_relaxed)) return removed;
    log_start_.store(to.value(), std::memory_order_release);
    // The last one stays, empty or not: its name carries the log end (S23).
    while (segments_.size() > 1 && segments_[1]->base_offset() <= to && segments_[0]->is_sealed()) {
      removed.push_back(segments_.front());
      segments_.pop_front();
    }
  }
  // Outside the leaf: unmapping takes its time. A reader that sits there does not keep the disk (S25).
  for (const auto& segment : removed) segment->drop_read_map();
  return removed;
}

Result<void> Log::remove_files(Offset segment) const {
  // The .log last: as long as it is there, an open finds the others and removes them again.
  for (const std::string_view suffix : {kSumSuffix, kSnapshotSuffix, kLogSuffix}) {
    auto removed =
        environment_.file_system->remove(place_.directory + "/" + segment_name(segment, suffix));
    if (!removed && removed.error().code() != ErrorCode::kNotFound) return removed;
  }
  return {};
}

}  // namespace leat::log
