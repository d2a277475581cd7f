#include "record/compression.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"

#include "base/bytes.h"
#include "record/layout.h"
#include "support/golden.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

constexpr std::size_t kPlenty = std::size_t{64} * 1024 * 1024;
constexpr auto kNotACodec = static_cast<Compression>(7);

/// Text that packs well, with noise that does not.
Bytes sample(std::size_t size) {
  std::mt19937_64 random(42);  // NOLINT(bugprone-random-generator-seed): the same every time.
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::byte>(i % 64 < 48 ? i % 16 : random());
  return bytes;
}

class Codec : public testing::TestWithParam<Compression> {
 protected:
  static Bytes pack(const Bytes& bytes, std::optional<int> level = std::nullopt) {
    return compress(GetParam(), level, bytes).value();
  }
};

TEST_P(Codec, GivesBackWhatItTook) {
  for (const std::size_t size : {0U, 1U, 100U, 32768U, 32769U, 500000U}) {
    const Bytes bytes = sample(size);
    EXPECT_EQ(decompress(GetParam(), pack(bytes), kPlenty).value(), bytes) << size << " bytes";
  }
}

TEST_P(Codec, TakesAnyLevel) {
  const Bytes bytes = sample(5000);
  for (const int level : {-1000000, 1, 9, 1000000})
    EXPECT_EQ(decompress(GetParam(), pack(bytes, level), kPlenty).value(), bytes) << level;
}

TEST_P(Codec, StopsABombAtTheLimitAndNotOneByteBefore) {
  const Bytes zeros(1000000);
  const Bytes bomb = pack(zeros);
  EXPECT_TRUE(decompress(GetParam(), bomb, zeros.size()));
  EXPECT_THAT(decompress(GetParam(), bomb, zeros.size() - 1), IsError(ErrorCode::kMessageTooLarge));
  EXPECT_THAT(decompress(GetParam(), bomb, 0), IsError(ErrorCode::kMessageTooLarge));
}

INSTANTIATE_TEST_SUITE_P(All, Codec,
                         testing::Values(Compression::kNone, Compression::kGzip,
                                         Compression::kSnappy, Compression::kLz4,
                                         Compression::kZstd),
                         [](const auto& test) {
                           return std::string(compression_name(test.param));
                         });

class PackedCodec : public Codec {};

TEST_P(PackedCodec, RefusesDataThatIsCut) {
  const Bytes packed = pack(sample(2000));
  EXPECT_THAT(decompress(GetParam(), std::span(packed).first(packed.size() - 1), kPlenty),
              IsError(ErrorCode::kCorruptMessage));
  EXPECT_THAT(decompress(GetParam(), {}, kPlenty), IsError(ErrorCode::kCorruptMessage));
}

TEST_P(PackedCodec, RefusesWhatIsNotItsOwn) {
  EXPECT_THAT(decompress(GetParam(), base::as_bytes("\xff\xffno codec writes this"), kPlenty),
              IsError(ErrorCode::kCorruptMessage));
}

INSTANTIATE_TEST_SUITE_P(All, PackedCodec,
                         testing::Values(Compression::kGzip, Compression::kSnappy,
                                         Compression::kLz4, Compression::kZstd),
                         [](const auto& test) {
                           return std::string(compression_name(test.param));
                         });

TEST(Compression, HasKafkasNames) {
  EXPECT_EQ(compression_name(Compression::kNone), "none");
  EXPECT_EQ(compression_from_name("zstd"), Compression::kZstd);
  EXPECT_EQ(compression_from_name("brotli"), std::nullopt);
  EXPECT_EQ(compression_name(kNotACodec), "unknown");
}

TEST(Compression, RefusesANumberThatIsNoCodec) {
  EXPECT_THAT(compress(kNotACodec, std::nullopt, {}),
              IsError(ErrorCode::kUnsupportedCompressionType));
  EXPECT_THAT(decompress(kNotACodec, {}, kPlenty), IsError(ErrorCode::kUnsupportedCompressionType));
}

TEST(Gzip, ReadsMembersThatFollowOneAnother) {
  Bytes both = compress(Compression::kGzip, std::nullopt, base::as_bytes("one ")).value();
  const Bytes two = compress(Compression::kGzip, std::nullopt, base::as_bytes("two")).value();
  both.insert(both.end(), two.begin(), two.end());
  EXPECT_EQ(base::as_text(decompress(Compression::kGzip, both, kPlenty).value()), "one two");
}

// B4: "snappy = xerial framing by Java (raw snappy also seen; accept both)".
TEST(Snappy, WritesXerialFraming) {
  const Bytes packed = compress(Compression::kSnappy, std::nullopt, base::as_bytes("abc")).value();
  EXPECT_EQ(base::as_text(std::span(packed).first(8)), std::string_view("\x82SNAPPY\0", 8));
  EXPECT_EQ(base::load_be<std::uint32_t>(packed.data() + 8), 1U);
  EXPECT_EQ(base::load_be<std::uint32_t>(packed.data() + 12), 1U);
  EXPECT_EQ(base::load_be<std::uint32_t>(packed.data() + 16), packed.size() - 20);
}

TEST(Snappy, ReadsTheRawFormat) {
  // Length 3, then a literal of three bytes.
  const Bytes raw = {std::byte{3}, std::byte{2 << 2}, std::byte{'a'}, std::byte{'b'},
                     std::byte{'c'}};
  EXPECT_EQ(base::as_text(decompress(Compression::kSnappy, raw, kPlenty).value()), "abc");
}

TEST(Snappy, TakesNoMemoryForABlockThatOnlyClaimsToBeLarge) {
  const Bytes raw = {std::byte{0xff}, std::byte{0xff}, std::byte{0xff}, std::byte{0x0f},
                     std::byte{0}};
  EXPECT_THAT(decompress(Compression::kSnappy, raw, kPlenty), IsError(ErrorCode::kCorruptMessage));
}

// Java's client refuses frames whose blocks depend on one another (FLG bit 5 clear).
TEST(Lz4, WritesFramesOfIndependentBlocks) {
  const Bytes packed = compress(Compression::kLz4, std::nullopt, base::as_bytes("abc")).value();
  EXPECT_EQ(base::load_le<std::uint32_t>(packed.data()), 0x184d2204U);
  EXPECT_EQ(packed[4] & std::byte{0x20}, std::byte{0x20});
}

}  // namespace
}  // namespace leat::record
