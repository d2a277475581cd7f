#pragma once

/// \file
/// A histogram of latencies and sizes: log-linear buckets, so that every value keeps its two
/// leading digits (an error of at most 1/64) from 0 to 2^64, in 30 KiB and without allocating.

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace leat::base {

/// Counts of values. A value: copy it, merge it. Not thread-safe; one a thread, merged at the end.
class Histogram {
 public:
  /// Counts `value`, `times` times. A few nanoseconds.
  void add(std::uint64_t value, std::uint64_t times = 1) noexcept {
    counts_[bucket_of(value)] += times;
    count_ += times;
    sum_ += static_cast<double>(value) * static_cast<double>(times);
    if (times == 0) return;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }

  /// Counts what `other` counted.
  void merge(const Histogram& other) noexcept {
    for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// Exact; 0 when nothing was counted, as all that follow.
  [[nodiscard]] std::uint64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  [[nodiscard]] double mean() const noexcept {
    return count_ == 0 ? 0.0 : sum_ / static_cast<double>(count_);
  }

  /// The least value that at least `percent` of the counted ones do not exceed, rounded up to the
  /// end of its bucket, at most max(). `percent` in [0, 100].
  [[nodiscard]] std::uint64_t percentile(double percent) const noexcept {
    const double exact = percent / 100.0 * static_cast<double>(count_);
    constexpr double kNearly = 1 - 1e-12;  // 99.9 % of 10,000 is 9,990.000000000002 to a double
    const auto wanted =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(exact * kNearly)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += counts_[i];
      if (seen >= wanted) return std::min(bucket_end(i), max_);
    }
    return max_;
  }

  /// How many of the counted values lie in the buckets that end at or below `value`.
  [[nodiscard]] std::uint64_t count_up_to(std::uint64_t value) const noexcept {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets && bucket_end(i) <= value; ++i) seen += counts_[i];
    return seen;
  }

 private:
  // Values below 2 * kSteps have a bucket each; every power of two from there on has kSteps of
  // them.
  static constexpr unsigned kStepBits = 6;
  static constexpr std::uint64_t kSteps = std::uint64_t{1} << kStepBits;
  static constexpr std::size_t kBuckets = (64 - kStepBits - 1) * kSteps + 2 * kSteps;

  static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < 2 * kSteps) return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - kStepBits - 1;
    return (std::uint64_t{shift} << kStepBits) + (value >> shift);
  }
  static constexpr std::uint64_t bucket_end(std::size_t bucket) noexcept {
    if (bucket < 2 * kSteps) return bucket;
    const std::uint64_t shift = (bucket >> kStepBits) - 1;
    const std::uint64_t leading = (bucket & (kSteps - 1)) + kSteps;
    return (leading << shift) + ((std::uint64_t{1} << shift) - 1);
  }

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
  std::uint64_t min_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ = 0;
};

}  // namespace leat::base
