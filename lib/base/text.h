#pragma once

/// \file
/// Helpers for messages: "did you mean". Pure functions.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace leat::base {

/// How many insertions, deletions, substitutions and swaps of neighbours turn `a` into `b`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, the first of equals; nullopt when none is near enough to be
/// what was meant (more than a third of the word's length away, at least two).
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

}  // namespace leat::base
