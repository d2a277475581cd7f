/// \file
/// The limits that take two threads.

#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/histogram.h"
#include "io/posix_futex.h"
#include "tools/bench/limits.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"

namespace leat::tools {
namespace {

/// A word with a cache line to itself; two of them are two lines, also for a prefetcher of pairs.
struct alignas(128) Word {
  std::atomic<std::uint32_t> value = 0;
};

/// Two threads that answer each other: the far one copies each `there` to `back`. `await(word,
/// seen)` returns once the word is no more `seen`; `post(word, value)` makes the other's await
/// return.
template <class Await, class Post>
base::Histogram ping_pong(const Clock& clock, std::uint32_t chunks, std::uint32_t chunk,
                          const Await& await, const Post& post) {
  Word there;
  Word back;
  const std::uint32_t rounds = chunks * chunk;
  std::thread far([&] {
    for (std::uint32_t i = 0; i < rounds; ++i) {
      await(there.value, i);
      post(back.value, i + 1);
    }
  });
  base::Histogram nanoseconds;  // of a chunk of rounds: reading the clock costs as much as one
  for (std::uint32_t i = 0; i < rounds;) {
    const MonotonicTime began = clock.monotonic();
    for (std::uint32_t end = i + chunk; i < end; ++i) {
      post(there.value, i + 1);
      await(back.value, i);
    }
    nanoseconds.add(static_cast<std::uint64_t>((clock.monotonic() - began).count()));
  }
  far.join();
  return nanoseconds;
}

}  // namespace

Measure hand_over(Setting setting) {
  return [setting = std::move(setting)]() -> Result<Sample> {
    constexpr std::uint32_t kChunk = 100;
    const auto spin = [](const std::atomic<std::uint32_t>& word, std::uint32_t seen) {
      while (word.load(std::memory_order_acquire) == seen) {
      }
    };
    const auto store = [](std::atomic<std::uint32_t>& word, std::uint32_t value) {
      word.store(value, std::memory_order_release);
    };
    const base::Histogram chunks =
        ping_pong(*setting.clock, setting.quick ? 2'000 : 10'000, kChunk, spin, store);
    return Sample{.value = static_cast<double>(chunks.percentile(50)) / (2 * kChunk),
                  .instructions = std::nullopt};
  };
}

Measure wake_and_back(Setting setting) {
  return [setting = std::move(setting)]() -> Result<Sample> {
    const auto sleep = [](const std::atomic<std::uint32_t>& word, std::uint32_t seen) {
      while (word.load(std::memory_order_acquire) == seen) {
        io::futex_wait(word, seen, MonotonicTime::max());
      }
    };
    const auto wake = [](std::atomic<std::uint32_t>& word, std::uint32_t value) {
      word.store(value, std::memory_order_release);
      io::futex_wake(word);
    };
    const base::Histogram rounds =
        ping_pong(*setting.clock, setting.quick ? 2'000 : 10'000, 1, sleep, wake);
    return Sample{.value = static_cast<double>(rounds.percentile(50)) / 1e3,
                  .instructions = std::nullopt};
  };
}

}  // namespace leat::tools
