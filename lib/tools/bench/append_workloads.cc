// M1 to M4: appending.

#include <algorithm>
#include <array>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <time.h>  // NOLINT(modernize-deprecated-headers): POSIX's, not C's.
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

/// ns: what the machine lets a sustained append of `bytes` cost at least: new pages of a file are
/// populated as a segment's are, and filled.
Measure copy_into_new_pages(Setting setting, std::size_t bytes) {
  return [setting = std::move(setting), bytes]() -> Result<Sample> {
    constexpr std::size_t kStep = std::size_t{1} << 20U;
    LEAT_TRY(ScratchFile file, ScratchFile::make(setting, bytes_to_append(setting)));
    LEAT_TRY(const auto map, file.file().map(file.size(), MapAccess::kReadWrite));
    const std::vector<std::byte> source(bytes, std::byte{'x'});
    Chunks chunks(*setting.clock, kStep / bytes);
    Result<void> outcome;
    for (std::size_t at = 0; at < file.size() && outcome; at += kStep) {
      chunks.time([&] {
        outcome = map->populate_write(at, kStep);
        for (std::size_t i = 0; i < kStep && outcome; i += bytes) {
          std::memcpy(map->data() + at + i, source.data(), bytes);
          keep(map->data());
        }
      });
    }
    LEAT_TRY_VOID(std::move(outcome));
    return chunks.whole();
  };
}

/// GB/s from a measure of ns for `bytes`.
Measure in_gigabytes(Measure nanoseconds, std::size_t bytes) {
  return [nanoseconds = std::move(nanoseconds), bytes]() -> Result<Sample> {
    LEAT_TRY(const Sample sample, nanoseconds());
    return as_gigabytes_per_second(sample, bytes);
  };
}

/// What the calling thread has had of a processor.
std::chrono::nanoseconds processor_time() {
  timespec time{};
  (void)::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);  // fails only for an unknown clock
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Two threads that send 64 B records through one Producer to one partition, not waiting.
class TwoSenders {
 public:
  TwoSenders(const Clock& clock, Producer& producer) : clock_(clock), producer_(producer) {}

  /// Both send `count` records, `bursts` times, resting in between until the pages for the next
  /// burst are there; ns of each burst, from the first start to the last end.
  Result<base::Histogram> run(std::uint64_t count, int bursts) {
    base::Histogram nanoseconds;
    std::thread other([&] { send(1, count, bursts, nullptr); });
    send(0, count, bursts, &nanoseconds);
    other.join();
    for (const Result<void>& outcome : outcomes_) LEAT_TRY_VOID(outcome);
    return nanoseconds;
  }
  /// Of both, in all bursts.
  [[nodiscard]] std::chrono::nanoseconds processor() const { return used_[0] + used_[1]; }

 private:
  void send(std::size_t self, std::uint64_t count, int bursts, base::Histogram* nanoseconds) {
    const std::string value(64, 'x');
    for (int burst = 0; burst < bursts; ++burst) {
      meeting_.arrive_and_wait();
      const std::chrono::nanoseconds used = processor_time();
      began_[self] = clock_.monotonic();
      for (std::uint64_t i = 0; i < count && outcomes_[self]; ++i) {
        outcomes_[self] = producer_.send_async(MeasuredEngine::kTopic, {.value = value});
      }
      ended_[self] = clock_.monotonic();
      used_[self] += processor_time() - used;
      meeting_.arrive_and_wait();
      if (nanoseconds != nullptr) {
        const auto took = std::ranges::max(ended_) - std::ranges::min(began_);
        nanoseconds->add(static_cast<std::uint64_t>(took.count()));
      }
      if (bursts > 1) rest();
    }
  }
  /// Gives way to the jobs that make pages ready for the next burst.
  void rest() const {
    const MonotonicTime until = clock_.monotonic() + std::chrono::milliseconds(10);
    while (clock_.monotonic() < until) std::this_thread::yield();
  }

  const Clock& clock_;
  Producer& producer_;
  std::barrier<> meeting_{2};
  std::array<Result<void>, 2> outcomes_;
  std::array<MonotonicTime, 2> began_{};
  std::array<MonotonicTime, 2> ended_{};
  std::array<std::chrono::nanoseconds, 2> used_{};
};

constexpr std::uint64_t kBurst = 12'000;  // of both: less than what is populated ahead
constexpr int kBursts = 25;

/// ns: what a record costs its sender of a processor, whoever else wants the processors.
Measure send_by_processor_time(Setting setting, std::chrono::milliseconds linger) {
  return [setting = std::move(setting), linger]() -> Result<Sample> {
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY(Producer producer, engine->producer({.linger = linger}));
    TwoSenders senders(*setting.clock, producer);
    LEAT_TRY_VOID(senders.run(kBurst, kBursts));
    return Sample{.value = static_cast<double>(senders.processor().count()) /
                           static_cast<double>(2 * kBurst * kBursts),
                  .instructions = std::nullopt};
  };
}

/// M/s of two senders. Typical: the median of bursts for which pages are there; whole: all at once
/// and until it is flushed.
Measure send_from_two_threads(Setting setting, std::chrono::milliseconds linger, Time time) {
  return [setting = std::move(setting), linger, time]() -> Result<Sample> {
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY(Producer producer, engine->producer({.linger = linger}));
    TwoSenders senders(*setting.clock, producer);
    const auto rate = [](std::uint64_t count, double nanoseconds) {
      return Sample{.value = 1e3 * static_cast<double>(2 * count) / nanoseconds,
                    .instructions = std::nullopt};
    };
    if (time == Time::kTypical) {
      LEAT_TRY(const base::Histogram bursts, senders.run(kBurst, kBursts));
      return rate(kBurst, static_cast<double>(bursts.percentile(50)));
    }
    const std::uint64_t count = setting.quick ? 500'000 : 2'000'000;
    const MonotonicTime began = setting.clock->monotonic();
    LEAT_TRY_VOID(senders.run(count, 1));
    LEAT_TRY_VOID(producer.flush());
    return rate(count, static_cast<double>((setting.clock->monotonic() - began).count()));
  };
}

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> producer_workloads(const Setting& setting) {
  constexpr std::chrono::milliseconds kLinger{1};
  constexpr std::chrono::milliseconds kAtOnce{0};
  return {{.id = "M4",
           .what = "two threads, one partition, Producer, linger 1 ms",
           .unit = "M/s",
           .better = Better::kMore,
           .must = 30,
           .measure = send_from_two_threads(setting, kLinger, Time::kTypical),
           .beside = {},
           .beside_what = ""},
          {.id = "M4c",
           .what = "the same, processor time of a record",
           .unit = "ns",
           .must = std::nullopt,
           .measure = send_by_processor_time(setting, kLinger),
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

}  // namespace

std::vector<Workload> append_workloads(const Setting& setting) {
  constexpr std::size_t kSmall = 64;
  constexpr std::size_t kLarge = 1'024;
  const Measure copy = in_gigabytes(copy_into_map(setting, kLarge), kLarge);
  std::vector<Workload> all{
      {.id = "M1",
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
       .beside = in_gigabytes(copy_into_new_pages(setting, kLarge), kLarge),
       .beside_what = "copy 1 KiB into new pages"}};
  for (Workload& workload : producer_workloads(setting)) all.push_back(std::move(workload));
  return all;
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
