// E5 and E6: what is durable when the call returns.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/producer.h"
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

constexpr std::size_t kPage = 4'096;

/// us: one record through an Appender of a `sync` topic. Median.
Measure append_durably(Setting setting) {
  return [setting = std::move(setting)]() -> Result<Sample> {
    const int rounds = setting.quick ? 200 : 1'000;
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting, 1, {{"flush.messages", "1"}}));
    LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{0}));
    const std::string value(64, 'x');
    base::Histogram nanoseconds;
    for (int i = 0; i < rounds; ++i) {
      const MonotonicTime began = setting.clock->monotonic();
      LEAT_TRY_VOID(appender.append({.value = value}));
      nanoseconds.add(static_cast<std::uint64_t>((setting.clock->monotonic() - began).count()));
    }
    return Sample{.value = static_cast<double>(nanoseconds.percentile(50)) / 1e3,
                  .instructions = std::nullopt};
  };
}

/// k/s from a measure of us.
Measure in_thousands(Measure microseconds) {
  return [microseconds = std::move(microseconds)]() -> Result<Sample> {
    LEAT_TRY(const Sample sample, microseconds());
    return Sample{.value = 1e3 / sample.value, .instructions = std::nullopt};
  };
}

/// k/s: 16 threads, each sending one record after another and waiting until it is durable.
Measure send_durably_from_16_threads(Setting setting) {
  return [setting = std::move(setting)]() -> Result<Sample> {
    constexpr std::size_t kThreads = 16;
    const std::uint64_t rounds = setting.quick ? 100 : 500;
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY(Producer producer, engine->producer({.acks = Acks::kSync}));
    const std::string value(64, 'x');
    std::vector<Result<void>> outcomes(kThreads);
    const auto send = [&](Result<void>& outcome) {
      for (std::uint64_t i = 0; i < rounds && outcome; ++i) {
        const auto sent = producer.send(MeasuredEngine::kTopic, {.value = value});
        if (!sent) outcome = sent.error();
      }
    };
    const Sample sample = per_operation(*setting.clock, kThreads * rounds, [&] {
      std::vector<std::thread> threads;
      threads.reserve(kThreads);
      for (Result<void>& outcome : outcomes) threads.emplace_back([&] { send(outcome); });
      for (std::thread& thread : threads) thread.join();
    });
    for (const Result<void>& outcome : outcomes) LEAT_TRY_VOID(outcome);
    return Sample{.value = 1e6 / sample.value, .instructions = std::nullopt};
  };
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> durable_workloads(const Setting& setting) {
  const Measure write = write_durably(setting, kPage);
  return {{.id = "E5",
           .what = "append 64 B, durable",
           .unit = "us",
           .must = std::nullopt,
           .measure = append_durably(setting),
           .beside = write,
           .beside_what = "pwrite + fdatasync",
           .must_ratio = 1.3},
          {.id = "E6",
           .what = "16 threads, durable, one partition",
           .unit = "k/s",
           .better = Better::kMore,
           .must = std::nullopt,
           .measure = send_durably_from_16_threads(setting),
           .beside = in_thousands(write),
           .beside_what = "pwrite + fdatasync, one thread"}};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
