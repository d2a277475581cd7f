#pragma once

/// \file
/// Writes one record (B4) in two steps: `measure`, so that the caller can make room, then `encode`.
/// On the hot path of every append: inline, no allocation, no checks of room.
/// REQUIRES of all: key, value and headers together stay below 2^31 bytes; the layer above refuses
/// larger ones (kMessageTooLarge) long before.

#include <cstddef>
#include <cstdint>
#include <cstring>

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

inline std::int32_t wire_size(BytesView bytes) noexcept {
  return bytes.is_null() ? -1 : static_cast<std::int32_t>(bytes.size());
}
inline std::size_t measure_bytes(BytesView bytes) noexcept {
  return base::varint_size(wire_size(bytes)) + bytes.size();
}
inline std::byte* put_bytes(std::byte* at, BytesView bytes) noexcept {
  at = base::put_varint(at, wire_size(bytes));
  if (bytes.size() != 0) std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
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
  at = base::put_varlong(at, deltas.timestamp);
  at = base::put_varint(at, deltas.offset);
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
  std::size_t body = 1 + base::varlong_size(deltas.timestamp) + base::varint_size(deltas.offset) +
                     encoder_detail::measure_bytes(record.key) +
                     encoder_detail::measure_bytes(record.value);
  body += record.headers.empty() ? 1 : encoder_detail::measure_headers(record.headers);
  const auto body_size = static_cast<std::uint32_t>(body);
  const auto length_size = base::varint_size(static_cast<std::int32_t>(body_size));
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

/// Writes the whole record; returns the byte after it. REQUIRES: as `encode_uncommitted`.
inline std::byte* encode(std::byte* at, const RecordFrame& frame, const Record& record,
                         const RecordDeltas& deltas) noexcept {
  *at = encode_uncommitted(at, frame, record, deltas);
  return at + frame.size;
}

}  // namespace leat::record
