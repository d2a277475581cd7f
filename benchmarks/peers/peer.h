#pragma once

/// \file
/// Other people's libraries that do the same as a row of `leat bench`, to run beside it. Each is a
/// file here, built where its Debian package is installed.

#include <barrier>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/histogram.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/stopwatch.h"

namespace leat::peers {

/// What stands beside a row.
struct Peer {
  std::string row;         ///< "E6", of tools/bench/workloads.h
  std::string name;        ///< "RocksDB 7.8.3, WAL synced"
  tools::Measure measure;  ///< in the row's unit
};

[[nodiscard]] std::vector<Peer> leveldb_peers(const tools::Setting& setting);
[[nodiscard]] std::vector<Peer> lmdb_peers(const tools::Setting& setting);
[[nodiscard]] std::vector<Peer> moodycamel_peers(const tools::Setting& setting);
[[nodiscard]] std::vector<Peer> rocksdb_peers(const tools::Setting& setting);
[[nodiscard]] std::vector<Peer> sqlite_peers(const tools::Setting& setting);
[[nodiscard]] std::vector<Peer> zeromq_peers(const tools::Setting& setting);

/// Puts until acknowledged: `put(thread, i)` from each of `threads`, `rounds` times each. ns of a
/// put: the median on one thread, the whole divided by all puts on more. Stops at a false.
template <class Put>
Result<tools::Sample> durable_puts(const tools::Setting& setting, std::size_t threads,
                                   std::uint64_t rounds, const Put& put) {
  std::vector<base::Histogram> nanoseconds(threads);
  std::vector<char> failed(threads, 0);
  const MonotonicTime all_began = setting.clock->monotonic();
  std::vector<std::thread> running;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      for (std::uint64_t i = 0; i < rounds && failed[thread] == 0; ++i) {
        const MonotonicTime began = setting.clock->monotonic();
        failed[thread] = put(thread, i) ? 0 : 1;
        nanoseconds[thread].add(
            static_cast<std::uint64_t>((setting.clock->monotonic() - began).count()));
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  const std::chrono::duration<double, std::nano> whole = setting.clock->monotonic() - all_began;
  for (const char one : failed) {
    if (one != 0) return Error(ErrorCode::kIo, "a put of the peer failed");
  }
  const double value = threads == 1 ? static_cast<double>(nanoseconds[0].percentile(50))
                                    : whole.count() / static_cast<double>(threads * rounds);
  return tools::Sample{.value = value, .instructions = std::nullopt};
}

/// From nanoseconds to "us" (1e-3 each) or, inverted, to "k/s" (1e6) and "M/s" (1e3).
inline Result<tools::Sample> scaled(Result<tools::Sample> sample, double factor) {
  if (sample) sample->value *= factor;
  return sample;
}
inline Result<tools::Sample> inverted(Result<tools::Sample> sample, double factor) {
  if (sample) sample->value = factor / sample->value;
  return sample;
}

/// ns of an item that goes from one thread to another, as E3 does it: the median of bursts.
/// `publish(count)` runs on the calling thread, `observe(count)` on another one.
template <class Publish, class Observe>
tools::Sample pass_on(const tools::Setting& setting, std::uint64_t count, const Publish& publish,
                      const Observe& observe) {
  constexpr int kBursts = 25;
  base::Histogram nanoseconds;
  std::barrier<> meeting{2};
  MonotonicTime ended{};
  std::thread observer([&] {
    for (int i = 0; i < kBursts; ++i) {
      meeting.arrive_and_wait();
      observe(count);
      ended = setting.clock->monotonic();
      meeting.arrive_and_wait();
    }
  });
  for (int i = 0; i < kBursts; ++i) {
    meeting.arrive_and_wait();
    const MonotonicTime began = setting.clock->monotonic();
    publish(count);
    meeting.arrive_and_wait();
    nanoseconds.add(static_cast<std::uint64_t>((ended - began).count()));
  }
  observer.join();
  return {.value = static_cast<double>(nanoseconds.percentile(50)) / static_cast<double>(count),
          .instructions = std::nullopt};
}

}  // namespace leat::peers
