#include "base/varint.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace leat::base {
namespace {

using Bytes = std::vector<std::byte>;

template <class... Byte>
Bytes bytes(Byte... values) {
  return {static_cast<std::byte>(values)...};
}

Bytes varint(std::int32_t value) {
  Bytes out(kVarintSizeMax);
  out.resize(static_cast<std::size_t>(put_varint(out.data(), value) - out.data()));
  return out;
}

Bytes varlong(std::int64_t value) {
  Bytes out(kVarlongSizeMax);
  out.resize(static_cast<std::size_t>(put_varlong(out.data(), value) - out.data()));
  return out;
}

/// How many bytes of `in` a varint takes; 0 when it is none.
std::size_t varint_length(const Bytes& in) {
  std::int32_t value = 0;
  const std::byte* after = get_varint(in.data(), in.data() + in.size(), value);
  return after == nullptr ? 0 : static_cast<std::size_t>(after - in.data());
}
std::size_t varlong_length(const Bytes& in) {
  std::int64_t value = 0;
  const std::byte* after = get_varlong(in.data(), in.data() + in.size(), value);
  return after == nullptr ? 0 : static_cast<std::size_t>(after - in.data());
}

constexpr std::array<std::int64_t, 25> kValues = {0,
                                                  -1,
                                                  1,
                                                  63,
                                                  -64,
                                                  64,
                                                  -65,
                                                  8191,
                                                  -8192,
                                                  8192,
                                                  1048575,
                                                  -1048576,
                                                  1048576,
                                                  134217727,
                                                  -134217728,
                                                  134217728,
                                                  2147483647,
                                                  -2147483648,
                                                  2147483648,
                                                  -2147483649,
                                                  1LL << 48,
                                                  -(1LL << 55),
                                                  1LL << 62,
                                                  std::numeric_limits<std::int64_t>::max(),
                                                  std::numeric_limits<std::int64_t>::min()};

bool fits_int32(std::int64_t value) {
  return value >= std::numeric_limits<std::int32_t>::min() &&
         value <= std::numeric_limits<std::int32_t>::max();
}

TEST(Varint, WritesZigZagLeastSignificantSevenBitsFirst) {
  EXPECT_EQ(varint(0), bytes(0));
  EXPECT_EQ(varint(-1), bytes(1));
  EXPECT_EQ(varint(1), bytes(2));
  EXPECT_EQ(varint(64), bytes(0x80, 0x01));
  EXPECT_EQ(varint(-2147483648), bytes(0xff, 0xff, 0xff, 0xff, 0x0f));
}

TEST(Varint, ComesBackWithTheSizeItWasMeasuredAt) {
  for (const std::int64_t wide : kValues) {
    if (!fits_int32(wide)) continue;
    const auto value = static_cast<std::int32_t>(wide);
    const Bytes encoded = varint(value);
    std::int32_t decoded = 0;
    EXPECT_EQ(get_varint(encoded.data(), encoded.data() + encoded.size(), decoded),
              encoded.data() + encoded.size());
    EXPECT_EQ(decoded, value);
    EXPECT_EQ(varint_size(value), encoded.size());
  }
}

TEST(Varlong, ComesBackWithTheSizeItWasMeasuredAt) {
  for (const std::int64_t value : kValues) {
    const Bytes encoded = varlong(value);
    std::int64_t decoded = 0;
    EXPECT_EQ(get_varlong(encoded.data(), encoded.data() + encoded.size(), decoded),
              encoded.data() + encoded.size());
    EXPECT_EQ(decoded, value);
    EXPECT_EQ(varlong_size(value), encoded.size());
  }
}

TEST(Varint, IsRefusedWhenCutAnywhere) {
  const Bytes encoded = varint(std::numeric_limits<std::int32_t>::max());
  for (std::size_t size = 0; size < encoded.size(); ++size)
    EXPECT_EQ(varint_length(Bytes(encoded.begin(), encoded.begin() + static_cast<long>(size))), 0U)
        << size << " bytes";
}

TEST(Varint, LeavesTheBytesBehindIt) {
  EXPECT_EQ(varint_length(bytes(2, 0xff, 0xff)), 1U);
  EXPECT_EQ(varint_length(bytes(0x80, 0x01, 0xff)), 2U);
}

TEST(Varint, IsRefusedWhenItDoesNotFitItsType) {
  EXPECT_EQ(varint_length(bytes(0xff, 0xff, 0xff, 0xff, 0x0f)), 5U);
  EXPECT_EQ(varint_length(bytes(0xff, 0xff, 0xff, 0xff, 0x10)), 0U);
  EXPECT_EQ(varint_length(bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x00)), 0U);
}

TEST(Varlong, IsRefusedWhenItDoesNotFitItsType) {
  const Bytes nine(9, std::byte{0xff});
  Bytes fits = nine;
  fits.push_back(std::byte{0x01});
  Bytes over = nine;
  over.push_back(std::byte{0x02});
  EXPECT_EQ(varlong_length(fits), 10U);
  EXPECT_EQ(varlong_length(over), 0U);
}

TEST(UnsignedVarint, HasNoZigZag) {
  Bytes out(kVarintSizeMax);
  EXPECT_EQ(put_uvarint(out.data(), 300) - out.data(), 2);
  EXPECT_EQ(uvarint_size(300), 2U);
  std::uint32_t decoded = 0;
  EXPECT_NE(get_uvarint(out.data(), out.data() + out.size(), decoded), nullptr);
  EXPECT_EQ(decoded, 300U);
}

}  // namespace
}  // namespace leat::base
