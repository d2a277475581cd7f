#pragma once

// Makes an AnyMessage of a type: the expensive part of the templates.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "unit/wire/any_message.h"
#include "unit/wire/digest.h"
#include "unit/wire/generator.h"
#include "wire/codec.h"
#include "wire/json.h"
#include "wire/schema.h"

namespace leat::wire::testing {

template <TopLevel M>
Result<Encoded> encoded(const M& message, ApiVersion version) {
  LEAT_TRY(std::vector<std::byte> bytes, encode_message(message, version));
  return Encoded{std::move(bytes), encoded_size(message, version), to_json(message, version)};
}

template <TopLevel M>
Result<Encoded> random_message(std::uint64_t seed, ApiVersion version) {
  Generator generator(seed);
  const M message = generator.message<M>(version);
  LEAT_TRY(Encoded made, encoded(message, version));
  LEAT_TRY(const M decoded, decode_message<M>(made.bytes, version));
  if (decoded == message) return made;
  return Error(ErrorCode::kInternal, made.json + " became " + to_json(decoded, version));
}

template <TopLevel M>
Result<Encoded> encoded_again(std::span<const std::byte> bytes, ApiVersion version) {
  LEAT_TRY(const M message, decode_message<M>(bytes, version));
  return encoded(message, version);
}

template <TopLevel M>
Result<void> only_decoded(std::span<const std::byte> bytes, ApiVersion version) {
  LEAT_TRY_VOID(decode_message<M>(bytes, version));
  return {};
}

template <TopLevel... M>
std::vector<AnyMessage> any_messages() {
  return {{M::kName, key_of<M>(), M::kVersions, digest<M>, random_message<M>, encoded_again<M>,
           only_decoded<M>}...};
}

}  // namespace leat::wire::testing
