#include "kafka/protocol.h"

#include <fmt/core.h>
#include <string>

#include "kafka/api_table.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

constexpr const char* kHead = R"(# What is served

Printed from `api_table.cc`; the contract of an API, its errors and what it leaves out, is at the head of its file in `api/`.
A client that asks for another key or version is disconnected, as Kafka does (W4), but for ApiVersions (W5).

| key | API | advertised | served | flexible |
|---:|---|---|---|---|
)";

std::string range(wire::Versions versions) {
  return versions.first == versions.last ? fmt::format("{}", versions.first)
                                         : fmt::format("{}-{}", versions.first, versions.last);
}

std::string since(wire::Versions versions) {
  if (versions == wire::kNoVersions) return "never";
  return fmt::format("from {}", versions.first);
}

}  // namespace

std::string protocol_document() {
  std::string text = kHead;
  for (const ApiEntry& api : api_table()) {
    text += fmt::format("| {} | {} | {} | {} | {} |\n", api.key, api.name, range(api.advertised),
                        range(api.served), since(api.flexible));
  }
  return text;
}

}  // namespace leat::kafka
