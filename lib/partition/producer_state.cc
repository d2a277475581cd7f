#include "partition/producer_state.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "record/batch_view.h"
#include "record/layout.h"

namespace leat::partition {
namespace {

// Kafka's ProducerSnapshot, version 1: version i16, CRC-32C of what follows u32, count i32,
// entries. Big-endian.
constexpr std::int16_t kVersion = 1;
constexpr record::FieldSpan kVersionField{"version", 0, 2};
constexpr record::FieldSpan kCrcField{"crc", kVersionField.end(), 4};
constexpr record::FieldSpan kCountField{"count", kCrcField.end(), 4};
constexpr std::size_t kHeaderSize = kCountField.end();

namespace entry {
constexpr record::FieldSpan kProducerId{"producerId", 0, 8};
constexpr record::FieldSpan kProducerEpoch{"producerEpoch", kProducerId.end(), 2};
constexpr record::FieldSpan kLastSequence{"lastSequence", kProducerEpoch.end(), 4};
constexpr record::FieldSpan kLastOffset{"lastOffset", kLastSequence.end(), 8};
constexpr record::FieldSpan kOffsetDelta{"offsetDelta", kLastOffset.end(), 4};
constexpr record::FieldSpan kTimestamp{"timestamp", kOffsetDelta.end(), 8};
constexpr record::FieldSpan kCoordinatorEpoch{"coordinatorEpoch", kTimestamp.end(), 4};
constexpr record::FieldSpan kCurrentTxnFirstOffset{"currentTxnFirstOffset", kCoordinatorEpoch.end(),
                                                   8};
constexpr std::size_t kSize = kCurrentTxnFirstOffset.end();
static_assert(kSize == 46);
}  // namespace entry

constexpr std::int32_t kSequenceMax = std::numeric_limits<std::int32_t>::max();

std::int32_t sequence_after(std::int32_t sequence) {
  return sequence == kSequenceMax ? 0 : sequence + 1;
}

/// `sequence` moved by `count`, in [-INT32_MAX, INT32_MAX], around the end.
std::int32_t moved(std::int32_t sequence, std::int64_t count) {
  constexpr std::int64_t kSequences = std::int64_t{kSequenceMax} + 1;
  return static_cast<std::int32_t>((sequence + count + kSequences) % kSequences);
}

std::int32_t offset_delta(std::int32_t first_sequence, std::int32_t last_sequence) {
  return moved(last_sequence, -std::int64_t{first_sequence});
}

template <class T>
T load(const std::byte* at, const record::FieldSpan& field) {
  return base::load_be<T>(at + field.at);
}

template <class T>
void store(std::byte* at, const record::FieldSpan& field, T value) {
  base::store_be<T>(at + field.at, value);
}

Error out_of_order(const ProducedBatch& batch, std::int32_t expected) {
  return {ErrorCode::kOutOfOrderSequenceNumber,
          fmt::format("producer {} of epoch {} sent sequence {}, where {} comes next",
                      batch.producer.value(), batch.epoch.value(), batch.first_sequence, expected)};
}

}  // namespace

std::optional<ProducedBatch> produced_batch(const record::BatchView& batch, Timestamp appended) {
  const auto producer = batch.producer_id();
  if (!producer || producer->value() < 0 || batch.base_sequence() < 0 || batch.is_control()) {
    return std::nullopt;
  }
  const bool says_when = batch.timestamp_type() == record::TimestampType::kLogAppendTime;
  return ProducedBatch{.producer = *producer,
                       .epoch = batch.producer_epoch(),
                       .first_sequence = batch.base_sequence(),
                       .last_sequence = moved(batch.base_sequence(), batch.last_offset_delta()),
                       .base_offset = batch.base_offset(),
                       .time = says_when ? batch.max_timestamp() : appended};
}

void ProducerState::Producer::add(const Batch& batch) {
  if (count == kWindow) {
    std::shift_left(batches.begin(), batches.end(), 1);
    --count;
  }
  batches[count++] = batch;
}

Result<std::optional<ProducedBatch>> ProducerState::check(const ProducedBatch& batch,
                                                          Timestamp now) const {
  const auto found = producers_.find(batch.producer);
  // I6: of one that is not known any sequence is taken, for the client may know more than we do.
  if (found == producers_.end() || is_expired(found->second, now))
    return std::optional<ProducedBatch>();
  const Producer& producer = found->second;
  if (batch.epoch < producer.epoch) {
    return Error(ErrorCode::kInvalidProducerEpoch,
                 fmt::format("producer {} wrote with epoch {} already, and {} is older",
                             batch.producer.value(), producer.epoch.value(), batch.epoch.value()));
  }
  if (batch.epoch > producer.epoch) {
    if (batch.first_sequence != 0) return out_of_order(batch, 0);  // I4
    return std::optional<ProducedBatch>();
  }
  const auto known = std::ranges::find_if(producer.known(), [&](const Batch& b) {
    return b.first_sequence == batch.first_sequence && b.last_sequence == batch.last_sequence;
  });
  if (known != producer.known().end()) {
    ProducedBatch there = batch;
    there.base_offset = known->base_offset;
    there.time = known->time;
    return std::optional(there);
  }
  const std::int32_t next = sequence_after(producer.last().last_sequence);
  if (batch.first_sequence != next) return out_of_order(batch, next);
  return std::optional<ProducedBatch>();
}

void ProducerState::apply(const ProducedBatch& batch) {
  Producer& producer = producers_[batch.producer];
  // Opening may come by a batch twice, where it reads around damage; a log only grows.
  if (producer.count > 0 && batch.base_offset <= producer.last().base_offset) return;
  if (producer.epoch != batch.epoch) producer.count = 0;  // I4
  producer.epoch = batch.epoch;
  producer.add({.first_sequence = batch.first_sequence,
                .last_sequence = batch.last_sequence,
                .base_offset = batch.base_offset,
                .time = batch.time});
}

void ProducerState::expire(Timestamp now) {
  std::erase_if(producers_, [&](const auto& entry) { return is_expired(entry.second, now); });
}

std::vector<std::byte> ProducerState::encode() const {
  std::vector<ProducerId> ids;
  std::size_t count = 0;
  for (const auto& [id, producer] : producers_) {
    ids.push_back(id);
    count += producer.count;
  }
  std::ranges::sort(ids);  // the same state is the same bytes
  std::vector<std::byte> out(kHeaderSize + count * entry::kSize);
  store<std::int16_t>(out.data(), kVersionField, kVersion);
  store<std::int32_t>(out.data(), kCountField, static_cast<std::int32_t>(count));
  std::byte* at = out.data() + kHeaderSize;
  for (const ProducerId id : ids) {
    const Producer& producer = producers_.at(id);
    for (const Batch& batch : producer.known()) {
      const std::int32_t delta = offset_delta(batch.first_sequence, batch.last_sequence);
      store<std::int64_t>(at, entry::kProducerId, id.value());
      store<std::int16_t>(at, entry::kProducerEpoch, producer.epoch.value());
      store<std::int32_t>(at, entry::kLastSequence, batch.last_sequence);
      store<std::int64_t>(at, entry::kLastOffset, (batch.base_offset + delta).value());
      store<std::int32_t>(at, entry::kOffsetDelta, delta);
      store<std::int64_t>(at, entry::kTimestamp, batch.time.time_since_epoch().count());
      store<std::int32_t>(at, entry::kCoordinatorEpoch, -1);
      store<std::int64_t>(at, entry::kCurrentTxnFirstOffset, -1);
      at += entry::kSize;
    }
  }
  store<std::uint32_t>(out.data(), kCrcField,
                       base::crc32c(std::span(out).subspan(kCrcField.end())));
  return out;
}

Result<ProducerState> ProducerState::decode(std::span<const std::byte> bytes,
                                            std::chrono::milliseconds expiration) {
  if (bytes.size() < kHeaderSize) {
    return Error(ErrorCode::kCorruptMessage,
                 fmt::format("{} bytes are too few for a producer snapshot", bytes.size()));
  }
  const auto version = load<std::int16_t>(bytes.data(), kVersionField);
  if (version != kVersion) {
    return Error(ErrorCode::kUnsupportedFormat,
                 fmt::format("producer snapshot version {} is not {}", version, kVersion));
  }
  const auto count = load<std::int32_t>(bytes.data(), kCountField);
  const std::size_t entries = bytes.size() - kHeaderSize;
  const bool is_whole = load<std::uint32_t>(bytes.data(), kCrcField) ==
                            base::crc32c(bytes.subspan(kCrcField.end())) &&
                        count >= 0 && entries == static_cast<std::size_t>(count) * entry::kSize;
  if (!is_whole) {
    return Error(ErrorCode::kCorruptMessage,
                 "the producer snapshot does not match its own checksum");
  }
  ProducerState state(expiration);
  for (std::size_t at = kHeaderSize; at < bytes.size(); at += entry::kSize) {
    const std::byte* const from = bytes.data() + at;
    const auto last_sequence = load<std::int32_t>(from, entry::kLastSequence);
    const auto delta = load<std::int32_t>(from, entry::kOffsetDelta);
    if (last_sequence < 0 || delta < 0) continue;  // Kafka's word for no batch yet
    state.apply({.producer = ProducerId{load<std::int64_t>(from, entry::kProducerId)},
                 .epoch = ProducerEpoch{load<std::int16_t>(from, entry::kProducerEpoch)},
                 .first_sequence = moved(last_sequence, -std::int64_t{delta}),
                 .last_sequence = last_sequence,
                 .base_offset = Offset{load<std::int64_t>(from, entry::kLastOffset) - delta},
                 .time = Timestamp{
                     std::chrono::milliseconds{load<std::int64_t>(from, entry::kTimestamp)}}});
  }
  return state;
}

}  // namespace leat::partition
