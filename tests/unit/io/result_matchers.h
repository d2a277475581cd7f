#pragma once

/// \file
/// Matchers for `Result`: EXPECT_THAT(result, IsOk()), IsOkAnd(matcher of the value),
/// IsError(code).

#include <ostream>

#include <gmock/gmock.h>

#include "leat/error.h"
#include "leat/result.h"

namespace leat::inline v0 {

/// For gtest's messages.
template <class T>
void PrintTo(const Result<T>& result, std::ostream* out) {
  *out << (result ? std::string("a value") : result.error().to_string());
}

}  // namespace leat::inline v0

namespace leat::testing {

MATCHER(IsOk, "is a value") { return arg.has_value(); }

MATCHER_P(IsOkAnd, value_matcher, "is a value that fits") {
  return arg.has_value() && ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

MATCHER_P(IsError, code, "is the error " + std::string(error_name(code))) {
  return !arg.has_value() && arg.error().code() == code;
}

/// The error's sentence too, which is what a user sees.
MATCHER_P2(IsErrorSaying, code, text,
           "is the error " + std::string(error_name(code)) + " saying " + text) {
  return !arg.has_value() && arg.error().code() == code &&
         std::string(arg.error().message()).find(text) != std::string::npos;
}

}  // namespace leat::testing
