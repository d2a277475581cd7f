#pragma once

/// \file
/// Messages as JSON for people and tools: the fields that a version has, by their names in the
/// table, tagged ones only where they are not the default. Uuids are Kafka's base64, bytes are hex
/// digits, records are their size. Pure functions.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "leat/types.h"

#include "base/uuid.h"
#include "wire/codec.h"
#include "wire/schema.h"

namespace leat::wire {

/// Writes one JSON value, commas and escapes included. The caller keeps begin and end in pairs.
class JsonWriter {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  /// The name of the value that follows.
  void key(std::string_view name);
  void null() { literal("null"); }
  void boolean(bool value) { literal(value ? "true" : "false"); }
  void number(std::int64_t value) { literal(std::to_string(value)); }
  /// The shortest text that reads back; what JSON has no number for is null.
  void number(double value);
  /// What is no UTF-8 in `text` becomes U+FFFD.
  void string(std::string_view text);
  void hex(std::span<const std::byte> bytes);

  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  void open(char bracket);
  void close(char bracket);
  void literal(std::string_view text);
  void separate();

  std::string text_;
  bool needs_comma_ = false;
};

namespace detail {

template <Message M>
void show_fields(JsonWriter& json, const M& message, ApiVersion version);

template <class T>
void show(JsonWriter& json, const T& value, ApiVersion version) {
  if (is_null(value)) {
    json.null();
  } else if constexpr (OptionalType<T>) {
    if (value) show(json, *value, version);
  } else if constexpr (std::same_as<T, bool>) {
    json.boolean(value);
  } else if constexpr (std::integral<T> || std::is_enum_v<T>) {
    json.number(static_cast<std::int64_t>(value));
  } else if constexpr (std::same_as<T, double>) {
    json.number(value);
  } else if constexpr (StrongInteger<T>) {
    json.number(static_cast<std::int64_t>(value.value()));
  } else if constexpr (std::same_as<T, Uuid>) {
    json.string(base::to_base64(value));
  } else if constexpr (StringType<T>) {
    json.string(value);
  } else if constexpr (std::same_as<T, Records>) {
    json.number(static_cast<std::int64_t>(value.bytes.size()));
  } else if constexpr (BytesType<T>) {
    json.hex(bytes_of(value));
  } else if constexpr (ArrayType<T>) {
    json.begin_array();
    for (const auto& element : value) show(json, element, version);
    json.end_array();
  } else {
    show_fields(json, value, version);
  }
}

template <Message M>
void show_fields(JsonWriter& json, const M& message, ApiVersion version) {
  json.begin_object();
  for_each_field<M>([&]<auto Member>(const Field<Member>& row) {
    if (!row.versions.contains(version)) return;
    if (row.tag != kUntagged && is_default(message, row)) return;
    json.key(row.name);
    show(json, message.*Member, version);
  });
  json.end_object();
}

}  // namespace detail

/// `message` as `version` carries it.
template <TopLevel M>
[[nodiscard]] std::string to_json(const M& message, ApiVersion version) {
  JsonWriter json;
  detail::show_fields(json, message, version);
  return std::move(json).take();
}

}  // namespace leat::wire
