#pragma once

/// \file
/// Nothing throws out of the seams (design.md §6): `guarded` runs a body and turns an exception,
/// which here can only be a failed allocation, into kOutOfMemory (G26).

#include <type_traits>

#include "leat/error.h"

namespace leat::io {

/// What `body()` returns, a Result; kOutOfMemory when it threw. The error carries no sentence,
/// since making one would allocate again.
template <class Body>
[[nodiscard]] std::invoke_result_t<Body> guarded(Body body) noexcept {
  try {
    return body();
  } catch (...) {
    return Error(ErrorCode::kOutOfMemory);
  }
}

}  // namespace leat::io
