// M5 and M6: reading and seeking.

#include <chrono>
#include <cstddef>
#include <cstdint>
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

/// A partition of small segments whose records are a millisecond apart, for both kinds of seek.
class Seekable {
 public:
  explicit Seekable(Setting setting) : setting_(std::move(setting)) {}

  /// Writes it, the first time.
  Result<MeasuredEngine*> written() {
    if (engine_) return engine_.get();
    LEAT_TRY(auto engine, MeasuredEngine::open(setting_, 1, {{"internal.segment.bytes", "65536"}}));
    engine_ = std::make_unique<MeasuredEngine>(std::move(engine));
    LEAT_TRY(Appender appender, (*engine_)->appender(MeasuredEngine::kTopic, PartitionId{0}));
    const std::string value(kBytes, 'x');
    for (std::int64_t i = 0; i < kCount; ++i) {
      LEAT_TRY_VOID(appender.append({.value = value, .timestamp = time_of(i)}));
    }
    LEAT_TRY_VOID((*engine_)->flush());
    return engine_.get();
  }
  [[nodiscard]] const Clock& clock() const { return *setting_.clock; }

  static constexpr std::int64_t kCount = 50'000;  // about a hundred segments
  static Timestamp time_of(std::int64_t record) {
    return Timestamp(std::chrono::milliseconds(1'700'000'000'000 + record));
  }
  /// Spread over the partition: a stride that meets every record before it comes back.
  static std::int64_t target(std::int64_t i) { return (i * 7'919) % kCount; }

 private:
  Setting setting_;
  std::unique_ptr<MeasuredEngine> engine_;
};

constexpr std::int64_t kSeeks = 20'000;

/// us: seek to an offset and have its record.
Measure seek_by_offset(std::shared_ptr<Seekable> log) {
  return [log = std::move(log)]() -> Result<Sample> {
    LEAT_TRY(MeasuredEngine * engine, log->written());
    LEAT_TRY(Consumer consumer, (*engine)->consumer({.max_poll_bytes = 1, .max_poll_records = 1}));
    LEAT_TRY_VOID(consumer.assign_topic(MeasuredEngine::kTopic));
    const TopicPartition partition = MeasuredEngine::partition();
    Result<void> outcome;
    Sample sample = per_operation(log->clock(), kSeeks, [&] {
      for (std::int64_t i = 0; i < kSeeks && outcome; ++i) {
        outcome = [&]() -> Result<void> {
          LEAT_TRY_VOID(consumer.seek(partition, Offset{Seekable::target(i)}));
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
Measure seek_by_time(std::shared_ptr<Seekable> log) {
  return [log = std::move(log)]() -> Result<Sample> {
    LEAT_TRY(MeasuredEngine * engine, log->written());
    const TopicPartition partition = MeasuredEngine::partition();
    Result<void> outcome;
    Sample sample = per_operation(log->clock(), kSeeks, [&] {
      for (std::int64_t i = 0; i < kSeeks && outcome; ++i) {
        const auto found =
            (*engine)->offset_for_time(partition, Seekable::time_of(Seekable::target(i)));
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
std::vector<Workload> read_workloads(const Setting& setting) {
  const auto log = std::make_shared<Seekable>(setting);
  return {{.id = "M5",
           .what = "read 100 B records in order, views",
           .unit = "ns",
           .must = 10,
           .measure = read_in_order(setting),
           .beside = {},
           .beside_what = ""},
          {.id = "M6",
           .what = "seek by offset and read, warm",
           .unit = "us",
           .must = 3,
           .measure = seek_by_offset(log),
           .beside = {},
           .beside_what = ""},
          {.id = "M6t",
           .what = "offset of a time, warm",
           .unit = "us",
           .must = 3,
           .measure = seek_by_time(log),
           .beside = {},
           .beside_what = ""}};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
