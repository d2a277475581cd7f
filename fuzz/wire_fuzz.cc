/// Decoding messages: any bytes are an error or a message that can be shown and that encodes to
/// bytes which decode to it again. The first byte is the key (ff: what has none), the second the
/// version; what decodes is every message of that key and version, request and response alike.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "unit/wire/any_message.h"
#include "wire/schema.h"

namespace {

using namespace leat::wire;
using testing::AnyMessage;

std::vector<AnyMessage> all_messages() {
  std::vector<AnyMessage> all = testing::every_message();
  const std::vector<AnyMessage> made_up = testing::made_up_messages();
  all.insert(all.end(), made_up.begin(), made_up.end());
  return all;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void decode(const AnyMessage& message, std::span<const std::byte> bytes, ApiVersion version) {
  const auto encoded = message.again(bytes, version);
  if (!encoded) return;
  require(!encoded->json.empty() && encoded->bytes.size() == encoded->announced_size);
  const auto again = message.again(encoded->bytes, version);
  require(again && again->bytes == encoded->bytes && again->json == encoded->json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<AnyMessage> kMessages = all_messages();
  if (size < 2) return 0;
  const int key = static_cast<std::int8_t>(data[0]);
  const ApiVersion version = data[1];
  const auto bytes = std::as_bytes(std::span(data, size)).subspan(2);
  for (const AnyMessage& message : kMessages) {
    if (message.key == key && message.versions.contains(version)) decode(message, bytes, version);
  }
  return 0;
}
