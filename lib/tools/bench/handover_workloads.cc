// E1 and E2: from the call that publishes to the thread that has the record.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
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
#include "tools/bench/limits.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/workloads.h"

namespace leat::tools {
namespace {

constexpr std::chrono::seconds kLong{10};

/// A value of 64 B that begins with when it was published.
class Stamped {
 public:
  [[nodiscard]] std::span<const std::byte> at(MonotonicTime time) {
    const std::int64_t nanoseconds = time.time_since_epoch().count();
    std::memcpy(bytes_.data(), &nanoseconds, sizeof nanoseconds);
    return bytes_;
  }
  [[nodiscard]] static MonotonicTime time_of(const RecordView& record) {
    std::int64_t nanoseconds = 0;
    std::memcpy(&nanoseconds, record.value.data(), sizeof nanoseconds);
    return MonotonicTime(std::chrono::nanoseconds(nanoseconds));
  }

 private:
  std::array<std::byte, 64> bytes_{};
};

Result<Consumer> consumer_of(MeasuredEngine& engine, std::int32_t partition, Idle idle) {
  LEAT_TRY(Consumer consumer, engine->consumer({.idle = idle}));
  LEAT_TRY_VOID(consumer.assign({MeasuredEngine::partition(partition)}));
  return consumer;
}

/// Reads `count` records; ns from publishing to having each of them.
Result<base::Histogram> observe(const Clock& clock, Consumer& consumer, std::uint64_t count) {
  base::Histogram nanoseconds;
  while (nanoseconds.count() < count) {
    LEAT_TRY(const ConsumedBatch batch, consumer.poll(kLong));
    if (batch.empty()) return Error(ErrorCode::kTimedOut, "bench: no record came");
    for (const ConsumedRecord& record : batch.records()) {
      const auto took = clock.monotonic() - Stamped::time_of(record);
      nanoseconds.add(static_cast<std::uint64_t>(took.count()));
    }
  }
  return nanoseconds;
}

/// A record every `interval`, spinning in between.
Result<void> publish(const Clock& clock, Appender& appender, std::uint64_t count,
                     std::chrono::nanoseconds interval) {
  Stamped value;
  MonotonicTime due = clock.monotonic();
  for (std::uint64_t i = 0; i < count; ++i) {
    MonotonicTime now = clock.monotonic();
    while (now < due) now = clock.monotonic();
    LEAT_TRY_VOID(appender.append({.value = value.at(now)}));
    // Who was kept from running does not catch up: those records would wait for one another.
    due = std::max(due, now) + interval;
  }
  return {};
}

/// ns: a record published at a rate by one thread until another one, spinning in poll, has it.
/// Median. Reading the clock is in it.
Measure publish_to_observe(Setting setting, std::chrono::nanoseconds interval) {
  return [setting = std::move(setting), interval]() -> Result<Sample> {
    const std::chrono::milliseconds length(setting.quick ? 300 : 1'000);
    const auto count = static_cast<std::uint64_t>(length / interval);
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{0}));
    LEAT_TRY(Consumer consumer, consumer_of(engine, 0, Idle::kSpin));
    Result<void> published;
    std::thread publisher([&] { published = publish(*setting.clock, appender, count, interval); });
    const auto observed = observe(*setting.clock, consumer, count);
    publisher.join();
    LEAT_TRY_VOID(std::move(published));
    if (!observed) return observed.error();
    return Sample{.value = static_cast<double>(observed->percentile(50)),
                  .instructions = std::nullopt};
  };
}

/// One side of a conversation: speaks in one partition, listens, asleep, to the other.
struct Speaker {
  Appender appender;
  Consumer consumer;

  static Result<Speaker> make(MeasuredEngine& engine, std::int32_t own, std::int32_t other) {
    LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{own}));
    LEAT_TRY(Consumer consumer, consumer_of(engine, other, Idle::kPark));
    return Speaker{std::move(appender), std::move(consumer)};
  }
  Result<void> say() {
    LEAT_TRY_VOID(appender.append({.value = "word"}));
    return {};
  }
  Result<void> hear() {
    LEAT_TRY(const ConsumedBatch batch, consumer.poll(kLong));
    if (batch.empty()) return Error(ErrorCode::kTimedOut, "bench: no answer came");
    return {};
  }
};

/// us: a record to a thread that sleeps in poll, and its answer to us, who sleep as well. Median.
Measure publish_to_sleeper_and_back(Setting setting) {
  return [setting = std::move(setting)]() -> Result<Sample> {
    const int rounds = setting.quick ? 2'000 : 10'000;
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting, 2));
    LEAT_TRY(Speaker near, Speaker::make(engine, 0, 1));
    LEAT_TRY(Speaker far, Speaker::make(engine, 1, 0));
    Result<void> answered;
    std::thread other([&] {
      for (int i = 0; i < rounds && answered; ++i) {
        answered = far.hear();
        if (answered) answered = far.say();
      }
    });
    Result<void> heard;
    base::Histogram nanoseconds;
    for (int i = 0; i < rounds && heard; ++i) {
      const MonotonicTime began = setting.clock->monotonic();
      heard = near.say();
      if (heard) heard = near.hear();
      nanoseconds.add(static_cast<std::uint64_t>((setting.clock->monotonic() - began).count()));
    }
    other.join();
    LEAT_TRY_VOID(std::move(answered));
    LEAT_TRY_VOID(std::move(heard));
    return Sample{.value = static_cast<double>(nanoseconds.percentile(50)) / 1e3,
                  .instructions = std::nullopt};
  };
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> handover_workloads(const Setting& setting) {
  constexpr std::chrono::microseconds kSlow{10};
  constexpr std::chrono::microseconds kFast{1};
  return {{.id = "E1",
           .what = "publish to observe, 64 B, spinning, 100 k/s",
           .unit = "ns",
           .must = 300,
           .measure = publish_to_observe(setting, kSlow),
           .beside = hand_over(setting),
           .beside_what = "cache line"},
          {.id = "E1f",
           .what = "the same, 1 M/s",
           .unit = "ns",
           .must = 300,
           .measure = publish_to_observe(setting, kFast),
           .beside = hand_over(setting),
           .beside_what = "cache line"},
          {.id = "E2",
           .what = "record to a sleeper and its answer",
           .unit = "us",
           .must = std::nullopt,
           .measure = publish_to_sleeper_and_back(setting),
           .beside = wake_and_back(setting),
           .beside_what = "futex there and back",
           .must_ratio = 1.3}};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
