#pragma once

/// \file
/// The record batch v2 (B1, B3) as a table: the only place that knows where a field stands. Reader,
/// writer, dump and FORMAT.md follow it. All integers are big-endian. Numbers never change.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leat::record {

/// One row of a fixed layout: where a field starts and how many bytes it has.
struct FieldSpan {
  std::string_view name;
  std::size_t at;
  std::size_t size;
  [[nodiscard]] constexpr std::size_t end() const { return at + size; }
};

namespace layout {
inline constexpr FieldSpan kBaseOffset{"baseOffset", 0, 8};
inline constexpr FieldSpan kLength{"batchLength", kBaseOffset.end(), 4};
inline constexpr FieldSpan kLeaderEpoch{"partitionLeaderEpoch", kLength.end(), 4};
inline constexpr FieldSpan kMagic{"magic", kLeaderEpoch.end(), 1};
inline constexpr FieldSpan kCrc{"crc", kMagic.end(), 4};
inline constexpr FieldSpan kAttributes{"attributes", kCrc.end(), 2};
inline constexpr FieldSpan kLastOffsetDelta{"lastOffsetDelta", kAttributes.end(), 4};
inline constexpr FieldSpan kBaseTimestamp{"baseTimestamp", kLastOffsetDelta.end(), 8};
inline constexpr FieldSpan kMaxTimestamp{"maxTimestamp", kBaseTimestamp.end(), 8};
inline constexpr FieldSpan kProducerId{"producerId", kMaxTimestamp.end(), 8};
inline constexpr FieldSpan kProducerEpoch{"producerEpoch", kProducerId.end(), 2};
inline constexpr FieldSpan kBaseSequence{"baseSequence", kProducerEpoch.end(), 4};
inline constexpr FieldSpan kRecordCount{"recordsCount", kBaseSequence.end(), 4};
static_assert(kRecordCount.end() == 61, "a v2 record batch header has 61 bytes");
}  // namespace layout

/// Bytes of a batch before its records.
inline constexpr std::size_t kHeaderSize = layout::kRecordCount.end();
/// Bytes before and with the length field, which counts what follows it: size = length + 12.
inline constexpr std::size_t kLengthEnd = layout::kLength.end();
/// What `length` is at least: a batch without records, as compaction may leave one.
inline constexpr std::int32_t kLengthMin = static_cast<std::int32_t>(kHeaderSize - kLengthEnd);
/// The CRC covers [attributes, end): base offset, length, epoch and magic lie outside (B2).
inline constexpr std::size_t kCrcBegin = layout::kAttributes.at;

inline constexpr std::int8_t kMagic = 2;
/// An open batch (FORMAT.md): its records are walked, its other fields not yet written.
inline constexpr std::int8_t kOpenMagic = 0;

inline constexpr std::int64_t kNoProducerId = -1;
inline constexpr std::int16_t kNoProducerEpoch = -1;
inline constexpr std::int32_t kNoSequence = -1;
inline constexpr std::int64_t kNoTimestamp = -1;

/// How the records section is packed. Kafka's numbers.
enum class Compression : std::uint8_t { kNone = 0, kGzip = 1, kSnappy = 2, kLz4 = 3, kZstd = 4 };
/// Who dates a record.
enum class TimestampType : std::uint8_t { kCreateTime = 0, kLogAppendTime = 1 };

/// Bits of the attributes field; those not named are 0.
namespace attributes {
inline constexpr std::uint16_t kCompressionMask = 0x07;
inline constexpr std::uint16_t kLogAppendTime = 0x08;
inline constexpr std::uint16_t kTransactional = 0x10;
inline constexpr std::uint16_t kControl = 0x20;
inline constexpr std::uint16_t kDeleteHorizon = 0x40;
inline constexpr std::uint16_t kKnown = 0x7f;
inline constexpr std::uint16_t kCompressionLast = static_cast<std::uint16_t>(Compression::kZstd);
}  // namespace attributes

}  // namespace leat::record
