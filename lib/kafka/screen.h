#pragma once

/// \file
/// What a request needs to be allowed, and what of it is (K8): the table says which operations an
/// API needs, the fields' `entity` on what. Where a whole request may not be, it is refused; where
/// some of its topics or groups may not, they are taken out, and the answer says so of each. What
/// is named in another way (configs, coordinators, "all topics") is left to the API's own file.

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/acls.h"
#include "kafka/call.h"
#include "wire/schema.h"

namespace leat::kafka {

/// By what it is done to; kUnknown: nothing.
struct Needs {
  AclOperation cluster = AclOperation::kUnknown;
  AclOperation topic = AclOperation::kUnknown;
  AclOperation group = AclOperation::kUnknown;
  AclOperation transactional_id = AclOperation::kUnknown;
};
/// Null for an API of which nothing is said: where there is an authorizer it is refused.
[[nodiscard]] const Needs* needs_of(std::int16_t api_key);

/// kNone, or how what the client may not do is refused.
[[nodiscard]] ErrorCode refusal_of_cluster(const Call& call, const Needs* needs);
[[nodiscard]] ErrorCode refusal_of_name(const Call& call, const Needs& needs, wire::Entity entity,
                                        std::string_view name);
/// Of a topic by its id; an unknown one is the handler's to refuse.
[[nodiscard]] ErrorCode refusal_of_id(const Call& call, const Needs& needs, const Uuid& topic);

namespace detail {

template <class T>
concept NameType = wire::StringType<T> || std::same_as<T, std::optional<std::string_view>>;

/// By the names and ids in the message itself, not in its arrays.
template <wire::Message M>
ErrorCode refusal_of(const Call& call, const Needs& needs, const M& message) {
  ErrorCode code = ErrorCode::kNone;
  wire::for_each_field<M>([&]<auto Member>(const wire::Field<Member>& row) {
    using T = std::remove_cvref_t<decltype(message.*Member)>;
    if (code != ErrorCode::kNone || !row.versions.contains(call.version)) return;
    if constexpr (NameType<T>) {
      const std::optional<std::string_view> name = message.*Member;
      if (name) code = refusal_of_name(call, needs, row.entity, *name);
    } else if constexpr (std::same_as<T, Uuid>) {
      if (row.name == "TopicId") code = refusal_of_id(call, needs, message.*Member);
    }
  });
  return code;
}

template <class T>
std::vector<T>* array_in(std::vector<T>& array) {
  return &array;
}
template <class T>
std::vector<T>* array_in(std::optional<std::vector<T>>& array) {
  return array ? &*array : nullptr;
}

/// Whether elements of the type can be refused one by one.
template <class T>
concept ElementType = wire::Message<T> || wire::StringType<T>;

/// Calls `visit(array, row)` for each array of `message` that may have names in it.
template <wire::Message M, class Visit>
void for_each_array(M& message, const Visit& visit) {
  wire::for_each_field<M>([&]<auto Member>(const wire::Field<Member>& row) {
    if constexpr (requires { array_in(message.*Member)->front(); }) {
      using Array = std::remove_pointer_t<decltype(array_in(message.*Member))>;
      if constexpr (wire::ArrayType<Array> && ElementType<typename Array::value_type>) {
        if (Array* const array = array_in(message.*Member)) visit(*array, row);
      }
    }
  });
}

/// Whether a message says something of one thing after the other.
template <wire::Message M>
consteval bool has_arrays() {
  bool found = false;
  wire::for_each_field<M>([&]<auto Member>(const wire::Field<Member>& /*row*/) {
    found = found || wire::ArrayType<std::remove_cvref_t<decltype(std::declval<M&>().*Member)>>;
  });
  return found;
}

}  // namespace detail

template <class Api>
struct Screened {
  /// Of the whole request; kNone: what is left of it may be served.
  ErrorCode whole = ErrorCode::kNone;
  /// To what was taken out; null: nothing was.
  std::shared_ptr<const typename Api::Response> refused = {};
};

/// Takes out of `request` what the client may not do.
template <class Api>
[[nodiscard]] Screened<Api> screen(const Call& call, typename Api::Request& request) {
  using Request = typename Api::Request;
  const Needs* const needs = needs_of(Request::kApiKey);
  ErrorCode code = refusal_of_cluster(call, needs);
  if (code == ErrorCode::kNone) code = detail::refusal_of(call, *needs, request);
  if (code != ErrorCode::kNone) return {.whole = code};

  std::optional<Request> refused;
  detail::for_each_array(request, [&](auto& array, const auto& row) {
    using Element = typename std::remove_cvref_t<decltype(array)>::value_type;
    const auto is_allowed = [&](const Element& element) {
      ErrorCode refusal = ErrorCode::kNone;
      if constexpr (wire::StringType<Element>) {
        refusal = refusal_of_name(call, *needs, row.entity, element);
      } else {
        refusal = detail::refusal_of(call, *needs, element);
      }
      if (refusal != ErrorCode::kNone) code = refusal;
      return refusal == ErrorCode::kNone;
    };
    const auto first = std::stable_partition(array.begin(), array.end(), is_allowed);
    if (first == array.end()) return;
    const std::vector<Element> taken(std::make_move_iterator(first),
                                     std::make_move_iterator(array.end()));
    array.erase(first, array.end());
    if (!refused) {
      refused = request;
      detail::for_each_array(*refused, [](auto& all, const auto& /*row*/) { all.clear(); });
    }
    detail::for_each_array(*refused, [&](auto& all, const auto& other) {
      if constexpr (std::same_as<decltype(all), std::vector<Element>&>) {
        if (other.name == row.name) all = taken;
      }
    });
  });
  if (!refused) return {};
  if (!detail::has_arrays<typename Api::Response>()) return {.whole = code};
  return {.refused = std::make_shared<const typename Api::Response>(Api::refuse(*refused, code))};
}

}  // namespace leat::kafka
