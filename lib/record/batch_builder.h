#pragma once

/// \file
/// Builds a whole batch in a buffer of its own: what the Producer and the coordinators append.
/// Not thread-safe. Timestamps as Java's: base is the first record's, max the largest.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "record/layout.h"
#include "record/record_encoder.h"
#include "record/validate.h"

namespace leat::record {

/// What a batch is, beside its records.
struct BatchOptions {
  Compression compression = Compression::kNone;
  std::optional<int> level{};  ///< the codec's own scale; nullopt: its default
  TimestampType timestamp_type = TimestampType::kCreateTime;
  /// An idempotent producer's; -1 each for a plain batch.
  ProducerId producer_id{kNoProducerId};
  ProducerEpoch producer_epoch{kNoProducerEpoch};
  std::int32_t base_sequence = kNoSequence;
  bool transactional = false;
  bool control = false;
  /// No record is taken that would bring the uncompressed batch past it, but always the first.
  std::size_t size_max = 0x7fffffff;
};

class BatchBuilder {
 public:
  explicit BatchBuilder(const BatchOptions& options = {}) { reset(options); }

  /// Adds a record, dated `timestamp` (record.timestamp is not looked at). False, and nothing
  /// added, when the batch is full: finish it and begin another. The bytes are copied.
  [[nodiscard]] bool append(const Record& record, Timestamp timestamp) {
    const std::size_t end = size_ + record.key.size() + record.value.size() + kPlainOverheadMax;
    if (!is_plain(record) || end > fast_end_) [[unlikely]]
      return append_any(record, timestamp);
    // It takes at most that much: no need to measure it first.
    std::byte* const at = buffer_.data() + size_;
    const RecordDeltas deltas{(timestamp - base_timestamp_).count(), record_count_};
    note(record, timestamp, static_cast<std::size_t>(encode_plain(at, record, deltas, *at) - at));
    return true;
  }

  [[nodiscard]] bool empty() const { return record_count_ == 0; }
  [[nodiscard]] std::int32_t record_count() const { return record_count_; }
  /// Bytes of the batch so far, before compression.
  [[nodiscard]] std::size_t size_in_bytes() const { return size_; }

  /// Closes the batch and returns its bytes, valid until `reset` or the builder's end.
  /// Errors: kInvalidArgument when empty; what `compress` says.
  /// REQUIRES: called once between resets; no append after it.
  [[nodiscard]] Result<std::span<const std::byte>> finish(Offset base_offset = Offset{0},
                                                          LeaderEpoch leader_epoch = LeaderEpoch{
                                                              0});
  /// `finish`, as a batch that need not be checked: who made it knows what is in it (S1).
  /// `append_time`: what one of LogAppendTime is dated (B12). `records_size_max`: of its records
  /// before compression. Errors: also kMessageTooLarge, past that.
  [[nodiscard]] Result<ValidatedBatch> finish_validated(std::optional<Timestamp> append_time,
                                                        std::size_t records_size_max);

  /// Empties the builder for another batch; memory is kept.
  void reset(const BatchOptions& options);

 private:
  /// `append` of any record, and where its exact size decides.
  bool append_any(const Record& record, Timestamp timestamp);
  void note(const Record& record, Timestamp timestamp, std::size_t size) {
    size_ += size;
    facts_.min_timestamp = std::min(facts_.min_timestamp, timestamp);
    facts_.max_timestamp = std::max(facts_.max_timestamp, timestamp);
    if (record.key.is_null() && !facts_.null_key_at) facts_.null_key_at = record_count_;
    ++record_count_;
  }

  BatchOptions options_;
  std::vector<std::byte> buffer_;  // header, then records, then room
  std::size_t size_ = 0;
  std::size_t fast_end_ = 0;  // room to encode into and below size_max; 0 while empty
  std::int32_t record_count_ = 0;
  Timestamp base_timestamp_;
  RecordFacts facts_;
};

}  // namespace leat::record
