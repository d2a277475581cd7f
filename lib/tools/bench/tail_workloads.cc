// E16: how long an append can take, while segments roll and are synced.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/producer.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/histogram.h"
#include "base/try.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/shared_runs.h"
#include "tools/bench/stopwatch.h"
#include "tools/bench/workloads.h"

namespace leat::tools {
namespace {

/// A million calls a second for `length`: ns of each call, without the wait for its turn. Who was
/// kept from running does not catch up.
template <class Call>
Result<base::Histogram> at_a_million(const Clock& clock, std::chrono::nanoseconds length,
                                     const Call& call) {
  constexpr std::chrono::microseconds kInterval{1};
  base::Histogram nanoseconds;
  MonotonicTime due = clock.monotonic();
  for (const MonotonicTime end = due + length; due < end; due += kInterval) {
    MonotonicTime now = clock.monotonic();
    while (now < due) now = clock.monotonic();
    LEAT_TRY_VOID(call());
    nanoseconds.add(static_cast<std::uint64_t>((clock.monotonic() - now).count()));
    due = std::max(due, now);
  }
  return nanoseconds;
}

std::chrono::seconds length_of(const Setting& setting) {
  return std::chrono::seconds(setting.quick ? 5 : 60);
}

/// Appends of 64 B to a topic that rolls about once a second and is synced every 10 ms.
Result<base::Histogram> append_at_a_million(const Setting& setting) {
  LEAT_TRY(MeasuredEngine engine,
           MeasuredEngine::open(setting, 1, {{"flush.ms", "10"}, {"segment.bytes", "67108864"}}));
  LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{0}));
  const std::string value(64, 'x');
  return at_a_million(*setting.clock, length_of(setting), [&]() -> Result<void> {
    const Result<Offset> offset = appender.append({.value = value});
    if (!offset) return offset.error();
    return {};
  });
}

/// The same with a copy in the place of the append: what the machine itself does to such a loop.
Result<base::Histogram> copy_at_a_million(const Setting& setting) {
  const std::string value(64, 'x');
  std::array<char, 64> to{};
  return at_a_million(*setting.clock, length_of(setting), [&]() -> Result<void> {
    std::ranges::copy(value, to.begin());
    keep(to);
    return {};
  });
}

struct Tail {
  const char* id;
  std::string what;
  double percent;
  double must;  ///< us
};

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> tail_workloads(const Setting& setting) {
  using Runs = SharedRuns<base::Histogram>;
  const auto appends = std::make_shared<Runs>([setting] { return append_at_a_million(setting); });
  const auto copies = std::make_shared<Runs>([setting] { return copy_at_a_million(setting); });
  const auto row = [&](const Tail& tail) {
    const auto read = [percent = tail.percent](const base::Histogram& nanoseconds) {
      return static_cast<double>(nanoseconds.percentile(percent)) / 1e3;
    };
    Workload workload;
    workload.id = tail.id;
    workload.what = tail.what;
    workload.unit = "us";
    workload.must = tail.must;
    workload.measure = appends->figure(read);
    workload.beside = copies->figure(read);
    workload.beside_what = "a copy in its place";
    workload.samples_max = 1;
    return workload;
  };
  const std::string head =
      fmt::format("append, 1 M/s for {} s, rolls, synced each 10 ms, ", length_of(setting).count());
  return {row({.id = "E16t", .what = head + "p99.9", .percent = 99.9, .must = 1}),
          row({.id = "E16u", .what = "the same, p99.99", .percent = 99.99, .must = 25}),
          row({.id = "E16m", .what = "the same, the longest", .percent = 100, .must = 1'000})};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
