#pragma once

/// \file
/// One partition as the adaptor sees it: raw batches in, raw batches out. `engine` has the one that
/// serves; tests have theirs.
///
/// Threads: everything may be called from any thread. Nothing waits for a sync; what a call reads
/// may be on the disk only where it says so.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "leat/consumer.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "service/waiter.h"

namespace leat::service {

/// Bytes of a segment, as they are stored, readable while `lease` lives (S25).
struct Slice {
  std::span<const std::byte> bytes = {};
  std::shared_ptr<const void> lease = {};
};

/// What became of a batch that was appended, or, for a duplicate, of the one before it (I2).
struct BatchPlace {
  Offset base_offset;
  /// Behind its last record: what `when_durable` is asked about.
  Offset end;
  /// The time the log gave it, on a LogAppendTime topic (B12).
  std::optional<Timestamp> log_append_time = {};
  Offset log_start;
};

/// A record found by time or by place.
struct RecordPlace {
  Offset offset;
  Timestamp timestamp;
  LeaderEpoch leader_epoch;
};

/// Where an epoch ended (L6).
struct EpochEnd {
  LeaderEpoch leader_epoch;
  Offset end;
};

/// What readers may see of the log.
enum class Isolation : std::int8_t {
  kReadUncommitted = 0,  ///< up to the high watermark
  kReadCommitted = 1,    ///< up to the last stable offset
};

class PartitionLog {
 public:
  virtual ~PartitionLog() = default;

  /// Appends what a Produce request has for the partition: exactly one batch (B5), checked,
  /// numbered, stamped and stored; readers see it when this returns (on a `sync` topic once it is
  /// durable, S10). A batch of an idempotent producer that is there already is not stored again
  /// (I2). Errors: kCorruptMessage, kInvalidRecord, kInvalidTimestamp, kMessageTooLarge,
  /// kRecordListTooLarge, kUnsupportedCompressionType, kOutOfOrderSequenceNumber (I3, I4),
  /// kInvalidProducerEpoch (I5), kInvalidTxnState (a transactional batch), kStorageFull,
  /// kStorageReadOnly, kUnknownTopicOrPartition (deleted meanwhile), kClosed.
  virtual Result<BatchPlace> append(std::span<const std::byte> records) = 0;
  /// Calls `done` once, from a thread of the engine, when everything below `end` is durable, or
  /// with why it never will be (S11).
  virtual void when_durable(Offset end, std::function<void(const Result<void>&)> done) = 0;
  /// What the topic asks for, at least (S10).
  [[nodiscard]] virtual Durability durability() const = 0;

  /// Errors: kUnknownTopicOrPartition once deleted, kClosed.
  [[nodiscard]] virtual Result<PartitionOffsets> offsets() = 0;
  /// How many readable bytes there are from `from` on, or `enough` when there are at least that
  /// many: what a Fetch's min.bytes is held against (F1, K9). 0 for an offset out of range.
  [[nodiscard]] virtual std::size_t readable_bytes(Offset from, Isolation isolation,
                                                   std::size_t enough) = 0;
  /// Whole batches from the one with `from` on, of about `bytes_max` bytes, never beyond what
  /// `isolation` shows; when the first alone is larger it is given if `first_whole`, else nothing
  /// (F3, F5). Empty at the end. Errors: kOffsetOutOfRange (F6), kCorruptMessage, kIo,
  /// kUnknownTopicOrPartition, kClosed.
  [[nodiscard]] virtual Result<std::vector<Slice>> read(Offset from, Isolation isolation,
                                                        std::size_t bytes_max,
                                                        bool first_whole) = 0;
  /// `waiter` is woken once by the next thing that becomes readable (S6, K9), or by the partition's
  /// end. After arming all: `settle`, then look again.
  virtual void arm(const std::shared_ptr<Waiter>& waiter) = 0;
  virtual void disarm(const Waiter* waiter) = 0;

  /// The first record at or after `time` (L2); nullopt when all are older. May read the disk.
  [[nodiscard]] virtual Result<std::optional<RecordPlace>> find(Timestamp time,
                                                                Isolation isolation) = 0;
  /// The first record with the highest timestamp (L1, -3); nullopt when there is none. May read the
  /// disk.
  [[nodiscard]] virtual Result<std::optional<RecordPlace>> find_newest() = 0;
  /// The largest epoch at most `epoch` and where it ended (L6); nullopt when it is not known.
  [[nodiscard]] virtual Result<std::optional<EpochEnd>> end_of(LeaderEpoch epoch) = 0;

  /// Bytes of its segments.
  [[nodiscard]] virtual std::uint64_t size_in_bytes() = 0;
};

}  // namespace leat::service
