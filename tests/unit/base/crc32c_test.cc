#include "base/crc32c.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace leat::base {
namespace {

constexpr std::size_t kLengthMax = 5000;

std::vector<std::byte> random_bytes(std::size_t size) {
  std::mt19937_64 random(20261121);  // NOLINT(bugprone-random-generator-seed): the same every time.
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

TEST(Crc32c, KnowsTheVectorsOfRfc3720) {
  EXPECT_EQ(crc32c({}), 0U);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
  EXPECT_EQ(crc32c(std::vector<std::byte>(32, std::byte{0x00})), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::vector<std::byte>(32, std::byte{0xff})), 0x62a8ab43U);
}

TEST(Crc32c, PortableKnowsThemToo) {
  EXPECT_EQ(crc32c_portable(as_bytes("123456789")), 0xe3069283U);
  EXPECT_EQ(crc32c_portable(std::vector<std::byte>(32, std::byte{0xff})), 0x62a8ab43U);
}

TEST(Crc32c, EqualsTheTableVersionAtEveryLengthAndAlignment) {
  const std::vector<std::byte> bytes = random_bytes(kLengthMax + 8);
  for (std::size_t length = 0; length <= kLengthMax; ++length) {
    const std::size_t shift = length % 8;
    const auto part = std::span(bytes).subspan(shift, length);
    ASSERT_EQ(crc32c(part), crc32c_portable(part)) << length << " bytes at alignment " << shift;
  }
  for (std::size_t shift = 0; shift < 8; ++shift) {
    const auto part = std::span(bytes).subspan(shift, kLengthMax);
    ASSERT_EQ(crc32c(part), crc32c_portable(part)) << "alignment " << shift;
  }
}

TEST(Crc32c, GoesOnFromTheBytesBefore) {
  const std::vector<std::byte> bytes = random_bytes(kLengthMax);
  const std::span<const std::byte> all(bytes);
  for (const std::size_t cut : {0U, 1U, 39U, 255U, 1008U, 4999U, 5000U})
    EXPECT_EQ(crc32c(all.subspan(cut), crc32c(all.first(cut))), crc32c(all)) << "cut at " << cut;
}

TEST(Crc32c, ConcatenatesTwoCrcs) {
  const std::vector<std::byte> bytes = random_bytes(kLengthMax);
  const std::span<const std::byte> all(bytes);
  for (std::size_t cut = 0; cut <= kLengthMax; cut += 7) {
    const std::uint32_t joined =
        crc32c_concat(crc32c(all.first(cut)), crc32c(all.subspan(cut)), kLengthMax - cut);
    ASSERT_EQ(joined, crc32c(all)) << "cut at " << cut;
  }
}

}  // namespace
}  // namespace leat::base
