// M1 to M4: appending.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/histogram.h"
#include "base/try.h"
#include "tools/bench/limits.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/row.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/stopwatch.h"
#include "tools/bench/workloads.h"

namespace leat::tools {
namespace {

/// Bytes of values that a sample appends.
std::uint64_t bytes_to_append(const Setting& setting) {
  return (setting.quick ? std::uint64_t{64} : std::uint64_t{256}) << 20U;
}

/// Which of the times of a run is told.
enum class Time : std::uint8_t {
  kTypical,  ///< the median of chunks of about 64 KiB: pages that must be populated are left out
  kWhole,    ///< all of it
};

/// Calls `append(i)` for `count` chunks of `chunk` records; ns a record.
template <class Append>
Result<Sample> append_in_chunks(const Clock& clock, std::uint64_t count, std::uint64_t chunk,
                                Time time, const Append& append) {
  Chunks chunks(clock, chunk);
  Result<void> outcome;
  for (std::uint64_t i = 0; i < count && outcome; ++i) {
    chunks.time([&] { outcome = append(); });
  }
  LEAT_TRY_VOID(std::move(outcome));
  return time == Time::kTypical ? chunks.median() : chunks.whole();
}

/// `count` single records of `value`, unless one fails.
Result<void> append_records(Appender& appender, const Record& record, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const Result<Offset> offset = appender.append(record);
    if (!offset) [[unlikely]]
      return offset.error();
    keep(offset->value());
  }
  return {};
}

/// ns: one record of `bytes` through an Appender at level `process`.
Measure append_one(Setting setting, std::size_t bytes, Time time) {
  return [setting = std::move(setting), bytes, time]() -> Result<Sample> {
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{0}));
    const std::string value(bytes, 'x');
    const std::uint64_t chunk = (std::uint64_t{64} << 10U) / bytes;
    return append_in_chunks(*setting.clock, bytes_to_append(setting) / bytes / chunk, chunk, time,
                            [&] { return append_records(appender, {.value = value}, chunk); });
  };
}

/// ns a record: whole batches of 100 records of 100 B, with their CRC.
Measure append_batches(Setting setting) {
  return [setting = std::move(setting)]() -> Result<Sample> {
    constexpr std::size_t kBytes = 100;
    constexpr std::uint64_t kRecords = 100;
    constexpr std::uint64_t kBatches = 8;  // a chunk
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{0}));
    const std::string value(kBytes, 'x');
    const std::vector<Record> records(kRecords, Record{.value = value});
    const std::uint64_t chunk = kRecords * kBatches;
    return append_in_chunks(*setting.clock, bytes_to_append(setting) / kBytes / chunk, chunk,
                            Time::kTypical, [&]() -> Result<void> {
                              for (std::uint64_t i = 0; i < kBatches; ++i) {
                                LEAT_TRY_VOID(appender.append(records));
                              }
                              return {};
                            });
  };
}

/// GB/s from a measure of ns for `bytes`.
Measure in_gigabytes(Measure nanoseconds, std::size_t bytes) {
  return [nanoseconds = std::move(nanoseconds), bytes]() -> Result<Sample> {
    LEAT_TRY(const Sample sample, nanoseconds());
    return as_gigabytes_per_second(sample, bytes);
  };
}

/// Records that a sender sends between two looks at the clock.
constexpr std::uint64_t kSent = 250;

/// Sends `count` records of 64 B, not waiting, and notes when each `kSent` of them were sent.
Result<void> send_many(const Clock& clock, Producer& producer, std::uint64_t count,
                       std::vector<MonotonicTime>& times) {
  const std::string value(64, 'x');
  times.reserve(count / kSent);
  Result<void> outcome;
  while (times.size() < count / kSent && outcome) {
    for (std::uint64_t i = 0; i < kSent && outcome; ++i) {
      outcome = producer.send_async(MeasuredEngine::kTopic, {.value = value});
    }
    times.push_back(clock.monotonic());
  }
  return outcome;
}

/// M/s in the median stretch of eight times from all senders: what one waits for the other is in
/// it, the pages that are populated now and then are not.
double typical_rate(std::vector<MonotonicTime> times) {
  constexpr std::size_t kStretch = 8;
  std::ranges::sort(times);
  base::Histogram nanoseconds;
  for (std::size_t i = kStretch; i < times.size(); i += kStretch) {
    nanoseconds.add(static_cast<std::uint64_t>((times[i] - times[i - kStretch]).count()));
  }
  return 1e3 * static_cast<double>(kStretch * kSent) /
         static_cast<double>(nanoseconds.percentile(50));
}

/// M/s: two threads, each sending to one partition through one Producer, not waiting; the whole is
/// until all of it is flushed.
Measure send_from_two_threads(Setting setting, std::chrono::milliseconds linger, Time time) {
  return [setting = std::move(setting), linger, time]() -> Result<Sample> {
    const std::uint64_t count = setting.quick ? 500'000 : 2'000'000;
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY(Producer producer, engine->producer({.linger = linger}));
    std::array<std::vector<MonotonicTime>, 2> times;
    std::array<Result<void>, 2> outcomes;
    Result<void> flushed;
    const auto send = [&](std::size_t i) {
      outcomes[i] = send_many(*setting.clock, producer, count, times[i]);
    };
    const Sample whole = per_operation(*setting.clock, 2 * count, [&] {
      std::thread other([&] { send(1); });
      send(0);
      other.join();
      flushed = producer.flush();
    });
    for (const Result<void>& outcome : outcomes) LEAT_TRY_VOID(outcome);
    LEAT_TRY_VOID(std::move(flushed));
    if (time == Time::kWhole) return Sample{.value = 1e3 / whole.value, .instructions = {}};
    // The one that began first or went on alone at the end does not count.
    const MonotonicTime first = std::max(times[0].front(), times[1].front());
    const MonotonicTime last = std::min(times[0].back(), times[1].back());
    times[0].insert(times[0].end(), times[1].begin(), times[1].end());
    std::erase_if(times[0], [&](MonotonicTime at) { return at < first || at > last; });
    return Sample{.value = typical_rate(std::move(times[0])), .instructions = {}};
  };
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> append_workloads(const Setting& setting) {
  constexpr std::size_t kSmall = 64;
  constexpr std::size_t kLarge = 1'024;
  constexpr std::chrono::milliseconds kLinger{1};
  constexpr std::chrono::milliseconds kAtOnce{0};
  const Measure copy = in_gigabytes(copy_into_map(setting, kLarge), kLarge);
  return {{.id = "M1",
           .what = "append 64 B, Appender, level process",
           .unit = "ns",
           .must = 40,
           .measure = append_one(setting, kSmall, Time::kTypical),
           .beside = append_to_open_batch(setting, kSmall),
           .beside_what = "bare open batch"},
          {.id = "M1w",
           .what = "the same, new pages and all",
           .unit = "ns",
           .must = std::nullopt,
           .measure = append_one(setting, kSmall, Time::kWhole),
           .beside = append_to_open_batch(setting, kSmall),
           .beside_what = "bare open batch"},
          {.id = "M2",
           .what = "append batches of 100 x 100 B, a record",
           .unit = "ns",
           .must = 9,
           .measure = append_batches(setting),
           .beside = copy_into_map(setting, 100),
           .beside_what = "copy 100 B"},
          {.id = "M3",
           .what = "append 1 KiB, burst",
           .unit = "GB/s",
           .better = Better::kMore,
           .must = 5,
           .measure = in_gigabytes(append_one(setting, kLarge, Time::kTypical), kLarge),
           .beside = copy,
           .beside_what = "copy 1 KiB"},
          {.id = "M3s",
           .what = "append 1 KiB, sustained",
           .unit = "GB/s",
           .better = Better::kMore,
           .must = 3,
           .measure = in_gigabytes(append_one(setting, kLarge, Time::kWhole), kLarge),
           .beside = copy,
           .beside_what = "copy 1 KiB"},
          {.id = "M4",
           .what = "two threads, one partition, Producer, linger 1 ms",
           .unit = "M/s",
           .better = Better::kMore,
           .must = 30,
           .measure = send_from_two_threads(setting, kLinger, Time::kTypical),
           .beside = {},
           .beside_what = ""},
          {.id = "M4w",
           .what = "the same, new pages and all",
           .unit = "M/s",
           .better = Better::kMore,
           .must = std::nullopt,
           .measure = send_from_two_threads(setting, kLinger, Time::kWhole),
           .beside = {},
           .beside_what = ""},
          {.id = "M4d",
           .what = "the same without linger: each appended at once",
           .unit = "M/s",
           .better = Better::kMore,
           .must = std::nullopt,
           .measure = send_from_two_threads(setting, kAtOnce, Time::kTypical),
           .beside = {},
           .beside_what = ""}};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
