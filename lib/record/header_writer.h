#pragma once

/// \file
/// Writes batch headers: whole ones, those of open batches (S2, FORMAT.md), and the few fields that
/// a batch is given when it is appended. Pure functions over memory that the caller owns.

#include <cstddef>
#include <cstdint>
#include <span>

#include "leat/types.h"

#include "record/layout.h"

namespace leat::record {

/// All that a closed header says beside magic and CRC.
struct ClosedHeader {
  Offset base_offset{};
  std::int32_t length = 0;  ///< bytes after the length field: kLengthMin + those of the records
  LeaderEpoch leader_epoch{};
  std::uint16_t attributes = 0;
  std::int32_t last_offset_delta = 0;
  Timestamp base_timestamp{};
  Timestamp max_timestamp{};
  ProducerId producer_id{kNoProducerId};
  ProducerEpoch producer_epoch{kNoProducerEpoch};
  std::int32_t base_sequence = kNoSequence;
  std::int32_t record_count = 0;
};

/// All that an open header says (S2).
struct OpenHeader {
  Offset base_offset{};
  LeaderEpoch leader_epoch{};
  std::uint16_t attributes = 0;
  Timestamp base_timestamp{};
};

/// Opens a batch at `header`: these fields, magic and length 0, no checkpoint.
/// REQUIRES: kHeaderSize writable bytes.
void open_header(std::byte* header, const OpenHeader& open) noexcept;

/// Writes the header of the batch whose records stand behind it, the CRC included, and magic last
/// with release: who sees magic 2 sees all of it. In an open batch the length is stored after the
/// CRC and before the checkpoints are written over: a kill in between leaves magic 0, a length
/// and a CRC, from which `crc_of` proves what the close had taken in.
/// REQUIRES: closed.length + 12 bytes, the records among them written.
void close_header(std::byte* header, const ClosedHeader& closed) noexcept;

/// The CRC that the batch has under `closed`, from the records behind `header`; the header itself
/// is not read. REQUIRES: closed.length + 12 readable bytes.
[[nodiscard]] std::uint32_t crc_of(const std::byte* header, const ClosedHeader& closed) noexcept;

/// Gives a batch its place in a log. Both fields lie outside the CRC (S1, B2, B13).
void place(std::byte* header, Offset base_offset, LeaderEpoch leader_epoch) noexcept;

/// Sets timestamp type and max timestamp and computes the CRC anew: the LogAppendTime of an append
/// (B12), or a max timestamp that the producer had wrong (B14). REQUIRES: a whole batch.
void restamp(std::span<std::byte> batch, TimestampType type, Timestamp max_timestamp) noexcept;

}  // namespace leat::record
