// What holds for every message at every version, whatever its table. The seed of a failure is in
// its message; LEAT_SEED replays it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "leat/result.h"

#include "base/bytes.h"
#include "base/varint.h"
#include "unit/wire/allocations.h"
#include "unit/wire/any_message.h"
#include "unit/wire/generator.h"
#include "unit/wire/seeds.h"
#include "wire/reader.h"
#include "wire/schema.h"

namespace leat::wire {
namespace {

using namespace testing;

/// Calls `check(message, version)` for each message and version.
template <class Check>
void for_every_message(Check check) {
  std::vector<AnyMessage> messages = every_message();
  const std::vector<AnyMessage> made_up = made_up_messages();
  messages.insert(messages.end(), made_up.begin(), made_up.end());
  for (const AnyMessage& message : messages) {
    for (ApiVersion v = message.versions.first; v <= message.versions.last; ++v) {
      SCOPED_TRACE(std::string(message.name) + " v" + std::to_string(v));
      check(message, v);
    }
  }
}

TEST(EveryMessage, RoundTripsAtEveryVersion) {
  for_seeds(25, [](std::uint64_t seed) {
    for_every_message([&](const AnyMessage& message, ApiVersion version) {
      const auto encoded = message.random(seed, version);
      ASSERT_TRUE(encoded) << encoded.error().message();
      EXPECT_EQ(encoded->bytes.size(), encoded->announced_size);
    });
  });
}

/// What decodes encodes to bytes that decode to the same and encode to the same, and can be shown.
void expect_stable(const AnyMessage& message, const std::vector<std::byte>& bytes,
                   ApiVersion version) {
  const auto encoded = message.again(bytes, version);
  if (!encoded) return;
  EXPECT_FALSE(encoded->json.empty());
  const auto again = message.again(encoded->bytes, version);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->bytes, encoded->bytes);
  EXPECT_EQ(again->json, encoded->json);
}

TEST(EveryMessage, IsOrIsNotOfRandomBytes) {
  for_seeds(25, [](std::uint64_t seed) {
    Generator generator(seed);
    std::vector<std::byte> bytes(generator.below(100));
    for (std::byte& b : bytes) b = generator.below(2) == 0 ? std::byte{} : generator.byte();
    for_every_message([&](const AnyMessage& message, ApiVersion version) {
      expect_stable(message, bytes, version);
    });
  });
}

/// K5. What is not counted: a string's last byte (of 17 at least), and the sentence of an error.
void expect_bounded_memory(const AnyMessage& message, const std::vector<std::byte>& bytes,
                           ApiVersion version) {
  const Allocations allocations;
  const bool ok = message.decode(bytes, version).has_value();
  EXPECT_LE(allocations.bytes(), memory_bound(bytes.size()) + bytes.size() / 16 + 1'024) << ok;
}

TEST(EveryMessage, SurvivesAWrongByteAndAnEarlyEnd) {
  for_seeds(25, [](std::uint64_t seed) {
    Generator generator(seed);
    for_every_message([&](const AnyMessage& message, ApiVersion version) {
      std::vector<std::byte> bytes = message.random(seed, version)->bytes;
      if (bytes.empty()) return;
      bytes[generator.below(bytes.size())] = generator.byte();
      expect_stable(message, bytes, version);
      bytes.resize(generator.below(bytes.size()));
      expect_stable(message, bytes, version);
    });
  });
}

/// The message with a count somewhere that the frame is just long enough for.
std::vector<std::byte> with_a_large_count(std::vector<std::byte> bytes, Generator& generator) {
  constexpr std::size_t kFrame = 64 << 10;
  const std::size_t at = generator.below(bytes.size() + 1);
  const auto count = static_cast<std::uint32_t>(kFrame >> (1 + generator.below(6)));
  bytes.resize(kFrame);
  if (generator.below(2) == 0) {
    base::store_be<std::uint32_t>(&bytes[at], count);
  } else {
    base::put_uvarint(&bytes[at], count);
  }
  return bytes;
}

TEST(EveryMessage, TakesNoMoreMemoryThanItsBytesJustify) {
  for_seeds(10, [](std::uint64_t seed) {
    Generator generator(seed);
    for_every_message([&](const AnyMessage& message, ApiVersion version) {
      const std::vector<std::byte> bytes = message.random(seed, version)->bytes;
      expect_bounded_memory(message, bytes, version);
      expect_bounded_memory(message, with_a_large_count(bytes, generator), version);
    });
  });
}

}  // namespace
}  // namespace leat::wire
