#pragma once

/// \file
/// One row of the layout of a value (FORMAT.md): a little-endian integer and where it stands.

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace leat::index {

template <std::integral T>
struct Field {
  std::size_t at = 0;

  [[nodiscard]] constexpr std::size_t end() const { return at + sizeof(T); }
  /// The same field of the entry that begins at `origin`. REQUIRES: origin + end() <= bytes.size().
  [[nodiscard]] T get(std::string_view bytes, std::size_t origin = 0) const {
    return base::load_le<T>(base::as_bytes(bytes).data() + origin + at);
  }
  /// REQUIRES: origin + end() <= bytes.size().
  void set(std::string& bytes, T value, std::size_t origin = 0) const {
    base::store_le<T>(std::as_writable_bytes(std::span(bytes)).data() + origin + at, value);
  }
};

}  // namespace leat::index
