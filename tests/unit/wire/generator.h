#pragma once

// Random messages of any table.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <type_traits>

#include "leat/record.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire::testing {

/// Fills messages with random values that a version can carry; owns the text that views show.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t end) { return random_() % end; }
  std::byte byte() { return static_cast<std::byte>(random_()); }

  template <class M>
  M message(ApiVersion version) {
    M filled;
    for_each_field<M>([&]<auto Member>(const Field<Member>& row) {
      using T = std::remove_cvref_t<decltype(filled.*Member)>;
      if (!row.versions.contains(version) || below(8) == 0) return;
      const bool nullable = row.nullable.contains(version);
      filled.*Member = nullable && below(4) == 0 ? null<T>() : value<T>(version);
    });
    return filled;
  }

 private:
  template <class T>
  T null() {
    if constexpr (NullableType<T>) {
      return T{};
    } else {
      return value<T>(0);  // never asked for: only nullable types are nullable
    }
  }

  template <class T>
  T value(ApiVersion version) {
    if constexpr (OptionalType<T>) {
      return value<typename T::value_type>(version);
    } else if constexpr (std::same_as<T, bool>) {
      return below(2) == 1;
    } else if constexpr (std::integral<T>) {
      return static_cast<T>(random_() >> below(64));
    } else if constexpr (std::is_enum_v<T>) {
      return static_cast<T>(value<std::underlying_type_t<T>>(version));
    } else if constexpr (std::same_as<T, double>) {
      return static_cast<double>(random_()) / 3;
    } else if constexpr (StrongInteger<T>) {
      return T(value<decltype(T().value())>(version));
    } else if constexpr (std::same_as<T, Uuid>) {
      Uuid id;
      for (std::byte& b : id.bytes) b = byte();
      return id;
    } else if constexpr (Message<T>) {
      return message<T>(version);
    } else {
      return sequence<T>(version);
    }
  }

  template <class T>
  T sequence(ApiVersion version) {
    if constexpr (std::same_as<T, Records>) {
      return {BytesView(text())};
    } else if constexpr (std::same_as<T, BytesView> || StringType<T>) {
      return T(text());
    } else if constexpr (BytesType<T>) {
      T bytes(below(5));
      for (std::byte& b : bytes) b = byte();
      return bytes;
    } else {
      T values(below(4));
      for (auto& element : values) element = value<typename T::value_type>(version);
      return values;
    }
  }

  const std::string& text() {
    std::string& made = texts_.emplace_back(below(10) == 0 ? 200 : below(6), '\0');
    for (char& c : made) c = static_cast<char>(random_());
    return made;
  }

  std::mt19937_64 random_;
  std::deque<std::string> texts_;
};

}  // namespace leat::wire::testing
