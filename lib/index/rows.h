#pragma once

/// \file
/// The values that index itself knows: how far a partition's rows reach, and what a sealed segment
/// holds. Every value begins with its format version; one that this library does not know, or that
/// is malformed, reads as absent, and what is absent is rebuilt from the log. Pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leat/types.h"

namespace leat::index {

/// The last batch that the partition's rows speak of. Where it disagrees with the log, all rows of
/// that partition are dropped and rebuilt (S20).
struct AppliedRow {
  Offset offset;               ///< the last offset of that batch
  LeaderEpoch epoch;           ///< its leader epoch
  Offset segment_base;         ///< the segment it stands in
  std::uint32_t position = 0;  ///< of its header in that segment, bytes
  std::uint32_t crc = 0;       ///< its CRC-32C, as in its header
  friend bool operator==(const AppliedRow&, const AppliedRow&) = default;
};

[[nodiscard]] std::string encode(const AppliedRow& row);
[[nodiscard]] std::optional<AppliedRow> decode_applied(std::string_view bytes);

/// A sealed segment: enough to choose it by offset, time, size or age without touching its file
/// (S22).
struct SegmentRow {
  Offset base_offset;
  Offset next_offset;       ///< behind its last record; > base_offset, unless it holds none
  std::uint32_t bytes = 0;  ///< length of the file; <= 2^31-1 (S9)
  LeaderEpoch first_epoch;
  LeaderEpoch last_epoch;
  Timestamp first_timestamp{};  ///< of its first record: segment.ms counts from it
  Timestamp max_timestamp{};    ///< the largest: retention.ms and lookups by time go by it
  friend bool operator==(const SegmentRow&, const SegmentRow&) = default;
};

[[nodiscard]] std::string encode(const SegmentRow& row);
[[nodiscard]] std::optional<SegmentRow> decode_segment(std::string_view bytes);

}  // namespace leat::index
