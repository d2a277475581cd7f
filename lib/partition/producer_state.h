#pragma once

/// \file
/// What a partition knows of its idempotent producers (I2-I8): pure, a batch in, a decision out. Of
/// each producer the last five batches, so that one sent again is answered with where it is, and no
/// gap is taken.
///
/// Not thread-safe: the holder's. Values; no clock is read.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

#include "record/batch_view.h"

namespace leat::partition {

/// A batch of an idempotent producer. Sequences run from 0 to INT32_MAX, then from 0 again.
struct ProducedBatch {
  ProducerId producer;
  ProducerEpoch epoch;
  std::int32_t first_sequence = 0;
  std::int32_t last_sequence = 0;
  Offset base_offset;  ///< once it is in the log
  Timestamp time;      ///< when it was appended, by the log's clock
  friend bool operator==(const ProducedBatch&, const ProducedBatch&) = default;
};

/// The batch that the header tells of; nullopt when it has no sequence: a plain one, or a marker
/// (T14). `appended`: its time, where the batch itself does not say (B12).
[[nodiscard]] std::optional<ProducedBatch> produced_batch(const record::BatchView& batch,
                                                          Timestamp appended);

class ProducerState {
 public:
  /// How many batches of a producer are known again (I2).
  static constexpr std::size_t kWindow = 5;

  /// A producer is forgotten that long after its last batch (I8).
  explicit ProducerState(std::chrono::milliseconds expiration) : expiration_(expiration) {}

  /// nullopt: it is to be appended, and `apply` to be called. Else: the one that is there already.
  /// Errors: kOutOfOrderSequenceNumber (I3, I4, I7), kInvalidProducerEpoch (I5).
  [[nodiscard]] Result<std::optional<ProducedBatch>> check(const ProducedBatch& batch,
                                                           Timestamp now) const;
  /// It is in the log.
  void apply(const ProducedBatch& batch);
  /// Forgets producers that have been idle for too long.
  void expire(Timestamp now);

  [[nodiscard]] bool is_empty() const { return producers_.empty(); }
  [[nodiscard]] std::size_t size() const { return producers_.size(); }

  /// As a file, in Kafka's format (log/FORMAT.md): an entry a batch, the oldest of a producer
  /// first.
  [[nodiscard]] std::vector<std::byte> encode() const;
  /// Errors: kCorruptMessage, kUnsupportedFormat (another version).
  static Result<ProducerState> decode(std::span<const std::byte> bytes,
                                      std::chrono::milliseconds expiration);

 private:
  struct Batch {
    std::int32_t first_sequence = 0;
    std::int32_t last_sequence = 0;
    Offset base_offset;
    Timestamp time;
  };
  struct Producer {
    ProducerEpoch epoch;
    std::uint8_t count = 0;  // of those in `batches`, the oldest first
    std::array<Batch, kWindow> batches{};
    [[nodiscard]] std::span<const Batch> known() const { return std::span(batches).first(count); }
    [[nodiscard]] const Batch& last() const { return batches[count - std::size_t{1}]; }
    void add(const Batch& batch);
  };
  [[nodiscard]] bool is_expired(const Producer& producer, Timestamp now) const {
    return now - producer.last().time >= expiration_;
  }

  std::chrono::milliseconds expiration_;
  std::unordered_map<ProducerId, Producer> producers_;  // each with a batch at least
};

}  // namespace leat::partition
