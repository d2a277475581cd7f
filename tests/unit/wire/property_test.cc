// Random messages round trip; random and damaged bytes never crash, and what they decode to is
// stable. The seed of a failure is in its message; LEAT_SEED replays it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "leat/record.h"
#include "leat/types.h"

#include "unit/wire/messages.h"
#include "wire/codec.h"
#include "wire/json.h"
#include "wire/schema.h"

namespace leat::wire {
namespace {

using namespace testing;

/// Fills messages with random values that a version can carry; owns the text that views show.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t end) { return random_() % end; }
  std::byte byte() { return static_cast<std::byte>(random_()); }

  template <class M>
  M message(ApiVersion version) {
    M filled;
    for_each_field<M>([&]<auto Member>(const Field<Member>& row) {
      using T = std::remove_cvref_t<decltype(filled.*Member)>;
      if (!row.versions.contains(version) || below(8) == 0) return;
      const bool nullable = row.nullable.contains(version);
      filled.*Member = nullable && below(4) == 0 ? null<T>() : value<T>(version);
    });
    return filled;
  }

 private:
  template <class T>
  T null() {
    if constexpr (NullableType<T>) {
      return T{};
    } else {
      return value<T>(0);  // never asked for: only nullable types are nullable
    }
  }

  template <class T>
  T value(ApiVersion version) {
    if constexpr (OptionalType<T>) {
      return value<typename T::value_type>(version);
    } else if constexpr (std::same_as<T, bool>) {
      return below(2) == 1;
    } else if constexpr (std::integral<T>) {
      return static_cast<T>(random_() >> below(64));
    } else if constexpr (std::is_enum_v<T>) {
      return static_cast<T>(1 + below(2));
    } else if constexpr (std::same_as<T, double>) {
      return static_cast<double>(random_()) / 3;
    } else if constexpr (StrongInteger<T>) {
      return T(value<decltype(T().value())>(version));
    } else if constexpr (std::same_as<T, Uuid>) {
      Uuid id;
      for (std::byte& b : id.bytes) b = byte();
      return id;
    } else if constexpr (Message<T>) {
      return message<T>(version);
    } else {
      return sequence<T>(version);
    }
  }

  template <class T>
  T sequence(ApiVersion version) {
    if constexpr (std::same_as<T, Records>) {
      return {BytesView(text())};
    } else if constexpr (std::same_as<T, BytesView> || StringType<T>) {
      return T(text());
    } else if constexpr (BytesType<T>) {
      T bytes(below(5));
      for (std::byte& b : bytes) b = byte();
      return bytes;
    } else {
      T values(below(4));
      for (auto& element : values) element = value<typename T::value_type>(version);
      return values;
    }
  }

  const std::string& text() {
    std::string& made = texts_.emplace_back(below(10) == 0 ? 200 : below(6), '\0');
    for (char& c : made) c = static_cast<char>(random_());
    return made;
  }

  std::mt19937_64 random_;
  std::deque<std::string> texts_;
};

std::uint64_t first_seed() {
  const char* given = std::getenv("LEAT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

/// Runs `check(seed)` for many seeds; each failure carries its own.
template <class Check>
void for_many_seeds(Check check) {
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 500 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("LEAT_SEED=" + std::to_string(seed));
    check(seed);
  }
}

template <class M>
void expect_round_trips(std::uint64_t seed) {
  for (ApiVersion version = M::kVersions.first; version <= M::kVersions.last; ++version) {
    Generator generator(seed);
    const M message = generator.message<M>(version);
    const auto bytes = encode_message(message, version);
    ASSERT_TRUE(bytes) << bytes.error().message();
    EXPECT_EQ(bytes->size(), encoded_size(message, version));
    const auto decoded = decode_message<M>(*bytes, version);
    ASSERT_TRUE(decoded) << decoded.error().message();
    EXPECT_EQ(*decoded, message) << M::kName << " v" << version;
  }
}

TEST(WireProperty, RandomMessagesRoundTripAtEveryVersion) {
  for_many_seeds([](std::uint64_t seed) {
    expect_round_trips<RequestHeader>(seed);
    expect_round_trips<ApiVersionsRequest>(seed);
    expect_round_trips<HeartbeatRequest>(seed);
    expect_round_trips<MetadataRequest>(seed);
    expect_round_trips<OffsetCommitKey>(seed);
    expect_round_trips<OffsetCommitValue>(seed);
    expect_round_trips<Everything>(seed);
  });
}

/// What decodes can be shown, and encodes to bytes that decode to the same and encode to the same.
template <class M>
void expect_stable(const std::vector<std::byte>& bytes, ApiVersion version) {
  const auto decoded = decode_message<M>(bytes, version);
  if (!decoded) return;
  EXPECT_FALSE(to_json(*decoded, version).empty());
  const auto encoded = encode_message(*decoded, version);
  ASSERT_TRUE(encoded) << encoded.error().message();
  const auto again = decode_message<M>(*encoded, version);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*encode_message(*again, version), *encoded);
}

TEST(WireProperty, RandomBytesNeverCrash) {
  for_many_seeds([](std::uint64_t seed) {
    Generator generator(seed);
    std::vector<std::byte> bytes(generator.below(100));
    for (std::byte& b : bytes) b = generator.below(2) == 0 ? std::byte{} : generator.byte();
    for (ApiVersion version = 0; version <= 3; ++version) {
      expect_stable<Everything>(bytes, version);
      expect_stable<MetadataRequest>(bytes, static_cast<ApiVersion>(version * 4));
      expect_stable<OffsetCommitValue>(bytes, version);
    }
  });
}

TEST(WireProperty, DamagedMessagesNeverCrash) {
  for_many_seeds([](std::uint64_t seed) {
    Generator generator(seed);
    for (ApiVersion version = 0; version <= 3; ++version) {
      auto bytes = *encode_message(generator.message<Everything>(version), version);
      bytes[generator.below(bytes.size())] = generator.byte();
      expect_stable<Everything>(bytes, version);
      bytes.resize(generator.below(bytes.size()));
      expect_stable<Everything>(bytes, version);
    }
  });
}

}  // namespace
}  // namespace leat::wire
