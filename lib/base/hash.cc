#include "base/hash.h"

#include <cstddef>
#include <cstdint>
#include <span>

#define XXH_INLINE_ALL  // NOLINT(readability-identifier-naming): xxHash's own switch.
#include <xxhash.h>

#include "base/bytes.h"

namespace leat::base {

std::uint64_t xxh3(std::span<const std::byte> bytes, std::uint64_t seed) noexcept {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::int32_t murmur2(std::span<const std::byte> bytes) noexcept {
  constexpr std::uint32_t kSeed = 0x9747b28c;
  constexpr std::uint32_t kMultiplier = 0x5bd1e995;
  constexpr unsigned kShift = 24;

  std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(bytes.size());
  for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
    auto word = load_le<std::uint32_t>(bytes.data()) * kMultiplier;
    word = (word ^ (word >> kShift)) * kMultiplier;
    hash = (hash * kMultiplier) ^ word;
  }
  if (!bytes.empty()) {
    for (std::size_t i = bytes.size(); i-- > 0;)
      hash ^= std::to_integer<std::uint32_t>(bytes[i]) << (8U * i);
    hash *= kMultiplier;
  }
  hash = (hash ^ (hash >> 13U)) * kMultiplier;
  return static_cast<std::int32_t>(hash ^ (hash >> 15U));
}

}  // namespace leat::base
