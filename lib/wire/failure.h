#pragma once

/// \file
/// What went wrong within a message, and where. Values; texts are static.

#include <cstddef>
#include <string_view>

namespace leat::wire {

/// The first failure of a Reader or Writer.
struct Failure {
  std::string_view reason;   ///< "the bytes end within it"; empty: none yet
  std::string_view field;    ///< the innermost field
  std::size_t position = 0;  ///< bytes from the start of what was read or written

  [[nodiscard]] bool happened() const { return !reason.empty(); }
};

}  // namespace leat::wire
