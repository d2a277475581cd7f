#pragma once

/// \file
/// Reads the primitive types of Kafka's protocol off a run of bytes. Total: after the first failure
/// every read yields zero, so a decoder checks once, at its end. Not thread-safe; keeps no memory.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/varint.h"
#include "wire/failure.h"

namespace leat::wire {

/// The most memory that decoding `frame` bytes may ask for (K5).
[[nodiscard]] constexpr std::size_t memory_bound(std::size_t frame) {
  return 4 * frame + (64 << 10);
}

class Reader {
 public:
  /// `bytes` must outlive the reader and every view that was read.
  explicit Reader(std::span<const std::byte> bytes) : Reader(bytes, memory_bound(bytes.size())) {}
  Reader(std::span<const std::byte> bytes, std::size_t memory_max)
      : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()), memory_left_(memory_max) {}

  [[nodiscard]] bool ok() const { return !failure_.happened(); }
  [[nodiscard]] const Failure& failure() const { return failure_; }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }

  /// A big-endian integer.
  template <std::integral T>
  T integer() {
    if (left() < sizeof(T)) {
      fail(kCutShort);
      return T{};
    }
    const T value = base::load_be<T>(at_);
    at_ += sizeof(T);
    return value;
  }

  std::uint32_t uvarint();

  /// The next `size` bytes, in place.
  std::span<const std::byte> raw(std::size_t size);

  /// Confines reads to the next `size` bytes (a tagged field's); returns the end to give to
  /// `leave`.
  const std::byte* enter(std::size_t size);
  /// Fails unless the confined bytes were read to their end, then lifts the confinement.
  void leave(const std::byte* outer_end);

  /// Asks for `size` bytes of memory; fails when the message has used up what it may. False then.
  bool charge(std::size_t size);

  /// Fails, keeping the first reason. `reason` must be static.
  void fail(std::string_view reason);
  /// Names the field of the failure, once. `field` must be static.
  void blame(std::string_view field);

  static constexpr std::string_view kCutShort = "the bytes end within it";

 private:
  const std::byte* begin_;
  const std::byte* at_;
  const std::byte* end_;
  std::size_t memory_left_;
  Failure failure_;
};

}  // namespace leat::wire
