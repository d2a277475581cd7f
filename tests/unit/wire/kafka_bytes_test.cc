// What Kafka's own classes wrote (tests/golden/wire/kafka_bytes, made by
// tests/interop/golden_bytes) is read, and written again byte for byte.
#include <cstddef>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "unit/wire/any_message.h"
#include "unit/wire/hex.h"
#include "wire/schema.h"

namespace leat::wire {
namespace {

using namespace testing;
using NameAndVersion = std::pair<std::string, ApiVersion>;

/// The defaults, everything set, three random messages.
constexpr std::size_t kMessages = 5;

std::map<NameAndVersion, std::vector<std::vector<std::byte>>> bytes_of_kafka() {
  std::map<NameAndVersion, std::vector<std::vector<std::byte>>> messages;
  std::ifstream file(LEAT_GOLDEN_DIRECTORY "/kafka_bytes");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    NameAndVersion key;
    words >> key.first >> key.second;
    for (std::string digits; words >> digits;) {
      messages[key].push_back(digits == "-" ? std::vector<std::byte>() : hex(digits));
    }
  }
  return messages;
}

TEST(KafkaBytes, AreReadAndWrittenAgainAtEveryVersion) {
  auto messages = bytes_of_kafka();
  for (const AnyMessage& message : every_message()) {
    for (ApiVersion v = message.versions.first; v <= message.versions.last; ++v) {
      SCOPED_TRACE(std::string(message.name) + " v" + std::to_string(v));
      const auto written = messages.extract({std::string(message.name), v});
      ASSERT_TRUE(written) << "kafka_bytes lacks it: tests/interop/golden_bytes/run.sh";
      ASSERT_EQ(written.mapped().size(), kMessages);
      for (const std::vector<std::byte>& bytes : written.mapped()) {
        const auto again = message.again(bytes, v);
        ASSERT_TRUE(again) << again.error().message();
        EXPECT_EQ(again->bytes, bytes) << again->json;
      }
    }
  }
  EXPECT_TRUE(messages.empty()) << messages.begin()->first.first << " has no table";
}

}  // namespace
}  // namespace leat::wire
