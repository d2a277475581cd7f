// M5 and M6: reading and seeking.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/stopwatch.h"
#include "tools/bench/workloads.h"

namespace leat::tools {
namespace {

constexpr std::size_t kBytes = 100;
constexpr std::chrono::seconds kLong{10};

Result<void> fill(MeasuredEngine& engine, std::uint64_t count) {
  LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{0}));
  const std::string value(kBytes, 'x');
  for (std::uint64_t i = 0; i < count; ++i) LEAT_TRY_VOID(appender.append({.value = value}));
  return {};
}

/// Polls until `count` records were seen.
Result<void> read(Consumer& consumer, std::uint64_t count) {
  while (count > 0) {
    LEAT_TRY(const ConsumedBatch batch, consumer.poll(kLong));
    std::uint64_t records = 0;
    for (const ConsumedRecord& record : batch.records()) {
      keep(record.value.data());
      ++records;
    }
    if (records == 0 || records > count) {
      return Error(ErrorCode::kUnknownServerError, "bench: not the records that were written");
    }
    count -= records;
  }
  return {};
}

/// ns a record: all of a partition, from its beginning, by a Consumer.
Measure read_in_order(Setting setting) {
  return [setting = std::move(setting)]() -> Result<Sample> {
    const std::uint64_t count = setting.quick ? 500'000 : 2'000'000;
    LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
    LEAT_TRY_VOID(fill(engine, count));
    LEAT_TRY(Consumer consumer, engine->consumer());
    LEAT_TRY_VOID(consumer.assign_topic(MeasuredEngine::kTopic));
    Result<void> outcome;
    const Sample sample =
        per_operation(*setting.clock, count, [&] { outcome = read(consumer, count); });
    LEAT_TRY_VOID(std::move(outcome));
    return sample;
  };
}

/// A partition of many small segments whose records are a millisecond apart, for both kinds of
/// seek.
class Seekable {
 public:
  /// About a hundred records a segment.
  Seekable(Setting setting, std::int64_t segments)
      : setting_(std::move(setting)), count_(segments * kRecords) {}

  /// Writes and seals it, the first time.
  Result<MeasuredEngine*> written() {
    if (engine_) return engine_.get();
    LEAT_TRY(auto engine, MeasuredEngine::open(setting_, 1, {{"internal.segment.bytes", "10900"}}));
    engine_ = std::make_unique<MeasuredEngine>(std::move(engine));
    LEAT_TRY(Appender appender, (*engine_)->appender(MeasuredEngine::kTopic, PartitionId{0}));
    const std::string value(kBytes, 'x');
    for (std::int64_t i = 0; i < count_; ++i) {
      LEAT_TRY_VOID(appender.append({.value = value, .timestamp = time_of(i)}));
    }
    LEAT_TRY_VOID((*engine_)->flush());
    return engine_.get();
  }
  [[nodiscard]] const Clock& clock() const { return *setting_.clock; }

  static constexpr std::int64_t kRecords = 100;
  static Timestamp time_of(std::int64_t record) {
    return Timestamp(std::chrono::milliseconds(1'700'000'000'000 + record));
  }
  /// Spread over the newest `records`: a stride that meets each before it comes back. REQUIRES: at
  /// most all.
  [[nodiscard]] std::int64_t target(std::int64_t i, std::int64_t records) const {
    constexpr std::int64_t kStride = 7'919;
    return count_ - records + (i * kStride) % records;
  }
  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  Setting setting_;
  std::int64_t count_;
  std::unique_ptr<MeasuredEngine> engine_;
};

constexpr std::int64_t kSeeks = 20'000;
/// Segments among which seeks find theirs mapped (log/recently_read.h keeps the last 1,024).
constexpr std::int64_t kWarmSegments = 200;

enum class Where : std::uint8_t { kWarm, kEverywhere };

std::int64_t reach(const Seekable& log, Where where) {
  const std::int64_t warm = kWarmSegments * Seekable::kRecords;
  return where == Where::kWarm ? std::min(warm, log.count()) : log.count();
}

/// us: seek to an offset and have its record.
Measure seek_by_offset(std::shared_ptr<Seekable> log, Where where) {
  return [log = std::move(log), where]() -> Result<Sample> {
    LEAT_TRY(MeasuredEngine * engine, log->written());
    LEAT_TRY(Consumer consumer, (*engine)->consumer({.max_poll_bytes = 1, .max_poll_records = 1}));
    LEAT_TRY_VOID(consumer.assign_topic(MeasuredEngine::kTopic));
    const TopicPartition partition = MeasuredEngine::partition();
    Result<void> outcome;
    Sample sample = per_operation(log->clock(), kSeeks, [&] {
      for (std::int64_t i = 0; i < kSeeks && outcome; ++i) {
        outcome = [&]() -> Result<void> {
          LEAT_TRY_VOID(consumer.seek(partition, Offset{log->target(i, reach(*log, where))}));
          return read(consumer, 1);
        }();
      }
    });
    LEAT_TRY_VOID(std::move(outcome));
    sample.value /= 1e3;
    return sample;
  };
}

/// us: the first offset at a time.
Measure seek_by_time(std::shared_ptr<Seekable> log, Where where) {
  return [log = std::move(log), where]() -> Result<Sample> {
    LEAT_TRY(MeasuredEngine * engine, log->written());
    const TopicPartition partition = MeasuredEngine::partition();
    Result<void> outcome;
    Sample sample = per_operation(log->clock(), kSeeks, [&] {
      for (std::int64_t i = 0; i < kSeeks && outcome; ++i) {
        const Timestamp time = Seekable::time_of(log->target(i, reach(*log, where)));
        const auto found = (*engine)->offset_for_time(partition, time);
        if (!found) outcome = found.error();
      }
    });
    LEAT_TRY_VOID(std::move(outcome));
    sample.value /= 1e3;
    return sample;
  };
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> seek_workloads(const Setting& setting, std::int64_t segments) {
  const auto log = std::make_shared<Seekable>(setting, segments);
  const auto seek = [&](const char* id, std::string what, double must, Measure measure) {
    Workload workload;
    workload.id = id;
    workload.what = std::move(what);
    workload.unit = "us";
    workload.must = must;
    workload.measure = std::move(measure);
    return workload;
  };
  return {seek("M6", fmt::format("seek and read, warm, {} sealed segments", segments), 0.3,
               seek_by_offset(log, Where::kWarm)),
          seek("M6c", "the same, in segments not read for long", 3,
               seek_by_offset(log, Where::kEverywhere)),
          seek("M6t", "offset of a time, warm", 0.3, seek_by_time(log, Where::kWarm)),
          seek("M6tc", "the same, in segments not read for long", 3,
               seek_by_time(log, Where::kEverywhere))};
}

std::vector<Workload> read_workloads(const Setting& setting) {
  std::vector<Workload> all = seek_workloads(setting, setting.quick ? 1'200 : 10'000);
  Workload in_order;
  in_order.id = "M5";
  in_order.what = "read 100 B records in order, views";
  in_order.unit = "ns";
  in_order.must = 10;
  in_order.measure = read_in_order(setting);
  all.insert(all.begin(), std::move(in_order));
  return all;
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
