#pragma once

/// \file
/// Passing errors up.
///   LEAT_TRY(auto file, file_system.open(path, OpenMode::kRead));   // returns the error, or binds
///   LEAT_TRY_VOID(file->sync());                                    // returns the error, or goes
///   on
/// REQUIRES: the enclosing function returns a Result or an Error.

#include <utility>

#define LEAT_CONCAT_IMPL(a, b) a##b
#define LEAT_CONCAT(a, b) LEAT_CONCAT_IMPL(a, b)

#define LEAT_TRY_IMPL(result, declaration, ...) \
  auto result = (__VA_ARGS__);                  \
  if (!result) [[unlikely]]                     \
    return std::move(result).error();           \
  declaration = *std::move(result)

#define LEAT_TRY(declaration, ...) \
  LEAT_TRY_IMPL(LEAT_CONCAT(leat_try_, __COUNTER__), declaration, __VA_ARGS__)

#define LEAT_TRY_VOID(...)                                                   \
  do {                                                                       \
    if (auto leat_try_result = (__VA_ARGS__); !leat_try_result) [[unlikely]] \
      return std::move(leat_try_result).error();                             \
  } while (false)
