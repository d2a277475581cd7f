#pragma once

/// \file
/// What was asked of a server, and how long the answers took, by API. Counters that only rise; any
/// thread counts, any thread reads.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace leat::kafka {

class Metrics {
 public:
  /// Upper ends of the histogram's buckets; one more has what is slower.
  static constexpr std::array<std::chrono::microseconds, 15> kTimes{
      std::chrono::microseconds(50),        std::chrono::microseconds(100),
      std::chrono::microseconds(250),       std::chrono::microseconds(500),
      std::chrono::microseconds(1'000),     std::chrono::microseconds(2'500),
      std::chrono::microseconds(5'000),     std::chrono::microseconds(10'000),
      std::chrono::microseconds(25'000),    std::chrono::microseconds(50'000),
      std::chrono::microseconds(100'000),   std::chrono::microseconds(250'000),
      std::chrono::microseconds(500'000),   std::chrono::microseconds(1'000'000),
      std::chrono::microseconds(10'000'000)};

  struct OfApi {
    std::atomic<std::uint64_t> errors{0};       ///< answers with an error code somewhere
    std::atomic<std::uint64_t> bytes_in{0};     ///< of requests, without their sizes
    std::atomic<std::uint64_t> bytes_out{0};    ///< of answers
    std::atomic<std::uint64_t> nanoseconds{0};  ///< from a request's begin to its answer
    /// Answers by their time; all of them together are the requests.
    std::array<std::atomic<std::uint64_t>, kTimes.size() + 1> times{};
  };

  struct Answered {
    std::chrono::nanoseconds time{0};
    std::size_t bytes_in = 0;
    std::size_t bytes_out = 0;
    bool has_error = false;
  };
  void count(std::int16_t api_key, const Answered& answered) noexcept {
    constexpr auto kRelaxed = std::memory_order_relaxed;
    OfApi& api = apis_[index_of(api_key)];
    if (answered.has_error) api.errors.fetch_add(1, kRelaxed);
    api.bytes_in.fetch_add(answered.bytes_in, kRelaxed);
    api.bytes_out.fetch_add(answered.bytes_out, kRelaxed);
    api.nanoseconds.fetch_add(static_cast<std::uint64_t>(answered.time.count()), kRelaxed);
    const auto* const slower = std::ranges::lower_bound(kTimes, answered.time);
    api.times[static_cast<std::size_t>(slower - kTimes.begin())].fetch_add(1, kRelaxed);
  }
  [[nodiscard]] const OfApi& of(std::int16_t api_key) const { return apis_[index_of(api_key)]; }

 private:
  static constexpr std::size_t kKeys = 96;  // Kafka's end at 94
  static constexpr std::size_t index_of(std::int16_t api_key) {
    return std::min(static_cast<std::size_t>(api_key), kKeys - 1);
  }
  std::array<OfApi, kKeys> apis_;
};

}  // namespace leat::kafka
