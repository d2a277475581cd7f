#include "base/check.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"

namespace leat::base {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

Result<int> checked_half(int value) {
  LEAT_CHECK(value % 2 == 0);
  return value / 2;
}

Result<int> quarter(int value) {
  LEAT_TRY(const int half, checked_half(value));
  return checked_half(half);
}

Result<void> must_be_even(int value) {
  LEAT_TRY_VOID(checked_half(value));
  return {};
}

TEST(Check, LetsPassWhatHolds) { EXPECT_EQ(checked_half(4).value(), 2); }

TEST(Check, TurnsABrokenInvariantIntoInternalNamingPlaceAndCondition) {
  const Error error = checked_half(3).error();
  EXPECT_EQ(error.code(), ErrorCode::kInternal);
  EXPECT_THAT(std::string(error.message()),
              AllOf(HasSubstr("check_test.cc:"), EndsWith(": value % 2 == 0")));
}

TEST(Try, BindsTheValue) { EXPECT_EQ(quarter(8).value(), 2); }

TEST(Try, ReturnsTheErrorOfAnyStep) {
  EXPECT_EQ(quarter(3).error().code(), ErrorCode::kInternal);
  EXPECT_EQ(quarter(6).error().code(), ErrorCode::kInternal);
}

TEST(TryVoid, GoesOnAfterSuccessAndReturnsTheError) {
  EXPECT_TRUE(must_be_even(2));
  EXPECT_EQ(must_be_even(1).error().code(), ErrorCode::kInternal);
}

}  // namespace
}  // namespace leat::base
