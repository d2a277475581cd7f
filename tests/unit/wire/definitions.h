#pragma once

// Kafka's definitions, its JSON files, in the words of digest.h; and golden files of digests.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "unit/wire/any_message.h"
#include "unit/wire/digest.h"
#include "wire/schema.h"

namespace leat::wire::testing {

using nlohmann::json;

inline std::string text_of_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The messages are what the golden file says, under its `head`. LEAT_UPDATE_DOCUMENTS=1 writes it.
inline void expect_digest(const std::filesystem::path& golden, const std::string& head,
                          const std::vector<AnyMessage>& messages) {
  std::string text = head;
  for (const AnyMessage& message : messages) text += "\n" + message.digest();
  if (std::getenv("LEAT_UPDATE_DOCUMENTS") != nullptr) std::ofstream(golden) << text;
  EXPECT_EQ(text_of_file(golden), text)
      << "after a change of a table: LEAT_UPDATE_DOCUMENTS=1 and this test";
}

/// Kafka's definition of a message; comments in it are skipped.
inline json definition_of(const std::filesystem::path& directory, std::string_view name) {
  std::ifstream file(directory / (std::string(name) + ".json"));
  return json::parse(file, nullptr, true, /*ignore_comments=*/true);
}

/// "0+", "3-5", "7", "none".
inline Versions versions_of(const std::string& text) {
  if (text == "none") return kNoVersions;
  const auto first = static_cast<ApiVersion>(std::stoi(text));
  if (text.back() == '+') return since(first);
  const std::size_t dash = text.find('-');
  if (dash == std::string::npos) return only(first);
  return {.first = first, .last = static_cast<ApiVersion>(std::stoi(text.substr(dash + 1)))};
}

inline Entity entity_of(const std::string& name) {
  constexpr std::size_t kEntities = 6;
  for (std::size_t i = 0; i < kEntities; ++i) {
    if (name == text_of(static_cast<Entity>(i))) return static_cast<Entity>(i);
  }
  ADD_FAILURE() << "an entity that the schema lacks: " << name;
  return Entity::kNone;
}

inline bool is_true(const json& definition, const char* name) {
  const auto found = definition.find(name);
  return found != definition.end() && (*found == true || *found == "true");
}

inline Attributes attributes_of(const json& field) {
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

inline std::string default_of(const json& field) {
  const auto found = field.find("default");
  if (found == field.end()) return "";
  const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
  if (text.empty() || text == "null" || text == "true") return text;
  if (text == "false" || text == "False") return "";
  const std::int64_t number = std::stoll(text, nullptr, 0);
  return number == 0 ? "" : std::to_string(number);
}

/// The name of the struct in "[]TopicData", "Cursor"; "" for the other types.
inline std::string struct_of(const std::string& type) {
  const std::string name = type.substr(type.starts_with("[]") ? 2 : 0);
  return name.front() >= 'A' && name.front() <= 'Z' ? name : "";
}

inline void add_definitions(std::string& digest, const json& fields, const json& common,
                            int depth) {
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

inline std::string digest_of_definition(const json& definition) {
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

}  // namespace leat::wire::testing
