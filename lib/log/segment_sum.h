#pragma once

/// \file
/// The `.sum` of a sealed segment (FORMAT.md): what it holds and an XXH3 of each 64 KiB block, so that any
/// flipped bit is found before its bytes are returned (S19, G23).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::log {

struct SegmentSum {
  std::uint32_t length = 0;
  Offset base_offset;
  Offset next_offset;
  std::int32_t first_epoch = 0;
  std::int32_t last_epoch = 0;
  std::int64_t first_timestamp = 0;
  std::int64_t max_timestamp = 0;
  std::vector<std::uint64_t> blocks;  ///< XXH3 of each block; the last may be short
  friend bool operator==(const SegmentSum&, const SegmentSum&) = default;
};

[[nodiscard]] std::vector<std::byte> encode_sum(const SegmentSum& sum);
/// Errors: kCorruptMessage (damaged), kUnsupportedFormat (a newer version).
Result<SegmentSum> decode_sum(std::span<const std::byte> bytes);
/// Block `index` of a segment of `length` bytes is [begin, end).
struct BlockRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};
[[nodiscard]] BlockRange block_range(std::uint32_t index, std::uint32_t length);

/// An empty producer-state snapshot in Kafka's format, version 1.
[[nodiscard]] std::vector<std::byte> empty_producer_snapshot();

}  // namespace leat::log
