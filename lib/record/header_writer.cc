#include "record/header_writer.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "leat/types.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "record/batch_view.h"
#include "record/checkpoint.h"
#include "record/layout.h"

namespace leat::record {
namespace {

template <class T>
void store(std::byte* header, const FieldSpan& field, T value) noexcept {
  base::store_be<T>(header + field.at, value);
}

void store_time(std::byte* header, const FieldSpan& field, Timestamp time) noexcept {
  store<std::int64_t>(header, field, time.time_since_epoch().count());
}

std::size_t records_size(std::int32_t length) noexcept {
  return static_cast<std::size_t>(length - kLengthMin);
}

/// All fields but magic (left 0) and CRC.
std::array<std::byte, kHeaderSize> fields_of(const ClosedHeader& closed) noexcept {
  std::array<std::byte, kHeaderSize> bytes{};
  std::byte* const at = bytes.data();
  store<std::int64_t>(at, layout::kBaseOffset, closed.base_offset.value());
  store<std::int32_t>(at, layout::kLength, closed.length);
  store<std::int32_t>(at, layout::kLeaderEpoch, closed.leader_epoch.value());
  store<std::uint16_t>(at, layout::kAttributes, closed.attributes);
  store<std::int32_t>(at, layout::kLastOffsetDelta, closed.last_offset_delta);
  store_time(at, layout::kBaseTimestamp, closed.base_timestamp);
  store_time(at, layout::kMaxTimestamp, closed.max_timestamp);
  store<std::int64_t>(at, layout::kProducerId, closed.producer_id.value());
  store<std::int16_t>(at, layout::kProducerEpoch, closed.producer_epoch.value());
  store<std::int32_t>(at, layout::kBaseSequence, closed.base_sequence);
  store<std::int32_t>(at, layout::kRecordCount, closed.record_count);
  return bytes;
}

std::uint32_t crc_of(std::span<const std::byte, kHeaderSize> fields, const std::byte* records,
                     std::int32_t length) noexcept {
  const std::uint32_t crc = base::crc32c(fields.subspan(kCrcBegin));
  return base::crc32c({records, records_size(length)}, crc);
}

/// Copies [first, end) of the fields. What is stored before the next call stays before it.
void copy_and_order(std::byte* header, std::span<const std::byte, kHeaderSize> fields,
                    std::size_t first, std::size_t end) noexcept {
  std::memcpy(header + first, fields.data() + first, end - first);
  std::atomic_thread_fence(std::memory_order_release);
}

}  // namespace

void open_header(std::byte* header, const OpenHeader& open) noexcept {
  std::memset(header, 0, kHeaderSize);
  store<std::int64_t>(header, layout::kBaseOffset, open.base_offset.value());
  store<std::int32_t>(header, layout::kLeaderEpoch, open.leader_epoch.value());
  store<std::uint16_t>(header, layout::kAttributes, open.attributes);
  store_time(header, layout::kBaseTimestamp, open.base_timestamp);
}

std::uint32_t crc_of(const std::byte* header, const ClosedHeader& closed) noexcept {
  return crc_of(fields_of(closed), header + kHeaderSize, closed.length);
}

void close_header(std::byte* header, const ClosedHeader& closed) noexcept {
  std::array<std::byte, kHeaderSize> fields = fields_of(closed);
  store(fields.data(), layout::kCrc, crc_of(fields, header + kHeaderSize, closed.length));

  constexpr std::size_t kCheckpointsBegin = layout::kCheckpoints.front().at;
  copy_and_order(header, fields, layout::kBaseOffset.at, layout::kBaseOffset.end());
  copy_and_order(header, fields, layout::kLeaderEpoch.at, layout::kLeaderEpoch.end());
  copy_and_order(header, fields, layout::kCrc.at, kCheckpointsBegin);
  copy_and_order(header, fields, layout::kLength.at, layout::kLength.end());
  copy_and_order(header, fields, kCheckpointsBegin, kHeaderSize);
  // Release: pairs with the acquire of whoever reads magic to learn whether to walk the records.
  std::atomic_ref(*reinterpret_cast<std::int8_t*>(header + layout::kMagic.at))
      .store(kMagic, std::memory_order_release);
}

void place(std::byte* header, Offset base_offset, LeaderEpoch leader_epoch) noexcept {
  store<std::int64_t>(header, layout::kBaseOffset, base_offset.value());
  store<std::int32_t>(header, layout::kLeaderEpoch, leader_epoch.value());
}

void restamp(std::span<std::byte> batch, TimestampType type, Timestamp max_timestamp) noexcept {
  const BatchView view(batch.data());
  unsigned bits = view.attributes() & ~unsigned{attributes::kLogAppendTime};
  if (type == TimestampType::kLogAppendTime) bits |= attributes::kLogAppendTime;
  store<std::uint16_t>(batch.data(), layout::kAttributes, static_cast<std::uint16_t>(bits));
  store_time(batch.data(), layout::kMaxTimestamp, max_timestamp);
  store<std::uint32_t>(batch.data(), layout::kCrc, view.compute_crc());
}

}  // namespace leat::record
