#pragma once

/// \file
/// Where exceptions end: the standard library and what a user hands in may throw, the façades may
/// not (G26).

#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "leat/error.h"
#include "leat/result.h"

namespace leat::engine {

/// `call()`, which returns a Result; bad_alloc becomes kOutOfMemory, what else is thrown kInternal.
template <class Call>
std::invoke_result_t<Call> guarded(Call&& call) noexcept {
  try {
    try {
      return std::forward<Call>(call)();
    } catch (const std::bad_alloc&) {
      return Error(ErrorCode::kOutOfMemory);
    } catch (const std::exception& thrown) {
      return Error(ErrorCode::kInternal, thrown.what());
    }
  } catch (...) {
    return Error(ErrorCode::kInternal);
  }
}

/// `call()`, which belongs to the user, as `what` ("on_batch"): kUnknownServerError when it throws.
template <class Call>
auto call_user(const char* what, Call&& call) -> Result<std::invoke_result_t<Call>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
      std::forward<Call>(call)();
      return {};
    } else {
      return std::forward<Call>(call)();
    }
  } catch (const std::exception& thrown) {
    return Error(ErrorCode::kUnknownServerError, std::string(what) + " threw: " + thrown.what());
  } catch (...) {
    return Error(ErrorCode::kUnknownServerError, std::string(what) + " threw");
  }
}

}  // namespace leat::engine
