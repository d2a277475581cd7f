#pragma once

// The facts of a message in text, a line for the message and one for each field below it:
//
//   FetchRequest key=1 versions=4-18 flexible=12+
//     ReplicaId int32 versions=0-14 default=-1 entity=brokerId
//     Topics []struct
//       Topic string versions=0-12 ignorable entity=topicName
//
// What goes without saying is not said: all versions, a default that is zero or empty.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "leat/record.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire::testing {

/// The key of headers, of records' values, and of what is made up.
inline constexpr int kNoKey = -1;

/// "3-5", "3", "3+", "none".
inline std::string text_of(Versions versions) {
  if (versions == kNoVersions) return "none";
  const std::string first = std::to_string(versions.first);
  if (versions == since(versions.first)) return first + "+";
  if (versions.first == versions.last) return first;
  return first + "-" + std::to_string(versions.last);
}

inline std::string_view text_of(Entity entity) {
  switch (entity) {
    case Entity::kNone:
      return "";
    case Entity::kTopicName:
      return "topicName";
    case Entity::kGroupId:
      return "groupId";
    case Entity::kTransactionalId:
      return "transactionalId";
    case Entity::kProducerId:
      return "producerId";
    case Entity::kBrokerId:
      return "brokerId";
  }
  return "?";
}

/// The line of a message.
inline std::string message_line(std::string_view name, int key, Versions versions,
                                Versions flexible) {
  std::string line(name);
  if (key != kNoKey) line += " key=" + std::to_string(key);
  return line + " versions=" + text_of(versions) + " flexible=" + text_of(flexible) + "\n";
}

struct FieldFacts {
  std::string name;
  std::string type;
  std::string default_value;
  Attributes attributes = {};
};

/// The line of a field.
inline std::string field_line(const FieldFacts& field, int depth) {
  const Attributes& row = field.attributes;
  std::string line(2 * static_cast<std::size_t>(depth), ' ');
  line += field.name + " " + field.type;
  if (row.versions != since(0)) line += " versions=" + text_of(row.versions);
  if (row.nullable != kNoVersions) line += " nullable=" + text_of(row.nullable);
  if (row.tag != kUntagged) line += " tag=" + std::to_string(row.tag);
  if (row.flexible != since(0)) line += " flexible=" + text_of(row.flexible);
  if (!field.default_value.empty()) line += " default=" + field.default_value;
  if (row.ignorable) line += " ignorable";
  if (row.entity != Entity::kNone) line += " entity=" + std::string(text_of(row.entity));
  return line + "\n";
}

template <class T>
std::string type_name() {
  if constexpr (OptionalType<T>) {
    return type_name<typename T::value_type>();
  } else if constexpr (ArrayType<T>) {
    return "[]" + type_name<typename T::value_type>();
  } else if constexpr (std::same_as<T, bool>) {
    return "bool";
  } else if constexpr (std::integral<T>) {
    return (std::signed_integral<T> ? "int" : "uint") + std::to_string(8 * sizeof(T));
  } else if constexpr (std::is_enum_v<T>) {
    return type_name<std::underlying_type_t<T>>();
  } else if constexpr (std::same_as<T, double>) {
    return "float64";
  } else if constexpr (StrongInteger<T>) {
    return type_name<decltype(T().value())>();
  } else if constexpr (std::same_as<T, Uuid>) {
    return "uuid";
  } else if constexpr (StringType<T>) {
    return "string";
  } else if constexpr (std::same_as<T, Records>) {
    return "records";
  } else if constexpr (BytesType<T>) {
    return "bytes";
  } else {
    return "struct";
  }
}

template <class T>
std::string default_text(const T& value) {
  if constexpr (OptionalType<T>) {
    return value.has_value() ? default_text(*value) : "null";
  } else if constexpr (std::same_as<T, Records>) {
    return value.bytes.is_null() ? "null" : "";
  } else if constexpr (std::same_as<T, BytesView>) {
    return value.is_null() ? "null" : "";
  } else if constexpr (std::same_as<T, bool>) {
    return value ? "true" : "";
  } else if constexpr (std::integral<T>) {
    return value == 0 ? "" : std::to_string(value);
  } else if constexpr (std::is_enum_v<T>) {
    return default_text(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (StrongInteger<T>) {
    return default_text(value.value());
  } else {
    return value == T() ? "" : "not empty";
  }
}

template <class T>
void add_fields(std::string& digest, int depth);

/// The fields of the struct that T is, or that T is an array of, or that T may be.
template <class T>
void add_struct(std::string& digest, int depth) {
  if constexpr (Message<T>) {
    add_fields<T>(digest, depth);
  } else if constexpr (OptionalType<T> || ArrayType<T>) {
    add_struct<typename T::value_type>(digest, depth);
  }
}

template <class T>
void add_fields(std::string& digest, int depth) {
  const T defaults{};
  for_each_field<T>([&]<auto Member>(const Field<Member>& row) {
    using Value = std::remove_cvref_t<decltype(defaults.*Member)>;
    digest += field_line(
        {std::string(row.name), type_name<Value>(), default_text(defaults.*Member), row}, depth);
    add_struct<Value>(digest, depth + 1);
  });
}

template <TopLevel M>
constexpr int key_of() {
  if constexpr (requires { M::kApiKey; }) {
    return M::kApiKey;
  } else if constexpr (requires { M::kRecordKind; }) {
    return M::kRecordKind;
  } else {
    return kNoKey;
  }
}

template <TopLevel M>
std::string digest() {
  std::string text = message_line(M::kName, key_of<M>(), M::kVersions, M::kFlexible);
  add_fields<M>(text, 1);
  return text;
}

}  // namespace leat::wire::testing
