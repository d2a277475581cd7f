#include "io/memory_content.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "io/posix_region.h"

namespace leat::io {

bool MemoryContent::move_to_region(std::size_t size_at_least) {
  // Half as much again, so that a file growing by writes is not copied each time.
  const std::size_t wanted = std::max({kReservedBytesMin, size_at_least, size_ + size_ / 2});
  AnonymousRegion region = AnonymousRegion::reserve(wanted);
  if (region.size() == 0) region = AnonymousRegion::reserve(size_at_least);
  if (region.size() == 0) return false;
  if (size_ > 0) std::memcpy(region.data(), data(), size_);
  region_ = std::move(region);
  heap_ = {};
  return true;
}

Result<void> MemoryContent::resize(std::size_t size) {
  if (size < size_ && region_.size() > 0) region_.clear(size, size_);
  if (region_.size() == 0 && size <= kHeapBytesMax) {
    heap_.resize(size);
  } else if (size > region_.size()) {
    if (is_pinned()) {
      return Error(ErrorCode::kStorageFull,
                   "a mapped file in memory cannot grow to " + std::to_string(size) +
                       " bytes, past the " + std::to_string(region_.size()) +
                       " reserved for it; unmap it first, or map it longer");
    }
    if (!move_to_region(size))
      return Error(ErrorCode::kOutOfMemory, "no memory for a file in memory");
  }
  size_ = size;
  return {};
}

std::size_t MemoryContent::read(std::uint64_t position, std::span<std::byte> into) const {
  if (position >= size_ || into.empty()) return 0;
  const std::size_t count = std::min<std::size_t>(into.size(), size_ - position);
  std::memcpy(into.data(), data() + position, count);
  return count;
}

Result<void> MemoryContent::write(std::uint64_t position,
                                  std::span<const std::span<const std::byte>> parts) {
  std::uint64_t length = 0;
  for (const auto part : parts) length += part.size();
  if (length == 0) return {};
  LEAT_TRY(const std::size_t end, checked_end(position, length));
  if (end > size_) LEAT_TRY_VOID(resize(end));
  std::byte* to = data() + position;
  for (const auto part : parts) {
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
  return {};
}

Result<std::byte*> MemoryContent::pin(std::size_t length) {
  const std::size_t needed = std::max(length, size_);
  if (region_.size() < needed) {
    if (is_pinned()) {
      return Error(ErrorCode::kTooManyOpenFiles,
                   "a mapped file in memory cannot be mapped longer than the " +
                       std::to_string(region_.size()) + " bytes reserved for it; unmap it first");
    }
    if (!move_to_region(needed)) {
      return Error(ErrorCode::kTooManyOpenFiles,
                   "no address space is left to map a file in memory");
    }
  }
  ++pins_;
  return region_.data();
}

Result<std::size_t> checked_end(std::uint64_t position, std::uint64_t length) {
  constexpr std::uint64_t kFileBytesMax = std::numeric_limits<std::int64_t>::max();
  if (position > kFileBytesMax || length > kFileBytesMax - position) {
    return Error(ErrorCode::kStorageFull, "a file cannot be longer than 2^63 - 1 bytes");
  }
  return position + length;
}

}  // namespace leat::io
