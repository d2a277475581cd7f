#pragma once

/// \file
/// Builds a whole batch in a buffer of its own: what the Producer and the coordinators append.
/// Not thread-safe. Timestamps as Java's: base is the first record's, max the largest.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "record/layout.h"

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
  [[nodiscard]] bool append(const Record& record, Timestamp timestamp);

  [[nodiscard]] bool empty() const { return record_count_ == 0; }
  [[nodiscard]] std::int32_t record_count() const { return record_count_; }
  /// Bytes of the batch so far, before compression.
  [[nodiscard]] std::size_t size_in_bytes() const { return buffer_.size(); }

  /// Closes the batch and returns its bytes, valid until `reset` or the builder's end.
  /// Errors: kInvalidArgument when empty; what `compress` says.
  /// REQUIRES: called once between resets; no append after it.
  [[nodiscard]] Result<std::span<const std::byte>> finish(Offset base_offset = Offset{0},
                                                          LeaderEpoch leader_epoch = LeaderEpoch{
                                                              0});

  /// Empties the builder for another batch; memory is kept.
  void reset(const BatchOptions& options);

 private:
  BatchOptions options_;
  std::vector<std::byte> buffer_;  // header, then records
  std::int32_t record_count_ = 0;
  Timestamp base_timestamp_;
  Timestamp max_timestamp_;
};

}  // namespace leat::record
