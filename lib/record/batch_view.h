#pragma once

/// \file
/// A record batch in place, field by field. Reads only; checks nothing but what it says: bytes from
/// outside go through validate.h first. Values; the bytes must outlive them.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "leat/types.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "record/layout.h"
#include "record/record_cursor.h"

namespace leat::record {

/// A view of one batch. REQUIRES: kHeaderSize readable bytes; for `records()`, `crc_is_right()` and
/// `cursor()`, size_in_bytes() of them and a length of at least kLengthMin.
class BatchView {
 public:
  explicit BatchView(const std::byte* header) : at_(header) {}

  /// The batch that `bytes` begins with; nullopt unless all of it is there. Checks the length only.
  [[nodiscard]] static std::optional<BatchView> first_of(std::span<const std::byte> bytes) {
    if (bytes.size() < kHeaderSize) return std::nullopt;
    const BatchView batch(bytes.data());
    if (batch.length() < kLengthMin || batch.size_in_bytes() > bytes.size()) return std::nullopt;
    return batch;
  }

  [[nodiscard]] Offset base_offset() const {
    return Offset{load<std::int64_t>(layout::kBaseOffset)};
  }
  /// Bytes after the length field.
  [[nodiscard]] std::int32_t length() const { return load<std::int32_t>(layout::kLength); }
  [[nodiscard]] LeaderEpoch leader_epoch() const {
    return LeaderEpoch{load<std::int32_t>(layout::kLeaderEpoch)};
  }
  [[nodiscard]] std::int8_t magic() const { return load<std::int8_t>(layout::kMagic); }
  [[nodiscard]] std::uint32_t crc() const { return load<std::uint32_t>(layout::kCrc); }
  [[nodiscard]] std::uint16_t attributes() const {
    return load<std::uint16_t>(layout::kAttributes);
  }
  [[nodiscard]] std::int32_t last_offset_delta() const {
    return load<std::int32_t>(layout::kLastOffsetDelta);
  }
  [[nodiscard]] Timestamp base_timestamp() const { return load_time(layout::kBaseTimestamp); }
  [[nodiscard]] Timestamp max_timestamp() const { return load_time(layout::kMaxTimestamp); }
  /// Of an idempotent producer; nullopt for a plain batch.
  [[nodiscard]] std::optional<ProducerId> producer_id() const {
    const auto id = load<std::int64_t>(layout::kProducerId);
    if (id == kNoProducerId) return std::nullopt;
    return ProducerId{id};
  }
  /// Meaningful only with a producer id, as is `base_sequence`.
  [[nodiscard]] ProducerEpoch producer_epoch() const {
    return ProducerEpoch{load<std::int16_t>(layout::kProducerEpoch)};
  }
  [[nodiscard]] std::int32_t base_sequence() const {
    return load<std::int32_t>(layout::kBaseSequence);
  }
  [[nodiscard]] std::int32_t record_count() const {
    return load<std::int32_t>(layout::kRecordCount);
  }

  /// May be a number that no enumerator has, in unchecked bytes.
  [[nodiscard]] Compression compression() const {
    return static_cast<Compression>(attributes() & attributes::kCompressionMask);
  }
  [[nodiscard]] TimestampType timestamp_type() const {
    return has(attributes::kLogAppendTime) ? TimestampType::kLogAppendTime
                                           : TimestampType::kCreateTime;
  }
  [[nodiscard]] bool is_transactional() const { return has(attributes::kTransactional); }
  /// A marker that ends a transaction, not data.
  [[nodiscard]] bool is_control() const { return has(attributes::kControl); }
  [[nodiscard]] bool is_open() const { return magic() == kOpenMagic; }

  /// The whole batch, header included.
  [[nodiscard]] std::size_t size_in_bytes() const {
    return kLengthEnd + static_cast<std::size_t>(length());
  }
  /// Of the last record that the batch was made with; compaction keeps it.
  [[nodiscard]] Offset last_offset() const { return base_offset() + last_offset_delta(); }
  /// The base offset of the batch behind this one.
  [[nodiscard]] Offset next_offset() const { return last_offset().next(); }

  [[nodiscard]] std::span<const std::byte> bytes() const { return {at_, size_in_bytes()}; }
  /// The records section, compressed or not.
  [[nodiscard]] std::span<const std::byte> records() const { return bytes().subspan(kHeaderSize); }
  /// The CRC-32C that the bytes have.
  [[nodiscard]] std::uint32_t compute_crc() const {
    return base::crc32c(bytes().subspan(kCrcBegin));
  }
  [[nodiscard]] bool crc_is_right() const { return crc() == compute_crc(); }

  /// What the deltas of this batch's records are added to.
  [[nodiscard]] RecordBase record_base() const {
    RecordBase base{base_offset(), base_timestamp(), std::nullopt};
    if (timestamp_type() == TimestampType::kLogAppendTime) base.log_append_time = max_timestamp();
    return base;
  }
  /// Walks the records in place. REQUIRES: compression() is kNone (else decompress, and walk that).
  [[nodiscard]] RecordCursor cursor() const { return {records(), record_base()}; }

 private:
  template <class T>
  [[nodiscard]] T load(const FieldSpan& field) const {
    return base::load_be<T>(at_ + field.at);
  }
  [[nodiscard]] Timestamp load_time(const FieldSpan& field) const {
    return Timestamp{std::chrono::milliseconds{load<std::int64_t>(field)}};
  }
  [[nodiscard]] bool has(std::uint16_t bit) const { return (attributes() & bit) != 0; }

  const std::byte* at_;
};

}  // namespace leat::record
