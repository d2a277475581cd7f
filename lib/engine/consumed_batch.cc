#include "engine/consumed_batch.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "log/log_options.h"
#include "log/segment_reader.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/layout.h"
#include "record/record_cursor.h"

namespace leat::inline v0 {

// --- gathering
// -----------------------------------------------------------------------------------------

/// One call of `add`, under way.
struct ConsumedBatch::Impl::Adding {
  const TopicPartition* source;
  Offset first;
  std::size_t records_left;
  Run open{};  // whole plain batches, side by side, not yet in `runs_`
  Added added{};

  void close_run(std::pmr::vector<Run>& runs) {
    if (!open.bytes.empty()) runs.push_back(std::exchange(open, Run{}));
  }
  void take(std::size_t records) {
    added.records += records;
    if (records_left != kAllRecords) records_left -= records;
  }
};

void ConsumedBatch::Impl::keep(std::shared_ptr<const void> lease) {
  // Pieces of one segment share a lease.
  if (kept_.empty() || kept_.back() != lease) kept_.push_back(std::move(lease));
}

void ConsumedBatch::Impl::add_whole(log::Piece& piece, const Source& source) {
  runs_.push_back({.bytes = piece.bytes, .records_of = piece.records_of, .source = source.get()});
  size_in_bytes_ += piece.bytes.size();
  keep(source);
  keep(std::move(piece.lease));
}

ConsumedBatch::Impl::Added ConsumedBatch::Impl::add_some(log::Piece& piece, const Source& source,
                                                         std::size_t records_max) {
  Adding adding{.source = source.get(), .first = piece.first, .records_left = records_max};
  if (piece.records_of) {
    (void)add_records(piece.bytes, *piece.records_of, adding);  // it has told where it stopped
  } else {
    add_batches(piece, adding);
  }
  adding.close_run(runs_);
  if (adding.added.records == 0) return std::move(adding.added);
  size_in_bytes_ += piece.bytes.size();
  keep(source);
  keep(std::move(piece.lease));
  return std::move(adding.added);
}

void ConsumedBatch::Impl::add_batches(const log::Piece& piece, Adding& adding) {
  std::size_t at = 0;
  for (auto batch = record::BatchView::first_of(piece.bytes); batch;
       batch = record::BatchView::first_of(piece.bytes.subspan(at))) {
    if (!add_batch(*batch, adding)) return;
    at += batch->size_in_bytes();
  }
}

bool ConsumedBatch::Impl::add_batch(const record::BatchView& batch, Adding& adding) {
  adding.added.epoch = batch.leader_epoch();
  // Compaction leaves empty batches; markers are not data.
  if (batch.is_control() || batch.record_count() == 0) {
    adding.close_run(runs_);
    return true;
  }
  const auto count = static_cast<std::size_t>(batch.record_count());
  const bool is_plain = batch.compression() == record::Compression::kNone;
  if (is_plain && batch.base_offset() >= adding.first && count <= adding.records_left) [[likely]] {
    const std::span<const std::byte> before = adding.open.bytes;  // ends where this batch begins
    const std::byte* const begin = before.empty() ? batch.bytes().data() : before.data();
    adding.open = {.bytes = {begin, before.size() + batch.size_in_bytes()},
                   .records_of = std::nullopt,
                   .source = adding.source};
    adding.take(count);
    return true;
  }
  adding.close_run(runs_);
  const auto records = records_of(batch);
  if (!records) {
    adding.added.stopped_at = std::max(batch.base_offset(), adding.first);
    adding.added.error = Error(
        ErrorCode::kCorruptMessage,
        fmt::format(
            "{}-{}: the batch of offsets {} to {} cannot be read: {}; seek past it to go on",
            adding.source->topic, adding.source->partition.value(), batch.base_offset().value(),
            batch.last_offset().value(), records.error().message()));
    return false;
  }
  return add_records(*records, batch.record_base(), adding);
}

Result<std::span<const std::byte>> ConsumedBatch::Impl::records_of(const record::BatchView& batch) {
  if (batch.compression() == record::Compression::kNone) return batch.records();
  LEAT_TRY(auto unpacked,
           record::decompress(batch.compression(), batch.records(), log::kDecompressedBytesMax));
  const auto kept = std::make_shared<const std::vector<std::byte>>(std::move(unpacked));
  record::RecordCursor cursor(*kept, batch.record_base());
  RecordView record;
  while (cursor.next(record)) {
  }
  if (!cursor.ok()) {
    return Error(ErrorCode::kCorruptMessage,
                 fmt::format("no record at byte {} of what it unpacks to", cursor.position()));
  }
  keep(kept);
  return std::span<const std::byte>(*kept);
}

bool ConsumedBatch::Impl::add_records(std::span<const std::byte> records,
                                      const record::RecordBase& base, Adding& adding) {
  record::RecordCursor cursor(records, base);
  RecordView record;
  std::size_t begin = 0;
  do {
    begin = cursor.position();
    if (!cursor.next(record)) return true;  // all lie below
  } while (record.offset < adding.first);
  if (adding.records_left == 0) {
    adding.added.stopped_at = record.offset;
    return false;
  }
  std::size_t end = records.size();
  std::size_t taken = 1;
  if (adding.records_left != kAllRecords) {
    while (taken < adding.records_left && cursor.next(record)) ++taken;
    end = cursor.position();
    if (end < records.size()) adding.added.stopped_at = record.offset.next();
  }
  runs_.push_back(
      {.bytes = records.subspan(begin, end - begin), .records_of = base, .source = adding.source});
  adding.take(taken);
  return !adding.added.stopped_at;
}

// --- the façade
// ----------------------------------------------------------------------------------------

ConsumedBatch::ConsumedBatch() = default;
ConsumedBatch::ConsumedBatch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ConsumedBatch::ConsumedBatch(ConsumedBatch&&) noexcept = default;
ConsumedBatch& ConsumedBatch::operator=(ConsumedBatch&&) noexcept = default;
ConsumedBatch::~ConsumedBatch() = default;
bool ConsumedBatch::empty() const { return impl_ == nullptr || impl_->empty(); }
std::size_t ConsumedBatch::size_in_bytes() const {
  return impl_ == nullptr ? 0 : impl_->size_in_bytes();
}

ConsumedBatch::Iterator::Iterator(const Impl* batch) : batch_(batch) {
  enter_run();
  advance();
}

void ConsumedBatch::Iterator::enter_run() {
  const Impl::Run& run = batch_->runs()[run_];
  record_.source = run.source;
  at_ = run.bytes.data();
  run_end_ = at_ + run.bytes.size();
  if (run.records_of) {
    batch_end_ = run_end_;
    enter_records(run.records_of->offset, run.records_of->timestamp,
                  run.records_of->log_append_time);
  } else {
    enter_batch();
  }
}

void ConsumedBatch::Iterator::enter_batch() {
  const record::BatchView batch(at_);
  const record::RecordBase base = batch.record_base();
  batch_end_ = at_ + batch.size_in_bytes();
  at_ += record::kHeaderSize;
  enter_records(base.offset, base.timestamp, base.log_append_time);
}

void ConsumedBatch::Iterator::enter_records(Offset base, Timestamp base_time,
                                            std::optional<Timestamp> append_time) {
  base_offset_ = base;
  is_append_time_ = append_time.has_value();
  base_timestamp_ = append_time.value_or(base_time);
}

void ConsumedBatch::Iterator::advance() {
  while (true) {
    record::RecordBase base{base_offset_, base_timestamp_, std::nullopt};
    if (is_append_time_) base.log_append_time = base_timestamp_;
    record::RecordCursor cursor({at_, batch_end_}, base);
    if (cursor.next(record_)) [[likely]] {
      at_ += cursor.position();
      return;
    }
    at_ = batch_end_;
    if (at_ != run_end_) {
      enter_batch();
    } else if (++run_ != batch_->runs().size()) {
      enter_run();
    } else {
      batch_ = nullptr;
      return;
    }
  }
}

}  // namespace leat::inline v0
