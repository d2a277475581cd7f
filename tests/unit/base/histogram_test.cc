#include "base/histogram.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace leat::base {
namespace {

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();

TEST(Histogram, IsAllZeroWhenEmpty) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.mean(), 0.0);
  EXPECT_EQ(histogram.percentile(50), 0U);
  EXPECT_EQ(histogram.count_up_to(kLargest), 0U);
}

TEST(Histogram, IsExactForSmallValues) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.add(value);
  EXPECT_EQ(histogram.percentile(0), 1U);
  EXPECT_EQ(histogram.percentile(50), 50U);
  EXPECT_EQ(histogram.percentile(99), 99U);
  EXPECT_EQ(histogram.percentile(100), 100U);
  EXPECT_EQ(histogram.count_up_to(30), 30U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 50.5);
}

TEST(Histogram, KeepsTheExtremesExactly) {
  Histogram histogram;
  histogram.add(1'000'003);
  histogram.add(kLargest);
  EXPECT_EQ(histogram.min(), 1'000'003U);
  EXPECT_EQ(histogram.max(), kLargest);
  EXPECT_EQ(histogram.percentile(100), kLargest);
  EXPECT_EQ(histogram.count_up_to(kLargest), 2U);
}

TEST(Histogram, NeverGivesMoreThanTheLargest) {
  Histogram histogram;
  histogram.add(1'000'000);
  EXPECT_EQ(histogram.percentile(50), 1'000'000U);
}

TEST(Histogram, CountsAValueManyTimes) {
  Histogram histogram;
  histogram.add(10, 99);
  histogram.add(20);
  histogram.add(1'000, 0);
  EXPECT_EQ(histogram.count(), 100U);
  EXPECT_EQ(histogram.percentile(99), 10U);
  EXPECT_EQ(histogram.max(), 20U);
}

TEST(Histogram, TakesAPercentileForWhatItIsThoughNoDoubleIs) {
  Histogram histogram;
  histogram.add(1, 9'990);
  histogram.add(1'000, 10);
  EXPECT_EQ(histogram.percentile(99.9), 1U);
}

TEST(Histogram, IsWithinOneSixtyFourthOfTheTrueValue) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  Histogram histogram;
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t value = random() >> (random() % 64);
    values.push_back(value);
    histogram.add(value);
  }
  std::sort(values.begin(), values.end());
  for (const int permille : {0, 10, 250, 500, 900, 990, 999, 1'000}) {
    const double percent = permille / 10.0;
    const auto rank = static_cast<std::size_t>(permille) * values.size() / 1'000;
    const std::uint64_t exact = values[std::max<std::size_t>(rank, 1) - 1];
    EXPECT_GE(histogram.percentile(percent), exact) << percent;
    EXPECT_LE(histogram.percentile(percent) - exact, exact / 64) << percent;
  }
}

TEST(Histogram, MergedEqualsCountedTogether) {
  Histogram left;
  Histogram right;
  Histogram both;
  for (std::uint64_t value = 1; value < 1'000'000; value *= 3) {
    left.add(value);
    right.add(value * 2);
    both.add(value);
    both.add(value * 2);
  }
  left.merge(right);
  left.merge(Histogram());
  EXPECT_EQ(left.count(), both.count());
  EXPECT_EQ(left.min(), both.min());
  EXPECT_EQ(left.max(), both.max());
  EXPECT_DOUBLE_EQ(left.mean(), both.mean());
  for (double percent = 0; percent <= 100; percent += 5) {
    EXPECT_EQ(left.percentile(percent), both.percentile(percent)) << percent;
  }
}

}  // namespace
}  // namespace leat::base
