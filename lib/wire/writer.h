#pragma once

/// \file
/// Writes the primitive types of Kafka's protocol to a growing buffer, or only counts their bytes.
/// Not thread-safe.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/varint.h"
#include "wire/failure.h"

namespace leat::wire {

class Writer {
 public:
  Writer() = default;
  /// Appends to `bytes`, keeping what is there.
  explicit Writer(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}

  /// A big-endian integer.
  template <std::integral T>
  void integer(T value) {
    std::array<std::byte, sizeof(T)> encoded;
    base::store_be<T>(encoded.data(), value);
    raw(encoded);
  }
  void uvarint(std::uint32_t value) {
    std::array<std::byte, base::kVarintSizeMax> encoded;
    const std::byte* end = base::put_uvarint(encoded.data(), value);
    raw({encoded.data(), end});
  }
  void raw(std::span<const std::byte> bytes) {
    // Not insert(): g++ 12 takes a fresh vector for too small, and -Werror believes it.
    const std::size_t at = bytes_.size();
    bytes_.resize(at + bytes.size());
    if (!bytes.empty()) std::memcpy(bytes_.data() + at, bytes.data(), bytes.size());
  }

  /// Makes room for `size` more bytes.
  void reserve(std::size_t size) { bytes_.reserve(bytes_.size() + size); }

  [[nodiscard]] bool ok() const { return !failure_.happened(); }
  [[nodiscard]] const Failure& failure() const { return failure_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  [[nodiscard]] std::vector<std::byte> take() && { return std::move(bytes_); }

  /// Marks the message as one that cannot be written, keeping the first reason; must be static.
  void fail(std::string_view reason) {
    if (ok()) failure_ = {.reason = reason, .field = {}, .position = bytes_.size()};
  }
  /// Names the field of the failure, once; must be static.
  void blame(std::string_view field) {
    if (!ok() && failure_.field.empty()) failure_.field = field;
  }

 private:
  std::vector<std::byte> bytes_;
  Failure failure_;
};

/// Takes what a Writer takes and only counts.
class SizeCounter {
 public:
  template <std::integral T>
  void integer(T /*value*/) {
    size_ += sizeof(T);
  }
  void uvarint(std::uint32_t value) { size_ += base::uvarint_size(value); }
  void raw(std::span<const std::byte> bytes) { size_ += bytes.size(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// A message that cannot be written has a size all the same: the Writer tells.
  void fail(std::string_view /*reason*/) {}
  void blame(std::string_view /*field*/) {}

 private:
  std::size_t size_ = 0;
};

}  // namespace leat::wire
