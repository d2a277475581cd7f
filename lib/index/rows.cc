#include "index/rows.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "leat/types.h"

#include "index/field.h"

namespace leat::index {
namespace {

constexpr std::uint8_t kRowVersion = 1;
constexpr Field<std::uint8_t> kVersion{0};

namespace applied {
constexpr Field<std::int64_t> kOffset{kVersion.end()};
constexpr Field<std::int32_t> kEpoch{kOffset.end()};
constexpr Field<std::int64_t> kSegmentBase{kEpoch.end()};
constexpr Field<std::uint32_t> kPosition{kSegmentBase.end()};
constexpr Field<std::uint32_t> kCrc{kPosition.end()};
constexpr std::size_t kSize = kCrc.end();
static_assert(kSize == 29);
}  // namespace applied

namespace segment {
constexpr Field<std::int64_t> kBaseOffset{kVersion.end()};
constexpr Field<std::int64_t> kNextOffset{kBaseOffset.end()};
constexpr Field<std::uint32_t> kBytes{kNextOffset.end()};
constexpr Field<std::int32_t> kFirstEpoch{kBytes.end()};
constexpr Field<std::int32_t> kLastEpoch{kFirstEpoch.end()};
constexpr Field<std::int64_t> kFirstTimestamp{kLastEpoch.end()};
constexpr Field<std::int64_t> kMaxTimestamp{kFirstTimestamp.end()};
constexpr std::size_t kSize = kMaxTimestamp.end();
static_assert(kSize == 45);
}  // namespace segment

constexpr std::uint32_t kSegmentBytesMax = std::numeric_limits<std::int32_t>::max();  // S9

bool is_row(std::string_view bytes, std::size_t size) {
  return bytes.size() == size && kVersion.get(bytes) == kRowVersion;
}

Timestamp timestamp(std::int64_t milliseconds) {
  return Timestamp{std::chrono::milliseconds{milliseconds}};
}

}  // namespace

std::string encode(const AppliedRow& row) {
  std::string bytes(applied::kSize, '\0');
  kVersion.set(bytes, kRowVersion);
  applied::kOffset.set(bytes, row.offset.value());
  applied::kEpoch.set(bytes, row.epoch.value());
  applied::kSegmentBase.set(bytes, row.segment_base.value());
  applied::kPosition.set(bytes, row.position);
  applied::kCrc.set(bytes, row.crc);
  return bytes;
}

std::optional<AppliedRow> decode_applied(std::string_view bytes) {
  if (!is_row(bytes, applied::kSize)) return std::nullopt;
  const AppliedRow row{.offset = Offset{applied::kOffset.get(bytes)},
                       .epoch = LeaderEpoch{applied::kEpoch.get(bytes)},
                       .segment_base = Offset{applied::kSegmentBase.get(bytes)},
                       .position = applied::kPosition.get(bytes),
                       .crc = applied::kCrc.get(bytes)};
  if (row.segment_base < Offset{0} || row.offset < row.segment_base) return std::nullopt;
  return row;
}

std::string encode(const SegmentRow& row) {
  std::string bytes(segment::kSize, '\0');
  kVersion.set(bytes, kRowVersion);
  segment::kBaseOffset.set(bytes, row.base_offset.value());
  segment::kNextOffset.set(bytes, row.next_offset.value());
  segment::kBytes.set(bytes, row.bytes);
  segment::kFirstEpoch.set(bytes, row.first_epoch.value());
  segment::kLastEpoch.set(bytes, row.last_epoch.value());
  segment::kFirstTimestamp.set(bytes, row.first_timestamp.time_since_epoch().count());
  segment::kMaxTimestamp.set(bytes, row.max_timestamp.time_since_epoch().count());
  return bytes;
}

std::optional<SegmentRow> decode_segment(std::string_view bytes) {
  if (!is_row(bytes, segment::kSize)) return std::nullopt;
  const SegmentRow row{.base_offset = Offset{segment::kBaseOffset.get(bytes)},
                       .next_offset = Offset{segment::kNextOffset.get(bytes)},
                       .bytes = segment::kBytes.get(bytes),
                       .first_epoch = LeaderEpoch{segment::kFirstEpoch.get(bytes)},
                       .last_epoch = LeaderEpoch{segment::kLastEpoch.get(bytes)},
                       .first_timestamp = timestamp(segment::kFirstTimestamp.get(bytes)),
                       .max_timestamp = timestamp(segment::kMaxTimestamp.get(bytes))};
  if (row.base_offset < Offset{0} || row.next_offset < row.base_offset ||
      row.bytes > kSegmentBytesMax || row.last_epoch < row.first_epoch) {
    return std::nullopt;
  }
  return row;
}

}  // namespace leat::index
