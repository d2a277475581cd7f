#pragma once

/// \file
/// Writes one record (B4) in two steps: `measure`, so that the caller can make room, then `encode`.
/// On the hot path of every append: inline, no allocation, no checks of room.
/// REQUIRES of all: key, value and headers together stay below 2^31 bytes; the layer above refuses
/// larger ones (kMessageTooLarge) long before.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "leat/record.h"

#include "base/varint.h"

namespace leat::record {

/// The sizes of an encoded record in bytes.
struct RecordFrame {
  std::uint32_t body_size;  ///< what the length field says: the bytes behind it
  std::uint32_t size;       ///< length field and body
};

/// Where a record stands in its batch.
struct RecordDeltas {
  std::int64_t timestamp;  ///< ms after the batch's base timestamp; may be negative
  std::int32_t offset;     ///< after the batch's base offset
};

namespace encoder_detail {

// Nearly all varints of a record have one or two bytes, and the same as in the record before: a
// predicted compare is cheaper than counting bits.

/// Bytes of an unsigned varint.
inline std::size_t size_of(std::uint64_t value) noexcept {
  if (value < 0x80U) [[likely]]
    return 1;
  if (value < 0x4000U) [[likely]]
    return 2;
  return base::uvarint_size(value);
}
/// base::put_uvarint.
inline std::byte* put(std::byte* at, std::uint64_t value) noexcept {
  if (value < 0x80U) [[likely]] {
    *at = static_cast<std::byte>(value);
    return at + 1;
  }
  if (value < 0x4000U) [[likely]] {
    at[0] = static_cast<std::byte>(value | 0x80U);
    at[1] = static_cast<std::byte>(value >> 7U);
    return at + 2;
  }
  return base::put_uvarint(at, value);
}

/// Copies the first and the last `Block` bytes, which may overlap. REQUIRES: Block <= size <= 2 *
/// Block.
template <std::size_t Block>
inline void copy_ends(std::byte* to, const std::byte* from, std::size_t size) noexcept {
  std::memcpy(to, from, Block);
  std::memcpy(to + (size - Block), from + (size - Block), Block);
}
/// memcpy, without a call for the sizes that records have.
inline void copy(std::byte* to, const std::byte* from, std::size_t size) noexcept {
  if (size > 128) return void(std::memcpy(to, from, size));
  if (size > 64) return copy_ends<64>(to, from, size);
  if (size > 32) return copy_ends<32>(to, from, size);
  if (size >= 16) return copy_ends<16>(to, from, size);
  if (size >= 8) return copy_ends<8>(to, from, size);
  if (size >= 4) return copy_ends<4>(to, from, size);
  for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
}

inline std::uint32_t wire_size(BytesView bytes) noexcept {
  return base::zigzag(bytes.is_null() ? -1 : static_cast<std::int32_t>(bytes.size()));
}
inline std::size_t measure_bytes(BytesView bytes) noexcept {
  return size_of(wire_size(bytes)) + bytes.size();
}
inline std::byte* put_bytes(std::byte* at, BytesView bytes) noexcept {
  at = put(at, wire_size(bytes));
  copy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

/// `put_bytes` of at most 8,000 bytes; a null or short one in few instructions.
inline std::byte* put_small(std::byte* at, BytesView bytes) noexcept {
  if (bytes.is_null()) {
    *at = std::byte{1};
    return at + 1;
  }
  const std::size_t size = bytes.size();
  *at = static_cast<std::byte>(size << 1U);
  if (size >= 64) {
    *at |= std::byte{0x80};
    *++at = static_cast<std::byte>(size >> 6U);
  }
  ++at;
  copy(at, bytes.data(), size);
  return at + size;
}

/// A header's name is never null (B4): a default-made one is empty.
inline BytesView name_of(const Header& header) noexcept {
  return header.key.data() == nullptr ? BytesView(std::string_view("")) : BytesView(header.key);
}
inline std::size_t measure_headers(std::span<const Header> headers) noexcept {
  std::size_t size = base::varint_size(static_cast<std::int32_t>(headers.size()));
  for (const Header& header : headers)
    size += measure_bytes(name_of(header)) + measure_bytes(header.value);
  return size;
}
inline std::byte* put_headers(std::byte* at, std::span<const Header> headers) noexcept {
  at = base::put_varint(at, static_cast<std::int32_t>(headers.size()));
  for (const Header& header : headers) at = put_bytes(put_bytes(at, name_of(header)), header.value);
  return at;
}

/// Writes the body: everything behind the length field.
inline void put_body(std::byte* at, const Record& record, const RecordDeltas& deltas) noexcept {
  *at++ = std::byte{0};  // attributes
  at = put(at, base::zigzag(deltas.timestamp));
  at = put(at, base::zigzag(deltas.offset));
  at = put_bytes(at, record.key);
  at = put_bytes(at, record.value);
  if (record.headers.empty()) [[likely]] {
    *at = std::byte{0};
  } else {
    put_headers(at, record.headers);
  }
}

}  // namespace encoder_detail

/// The sizes that `record` has at `deltas`.
[[nodiscard]] inline RecordFrame measure(const Record& record,
                                         const RecordDeltas& deltas) noexcept {
  std::size_t body = 1 + encoder_detail::size_of(base::zigzag(deltas.timestamp)) +
                     encoder_detail::size_of(base::zigzag(deltas.offset)) +
                     encoder_detail::measure_bytes(record.key) +
                     encoder_detail::measure_bytes(record.value);
  body += record.headers.empty() ? 1 : encoder_detail::measure_headers(record.headers);
  const auto body_size = static_cast<std::uint32_t>(body);
  const auto length_size =
      encoder_detail::size_of(base::zigzag(static_cast<std::int32_t>(body_size)));
  return {body_size, body_size + static_cast<std::uint32_t>(length_size)};
}

/// Writes [at + 1, at + frame.size) and returns the byte that belongs at `at`: the commit byte of
/// an open batch, never 0, which the caller stores last with release (S2). REQUIRES: `frame` is
/// measure(record, deltas); frame.size writable bytes.
[[nodiscard]] inline std::byte encode_uncommitted(std::byte* at, const RecordFrame& frame,
                                                  const Record& record,
                                                  const RecordDeltas& deltas) noexcept {
  const std::uint32_t length = base::zigzag(static_cast<std::int32_t>(frame.body_size));
  encoder_detail::put_body(at + (frame.size - frame.body_size), record, deltas);
  if (length < 0x80U) return static_cast<std::byte>(length);
  base::put_uvarint(at + 1, length >> 7U);
  return static_cast<std::byte>(length | 0x80U);
}

/// Whether `encode_plain` takes the record: no headers, and key and value of a size that tells how
/// long the length field is, whatever the deltas are. Nearly all are.
[[nodiscard]] inline bool is_plain(const Record& record) noexcept {
  const std::size_t payload = record.key.size() + record.value.size();
  return record.headers.empty() && payload <= 8'000 && (payload >= 58 || payload <= 42);
}
/// What a plain record takes at most beside key and value.
inline constexpr std::size_t kPlainOverheadMax = 2 + 1 + 10 + 5 + 2 + 2 + 1;

/// `measure` and `encode_uncommitted` at once, in half the instructions: one pass forward. Returns
/// the byte behind the record; the commit byte goes to `first`.
/// REQUIRES: is_plain(record); room for key, value and kPlainOverheadMax.
/// Always inline: the call alone would cost a fourth of it.
[[nodiscard, gnu::always_inline]] inline std::byte* encode_plain(std::byte* at,
                                                                 const Record& record,
                                                                 const RecordDeltas& deltas,
                                                                 std::byte& first) noexcept {
  const bool is_long = record.key.size() + record.value.size() >= 58;
  std::byte* const body = at + (is_long ? 2 : 1);
  *body = std::byte{0};  // attributes
  std::byte* to = encoder_detail::put(body + 1, base::zigzag(deltas.timestamp));
  to = encoder_detail::put(to, base::zigzag(deltas.offset));
  to = encoder_detail::put_small(to, record.key);
  to = encoder_detail::put_small(to, record.value);
  *to++ = std::byte{0};  // no headers
  const auto length = static_cast<std::uint32_t>(to - body) << 1U;
  first = static_cast<std::byte>(length);
  if (is_long) {
    first |= std::byte{0x80};
    at[1] = static_cast<std::byte>(length >> 7U);
  }
  return to;
}

/// The size of a plain record with the batch's own time: `measure(record, {0, offset}).size` in a
/// third of the instructions. REQUIRES: is_plain(record).
[[nodiscard]] inline std::size_t measure_plain(const Record& record, std::int32_t offset) noexcept {
  const auto is_two_bytes = [](std::size_t value) {  // as a varint, below 2^13
    return static_cast<std::size_t>(value >= 64);
  };
  const std::size_t payload = record.key.size() + record.value.size();
  // Length, attributes, time, key's and value's sizes, number of headers: a byte each at least.
  return 6 + payload + static_cast<std::size_t>(payload >= 58) + is_two_bytes(record.key.size()) +
         is_two_bytes(record.value.size()) + encoder_detail::size_of(base::zigzag(offset));
}

/// Writes the whole record; returns the byte after it. REQUIRES: as `encode_uncommitted`.
inline std::byte* encode(std::byte* at, const RecordFrame& frame, const Record& record,
                         const RecordDeltas& deltas) noexcept {
  *at = encode_uncommitted(at, frame, record, deltas);
  return at + frame.size;
}

}  // namespace leat::record
