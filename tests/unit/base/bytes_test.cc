#include "base/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

namespace leat::base {
namespace {

TEST(Bytes, BigEndianPutsTheHighByteFirst) {
  std::array<std::byte, 4> bytes{};
  store_be<std::int32_t>(bytes.data(), 0x01020304);
  EXPECT_EQ(as_text(bytes), std::string_view("\x01\x02\x03\x04"));
  EXPECT_EQ(load_be<std::int32_t>(bytes.data()), 0x01020304);
}

TEST(Bytes, LittleEndianPutsTheLowByteFirst) {
  std::array<std::byte, 8> bytes{};
  store_le<std::uint64_t>(bytes.data(), 0x0102030405060708);
  EXPECT_EQ(as_text(bytes), std::string_view("\x08\x07\x06\x05\x04\x03\x02\x01"));
  EXPECT_EQ(load_le<std::uint64_t>(bytes.data()), 0x0102030405060708U);
}

TEST(Bytes, NegativeNumbersSurviveBothOrders) {
  std::array<std::byte, 8> bytes{};
  store_be<std::int16_t>(bytes.data(), -2);
  EXPECT_EQ(load_be<std::int16_t>(bytes.data()), -2);
  store_le<std::int64_t>(bytes.data(), -3);
  EXPECT_EQ(load_le<std::int64_t>(bytes.data()), -3);
}

TEST(Bytes, SingleBytesHaveNoOrder) {
  std::array<std::byte, 1> bytes{};
  store_be<std::int8_t>(bytes.data(), -5);
  EXPECT_EQ(load_le<std::int8_t>(bytes.data()), -5);
}

TEST(Bytes, TextAndBytesAreTheSameMemory) {
  const std::string_view text = "log";
  EXPECT_EQ(as_text(as_bytes(text)).data(), text.data());
}

}  // namespace
}  // namespace leat::base
