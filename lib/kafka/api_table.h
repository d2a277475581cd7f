#pragma once

/// \file
/// Which APIs are served, in which versions, and by what. ApiVersions, dispatch and the fuzz
/// targets derive from it (K4, K11): an API is one file in api/ and one line in api_table.cc.

#include <cstdint>
#include <span>
#include <string_view>

#include "kafka/call.h"
#include "wire/reader.h"
#include "wire/schema.h"

namespace leat::kafka {

struct ApiEntry {
  std::int16_t key;
  std::string_view name;
  /// Of ApiVersions.
  wire::Versions advertised;
  /// A version outside closes the connection (W4).
  wire::Versions served;
  wire::Versions flexible;
  /// Whether the next request may begin while this one waits for its answer: what it does to the
  /// log is done when `serve` returns.
  bool overlaps;
  /// Decodes the body that `reader` has left, and serves it.
  void (*serve)(Call call, wire::Reader& reader);
};

/// By key.
[[nodiscard]] std::span<const ApiEntry> api_table();
/// Null when it is not served.
[[nodiscard]] const ApiEntry* find_api(std::int16_t key);

}  // namespace leat::kafka
