#pragma once

/// \file
/// Kafka's variable-length integers, seven bits a byte, least significant first: zig-zag varint
/// (int32, 1-5 bytes) and varlong (int64, 1-10 bytes) in records, unsigned varint in messages.
/// Writers are unchecked; readers check bounds and over-long forms. Pure functions.

#include <bit>
#include <cstddef>
#include <cstdint>

namespace leat::base {

inline constexpr std::size_t kVarintSizeMax = 5;
inline constexpr std::size_t kVarlongSizeMax = 10;

/// Zig-zag: 0, -1, 1, -2, … become 0, 1, 2, 3, …
[[nodiscard]] constexpr std::uint32_t zigzag(std::int32_t value) noexcept {
  return (static_cast<std::uint32_t>(value) << 1U) ^ static_cast<std::uint32_t>(value >> 31);
}
[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
  return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}
[[nodiscard]] constexpr std::int32_t unzigzag(std::uint32_t value) noexcept {
  return static_cast<std::int32_t>((value >> 1U) ^ (0U - (value & 1U)));
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>((value >> 1U) ^ (0U - (value & 1U)));
}

/// Bytes that the unsigned varint of `value` takes: 1-5, or 1-10 for 64 bits.
[[nodiscard]] constexpr std::size_t uvarint_size(std::uint64_t value) noexcept {
  return (static_cast<std::size_t>(std::bit_width(value | 1U)) + 6U) / 7U;
}
/// Bytes that the zig-zag varint of `value` takes, 1-5.
[[nodiscard]] constexpr std::size_t varint_size(std::int32_t value) noexcept {
  return uvarint_size(zigzag(value));
}
/// Bytes that the zig-zag varlong of `value` takes, 1-10.
[[nodiscard]] constexpr std::size_t varlong_size(std::int64_t value) noexcept {
  return uvarint_size(zigzag(value));
}

/// Writes the unsigned varint of `value` at `at`; returns the byte after it.
/// REQUIRES: uvarint_size(value) writable bytes.
inline std::byte* put_uvarint(std::byte* at, std::uint64_t value) noexcept {
  while (value >= 0x80U) {
    *at++ = static_cast<std::byte>(value | 0x80U);
    value >>= 7U;
  }
  *at++ = static_cast<std::byte>(value);
  return at;
}
/// Writes the zig-zag varint of `value` at `at`; returns the byte after it.
inline std::byte* put_varint(std::byte* at, std::int32_t value) noexcept {
  return put_uvarint(at, zigzag(value));
}
/// Writes the zig-zag varlong of `value` at `at`; returns the byte after it.
inline std::byte* put_varlong(std::byte* at, std::int64_t value) noexcept {
  return put_uvarint(at, zigzag(value));
}

/// The rest of `get_uvarint` for any length. Out of line, so that what is inlined stays small.
template <class Value>
[[nodiscard, gnu::noinline]] const std::byte* get_long_uvarint(const std::byte* at,
                                                               const std::byte* end,
                                                               Value& out) noexcept {
  constexpr unsigned kBits = sizeof(Value) * 8;
  Value value = 0;
  for (unsigned shift = 0; shift < kBits && at != end; shift += 7) {
    const auto byte = std::to_integer<Value>(*at++);
    // The last byte may carry only the bits that are left of the type.
    if (shift + 7 > kBits && (byte >> (kBits - shift)) != 0) return nullptr;
    value |= (byte & 0x7fU) << shift;
    if (byte < 0x80U) {
      out = value;
      return at;
    }
  }
  return nullptr;
}

/// Reads an unsigned varint of the type of `out` (uint32_t or uint64_t) from [at, end); returns the
/// byte after it, or nullptr when the bytes end within it or it does not fit the type. `out` is
/// then unchanged. One and two bytes, nearly all there are in small records, are read inline.
template <class Value>
[[nodiscard]] inline const std::byte* get_uvarint(const std::byte* at, const std::byte* end,
                                                  Value& out) noexcept {
  if (end - at >= 2) [[likely]] {
    const auto first = std::to_integer<Value>(at[0]);
    if (first < 0x80U) {
      out = first;
      return at + 1;
    }
    const auto second = std::to_integer<Value>(at[1]);
    if (second < 0x80U) {
      out = (first & 0x7fU) | (second << 7U);
      return at + 2;
    }
  }
  return get_long_uvarint(at, end, out);
}

/// Reads a zig-zag varint as `get_uvarint` does.
[[nodiscard]] inline const std::byte* get_varint(const std::byte* at, const std::byte* end,
                                                 std::int32_t& out) noexcept {
  std::uint32_t value = 0;
  at = get_uvarint(at, end, value);
  if (at != nullptr) out = unzigzag(value);
  return at;
}

/// Reads a zig-zag varlong as `get_uvarint` does.
[[nodiscard]] inline const std::byte* get_varlong(const std::byte* at, const std::byte* end,
                                                  std::int64_t& out) noexcept {
  std::uint64_t value = 0;
  at = get_uvarint(at, end, value);
  if (at != nullptr) out = unzigzag(value);
  return at;
}

}  // namespace leat::base
