// The tables are Kafka's definitions: as tests/golden/wire has them, which is in the repository,
// and as Kafka's own files do where they are at hand.
#include "unit/wire/digest.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "unit/wire/any_message.h"
#include "wire/schema.h"

namespace leat::wire {
namespace {

using namespace testing;
using nlohmann::json;

std::string text_of_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The messages are what the golden file says.
void expect_digest(const std::string& name, const std::vector<AnyMessage>& messages) {
  std::string text =
      "# What tables of lib/wire/messages say, in the words of tests/unit/wire/digest.h.\n"
      "# Written by MessageDigest (digest_test.cc), never by hand.\n";
  for (const AnyMessage& message : messages) text += "\n" + message.digest();
  const std::string path = LEAT_GOLDEN_DIRECTORY "/" + name;
  if (std::getenv("LEAT_UPDATE_DOCUMENTS") != nullptr) std::ofstream(path) << text;
  EXPECT_EQ(text_of_file(path), text)
      << "after a change of a table: LEAT_UPDATE_DOCUMENTS=1 wire_unit_test "
         "--gtest_filter='MessageDigest.*'";
}

TEST(MessageDigest, IsWhatTheTablesSay) {
  expect_digest("data.txt", data_messages());
  expect_digest("topics.txt", topic_messages());
  expect_digest("admin.txt", admin_messages());
  expect_digest("groups.txt", group_messages());
  expect_digest("transactions.txt", transaction_messages());
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

// Kafka's definitions in the words of digest.h.

/// "0+", "3-5", "7", "none".
Versions versions_of(const std::string& text) {
  if (text == "none") return kNoVersions;
  const auto first = static_cast<ApiVersion>(std::stoi(text));
  if (text.back() == '+') return since(first);
  const std::size_t dash = text.find('-');
  if (dash == std::string::npos) return only(first);
  return {.first = first, .last = static_cast<ApiVersion>(std::stoi(text.substr(dash + 1)))};
}

Entity entity_of(const std::string& name) {
  constexpr std::size_t kEntities = 6;
  for (std::size_t i = 0; i < kEntities; ++i) {
    if (name == text_of(static_cast<Entity>(i))) return static_cast<Entity>(i);
  }
  ADD_FAILURE() << "an entity that the schema lacks: " << name;
  return Entity::kNone;
}

bool is_true(const json& definition, const char* name) {
  const auto found = definition.find(name);
  return found != definition.end() && (*found == true || *found == "true");
}

Attributes attributes_of(const json& field) {
  const auto versions = [&](const char* name, Versions otherwise) {
    return field.contains(name) ? versions_of(field[name]) : otherwise;
  };
  if (field.contains("tag")) {
    EXPECT_EQ(field["taggedVersions"], field["versions"]) << field["name"];
  }
  return {.versions = versions("versions", {}),
          .nullable = versions("nullableVersions", kNoVersions),
          .tag = field.value("tag", kUntagged),
          .ignorable = is_true(field, "ignorable"),
          .entity = entity_of(field.value("entityType", "")),
          .flexible = versions("flexibleVersions", {})};
}

std::string default_of(const json& field) {
  const auto found = field.find("default");
  if (found == field.end()) return "";
  const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
  if (text.empty() || text == "null" || text == "true") return text;
  if (text == "false" || text == "False") return "";
  const std::int64_t number = std::stoll(text, nullptr, 0);
  return number == 0 ? "" : std::to_string(number);
}

/// The name of the struct in "[]TopicData", "Cursor"; "" for the other types.
std::string struct_of(const std::string& type) {
  const std::string name = type.substr(type.starts_with("[]") ? 2 : 0);
  return name.front() >= 'A' && name.front() <= 'Z' ? name : "";
}

void add_definitions(std::string& digest, const json& fields, const json& common, int depth) {
  for (const json& field : fields) {
    std::string type = field["type"];
    const std::string name = struct_of(type);
    if (!name.empty()) type.replace(type.size() - name.size(), name.size(), "struct");
    digest += field_line({field["name"], type, default_of(field), attributes_of(field)}, depth);
    if (field.contains("fields")) {
      add_definitions(digest, field["fields"], common, depth + 1);
    } else if (!name.empty()) {
      add_definitions(digest, common.at(name), common, depth + 1);
    }
  }
}

std::string digest_of_definition(const json& definition) {
  json common = json::object();
  for (const json& shared : definition.value("commonStructs", json::array())) {
    common[shared["name"].get<std::string>()] = shared["fields"];
  }
  std::string text = message_line(
      definition["name"].get<std::string>(), definition.value("apiKey", kNoKey),
      versions_of(definition["validVersions"]), versions_of(definition["flexibleVersions"]));
  add_definitions(text, definition["fields"], common, 1);
  return text;
}

TEST(MessageConformance, TablesAreKafkasDefinitions) {
  const std::filesystem::path directory = LEAT_KAFKA_MESSAGES;
  if (!std::filesystem::exists(directory)) {
    GTEST_SKIP() << "Kafka's definitions are not at " << directory
                 << "; MessageDigest compares with what they said";
  }
  for (const AnyMessage& message : every_message()) {
    std::ifstream file(directory / (std::string(message.name) + ".json"));
    const json definition = json::parse(file, nullptr, true, /*ignore_comments=*/true);
    EXPECT_EQ(message.digest(), digest_of_definition(definition));
  }
}

}  // namespace
}  // namespace leat::wire
