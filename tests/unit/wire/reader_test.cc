// The primitive reads: what they take, and that they are total.
#include "wire/reader.h"

#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "unit/wire/hex.h"

namespace leat::wire {
namespace {

using testing::hex;

TEST(Reader, ReadsBigEndianIntegers) {
  const auto bytes = hex("01 fffe 00000003 ffffffffffffffff");
  Reader reader(bytes);
  EXPECT_EQ(reader.integer<std::uint8_t>(), 1);
  EXPECT_EQ(reader.integer<std::int16_t>(), -2);
  EXPECT_EQ(reader.integer<std::uint32_t>(), 3U);
  EXPECT_EQ(reader.integer<std::int64_t>(), -1);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.left(), 0U);
}

TEST(Reader, YieldsZeroEverAfterTheFirstFailure) {
  const auto bytes = hex("01 02 03");
  Reader reader(bytes);
  EXPECT_EQ(reader.integer<std::int32_t>(), 0);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.integer<std::int8_t>(), 0);
  EXPECT_EQ(reader.uvarint(), 0U);
  EXPECT_TRUE(reader.raw(1).empty());
  EXPECT_EQ(reader.left(), 0U);
}

TEST(Reader, KeepsTheFirstReasonAndItsPlace) {
  const auto bytes = hex("01 80");
  Reader reader(bytes);
  reader.integer<std::int8_t>();
  reader.uvarint();
  reader.blame("Inner");
  reader.fail("something else");
  reader.blame("Outer");
  EXPECT_EQ(reader.failure().reason, "it holds no unsigned varint");
  EXPECT_EQ(reader.failure().field, "Inner");
  EXPECT_EQ(reader.failure().position, 1U);
}

TEST(Reader, ReadsVarintsOfUpToFiveBytes) {
  const auto bytes = hex("00 ac02 ffffffff0f");
  Reader reader(bytes);
  EXPECT_EQ(reader.uvarint(), 0U);
  EXPECT_EQ(reader.uvarint(), 300U);
  EXPECT_EQ(reader.uvarint(), 0xffffffffU);
  EXPECT_TRUE(reader.ok());
}

TEST(Reader, RefusesAVarintBeyond32Bits) {
  const auto bytes = hex("ffffffff1f");
  Reader reader(bytes);
  reader.uvarint();
  EXPECT_FALSE(reader.ok());
}

TEST(Reader, ConfinesReadsBetweenEnterAndLeave) {
  const auto bytes = hex("0102 0304");
  Reader reader(bytes);
  const std::byte* end = reader.enter(2);
  EXPECT_EQ(reader.left(), 2U);
  EXPECT_EQ(reader.integer<std::int16_t>(), 0x0102);
  reader.leave(end);
  EXPECT_EQ(reader.integer<std::int16_t>(), 0x0304);
  EXPECT_TRUE(reader.ok());
}

TEST(Reader, FailsWhenConfinedBytesAreLeftOver) {
  const auto bytes = hex("0102 0304");
  Reader reader(bytes);
  const std::byte* end = reader.enter(2);
  reader.integer<std::int8_t>();
  reader.leave(end);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.left(), 0U);
}

TEST(Reader, ChargesMemoryUpToItsBound) {
  Reader reader({}, 10);
  EXPECT_TRUE(reader.charge(4));
  EXPECT_TRUE(reader.charge(6));
  EXPECT_FALSE(reader.charge(1));
  EXPECT_FALSE(reader.ok());
}

// K5.
TEST(Reader, AllowsFourTimesTheFrameAnd64KiBOfMemory) {
  EXPECT_EQ(memory_bound(0), 65536U);
  EXPECT_EQ(memory_bound(100), 65936U);
}

}  // namespace
}  // namespace leat::wire
