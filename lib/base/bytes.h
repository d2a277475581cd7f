#pragma once

/// \file
/// Integers in byte arrays. Kafka's wire and disk are big-endian; Leat's own side data is
/// little-endian. Nothing here checks bounds: the caller has done so. Pure functions.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace leat::base {

/// `value` with its bytes in the opposite order (std::byteswap, which C++20 lacks).
template <std::integral T>
[[nodiscard]] constexpr T byteswap(T value) noexcept {
  using U = std::make_unsigned_t<T>;
  if constexpr (sizeof(T) == 1) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return static_cast<T>(__builtin_bswap16(static_cast<U>(value)));
  } else if constexpr (sizeof(T) == 4) {
    return static_cast<T>(__builtin_bswap32(static_cast<U>(value)));
  } else {
    static_assert(sizeof(T) == 8);
    return static_cast<T>(__builtin_bswap64(static_cast<U>(value)));
  }
}

/// Reads the little-endian T at `at`. REQUIRES: sizeof(T) readable bytes.
template <std::integral T>
[[nodiscard]] inline T load_le(const std::byte* at) noexcept {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return std::endian::native == std::endian::little ? value : byteswap(value);
}

/// Reads the big-endian T at `at`. REQUIRES: sizeof(T) readable bytes.
template <std::integral T>
[[nodiscard]] inline T load_be(const std::byte* at) noexcept {
  return byteswap(load_le<T>(at));
}

/// Writes `value` little-endian at `at`. REQUIRES: sizeof(T) writable bytes.
template <std::integral T>
inline void store_le(std::byte* at, std::type_identity_t<T> value) noexcept {
  const T ordered = std::endian::native == std::endian::little ? value : byteswap(value);
  std::memcpy(at, &ordered, sizeof(T));
}

/// Writes `value` big-endian at `at`. REQUIRES: sizeof(T) writable bytes.
template <std::integral T>
inline void store_be(std::byte* at, std::type_identity_t<T> value) noexcept {
  store_le<T>(at, byteswap<T>(value));
}

/// The bytes of a text.
[[nodiscard]] inline std::span<const std::byte> as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// Bytes read as text.
[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace leat::base
