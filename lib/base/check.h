#pragma once

/// \file
/// Checks of our own invariants, never of a user's input.
/// `LEAT_CHECK(condition);` stays on in release and is for what would corrupt data: on failure the
/// enclosing function returns an `Error` of code kInternal, on which the engine poisons itself. The
/// host lives. `LEAT_DCHECK` is an assert, for the rest.

#include <cassert>
#include <string_view>

#include "leat/error.h"

namespace leat::base {

/// kInternal, naming the place ("lib/log/segment.cc:71") and the condition that did not hold.
[[nodiscard]] Error broken_invariant(std::string_view place, std::string_view condition);

}  // namespace leat::base

#define LEAT_STRINGIZE_IMPL(x) #x
#define LEAT_STRINGIZE(x) LEAT_STRINGIZE_IMPL(x)

/// REQUIRES: the enclosing function returns a Result or an Error.
#define LEAT_CHECK(condition)                                                                   \
  do {                                                                                          \
    if (!(condition)) [[unlikely]]                                                              \
      return ::leat::base::broken_invariant(__FILE__ ":" LEAT_STRINGIZE(__LINE__), #condition); \
  } while (false)

#define LEAT_DCHECK(condition) assert(condition)
