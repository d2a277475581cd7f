#include "base/uuid.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "leat/types.h"

namespace leat::base {
namespace {

Uuid counting() {
  Uuid id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::byte>(i * 17);
  return id;
}

TEST(UuidHex, IsThirtyTwoDigits) {
  EXPECT_EQ(to_hex(counting()), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(uuid_from_hex("00112233445566778899aabbccddeeff"), counting());
  EXPECT_EQ(uuid_from_hex("00112233445566778899AABBCCDDEEFF"), counting());
}

TEST(UuidHex, RefusesOtherLengthsAndLetters) {
  EXPECT_EQ(uuid_from_hex("00112233445566778899aabbccddeef"), std::nullopt);
  EXPECT_EQ(uuid_from_hex("00112233445566778899aabbccddeefff"), std::nullopt);
  EXPECT_EQ(uuid_from_hex("0011223344556677-899aabbccddeeff"), std::nullopt);
}

TEST(UuidBase64, IsKafkasForm) {
  // Uuid.METADATA_TOPIC_ID of Kafka is the number 1.
  Uuid one;
  one.bytes[15] = std::byte{1};
  EXPECT_EQ(to_base64(one), "AAAAAAAAAAAAAAAAAAAAAQ");
  EXPECT_EQ(to_base64(counting()), "ABEiM0RVZneImaq7zN3u_w");
}

TEST(UuidBase64, ComesBack) {
  EXPECT_EQ(uuid_from_base64("ABEiM0RVZneImaq7zN3u_w"), counting());
  EXPECT_EQ(uuid_from_base64(to_base64(Uuid{})), Uuid{});
}

TEST(UuidBase64, RefusesWhatItWouldNotWrite) {
  EXPECT_EQ(uuid_from_base64("ABEiM0RVZneImaq7zN3u_"), std::nullopt);   // short
  EXPECT_EQ(uuid_from_base64("ABEiM0RVZneImaq7zN3u/w"), std::nullopt);  // not url-safe
  EXPECT_EQ(uuid_from_base64("ABEiM0RVZneImaq7zN3u_x"), std::nullopt);  // bits past the 128th
  EXPECT_EQ(uuid_from_base64("ABEiM0RVZneImaq7zN3u_w=="), std::nullopt);
}

TEST(MakeUuid, IsOfVersionFour) {
  const Uuid id = make_uuid([] { return ~std::uint64_t{0}; });
  EXPECT_EQ(to_hex(id), "ffffffffffff4fffbfffffffffffffff");
}

TEST(MakeUuid, IsNeverZero) {
  EXPECT_FALSE(make_uuid([] { return std::uint64_t{0}; }).is_zero());
}

TEST(MakeUuid, NeverBeginsWithADash) {
  for (std::uint64_t low = 0; low < 256; ++low) {
    const std::string text = to_base64(make_uuid([low] { return low; }));
    EXPECT_NE(text.front(), '-') << text;
  }
}

}  // namespace
}  // namespace leat::base
