#include "wire/coordinator_key.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leat::wire {
namespace {

/// The UTF-16 code units of UTF-8 text, as Java's strings have them; what is no UTF-8 counts as its
/// bytes.
template <class Visit>
void for_each_utf16(std::string_view text, const Visit& visit) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size == 1 || i + size > text.size()) {
      visit(lead);
      ++i;
      continue;
    }
    std::uint32_t point = lead & (0xFFU >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) {
      point = point << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    }
    if (point < 0x10000) {
      visit(static_cast<std::uint16_t>(point));
    } else {
      visit(static_cast<std::uint16_t>(0xD7C0U + (point >> 10U)));
      visit(static_cast<std::uint16_t>(0xDC00U + (point & 0x3FFU)));
    }
    i += size;
  }
}

}  // namespace

std::int32_t internal_partition(std::string_view key, std::int32_t partitions) {
  std::uint32_t hash = 0;
  for_each_utf16(key, [&](std::uint16_t unit) { hash = hash * 31 + unit; });
  return static_cast<std::int32_t>(hash & 0x7FFFFFFFU) % partitions;
}

}  // namespace leat::wire
