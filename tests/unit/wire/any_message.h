#pragma once

// Every message of wire/messages without its type, so that what goes over all of them is compiled
// once, a share a file. Also what the fuzz target decodes with.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.h"

#include "unit/wire/digest.h"
#include "wire/schema.h"

namespace leat::wire::testing {

/// A message's bytes, and what else is said of it.
struct Encoded {
  std::vector<std::byte> bytes;
  std::size_t announced_size = 0;  // encoded_size()
  std::string json;
};

struct AnyMessage {
  std::string_view name;
  int key = kNoKey;
  Versions versions;
  /// What the table says, in the words of digest.h.
  std::string (*digest)();
  /// A random message. Errors: what encoding it says; kInternal when it decodes to another one.
  Result<Encoded> (*random)(std::uint64_t seed, ApiVersion version);
  /// The message that the bytes are, encoded again. Errors: what decoding says.
  Result<Encoded> (*again)(std::span<const std::byte> bytes, ApiVersion version);
  /// Decodes and drops it. Errors: what decoding says.
  Result<void> (*decode)(std::span<const std::byte> bytes, ApiVersion version);
};

[[nodiscard]] std::vector<AnyMessage> data_messages();
[[nodiscard]] std::vector<AnyMessage> topic_messages();
[[nodiscard]] std::vector<AnyMessage> admin_messages();
[[nodiscard]] std::vector<AnyMessage> group_messages();
[[nodiscard]] std::vector<AnyMessage> transaction_messages();

/// Those of messages.h, which are not in wire/messages.
[[nodiscard]] std::vector<AnyMessage> made_up_messages();

/// All of wire/messages.
[[nodiscard]] inline std::vector<AnyMessage> every_message() {
  std::vector<AnyMessage> all = data_messages();
  for (const auto& share :
       {topic_messages(), admin_messages(), group_messages(), transaction_messages()}) {
    all.insert(all.end(), share.begin(), share.end());
  }
  return all;
}

}  // namespace leat::wire::testing
