// E7 and E8: many records on their way to the disk at once.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <ratio>
#include <string>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/histogram.h"
#include "base/try.h"
#include "tools/bench/limits.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/process.h"
#include "tools/bench/row.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/shared_runs.h"
#include "tools/bench/workloads.h"

namespace leat::tools {
namespace {

/// What a stream of asynchronous sends came to.
struct Stream {
  double rate = 0;              ///< M/s, until the last was acknowledged
  base::Histogram nanoseconds;  ///< from a send to its acknowledgement, of every 64th
};

/// Sends 100 B records, each to be acknowledged when durable, as fast as the buffer has room.
Result<Stream> stream_durably(const Setting& setting) {
  constexpr std::uint64_t kEvery = 64;
  const std::uint64_t count = setting.quick ? 1'000'000 : 5'000'000;
  LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
  LEAT_TRY(Producer producer, engine->producer({.acks = Acks::kSync,
                                                .linger = std::chrono::milliseconds(1),
                                                .buffer_bytes = std::size_t{1} << 20U}));
  const Clock& clock = *setting.clock;
  const std::string value(100, 'x');
  std::vector<std::int64_t> took(count / kEvery);  // each written by one acknowledgement
  std::atomic<std::uint64_t> failures = 0;
  const MonotonicTime began = clock.monotonic();
  for (std::uint64_t i = 0; i < count; ++i) {
    OnAck on_ack;
    if (i % kEvery == 0) {
      on_ack = [&clock, &failures, &slot = took[i / kEvery],
                sent = clock.monotonic()](const Result<RecordMetadata>& outcome) {
        if (!outcome) failures.fetch_add(1, std::memory_order_relaxed);
        slot = (clock.monotonic() - sent).count();
      };
    }
    LEAT_TRY_VOID(producer.send_async(MeasuredEngine::kTopic, {.value = value}, std::move(on_ack)));
  }
  LEAT_TRY_VOID(producer.flush());
  const std::chrono::duration<double, std::micro> whole = clock.monotonic() - began;
  LEAT_TRY_VOID(producer.close());
  if (failures.load() > 0) return Error(ErrorCode::kIo, "bench: a send failed");
  Stream stream;
  stream.rate = static_cast<double>(count) / whole.count();
  for (const std::int64_t nanoseconds : took) {
    stream.nanoseconds.add(static_cast<std::uint64_t>(nanoseconds));
  }
  return stream;
}

/// us: 4 KiB to each of `partitions`, until all are durable. Median.
Measure make_durable_in_all(Setting setting, std::int32_t partitions) {
  return [setting = std::move(setting), partitions]() -> Result<Sample> {
    const int rounds = std::clamp(20'000 / partitions, 4, setting.quick ? 50 : 200);
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting, partitions));
    LEAT_TRY(Producer producer,
             engine->producer({.acks = Acks::kSync, .buffer_bytes = std::size_t{256} << 20U}));
    const std::string value(4'096, 'x');
    std::vector<TopicPartition> all;
    all.reserve(static_cast<std::size_t>(partitions));
    for (std::int32_t i = 0; i < partitions; ++i) all.push_back(MeasuredEngine::partition(i));
    base::Histogram nanoseconds;
    for (int round = -1; round < rounds; ++round) {
      const MonotonicTime began = setting.clock->monotonic();
      for (const TopicPartition& to : all) LEAT_TRY_VOID(producer.send_to(to, {.value = value}));
      LEAT_TRY_VOID(producer.flush());
      const auto took = setting.clock->monotonic() - began;
      // The first makes the files.
      if (round >= 0) nanoseconds.add(static_cast<std::uint64_t>(took.count()));
    }
    return Sample{.value = static_cast<double>(nanoseconds.percentile(50)) / 1e3,
                  .instructions = std::nullopt};
  };
}

Workload durable_in_all(const Setting& setting, const char* id, std::int32_t partitions,
                        std::optional<double> must_ratio) {
  Workload workload;
  workload.id = id;
  workload.what = fmt::format("4 KiB durable in each of {} partitions", partitions);
  workload.unit = "us";
  workload.measure = make_durable_in_all(setting, partitions);
  workload.beside = write_durably(setting, static_cast<std::size_t>(partitions) * 4'096);
  workload.beside_what = "the same bytes by one pwrite + fdatasync";
  workload.must_ratio = must_ratio;
  workload.samples_max = partitions > 1'000 ? 3 : 0;
  return workload;
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> stream_workloads(const Setting& setting) {
  const auto streams = std::make_shared<SharedRuns<Stream>>(
      [setting]() -> Result<Stream> { return stream_durably(setting); });
  return {{.id = "E7",
           .what = "durable stream of 100 B, not waited for",
           .unit = "M/s",
           .better = Better::kMore,
           .must = 5,
           .measure = streams->figure([](const Stream& stream) { return stream.rate; }),
           .beside = {},
           .beside_what = ""},
          {.id = "E7a",
           .what = "the same, p99 until acknowledged",
           .unit = "ms",
           .must = 2,
           .measure = streams->figure([](const Stream& stream) {
             return static_cast<double>(stream.nanoseconds.percentile(99)) / 1e6;
           }),
           .beside = {},
           .beside_what = ""},
          durable_in_all(setting, "E8", 1, std::nullopt),
          durable_in_all(setting, "E8b", 64, std::nullopt),
          durable_in_all(setting, "E8c", 256, 1.5),
          durable_in_all(setting, "E8d", writable_partitions(setting.quick ? 1'000 : 10'000), 2)};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
