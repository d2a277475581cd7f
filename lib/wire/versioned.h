#pragma once

/// \file
/// Messages as keys and values of log records, as Kafka's internal topics hold them: an int16, then
/// the body. Before a value it is the version of the value's schema; before a key it is the kind of
/// record, so that a reader knows by the key what the value is. Pure functions.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "wire/codec.h"
#include "wire/reader.h"
#include "wire/schema.h"
#include "wire/writer.h"

namespace leat::wire {

/// A schema of record keys. A key's schema has one version for ever: another schema is another
/// kind.
template <class T>
concept RecordKey = TopLevel<T> && requires {
  { T::kRecordKind } -> std::convertible_to<std::int16_t>;
} && T::kVersions.first == T::kVersions.last;

/// The int16 before a key or value. Errors: kCorruptMessage when there are not two bytes.
[[nodiscard]] Result<std::int16_t> peek_prefix(std::span<const std::byte> bytes);

namespace detail {

template <TopLevel M>
[[nodiscard]] Result<std::vector<std::byte>> encode_prefixed(const M& message, std::int16_t prefix,
                                                             ApiVersion version) {
  Writer writer;
  writer.integer(prefix);
  LEAT_TRY_VOID(encode_to(writer, message, version));
  return std::move(writer).take();
}

}  // namespace detail

/// `version` and the body. Errors as `encode_to`.
template <TopLevel M>
[[nodiscard]] Result<std::vector<std::byte>> encode_versioned(const M& message,
                                                              ApiVersion version) {
  return detail::encode_prefixed(message, version, version);
}

/// The message, at whatever known version it says. Errors: kUnsupportedVersion for one that is not
/// known, kCorruptMessage for bytes that are no such message.
template <TopLevel M>
[[nodiscard]] Result<M> decode_versioned(std::span<const std::byte> bytes) {
  LEAT_TRY(const ApiVersion version, peek_prefix(bytes));
  Reader reader(bytes);
  reader.integer<ApiVersion>();
  return decode_exactly<M>(reader, version);
}

/// The record's kind and the key's body. Errors as `encode_to`.
template <RecordKey M>
[[nodiscard]] Result<std::vector<std::byte>> encode_key(const M& key) {
  return detail::encode_prefixed(key, M::kRecordKind, M::kVersions.first);
}

/// The key. Errors: kCorruptMessage for bytes that are no such key, one of another kind included.
template <RecordKey M>
[[nodiscard]] Result<M> decode_key(std::span<const std::byte> bytes) {
  LEAT_TRY(const std::int16_t kind, peek_prefix(bytes));
  Reader reader(bytes);
  reader.integer<std::int16_t>();
  if (kind != M::kRecordKind) reader.fail("it is the key of another kind of record");
  return decode_exactly<M>(reader, M::kVersions.first);
}

}  // namespace leat::wire
