#include "io/posix_region.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace leat::io {
namespace {

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

}  // namespace

AnonymousRegion::~AnonymousRegion() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

AnonymousRegion AnonymousRegion::reserve(std::size_t size) noexcept {
  AnonymousRegion region;
  void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) return region;
  region.data_ = static_cast<std::byte*>(data);
  region.size_ = size;
  return region;
}

void AnonymousRegion::clear(std::size_t first, std::size_t last) noexcept {
  const std::size_t page = page_size();
  const std::size_t first_page = std::min(last, round_up_to_page(first));
  const std::size_t last_page = std::max(first_page, last / page * page);
  std::memset(data_ + first, 0, first_page - first);
  if (last_page > first_page &&
      ::madvise(data_ + first_page, last_page - first_page, MADV_DONTNEED) != 0) {
    std::memset(data_ + first_page, 0,
                last_page - first_page);  // Locked pages (mlockall) are refused.
  }
  std::memset(data_ + last_page, 0, last - last_page);
}

bool populate_region(std::byte* data, std::size_t at, std::size_t length) noexcept {
  const std::size_t before = at % page_size();
  while (::madvise(data + (at - before), length + before, MADV_POPULATE_WRITE) != 0) {
    if (errno == EINVAL) return true;  // Before Linux 5.14: the pages come fault by fault.
    if (errno != EINTR && errno != EAGAIN) return false;
  }
  return true;
}

std::size_t round_up_to_page(std::size_t bytes) noexcept {
  const std::size_t page = page_size();
  return (bytes + page - 1) / page * page;
}

}  // namespace leat::io
