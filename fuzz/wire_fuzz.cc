/// Decoding messages: any bytes are an error or a message that can be shown and that encodes to
/// bytes which decode to it again. The first byte chooses the version.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "unit/wire/messages.h"
#include "wire/codec.h"
#include "wire/json.h"
#include "wire/schema.h"

namespace {

using namespace leat::wire;

void require(bool holds) {
  if (!holds) std::abort();
}

template <TopLevel M>
void decode(std::span<const std::byte> bytes, ApiVersion version) {
  const auto message = decode_message<M>(bytes, version);
  if (!message) return;
  require(!to_json(*message, version).empty());
  const auto encoded = encode_message(*message, version);
  require(encoded && encoded->size() == encoded_size(*message, version));
  const auto again = decode_message<M>(*encoded, version);
  require(again && encode_message(*again, version).value() == *encoded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = std::as_bytes(std::span(data, size)).subspan(1);
  const auto version = static_cast<ApiVersion>(data[0] % 16);
  decode<testing::Everything>(bytes, version);
  decode<testing::MetadataRequest>(bytes, version);
  decode<testing::HeartbeatRequest>(bytes, version);
  decode<testing::OffsetCommitValue>(bytes, version);
  return 0;
}
