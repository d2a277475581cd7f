#pragma once

/// \file
/// Names in a partition's directory: the base offset in 20 digits and a suffix, as Kafka's.

#include <optional>
#include <string>
#include <string_view>

#include "leat/types.h"

namespace leat::log {

inline constexpr std::string_view kLogSuffix = ".log";
inline constexpr std::string_view kSumSuffix = ".sum";
inline constexpr std::string_view kSnapshotSuffix = ".snapshot";

/// "00000000000000000042.log".
[[nodiscard]] std::string segment_name(Offset base_offset, std::string_view suffix);
/// The base offset of a name with `suffix`; nullopt for any other name.
[[nodiscard]] std::optional<Offset> parse_segment_name(std::string_view name,
                                                       std::string_view suffix);

}  // namespace leat::log
