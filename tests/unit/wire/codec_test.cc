// The rules of the codec, one behaviour a test.
#include "wire/codec.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"

#include "base/bytes.h"
#include "unit/wire/hex.h"
#include "unit/wire/messages.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/metadata.h"
#include "wire/reader.h"
#include "wire/schema.h"
#include "wire/writer.h"

namespace leat::wire {
namespace {

using namespace testing;
using ::testing::HasSubstr;

template <class T>
std::string sentence(const Result<T>& result, ErrorCode code) {
  EXPECT_FALSE(result);
  if (result) return "no error";
  EXPECT_EQ(result.error().code(), code);
  return std::string(result.error().message());
}
template <class M>
std::string malformed_sentence(std::string_view digits, ApiVersion version) {
  return sentence(decode_message<M>(hex(digits), version), ErrorCode::kCorruptMessage);
}

/// A message and the bytes that its views show.
template <class M>
struct Decoded {
  std::vector<std::byte> bytes;
  M message;
};
template <class M>
Decoded<M> through_bytes(const M& message, ApiVersion version) {
  auto bytes = encode_message(message, version);
  EXPECT_TRUE(bytes) << bytes.error().message();
  auto decoded = decode_message<M>(*bytes, version);
  EXPECT_TRUE(decoded) << decoded.error().message();
  return {*std::move(bytes), *std::move(decoded)};
}

/// Small messages for one rule each.
struct OneString {
  std::string text = {};
  bool operator==(const OneString&) const = default;
  static constexpr std::string_view kName = "OneString";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() { return std::tuple{field<&OneString::text>("Text")}; }
};
static_assert(well_formed<OneString>());

struct OneArray {
  std::vector<std::int8_t> numbers = {};
  bool operator==(const OneArray&) const = default;
  static constexpr std::string_view kName = "OneArray";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() { return std::tuple{field<&OneArray::numbers>("Numbers")}; }
};
static_assert(well_formed<OneArray>());

struct Strings {
  std::vector<std::string> texts = {};
  bool operator==(const Strings&) const = default;
  static constexpr std::string_view kName = "Strings";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() { return std::tuple{field<&Strings::texts>("Texts")}; }
};
static_assert(well_formed<Strings>());

struct OptionalStruct {
  std::optional<OneArray> array = {};
  bool operator==(const OptionalStruct&) const = default;
  static constexpr std::string_view kName = "OptionalStruct";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = kNoVersions;
  static constexpr auto fields() {
    return std::tuple{field<&OptionalStruct::array>("Array", {.nullable = since(1)})};
  }
};
static_assert(well_formed<OptionalStruct>());

struct Tagged {
  std::int32_t number = 3;
  bool operator==(const Tagged&) const = default;
  static constexpr std::string_view kName = "Tagged";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    return std::tuple{field<&Tagged::number>("Number", {.versions = since(1), .tag = 0})};
  }
};
static_assert(well_formed<Tagged>());

Everything everything_set() {
  static constexpr std::byte kStored[] = {std::byte{1}, std::byte{2}};
  static constexpr std::span<const std::byte> kBytes(kStored);
  Everything e;
  e.flag = true;
  e.int8 = -8;
  e.int16 = -1616;
  e.int32 = -323232;
  e.int64 = -64646464646464;
  e.uint16 = 0xffee;
  e.uint32 = 0xffeeddcc;
  e.float64 = -0.125;
  e.colour = Colour::kBlue;
  e.offset = Offset{42};
  e.id = Uuid{{std::byte{9}}};
  e.string = "string";
  e.view = "view";
  e.bytes = {kBytes[0], kBytes[1]};
  e.bytes_view = kBytes;
  e.records = {BytesView(kBytes)};
  e.numbers = {1, -2, 3};
  e.strings = {"", "x", "yz"};
  e.structs = {Inner{.number = 1, .text = "one"}, Inner{}};
  e.inner = {.number = 2, .text = "two"};
  e.null_string = "ns";
  e.null_view = "nv";
  e.null_bytes = e.bytes;
  e.null_bytes_view = kBytes;
  e.null_records = {BytesView(kBytes)};
  e.null_structs = {{Inner{.text = "three"}}};
  e.null_inner = Inner{.number = 4};
  return e;
}

TEST(Codec, CarriesEveryTypeAtEveryVersion) {
  for (ApiVersion version = 0; version <= 3; ++version) {
    EXPECT_EQ(through_bytes(Everything{}, version).message, Everything{}) << version;
    EXPECT_EQ(through_bytes(everything_set(), version).message, everything_set()) << version;
  }
}

TEST(Codec, CarriesNullsWhereTheVersionAllowsThem) {
  Everything e;
  e.bytes_view = nullptr;
  e.records = {nullptr};
  e.null_string.reset();
  e.null_view.reset();
  e.null_bytes.reset();
  e.null_bytes_view = nullptr;
  e.null_records = {nullptr};
  e.null_structs.reset();
  e.null_inner.reset();
  for (ApiVersion version = 1; version <= 3; ++version)
    EXPECT_EQ(through_bytes(e, version).message, e);
}

TEST(Codec, CarriesTaggedFields) {
  Everything e;
  e.tagged_number = 12;
  e.tagged_string = "";
  e.tagged_structs = {Inner{.tagged_text = "nested"}};
  e.tagged_inner = Inner{};
  EXPECT_EQ(through_bytes(e, 3).message, e);
}

TEST(Codec, CarriesEveryBitOfADouble) {
  Everything e;
  for (const std::uint64_t bits :
       {std::uint64_t{1} << 63, std::uint64_t{0x7ff} << 52, std::uint64_t{1}}) {
    e.float64 = std::bit_cast<double>(bits);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(through_bytes(e, 0).message.float64), bits);
  }
}

TEST(Codec, GivesViewsIntoTheBytes) {
  const auto bytes = encode_message(everything_set(), 2);
  ASSERT_TRUE(bytes);
  const auto decoded = decode_message<Everything>(*bytes, 2);
  ASSERT_TRUE(decoded);
  const auto is_inside = [&](const std::byte* at) {
    return bytes->data() <= at && at < bytes->data() + bytes->size();
  };
  EXPECT_TRUE(is_inside(base::as_bytes(decoded->view).data()));
  EXPECT_TRUE(is_inside(decoded->bytes_view.data()));
  EXPECT_TRUE(is_inside(decoded->records.bytes.data()));
}

TEST(Codec, DropsAnIgnorableFieldThatTheVersionLacks) {
  const OffsetCommitValue value{.leader_epoch = LeaderEpoch{7}, .expire_timestamp = 8};
  EXPECT_EQ(through_bytes(value, 0).message, OffsetCommitValue{});
}

TEST(Codec, RefusesToDropAFieldThatIsNotIgnorable) {
  HeartbeatRequest request;
  request.group_instance_id = "i";
  EXPECT_EQ(sentence(encode_message(request, 2), ErrorCode::kInvalidArgument),
            "HeartbeatRequest v2: GroupInstanceId, at byte 8: the version lacks the field");
  EXPECT_FALSE(encode_message(Tagged{4}, 0));
  EXPECT_TRUE(encode_message(Tagged{3}, 0));
}

TEST(Codec, RefusesNullWhereTheVersionHasNone) {
  MetadataRequest request{.topics = std::nullopt};
  EXPECT_THAT(sentence(encode_message(request, 0), ErrorCode::kInvalidArgument),
              HasSubstr("Topics, at byte 0: it may not be null"));
  request.topics = {{{.name = std::nullopt}}};
  EXPECT_THAT(sentence(encode_message(request, 9), ErrorCode::kInvalidArgument),
              HasSubstr("Name, at byte 1: it may not be null"));
  EXPECT_THAT(malformed_sentence<MetadataRequest>("ffffffff", 0), HasSubstr("it may not be null"));
  EXPECT_THAT(malformed_sentence<OneString>("ffff", 0), HasSubstr("it may not be null"));
  EXPECT_THAT(malformed_sentence<OneString>("00 00", 1), HasSubstr("it may not be null"));
  EXPECT_THAT(malformed_sentence<OneArray>("ffffffff", 0), HasSubstr("it may not be null"));
}

TEST(Codec, PutsAByteBeforeAStructOnlyWhereItMayBeNull) {
  const OptionalStruct some{OneArray{{5}}};
  EXPECT_EQ(*encode_message(some, 0), hex("00000001 05"));
  EXPECT_EQ(*encode_message(some, 1), hex("01 00000001 05"));
  EXPECT_EQ(*encode_message(OptionalStruct{}, 1), hex("ff"));
  EXPECT_EQ(through_bytes(some, 0).message, some);
  EXPECT_EQ(through_bytes(some, 1).message, some);
  EXPECT_THAT(malformed_sentence<OptionalStruct>("02 00000000", 1), HasSubstr("neither"));
}

TEST(Codec, BoundsStringsAtBothEnds) {
  const OneString longest{std::string(kStringSizeMax, 'x')};
  const OneString too_long{std::string(kStringSizeMax + 1, 'x')};
  for (ApiVersion version = 0; version <= 1; ++version) {
    EXPECT_EQ(through_bytes(longest, version).message, longest);
    EXPECT_THAT(sentence(encode_message(too_long, version), ErrorCode::kInvalidArgument),
                HasSubstr("it is too long"));
  }
  std::vector<std::byte> bytes = hex("818002");  // 32,769: one more than 32,768
  bytes.resize(bytes.size() + kStringSizeMax + 1);
  bytes.push_back(std::byte{0});
  EXPECT_THAT(sentence(decode_message<OneString>(bytes, 1), ErrorCode::kCorruptMessage),
              HasSubstr("impossible length"));
}

TEST(Codec, RefusesNegativeLengthsButNull) {
  EXPECT_THAT(malformed_sentence<OneString>("fffe", 0), HasSubstr("impossible length"));
  EXPECT_THAT(malformed_sentence<OneArray>("80000000", 0), HasSubstr("impossible length"));
  EXPECT_THAT(malformed_sentence<MetadataRequest>("fffffffe", 1), HasSubstr("impossible length"));
}

// K5: a count is only a claim.
TEST(Codec, RefusesMoreElementsThanBytes) {
  EXPECT_THAT(malformed_sentence<OneArray>("7fffffff 01", 0), HasSubstr("more elements than"));
  EXPECT_THAT(malformed_sentence<OneArray>("8080808008 01", 1), HasSubstr("more elements than"));
  EXPECT_THAT(malformed_sentence<OneArray>("ffffffff0f 01", 1), HasSubstr("impossible length"));
  EXPECT_THAT(malformed_sentence<OneArray>("00000002 01", 0), HasSubstr("more elements than"));
  EXPECT_EQ(decode_message<OneArray>(hex("00000002 0102"), 0)->numbers.size(), 2U);
}

// K5: 4 × frame + 64 KiB. A string takes 32 bytes of memory for one on the wire.
TEST(Codec, RefusesAFrameThatWouldUnfoldIntoTooMuchMemory) {
  const auto frame_of = [](std::size_t empty_strings) {
    return *encode_message(Strings{std::vector<std::string>(empty_strings)}, 1);
  };
  EXPECT_TRUE(decode_message<Strings>(frame_of(2000), 1));
  EXPECT_THAT(sentence(decode_message<Strings>(frame_of(1'000'000), 1), ErrorCode::kCorruptMessage),
              HasSubstr("more memory than its size allows"));
}

TEST(Codec, CountsTheMemoryOfOwnedTextAndBytes) {
  const auto frame = *encode_message(OneString{std::string(1000, 'x')}, 0);
  Reader enough(frame, 1000);
  EXPECT_TRUE(decode_exactly<OneString>(enough, 0));
  Reader short_of_one(frame, 999);
  EXPECT_FALSE(decode_exactly<OneString>(short_of_one, 0));
}

TEST(Codec, RefusesTrailingBytes) {
  EXPECT_EQ(malformed_sentence<OneArray>("00000001 05 06", 0),
            "OneArray v0: at byte 5: there are bytes behind the message");
}

TEST(Codec, RefusesEveryPrefixOfAMessage) {
  Everything e = everything_set();
  e.tagged_string = "tagged";
  const auto bytes = *encode_message(e, 3);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_message<Everything>(std::span(bytes).first(size), 3)) << size;
  }
}

TEST(Codec, NamesTheInnermostFieldAndThePlace) {
  EXPECT_EQ(malformed_sentence<MetadataRequest>("00000001 0005 61", 1),
            "MetadataRequest v1: Name, at byte 6: the bytes end within it");
  EXPECT_EQ(malformed_sentence<OneString>("", 0),
            "OneString v0: Text, at byte 0: the bytes end within it");
}

TEST(Codec, RefusesVersionsThatTheMessageLacks) {
  EXPECT_EQ(sentence(encode_message(OneString{}, 2), ErrorCode::kUnsupportedVersion),
            "OneString v2: only versions 0-1 are known");
  EXPECT_EQ(sentence(decode_message<OneString>({}, -1), ErrorCode::kUnsupportedVersion),
            "OneString v-1: only versions 0-1 are known");
}

// W11.
TEST(Codec, SkipsUnknownTags) {
  EXPECT_EQ(*decode_message<Tagged>(hex("02  00 04 00000007  05 02 abcd"), 1), Tagged{7});
  EXPECT_EQ(*decode_message<Tagged>(hex("01  00 04 00000007"), 0), Tagged{3})
      << "tag 0 is not known at version 0";
}

TEST(Codec, RefusesATaggedFieldWhoseSizeIsNotItsOwn) {
  EXPECT_THAT(malformed_sentence<Tagged>("01 00 05 0000000700", 1), HasSubstr("not its own"));
  EXPECT_THAT(malformed_sentence<Tagged>("01 00 03 000000 07", 1), HasSubstr("end within it"));
  EXPECT_THAT(malformed_sentence<Tagged>("01 00 7f 00000007", 1), HasSubstr("end within it"));
  EXPECT_THAT(malformed_sentence<Tagged>("01 07 02 00", 1), HasSubstr("end within it"));
}

TEST(Codec, RefusesMoreTagsThanThereAre) {
  EXPECT_THAT(malformed_sentence<Tagged>("ffffffff0f", 1), HasSubstr("its tagged fields"));
}

TEST(Codec, WritesNoTagForADefault) {
  EXPECT_EQ(*encode_message(Tagged{3}, 1), hex("00"));
  EXPECT_EQ(*encode_message(Tagged{4}, 1), hex("01 00 04 00000004"));
}

TEST(Codec, AppendsToWhatTheWriterHas) {
  Writer writer(hex("0009"));
  ASSERT_TRUE(encode_to(writer, OneString{"a"}, 0));
  EXPECT_TRUE(std::ranges::equal(writer.bytes(), hex("0009 0001 61")));
}

}  // namespace
}  // namespace leat::wire
