#include "log/segment_sum.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <span>
#include <string>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/hash.h"
#include "log/log_options.h"

namespace leat::log {
namespace {

// The layout of FORMAT.md: little-endian, fixed fields, then the blocks, then an XXH3 of all before it.
constexpr std::uint32_t kMagic = 0x4d55534cU;  // "LSUM"
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMagicAt = 0;
constexpr std::size_t kVersionAt = kMagicAt + 4;
constexpr std::size_t kLengthAt = kVersionAt + 4;
constexpr std::size_t kBlockCountAt = kLengthAt + 4;
constexpr std::size_t kBaseOffsetAt = kBlockCountAt + 4;
constexpr std::size_t kNextOffsetAt = kBaseOffsetAt + 8;
constexpr std::size_t kFirstTimestampAt = kNextOffsetAt + 8;
constexpr std::size_t kMaxTimestampAt = kFirstTimestampAt + 8;
constexpr std::size_t kFirstEpochAt = kMaxTimestampAt + 8;
constexpr std::size_t kLastEpochAt = kFirstEpochAt + 4;
constexpr std::size_t kBlocksAt = kLastEpochAt + 4;
constexpr std::size_t kHashSize = 8;
static_assert(kBlocksAt == 56);

constexpr std::int16_t kSnapshotVersion = 1;

}  // namespace

std::vector<std::byte> encode_sum(const SegmentSum& sum) {
  std::vector<std::byte> out(kBlocksAt + (sum.blocks.size() + 1) * kHashSize);
  std::byte* const at = out.data();
  base::store_le<std::uint32_t>(at + kMagicAt, kMagic);
  base::store_le<std::uint32_t>(at + kVersionAt, kVersion);
  base::store_le<std::uint32_t>(at + kLengthAt, sum.length);
  base::store_le<std::uint32_t>(at + kBlockCountAt, static_cast<std::uint32_t>(sum.blocks.size()));
  base::store_le<std::int64_t>(at + kBaseOffsetAt, sum.base_offset.value());
  base::store_le<std::int64_t>(at + kNextOffsetAt, sum.next_offset.value());
  base::store_le<std::int64_t>(at + kFirstTimestampAt, sum.first_timestamp);
  base::store_le<std::int64_t>(at + kMaxTimestampAt, sum.max_timestamp);
  base::store_le<std::int32_t>(at + kFirstEpochAt, sum.first_epoch);
  base::store_le<std::int32_t>(at + kLastEpochAt, sum.last_epoch);
  std::byte* next = at + kBlocksAt;
  for (const std::uint64_t hash : sum.blocks) {
    base::store_le<std::uint64_t>(next, hash);
    next += kHashSize;
  }
  const std::size_t hashed = out.size() - kHashSize;
  base::store_le<std::uint64_t>(next, base::xxh3(std::span(out).first(hashed)));
  return out;
}

Result<SegmentSum> decode_sum(std::span<const std::byte> bytes) {
  if (bytes.size() < kBlocksAt + kHashSize) {
    return Error(ErrorCode::kCorruptMessage,
                 fmt::format("{} bytes are too few for a .sum", bytes.size()));
  }
  const std::byte* const at = bytes.data();
  const std::size_t hashed = bytes.size() - kHashSize;
  if (base::load_le<std::uint32_t>(at + kMagicAt) != kMagic ||
      base::xxh3(bytes.first(hashed)) != base::load_le<std::uint64_t>(at + hashed)) {
    return Error(ErrorCode::kCorruptMessage, "the .sum does not match its own checksum");
  }
  const auto version = base::load_le<std::uint32_t>(at + kVersionAt);
  if (version > kVersion) {
    return Error(ErrorCode::kUnsupportedFormat,
                 fmt::format(".sum version {} is newer than {}", version, kVersion));
  }
  SegmentSum sum{.length = base::load_le<std::uint32_t>(at + kLengthAt),
                 .base_offset = Offset{base::load_le<std::int64_t>(at + kBaseOffsetAt)},
                 .next_offset = Offset{base::load_le<std::int64_t>(at + kNextOffsetAt)},
                 .first_epoch = base::load_le<std::int32_t>(at + kFirstEpochAt),
                 .last_epoch = base::load_le<std::int32_t>(at + kLastEpochAt),
                 .first_timestamp = base::load_le<std::int64_t>(at + kFirstTimestampAt),
                 .max_timestamp = base::load_le<std::int64_t>(at + kMaxTimestampAt),
                 .blocks = {}};
  const auto count = base::load_le<std::uint32_t>(at + kBlockCountAt);
  const std::uint64_t expected = (std::uint64_t{sum.length} + kSumBlockBytes - 1) / kSumBlockBytes;
  if (count != expected || bytes.size() != kBlocksAt + (count + std::size_t{1}) * kHashSize) {
    return Error(ErrorCode::kCorruptMessage, "the .sum has not the blocks that its length asks for");
  }
  sum.blocks.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    sum.blocks.push_back(base::load_le<std::uint64_t>(at + kBlocksAt + i * kHashSize));
  }
  return sum;
}

BlockRange block_range(std::uint32_t index, std::uint32_t length) {
  const std::uint64_t begin = std::uint64_t{index} * kSumBlockBytes;
  return {static_cast<std::uint32_t>(begin),
          static_cast<std::uint32_t>(std::min<std::uint64_t>(begin + kSumBlockBytes, length))};
}

std::vector<std::byte> empty_producer_snapshot() {
  // Kafka's ProducerSnapshot, version 1: version i16, CRC-32C of what follows u32, entry count i32.
  std::vector<std::byte> out(2 + 4 + 4);
  base::store_be<std::int16_t>(out.data(), kSnapshotVersion);
  base::store_be<std::int32_t>(out.data() + 6, 0);
  base::store_be<std::uint32_t>(out.data() + 2, base::crc32c(std::span(out).subspan(6)));
  return out;
}

}  // namespace leat::log
