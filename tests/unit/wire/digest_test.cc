// The tables are Kafka's definitions: as tests/golden/wire has them, which is in the repository,
// and as Kafka's own files do where they are at hand.
#include "unit/wire/digest.h"

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "unit/wire/any_message.h"
#include "unit/wire/definitions.h"

namespace leat::wire {
namespace {

using namespace testing;

/// The messages are what the golden file says.
void expect_golden(const std::string& name, const std::vector<AnyMessage>& messages) {
  expect_digest(
      LEAT_GOLDEN_DIRECTORY "/" + name,
      "# What tables of lib/wire/messages say, in the words of tests/unit/wire/digest.h.\n"
      "# Written by MessageDigest (digest_test.cc), never by hand.\n",
      messages);
}

TEST(MessageDigest, IsWhatTheTablesSay) {
  expect_golden("data.txt", data_messages());
  expect_golden("topics.txt", topic_messages());
  expect_golden("admin.txt", admin_messages());
  expect_golden("groups.txt", group_messages());
  expect_golden("transactions.txt", transaction_messages());
}

/// A table that no test goes over is in a header, but not in any_message.h's lists.
TEST(MessageDigest, HasEveryTableOfTheDirectory) {
  constexpr std::string_view kMark = "kName = \"";
  std::multiset<std::string> declared;
  for (const auto& header : std::filesystem::directory_iterator(LEAT_WIRE_MESSAGES)) {
    const std::string text = text_of_file(header.path());
    for (std::size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at)) {
      at += kMark.size();
      declared.insert(text.substr(at, text.find('"', at) - at));
    }
  }
  std::multiset<std::string> listed;
  for (const AnyMessage& message : every_message()) listed.emplace(message.name);
  EXPECT_EQ(declared, listed);
}

TEST(MessageConformance, TablesAreKafkasDefinitions) {
  const std::filesystem::path directory = LEAT_KAFKA_MESSAGES;
  if (!std::filesystem::exists(directory)) {
    GTEST_SKIP() << "Kafka's definitions are not at " << directory
                 << "; MessageDigest compares with what they said";
  }
  for (const AnyMessage& message : every_message()) {
    EXPECT_EQ(message.digest(), digest_of_definition(definition_of(directory, message.name)));
  }
}

}  // namespace
}  // namespace leat::wire
