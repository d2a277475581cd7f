#pragma once

/// \file
/// The bytes of a file that lives in memory.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "io/posix_region.h"

namespace leat::io {

/// Grows and shrinks like a file and can be mapped: while it is pinned its bytes do not move. A
/// small file is a buffer on the heap; a larger or mapped one lives in a reserved region that it
/// grows into. Not thread-safe. `bad_alloc` passes through.
class MemoryContent {
 public:
  /// A file longer than this lives in a region.
  static constexpr std::size_t kHeapBytesMax = std::size_t{64} * 1024;
  /// Address space reserved for a region, where it may be had; memory is taken by the touched page.
  static constexpr std::size_t kReservedBytesMin = std::size_t{64} * 1024 * 1024;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {data(), size_}; }
  [[nodiscard]] std::span<std::byte> bytes() { return {data(), size_}; }

  /// Grows with zeros, or shrinks, giving pages back.
  /// Errors: kStorageFull when it is pinned and the region is too small, kOutOfMemory.
  Result<void> resize(std::size_t size);

  /// Reads from `position`; returns the bytes read, fewer only at the end.
  [[nodiscard]] std::size_t read(std::uint64_t position, std::span<std::byte> into) const;
  /// Writes `parts` one after another, growing as needed. Errors: as resize.
  Result<void> write(std::uint64_t position, std::span<const std::span<const std::byte>> parts);

  /// Where [0, length) stays until as many unpin() as pin() were called. `length` may exceed the
  /// size. Errors: kTooManyOpenFiles when it is pinned already and the region is shorter, or none
  /// can be had.
  Result<std::byte*> pin(std::size_t length);
  void unpin() { --pins_; }
  [[nodiscard]] bool is_pinned() const { return pins_ > 0; }

 private:
  [[nodiscard]] std::byte* data() { return region_.size() > 0 ? region_.data() : heap_.data(); }
  [[nodiscard]] const std::byte* data() const {
    return region_.size() > 0 ? region_.data() : heap_.data();
  }
  [[nodiscard]] bool move_to_region(std::size_t size_at_least);

  std::vector<std::byte> heap_;  ///< Empty once region_ is not.
  AnonymousRegion region_;
  std::size_t size_ = 0;
  std::size_t pins_ = 0;
};

/// `position + length`, or kStorageFull past the largest file that there is (2⁶³ - 1).
[[nodiscard]] Result<std::size_t> checked_end(std::uint64_t position, std::uint64_t length);

}  // namespace leat::io
