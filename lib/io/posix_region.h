#pragma once

/// \file
/// Anonymous memory by the page: address space is reserved at once, memory taken as pages are
/// touched.

#include <cstddef>
#include <utility>

namespace leat::io {

/// A range of zeros that does not move. Move-only; unmapped by the destructor.
class AnonymousRegion {
 public:
  AnonymousRegion() = default;
  AnonymousRegion(AnonymousRegion&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  AnonymousRegion& operator=(AnonymousRegion&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  AnonymousRegion(const AnonymousRegion&) = delete;
  AnonymousRegion& operator=(const AnonymousRegion&) = delete;
  ~AnonymousRegion();

  /// Reserves `size` bytes; an empty region (size() == 0) when the address space or the maps run
  /// out.
  [[nodiscard]] static AnonymousRegion reserve(std::size_t size) noexcept;

  [[nodiscard]] std::byte* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Makes [first, last) zeros; whole pages in it go back to the system.
  /// REQUIRES: first <= last <= size().
  void clear(std::size_t first, std::size_t last) noexcept;

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Takes the pages of [data + at, data + at + length), a part of a region that begins at `data`,
/// now instead of fault by fault; false when memory runs out.
[[nodiscard]] bool populate_region(std::byte* data, std::size_t at, std::size_t length) noexcept;

/// `bytes` rounded up to whole pages.
[[nodiscard]] std::size_t round_up_to_page(std::size_t bytes) noexcept;

}  // namespace leat::io
