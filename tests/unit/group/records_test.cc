// The tables of lib/group are Kafka's records: as tests/golden/group has them, which is in the
// repository, and as Kafka's own files do where they are at hand.
#include "group/records.h"

#include <cctype>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "group/consumer_records.h"
#include "unit/wire/any_message.h"
#include "unit/wire/any_message_of.h"
#include "unit/wire/definitions.h"
#include "unit/wire/seeds.h"
#include "wire/schema.h"

namespace leat::group {
namespace {

using namespace wire::testing;

std::vector<AnyMessage> every_record() {
  return any_messages<
      OffsetCommitKey, OffsetCommitValue, GroupMetadataKey, GroupMetadataValue,
      ConsumerGroupMetadataKey, ConsumerGroupMetadataValue, ConsumerGroupPartitionMetadataKey,
      ConsumerGroupPartitionMetadataValue, ConsumerGroupMemberMetadataKey,
      ConsumerGroupMemberMetadataValue, ConsumerGroupTargetAssignmentMetadataKey,
      ConsumerGroupTargetAssignmentMetadataValue, ConsumerGroupTargetAssignmentMemberKey,
      ConsumerGroupTargetAssignmentMemberValue, ConsumerGroupCurrentMemberAssignmentKey,
      ConsumerGroupCurrentMemberAssignmentValue, ConsumerGroupRegularExpressionKey,
      ConsumerGroupRegularExpressionValue>();
}

TEST(GroupRecords, AreWhatTheTablesSay) {
  expect_digest(LEAT_GOLDEN_DIRECTORY "/records.txt",
                "# What the tables of lib/group say, in the words of tests/unit/wire/digest.h.\n"
                "# Written by GroupRecords (records_test.cc), never by hand.\n",
                every_record());
}

TEST(GroupRecords, ReadBackAtEveryVersion) {
  for_seeds(200, [](std::uint64_t seed) {
    for (const AnyMessage& record : every_record()) {
      for (auto version = record.versions.first; version <= record.versions.last; ++version) {
        const auto made = record.random(seed, version);
        ASSERT_TRUE(made) << record.name << " v" << version << ": " << made.error().to_string();
        const auto again = record.again(made->bytes, version);
        ASSERT_TRUE(again) << record.name << " v" << version << ": " << again.error().to_string();
        EXPECT_EQ(again->bytes, made->bytes) << record.name << " v" << version;
      }
    }
  });
}

/// What the definitions say in other words, and what does not reach the log: names begin small in
/// some; a key's field of its one version says "0"; text that may be null has "" for a default,
/// which matters to tagged fields alone.
void say_as_the_tables(json& fields) {
  for (json& field : fields) {
    auto name = field["name"].get<std::string>();
    name.front() = static_cast<char>(std::toupper(name.front()));
    field["name"] = name;
    if (field["versions"] == "0") field["versions"] = "0+";
    const bool may_be_null = field.contains("nullableVersions") && !field.contains("tag");
    if (may_be_null && !field.contains("default")) field["default"] = "null";
    if (field.contains("fields")) say_as_the_tables(field["fields"]);
  }
}

json in_the_tables_words(json definition) {
  // A value's kind is its key's to know.
  if (definition["type"] == "coordinator-value") definition.erase("apiKey");
  say_as_the_tables(definition["fields"]);
  for (json& shared : definition["commonStructs"]) say_as_the_tables(shared["fields"]);
  if (definition["commonStructs"].is_null()) definition.erase("commonStructs");
  return definition;
}

TEST(GroupRecords, AreKafkasDefinitions) {
  const std::filesystem::path directory = LEAT_KAFKA_RECORDS;
  if (!std::filesystem::exists(directory)) {
    GTEST_SKIP() << "Kafka's definitions are not at " << directory
                 << "; AreWhatTheTablesSay compares with what they said";
  }
  for (const AnyMessage& record : every_record()) {
    EXPECT_EQ(record.digest(),
              digest_of_definition(in_the_tables_words(definition_of(directory, record.name))));
  }
}

}  // namespace
}  // namespace leat::group
