#pragma once

/// \file
/// The door to the log (S1): bytes become a `ValidatedBatch`, which proves the check. Nothing below
/// sees unchecked bytes. Pure functions; rules B1-B14 of Kafka's.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

#include "record/batch_view.h"

namespace leat::record {

/// Whose bytes they are.
enum class BatchOrigin : std::uint8_t {
  /// A producer's: base offset 0, no gaps, no control batch, no delete horizon (B6, B14).
  kClient,
  /// Ours, from a log or a coordinator: compaction may have left gaps, and markers are allowed.
  kLog,
};

struct ValidateLimits {
  BatchOrigin origin = BatchOrigin::kClient;
  /// `max.message.bytes`: of the batch as it is stored (B9).
  std::size_t batch_size_max = std::size_t{1024} * 1024 + 12;
  /// Of its records once decompressed: where a bomb ends.
  std::size_t records_size_max = std::size_t{64} * 1024 * 1024;
};

/// What walking the records told. Times are -1 ms when there is no record, or none is dated.
struct RecordFacts {
  /// Of those that are dated: -1 ms is a producer's "no time" (B11).
  Timestamp min_timestamp{std::chrono::milliseconds{kNoTimestamp}};
  Timestamp max_timestamp{std::chrono::milliseconds{kNoTimestamp}};
  /// The 0-based place in the batch of the first record without a key: compacted topics refuse it
  /// (B10).
  std::optional<std::int32_t> null_key_at;
};

struct Rewrite;

/// A batch that was checked. Made by `validate`, by the BatchBuilder of what it has encoded
/// itself, and by `rewrite` of another; views the bytes, which must outlive it.
class ValidatedBatch {
 public:
  [[nodiscard]] const BatchView& view() const { return view_; }
  [[nodiscard]] const RecordFacts& facts() const { return facts_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return view_.bytes(); }
  [[nodiscard]] std::size_t size() const { return view_.size_in_bytes(); }
  /// False when a CreateTime header's max timestamp is not that of its records: Kafka corrects it
  /// and computes the CRC anew (B14), see `restamp`.
  [[nodiscard]] bool max_timestamp_is_right() const {
    return view_.timestamp_type() == TimestampType::kLogAppendTime ||
           view_.max_timestamp() == facts_.max_timestamp;
  }

 private:
  friend class BatchBuilder;
  friend Result<ValidatedBatch> rewrite(const ValidatedBatch& batch, const Rewrite& to,
                                        std::vector<std::byte>& storage);
  friend Result<ValidatedBatch> validate(std::span<const std::byte> bytes,
                                         const ValidateLimits& limits);
  ValidatedBatch(BatchView view, const RecordFacts& facts) : view_(view), facts_(facts) {}
  BatchView view_;
  RecordFacts facts_;
};

/// Checks the first batch in `bytes`; what follows it is the caller's (Produce allows nothing, B5).
/// Errors: kCorruptMessage (cut short, wrong length, magic or CRC, undecodable records),
/// kMessageTooLarge (past a limit), kUnsupportedCompressionType, kInvalidRecord (old magic, counts,
/// deltas, attributes, a control batch or base offset from a client).
[[nodiscard]] Result<ValidatedBatch> validate(std::span<const std::byte> bytes,
                                              const ValidateLimits& limits = {});

}  // namespace leat::record
