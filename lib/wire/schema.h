#pragma once

/// \file
/// How a message is declared (K4): a plain struct with a `fields()` table. The member's type is the
/// type on the wire, its initialiser the default; the row says the rest. Encode, decode, size and
/// JSON are derived from the table (wire/codec.h, wire/json.h), so they cannot drift from it.
///
///   struct HeartbeatRequest {
///     std::string group_id = {};
///     std::int32_t generation_id = 0;
///     std::optional<std::string> group_instance_id = {};
///     bool operator==(const HeartbeatRequest&) const = default;
///
///     static constexpr std::string_view kName = "HeartbeatRequest";
///     static constexpr Versions kVersions{0, 4};
///     static constexpr Versions kFlexible = since(4);
///     static constexpr auto fields() {
///       using M = HeartbeatRequest;
///       return std::tuple{
///           field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
///           field<&M::generation_id>("GenerationId"),
///           field<&M::group_instance_id>("GroupInstanceId", {.versions = since(3), .nullable =
///           since(3)}),
///       };
///     }
///   };
///   static_assert(well_formed<HeartbeatRequest>());
///
/// | on the wire | member |
/// |---|---|
/// | bool, int8 … int64, uint16, uint32, float64 | `bool`, the integers of <cstdint>, `double` |
/// | the same integers with a meaning | an enum over one, or a strong integer (`Offset`,
/// `PartitionId`) | | uuid | `Uuid` | | string | `std::string`, or `std::string_view` into the
/// bytes that were decoded | | bytes | `std::vector<std::byte>`, or `BytesView` into the bytes that
/// were decoded | | records | `Records` | | []T | `std::vector<T>` | | struct | a struct with
/// `fields()` | | nullable T | `std::optional<T>`; `BytesView` and `Records` are nullable
/// themselves |

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "leat/record.h"
#include "leat/types.h"

namespace leat::wire {

using ApiVersion = std::int16_t;

/// [first, last], both in.
struct Versions {
  ApiVersion first = 0;
  ApiVersion last = std::numeric_limits<ApiVersion>::max();
  [[nodiscard]] constexpr bool contains(ApiVersion version) const {
    return first <= version && version <= last;
  }
  [[nodiscard]] constexpr bool contains(Versions other) const {
    return contains(other.first) && contains(other.last);
  }
  friend constexpr bool operator==(Versions, Versions) = default;
};
constexpr Versions since(ApiVersion version) { return {.first = version}; }
constexpr Versions until(ApiVersion version) { return {.last = version}; }
constexpr Versions only(ApiVersion version) { return {.first = version, .last = version}; }
inline constexpr Versions kNoVersions{.first = 1, .last = 0};

/// What a field names: which permission it needs, and what a log may not print, derive from it.
enum class Entity : std::uint8_t {
  kNone,
  kTopicName,
  kGroupId,
  kTransactionalId,
  kProducerId,
  kBrokerId,
};

inline constexpr int kUntagged = -1;

/// What the definition says of a field beside its name and type.
struct Attributes {
  /// Where the field exists.
  Versions versions = {};
  /// Where it may be null.
  Versions nullable = kNoVersions;
  /// A tagged field's number; it exists in flexible versions only, and only when not the default.
  int tag = kUntagged;
  /// Whether a version that lacks the field may drop a value that is not the default.
  bool ignorable = false;
  Entity entity = Entity::kNone;
  /// Where a flexible message encodes it the flexible way (RequestHeader.ClientId: nowhere, W1).
  Versions flexible = {};
};

/// One row of a message's table.
template <auto Member>
struct Field : Attributes {
  std::string_view name;
};
template <auto Member>
constexpr Field<Member> field(std::string_view name, Attributes attributes = {}) {
  return {attributes, name};
}

/// A set of record batches, in place. Null is not empty.
struct Records {
  BytesView bytes = {};
  friend bool operator==(const Records&, const Records&) = default;
};

/// A struct with a table.
template <class T>
concept Message = requires { T::fields(); };

/// A message that stands alone: with a name and versions.
template <class T>
concept TopLevel = Message<T> && requires {
  { T::kName } -> std::convertible_to<std::string_view>;
  { T::kVersions } -> std::convertible_to<Versions>;
  { T::kFlexible } -> std::convertible_to<Versions>;
};

/// An integer with a meaning: `value()` out, an explicit constructor in.
template <class T>
concept StrongInteger = std::is_class_v<T> && requires(T t) {
  { t.value() } -> std::integral;
  T(t.value());
};

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
concept StringType = std::same_as<T, std::string> || std::same_as<T, std::string_view>;
template <class T>
concept BytesType = std::same_as<T, std::vector<std::byte>> || std::same_as<T, BytesView> ||
                    std::same_as<T, Records>;
template <class T>
concept ArrayType = kIsVector<T> && !BytesType<T>;
template <class T>
concept OptionalType = kIsOptional<T>;
/// Types that have a null of their own.
template <class T>
concept NullableType = OptionalType<T> || std::same_as<T, BytesView> || std::same_as<T, Records>;

namespace detail {

/// Converts to anything: an aggregate takes as many of them as it has members. Never called.
struct Any {
  template <class T>
  operator T() const {  // NOLINT(google-explicit-constructor)
    return T();
  }
};
template <class T, std::size_t... I>
consteval bool takes(std::index_sequence<I...> /*indices*/) {
  return requires { T{(static_cast<void>(I), Any{})...}; };
}
template <class T, std::size_t Most>
consteval std::size_t member_count() {
  if constexpr (takes<T>(std::make_index_sequence<Most>{})) {
    return Most;
  } else {
    return member_count<T, Most - 1>();
  }
}

template <class>
struct MemberTraits;
template <class M, class V>
struct MemberTraits<V M::*> {
  using Value = V;
};
template <auto Member>
using ValueOf = typename MemberTraits<decltype(Member)>::Value;

template <auto Member>
constexpr bool row_is_well_formed(const Field<Member>& row, Versions message, Versions flexible) {
  const bool can_be_null = row.nullable != kNoVersions;
  if (row.name.empty() || row.versions.first > row.versions.last) return false;
  if (row.versions.first > message.last || row.versions.last < message.first) return false;
  if (OptionalType<ValueOf<Member>> && !can_be_null) return false;
  if (!NullableType<ValueOf<Member>> && can_be_null) return false;
  return row.tag == kUntagged || flexible.contains(row.versions);
}

}  // namespace detail

/// Calls `visit(row)` for each row of M's table, in order.
template <Message M, class Visit>
constexpr void for_each_field(const Visit& visit) {
  constexpr auto kRows = M::fields();
  [&]<std::size_t... I>(std::index_sequence<I...> /*indices*/) {
    (visit(std::get<I>(kRows)), ...);
  }(std::make_index_sequence<std::tuple_size_v<decltype(kRows)>>());
}

/// Compile-time review of a table: one row a member, names there and different, ranges in order and
/// met by the message's own, tags 0, 1, 2, … in flexible versions, null exactly where the type has
/// one.
template <Message M>
consteval bool well_formed() {
  Versions versions;
  Versions flexible;
  if constexpr (TopLevel<M>) {
    versions = M::kVersions;
    flexible = M::kFlexible;
  }
  constexpr std::size_t kRows = std::tuple_size_v<decltype(M::fields())>;
  bool ok = kRows == detail::member_count<M, kRows + 1>();
  int next_tag = 0;
  for_each_field<M>([&](const auto& row) {
    ok = ok && detail::row_is_well_formed(row, versions, flexible);
    if (row.tag != kUntagged) ok = ok && row.tag == next_tag++;
    int same_name = 0;
    for_each_field<M>([&](const auto& other) { same_name += other.name == row.name ? 1 : 0; });
    ok = ok && same_name == 1;
  });
  return ok;
}

}  // namespace leat::wire
