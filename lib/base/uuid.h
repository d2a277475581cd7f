#pragma once

/// \file
/// Uuids as text: 32 hex digits in our file names, Kafka's url-safe base64 (22 characters) in tools
/// and on the wire. Pure functions.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "leat/types.h"

namespace leat::base {

/// 32 lower-case hex digits, no dashes.
[[nodiscard]] std::string to_hex(const Uuid& id);
/// The inverse of `to_hex`; upper case is taken too, anything else is nullopt.
[[nodiscard]] std::optional<Uuid> uuid_from_hex(std::string_view text);

/// 22 characters of A-Z a-z 0-9 - _, as Kafka prints topic ids.
[[nodiscard]] std::string to_base64(const Uuid& id);
/// The inverse of `to_base64`; nullopt unless `text` is exactly what to_base64 gives for some id.
[[nodiscard]] std::optional<Uuid> uuid_from_base64(std::string_view text);

/// A random (version 4) Uuid from two words of `random`. Never zero, and its base64 never begins
/// with '-', which tools would take for an option.
[[nodiscard]] Uuid make_uuid(const std::function<std::uint64_t()>& random);

}  // namespace leat::base
