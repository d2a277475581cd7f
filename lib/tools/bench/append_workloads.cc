// M1 to M4: appending.

#include <array>
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

/// M/s: two threads, each sending to one partition through one Producer, not waiting.
Measure send_from_two_threads(Setting setting) {
  return [setting = std::move(setting)]() -> Result<Sample> {
    const std::uint64_t count = setting.quick ? 200'000 : 1'000'000;
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY(Producer producer, engine->producer());
    const std::string value(64, 'x');
    std::array<Result<void>, 2> outcomes;
    const auto send = [&](Result<void>& outcome) {
      for (std::uint64_t i = 0; i < count && outcome; ++i) {
        outcome = producer.send_async(MeasuredEngine::kTopic, {.value = value});
      }
    };
    const Sample sample = per_operation(*setting.clock, 2 * count, [&] {
      std::thread other([&] { send(outcomes[1]); });
      send(outcomes[0]);
      other.join();
    });
    for (const Result<void>& outcome : outcomes) LEAT_TRY_VOID(outcome);
    return Sample{.value = 1e3 / sample.value, .instructions = std::nullopt};
  };
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> append_workloads(const Setting& setting) {
  constexpr std::size_t kSmall = 64;
  constexpr std::size_t kLarge = 1'024;
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
           .what = "two threads, one partition, Producer",
           .unit = "M/s",
           .better = Better::kMore,
           .must = 30,
           .measure = send_from_two_threads(setting),
           .beside = {},
           .beside_what = ""}};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
