// E3: one thread publishes, one observes, both as fast as they can.

#include <barrier>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/histogram.h"
#include "base/try.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/row.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/stopwatch.h"
#include "tools/bench/workloads.h"

namespace leat::tools {
namespace {

constexpr std::uint64_t kBatch = 100;

/// How much is passed on at once, and how often.
struct Amount {
  std::size_t bytes;      ///< of a record's value
  std::uint64_t records;  ///< of a burst, a multiple of kBatch
  int bursts;             ///< each begins when the observer has had the one before
};

/// A publisher, the calling thread, and an observer that spins in poll.
class Passage {
 public:
  Passage(const Clock& clock, Appender& appender, Consumer& consumer)
      : clock_(clock), appender_(appender), consumer_(consumer) {}

  /// ns of each burst, from its first append to the observer's last record.
  Result<base::Histogram> run(const Amount& amount) {
    base::Histogram nanoseconds;
    Result<void> published;
    Result<void> observed;
    std::thread observer([&] {
      for (int i = 0; i < amount.bursts; ++i) {
        meeting_.arrive_and_wait();
        if (observed) observed = observe(amount.records);
        ended_ = clock_.monotonic();
        meeting_.arrive_and_wait();
      }
    });
    const std::string value(amount.bytes, 'x');
    const std::vector<Record> batch(kBatch, Record{.value = value});
    for (int i = 0; i < amount.bursts; ++i) {
      meeting_.arrive_and_wait();
      const MonotonicTime began = clock_.monotonic();
      if (published) published = publish(batch, amount.records);
      meeting_.arrive_and_wait();
      nanoseconds.add(static_cast<std::uint64_t>((ended_ - began).count()));
      if (amount.bursts > 1) rest();
    }
    observer.join();
    LEAT_TRY_VOID(std::move(published));
    LEAT_TRY_VOID(std::move(observed));
    return nanoseconds;
  }

 private:
  Result<void> publish(const std::vector<Record>& batch, std::uint64_t records) {
    for (std::uint64_t i = 0; i < records; i += kBatch) LEAT_TRY_VOID(appender_.append(batch));
    return {};
  }
  Result<void> observe(std::uint64_t records) {
    while (records > 0) {
      LEAT_TRY(const ConsumedBatch batch, consumer_.poll(std::chrono::seconds(10)));
      if (batch.empty()) return Error(ErrorCode::kTimedOut, "bench: no record came");
      for (const ConsumedRecord& record : batch.records()) {
        keep(record.value.data());
        --records;
      }
    }
    return {};
  }
  /// Gives way to the jobs that make pages ready for the next burst.
  void rest() const {
    const MonotonicTime until = clock_.monotonic() + std::chrono::milliseconds(10);
    while (clock_.monotonic() < until) std::this_thread::yield();
  }

  const Clock& clock_;
  Appender& appender_;
  Consumer& consumer_;
  std::barrier<> meeting_{2};
  MonotonicTime ended_{};  // the observer's until the second meeting
};

/// ns a record, of the median burst.
Measure pass_on(Setting setting, Amount amount) {
  return [setting = std::move(setting), amount]() -> Result<Sample> {
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{0}));
    LEAT_TRY(Consumer consumer, engine->consumer({.idle = Idle::kSpin}));
    LEAT_TRY_VOID(consumer.assign_topic(MeasuredEngine::kTopic));
    Passage passage(*setting.clock, appender, consumer);
    LEAT_TRY(const base::Histogram bursts, passage.run(amount));
    return Sample{
        .value = static_cast<double>(bursts.percentile(50)) / static_cast<double>(amount.records),
        .instructions = std::nullopt};
  };
}

/// From a measure of ns: so many times `scale` of them in a second. 1'000 gives M/s, bytes GB/s.
Measure as_rate(Measure nanoseconds, double scale) {
  return [nanoseconds = std::move(nanoseconds), scale]() -> Result<Sample> {
    LEAT_TRY(const Sample sample, nanoseconds());
    return Sample{.value = scale / sample.value, .instructions = std::nullopt};
  };
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> throughput_workloads(const Setting& setting) {
  constexpr std::size_t kSmall = 64;
  constexpr std::size_t kLarge = 1'024;
  // A burst fits into the pages that are ready; all at once does not.
  constexpr Amount kSmallBursts{.bytes = kSmall, .records = 24'000, .bursts = 25};
  constexpr Amount kLargeBursts{.bytes = kLarge, .records = 2'000, .bursts = 25};
  const Amount small_run{
      .bytes = kSmall, .records = setting.quick ? 2'000'000U : 8'000'000U, .bursts = 1};
  const Amount large_run{
      .bytes = kLarge, .records = setting.quick ? 150'000U : 600'000U, .bursts = 1};
  const auto row = [](const char* id, const char* what, const char* unit,
                      std::optional<double> must, Measure measure) {
    Workload workload;
    workload.id = id;
    workload.what = what;
    workload.unit = unit;
    workload.better = Better::kMore;
    workload.must = must;
    workload.measure = std::move(measure);
    return workload;
  };
  return {row("E3", "one publishes, one observes, 64 B, bursts", "M/s", 60,
              as_rate(pass_on(setting, kSmallBursts), 1e3)),
          row("E3s", "the same, sustained with new pages", "M/s", std::nullopt,
              as_rate(pass_on(setting, small_run), 1e3)),
          row("E3k", "one publishes, one observes, 1 KiB, bursts", "GB/s", 8,
              as_rate(pass_on(setting, kLargeBursts), kLarge)),
          row("E3ks", "the same, sustained with new pages", "GB/s", std::nullopt,
              as_rate(pass_on(setting, large_run), kLarge))};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
