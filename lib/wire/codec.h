#pragma once

/// \file
/// Messages to bytes and back, by their tables. Pure functions over values.
///
/// A decoded message may hold views (`std::string_view`, `BytesView`, `Records`) into the bytes it
/// came from. Decoding is total and bounded: a count is only a claim, strings have at most 32,767
/// bytes, and memory at most `memory_bound` of the frame (K5).

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "base/try.h"
#include "wire/reader.h"
#include "wire/schema.h"
#include "wire/writer.h"

namespace leat::wire {

/// The longest string, flexible or not.
inline constexpr std::size_t kStringSizeMax = std::numeric_limits<std::int16_t>::max();

/// kCorruptMessage: "HeartbeatRequest v3: GroupId, at byte 17: the bytes end within it".
[[nodiscard]] Error malformed(std::string_view message, ApiVersion version, const Failure& failure);
/// kInvalidArgument, in the same words: a value that the version cannot carry.
[[nodiscard]] Error not_writable(std::string_view message, ApiVersion version,
                                 const Failure& failure);
/// kUnsupportedVersion: "HeartbeatRequest v9: only versions 0-4 are known".
[[nodiscard]] Error unknown_version(std::string_view message, ApiVersion version, Versions known);

namespace detail {

struct Context {
  ApiVersion version;
  bool flexible;
  [[nodiscard]] Context of(const Attributes& row) const {
    return {version, flexible && row.flexible.contains(version)};
  }
};

template <Message M, class Sink>
void encode_fields(Sink& sink, const M& message, Context context);
template <Message M>
void decode_fields(Reader& reader, M& message, Context context);

/// Lengths and counts are unsigned varints of one more in flexible versions, int16 for strings and
/// int32 for the rest in others; null is -1 in both senses.
inline constexpr std::int64_t kNull = -1;

template <class T>
using LengthOf = std::conditional_t<StringType<T>, std::int16_t, std::int32_t>;

template <class T, class Sink>
void put_length(Sink& sink, std::int64_t length, Context context) {
  if (length > std::numeric_limits<LengthOf<T>>::max()) return sink.fail("it is too long");
  if (context.flexible) {
    sink.uvarint(static_cast<std::uint32_t>(length + 1));
  } else {
    sink.integer(static_cast<LengthOf<T>>(length));
  }
}

/// kNull, or a length within the bounds of T's; what is not fails.
template <class T>
std::int64_t get_length(Reader& reader, Context context) {
  const std::int64_t length = context.flexible ? std::int64_t{reader.uvarint()} - 1
                                               : std::int64_t{reader.integer<LengthOf<T>>()};
  if (length < kNull || length > std::numeric_limits<LengthOf<T>>::max()) {
    reader.fail("it claims an impossible length");
    return 0;
  }
  return length;
}

inline std::span<const std::byte> bytes_of(BytesView value) { return value.bytes(); }
inline std::span<const std::byte> bytes_of(const std::vector<std::byte>& value) { return value; }
inline std::span<const std::byte> bytes_of(const Records& value) { return value.bytes.bytes(); }

template <class T>
bool is_null(const T& value) {
  if constexpr (OptionalType<T>) {
    return !value.has_value();
  } else if constexpr (std::same_as<T, Records>) {
    return value.bytes.is_null();
  } else if constexpr (std::same_as<T, BytesView>) {
    return value.is_null();
  } else {
    return false;
  }
}

/// A value that is not null. REQUIRES: T is no optional.
template <class T, class Sink>
void put(Sink& sink, const T& value, Context context) {
  if constexpr (std::same_as<T, bool>) {
    sink.integer(static_cast<std::uint8_t>(value));
  } else if constexpr (std::integral<T>) {
    sink.integer(value);
  } else if constexpr (std::is_enum_v<T>) {
    sink.integer(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (std::same_as<T, double>) {
    sink.integer(std::bit_cast<std::uint64_t>(value));
  } else if constexpr (StrongInteger<T>) {
    sink.integer(value.value());
  } else if constexpr (std::same_as<T, Uuid>) {
    sink.raw(value.bytes);
  } else if constexpr (StringType<T>) {
    put_length<T>(sink, static_cast<std::int64_t>(value.size()), context);
    sink.raw(base::as_bytes(value));
  } else if constexpr (BytesType<T>) {
    const std::span<const std::byte> bytes = bytes_of(value);
    put_length<T>(sink, static_cast<std::int64_t>(bytes.size()), context);
    if constexpr (std::same_as<T, Records> && requires { sink.records(bytes); }) {
      sink.records(bytes);
    } else {
      sink.raw(bytes);
    }
  } else if constexpr (ArrayType<T>) {
    put_length<T>(sink, static_cast<std::int64_t>(value.size()), context);
    for (const auto& element : value) put(sink, element, context);
  } else {
    encode_fields(sink, value, context);
  }
}

/// A nullable struct has a byte before it, -1 for null and 1 for a body; the rest has a length of
/// -1.
template <class T, class Sink>
void put_null(Sink& sink, Context context) {
  if constexpr (Message<T>) {
    sink.integer(std::int8_t{-1});
  } else {
    put_length<T>(sink, kNull, context);
  }
}

/// A field's value, null or not.
template <class T, class Sink>
void put_field(Sink& sink, const T& value, const Attributes& row, Context context) {
  const bool nullable = row.nullable.contains(context.version);
  if (is_null(value) && !nullable) {
    sink.fail("it may not be null");
  } else if constexpr (OptionalType<T>) {
    using Value = typename T::value_type;
    if (!value.has_value()) return put_null<Value>(sink, context);
    if (Message<Value> && nullable) sink.integer(std::int8_t{1});
    put(sink, *value, context);
  } else if (is_null(value)) {
    put_null<T>(sink, context);
  } else {
    put(sink, value, context);
  }
}

template <class T>
T get(Reader& reader, Context context);

/// `length` is the claim. Memory is taken for what the bytes that are left can hold, and charged
/// first.
template <class T>
T get_sized(Reader& reader, std::int64_t length, Context context) {
  const auto size = static_cast<std::size_t>(length);
  if constexpr (StringType<T>) {
    const std::string_view text = base::as_text(reader.raw(size));
    if (std::same_as<T, std::string> && !reader.charge(text.size())) return {};
    return T(text);
  } else if constexpr (std::same_as<T, BytesView>) {
    return BytesView(reader.raw(size));
  } else if constexpr (std::same_as<T, Records>) {
    return {BytesView(reader.raw(size))};
  } else if constexpr (BytesType<T>) {
    const std::span<const std::byte> bytes = reader.raw(size);
    if (!reader.charge(bytes.size())) return {};
    return T(bytes.begin(), bytes.end());
  } else {
    T values;
    if (size > reader.left()) {
      reader.fail("it claims more elements than there are bytes");
    } else if (reader.charge(size * sizeof(typename T::value_type))) {
      values.reserve(size);
      while (values.size() < size && reader.ok()) {
        values.push_back(get<typename T::value_type>(reader, context));
      }
    }
    return values;
  }
}

/// A value that may not be null. REQUIRES: T is no optional.
template <class T>
T get(Reader& reader, Context context) {
  if constexpr (std::same_as<T, bool>) {
    return reader.integer<std::uint8_t>() != 0;
  } else if constexpr (std::integral<T>) {
    return reader.integer<T>();
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<T>(reader.integer<std::underlying_type_t<T>>());
  } else if constexpr (std::same_as<T, double>) {
    return std::bit_cast<double>(reader.integer<std::uint64_t>());
  } else if constexpr (StrongInteger<T>) {
    return T(reader.integer<decltype(std::declval<T>().value())>());
  } else if constexpr (std::same_as<T, Uuid>) {
    Uuid id;
    const std::span<const std::byte> bytes = reader.raw(id.bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) id.bytes[i] = bytes[i];
    return id;
  } else if constexpr (Message<T>) {
    T message;
    decode_fields(reader, message, context);
    return message;
  } else {
    std::int64_t length = get_length<T>(reader, context);
    if (length == kNull) {
      reader.fail("it may not be null");
      length = 0;
    }
    return get_sized<T>(reader, length, context);
  }
}

/// A struct that may be null: its first byte tells.
template <class T>
std::optional<T> get_nullable_struct(Reader& reader, Context context) {
  const auto presence = reader.integer<std::int8_t>();
  if (presence == 1) return get<T>(reader, context);
  if (presence != -1) reader.fail("its first byte is neither -1 (null) nor 1");
  return std::nullopt;
}

/// A field's value, null or not.
template <class T>
T get_field(Reader& reader, const Attributes& row, Context context) {
  [[maybe_unused]] const bool nullable = row.nullable.contains(context.version);
  if constexpr (OptionalType<T>) {
    using Value = typename T::value_type;
    if (!nullable) return get<Value>(reader, context);
    if constexpr (Message<Value>) {
      return get_nullable_struct<Value>(reader, context);
    } else {
      const std::int64_t length = get_length<Value>(reader, context);
      if (length == kNull) return std::nullopt;
      return get_sized<Value>(reader, length, context);
    }
  } else if constexpr (NullableType<T>) {
    if (!nullable) return get<T>(reader, context);
    const std::int64_t length = get_length<T>(reader, context);
    if (length == kNull) return T{};
    return get_sized<T>(reader, length, context);
  } else {
    return get<T>(reader, context);
  }
}

template <Message M>
const M& defaults() {
  static const M kDefaults{};
  return kDefaults;
}

template <Message M, auto Member>
bool is_default(const M& message, const Field<Member>& /*row*/) {
  return message.*Member == defaults<M>().*Member;
}

/// Most have none: their code is not made, which the compiler is thankful for.
template <Message M>
consteval bool has_tagged_fields() {
  bool found = false;
  for_each_field<M>([&](const auto& row) { found = found || row.tag != kUntagged; });
  return found;
}

template <Message M, class Sink>
void encode_tagged_fields(Sink& sink, const M& message, Context context) {
  const auto is_present = [&](const auto& row) {
    return row.tag != kUntagged && row.versions.contains(context.version) &&
           !is_default(message, row);
  };
  std::uint32_t count = 0;
  for_each_field<M>([&](const auto& row) { count += is_present(row) ? 1U : 0U; });
  sink.uvarint(count);
  for_each_field<M>([&]<auto Member>(const Field<Member>& row) {
    if (!is_present(row)) return;
    SizeCounter counter;
    put_field(counter, message.*Member, row, context.of(row));
    sink.uvarint(static_cast<std::uint32_t>(row.tag));
    sink.uvarint(static_cast<std::uint32_t>(counter.size()));
    put_field(sink, message.*Member, row, context.of(row));
    sink.blame(row.name);
  });
}

template <Message M, class Sink>
void encode_fields(Sink& sink, const M& message, Context context) {
  for_each_field<M>([&]<auto Member>(const Field<Member>& row) {
    if (!row.versions.contains(context.version)) {
      if (!row.ignorable && !is_default(message, row)) sink.fail("the version lacks the field");
    } else if (row.tag == kUntagged) {
      put_field(sink, message.*Member, row, context.of(row));
    }
    sink.blame(row.name);
  });
  if (!context.flexible) return;
  if constexpr (has_tagged_fields<M>()) {
    encode_tagged_fields(sink, message, context);
  } else {
    sink.uvarint(0);
  }
}

/// Sets the field of the tag; false when there is none.
template <Message M>
bool decode_tagged_field(Reader& reader, M& message, std::uint32_t tag, std::uint32_t size,
                         Context context) {
  bool is_known = false;
  if constexpr (has_tagged_fields<M>()) {
    for_each_field<M>([&]<auto Member>(const Field<Member>& row) {
      using Value = std::remove_cvref_t<decltype(message.*Member)>;
      if (row.tag == kUntagged || static_cast<std::uint32_t>(row.tag) != tag) return;
      if (!row.versions.contains(context.version)) return;
      is_known = true;
      const std::byte* end = reader.enter(size);
      message.*Member = get_field<Value>(reader, row, context.of(row));
      reader.leave(end);
      if (!reader.ok()) reader.blame(row.name);
    });
  }
  return is_known;
}

/// Known tags set their field; unknown ones are skipped (W11).
template <Message M>
void decode_tagged_fields(Reader& reader, M& message, Context context) {
  for (std::uint32_t left = reader.uvarint(); left > 0 && reader.ok(); --left) {
    const std::uint32_t tag = reader.uvarint();
    const std::uint32_t size = reader.uvarint();
    if (!reader.ok()) return;
    if (!decode_tagged_field(reader, message, tag, size, context)) reader.raw(size);
  }
}

template <Message M>
void decode_fields(Reader& reader, M& message, Context context) {
  for_each_field<M>([&]<auto Member>(const Field<Member>& row) {
    using Value = std::remove_cvref_t<decltype(message.*Member)>;
    if (row.tag != kUntagged || !row.versions.contains(context.version) || !reader.ok()) return;
    message.*Member = get_field<Value>(reader, row, context.of(row));
    if (!reader.ok()) reader.blame(row.name);
  });
  if (context.flexible) decode_tagged_fields(reader, message, context);
  if (!reader.ok()) reader.blame("its tagged fields");
}

template <TopLevel M>
constexpr Context context_of(ApiVersion version) {
  return {version, M::kFlexible.contains(version)};
}

}  // namespace detail

/// The bytes that `message` takes at `version`.
template <TopLevel M>
[[nodiscard]] std::size_t encoded_size(const M& message, ApiVersion version) {
  SizeCounter counter;
  detail::encode_fields(counter, message, detail::context_of<M>(version));
  return counter.size();
}

/// Appends `message` to what `writer` (a Writer or GatherWriter) has. Errors: kUnsupportedVersion;
/// kInvalidArgument for a value that `version` cannot carry: null where it may not be, a string
/// over kStringSizeMax, a value that is not the default in a field that the version lacks and that
/// is not ignorable.
template <TopLevel M, class Sink>
Result<void> encode_to(Sink& writer, const M& message, ApiVersion version) {
  if (!M::kVersions.contains(version)) return unknown_version(M::kName, version, M::kVersions);
  if constexpr (std::same_as<Sink, Writer>) writer.reserve(encoded_size(message, version));
  detail::encode_fields(writer, message, detail::context_of<M>(version));
  if (!writer.ok()) return not_writable(M::kName, version, writer.failure());
  return {};
}

/// The bytes of `message`. Errors as `encode_to`.
template <TopLevel M>
[[nodiscard]] Result<std::vector<std::byte>> encode_message(const M& message, ApiVersion version) {
  Writer writer;
  LEAT_TRY_VOID(encode_to(writer, message, version));
  return std::move(writer).take();
}

/// Reads a message and leaves the rest to the next (a header before its body).
/// Errors: kUnsupportedVersion; kCorruptMessage for bytes that are no such message.
template <TopLevel M>
[[nodiscard]] Result<M> decode_from(Reader& reader, ApiVersion version) {
  if (!M::kVersions.contains(version)) return unknown_version(M::kName, version, M::kVersions);
  M message;
  detail::decode_fields(reader, message, detail::context_of<M>(version));
  if (!reader.ok()) return malformed(M::kName, version, reader.failure());
  return message;
}

/// Reads a message that takes all that `reader` has left. Errors as `decode_from`; bytes behind the
/// message are kCorruptMessage.
template <TopLevel M>
[[nodiscard]] Result<M> decode_exactly(Reader& reader, ApiVersion version) {
  LEAT_TRY(M message, decode_from<M>(reader, version));
  if (reader.left() == 0) return message;
  reader.fail("there are bytes behind the message");
  return malformed(M::kName, version, reader.failure());
}

/// Reads a message that is all of `bytes`. Errors as `decode_exactly`.
template <TopLevel M>
[[nodiscard]] Result<M> decode_message(std::span<const std::byte> bytes, ApiVersion version) {
  Reader reader(bytes);
  return decode_exactly<M>(reader, version);
}

}  // namespace leat::wire
