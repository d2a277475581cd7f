#pragma once

/// \file
/// Where exceptions end: what a store calls (RocksDB, the standard library, a visitor) may throw, a
/// store may not.

#include <exception>
#include <new>
#include <string>
#include <type_traits>

#include "leat/error.h"

namespace leat::index {

/// `call()`, which returns a Result; bad_alloc becomes kOutOfMemory, what else is thrown kInternal.
template <class Call>
[[nodiscard]] std::invoke_result_t<Call> guarded(Call&& call) noexcept {
  try {
    try {
      return call();
    } catch (const std::bad_alloc&) {
      return Error(ErrorCode::kOutOfMemory);
    } catch (const std::exception& thrown) {
      return Error(ErrorCode::kInternal,
                   std::string("index: thrown within a store: ") + thrown.what());
    }
  } catch (...) {
    return Error(ErrorCode::kInternal);
  }
}

}  // namespace leat::index
