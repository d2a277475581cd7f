#include "base/hash.h"

#include <cstdint>
#include <string_view>

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace leat::base {
namespace {

std::int32_t murmur2_of(std::string_view text) { return murmur2(as_bytes(text)); }

// The vectors of Kafka's own UtilsTest.testMurmur2.
TEST(Murmur2, IsTheJavaClients) {
  EXPECT_EQ(murmur2_of("21"), -973932308);
  EXPECT_EQ(murmur2_of("foobar"), -790332482);
  EXPECT_EQ(murmur2_of("a-little-bit-long-string"), -985981536);
  EXPECT_EQ(murmur2_of("a-little-bit-longer-string"), -1486304829);
  EXPECT_EQ(murmur2_of("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
  EXPECT_EQ(murmur2_of("abc"), 479470107);
}

TEST(ToPositive, ClearsTheSignInsteadOfNegating) {
  EXPECT_EQ(to_positive(-1), 0x7fffffff);
  EXPECT_EQ(to_positive(INT32_MIN), 0);
  EXPECT_EQ(to_positive(5), 5);
}

// Values of the XXH3 specification: they are on disk and must never change.
TEST(Xxh3, IsXxh3OfSixtyFourBits) {
  EXPECT_EQ(xxh3({}), 0x2d06800538d394c2U);
  EXPECT_NE(xxh3({}, 1), xxh3({}));
  EXPECT_NE(xxh3(as_bytes("a")), xxh3(as_bytes("b")));
}

}  // namespace
}  // namespace leat::base
