// E13 and E14: very many partitions.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/process.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/shared_runs.h"
#include "tools/bench/stopwatch.h"
#include "tools/bench/workloads.h"

namespace leat::tools {
namespace {

/// Leat's engine with room for as many partitions as a row wants.
EngineOptions with_room_for(std::int32_t partitions) { return {.max_partitions = partitions + 1}; }

/// What partitions cost that nobody has used yet.
struct Creation {
  double milliseconds = 0;
  double resident_each = 0;  ///< bytes
  double handles = 0;        ///< descriptors and mappings, of all of them together
};

Result<Creation> create_partitions(const Setting& setting, std::int32_t partitions) {
  LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting, 1, {}, with_room_for(partitions)));
  const ProcessUse before = process_use();
  Result<void> outcome;
  const Sample sample = per_operation(*setting.clock, 1, [&] {
    const auto created = engine->create_topic("wide", partitions);
    if (!created) outcome = created.error();
  });
  LEAT_TRY_VOID(std::move(outcome));
  const ProcessUse after = process_use();
  const auto grown = [](std::uint64_t now, std::uint64_t then) {
    return std::max(0.0, static_cast<double>(now) - static_cast<double>(then));
  };
  return Creation{
      .milliseconds = sample.value / 1e6,
      .resident_each = grown(after.resident_bytes, before.resident_bytes) / partitions,
      .handles = grown(after.descriptors + after.mappings, before.descriptors + before.mappings)};
}

/// Draws partitions as Zipf's law has it, the same ones each time: number n as often as 1/n.
class Zipf {
 public:
  explicit Zipf(std::int32_t count) : partitions_(count), log_count_(std::log(count + 1.0)) {}
  std::int32_t next() {
    constexpr double kFractions = 9'007'199'254'740'992;  // 2^53
    state_ += 0x9e3779b97f4a7c15U;                        // splitmix64
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    mixed ^= mixed >> 31U;
    const double drawn = static_cast<double>(mixed >> 11U) / kFractions;
    const auto rank = static_cast<std::int32_t>(std::exp(drawn * log_count_)) - 1;
    return std::clamp(rank, 0, partitions_ - 1);
  }

 private:
  std::int32_t partitions_;
  double log_count_;
  std::uint64_t state_ = 1;
};

/// Batches of ten records, each to the partition that its draw says.
class Spread {
 public:
  static constexpr std::uint64_t kBatch = 10;

  Spread(Engine& engine, std::int32_t partitions)
      : engine_(engine), zipf_(partitions), appenders_(static_cast<std::size_t>(partitions)) {}

  Result<void> append_to_all() {
    for (std::int32_t id = 0; std::cmp_less(id, appenders_.size()); ++id) {
      LEAT_TRY_VOID(append_to(id));
    }
    return {};
  }
  Result<void> append(std::uint64_t batches) {
    for (std::uint64_t i = 0; i < batches; ++i) LEAT_TRY_VOID(append_to(zipf_.next()));
    return {};
  }

 private:
  Result<void> append_to(std::int32_t id) {
    std::optional<Appender>& appender = appenders_[static_cast<std::size_t>(id)];
    if (!appender) {
      LEAT_TRY(Appender made, engine_.appender(MeasuredEngine::kTopic, PartitionId{id}));
      appender.emplace(std::move(made));
    }
    LEAT_TRY_VOID(appender->append(records_));
    return {};
  }

  Engine& engine_;
  Zipf zipf_;
  std::vector<std::optional<Appender>> appenders_;
  std::string value_ = std::string(100, 'x');
  std::vector<Record> records_ = std::vector<Record>(kBatch, Record{.value = value_});
};

/// An engine whose partitions were all written, for all samples: files are made and removed outside
/// what is timed.
class Used {
 public:
  Used(Setting setting, std::int32_t partitions)
      : setting_(std::move(setting)), partitions_(partitions) {}

  /// ns a record.
  Result<Sample> append() {
    if (!spread_) LEAT_TRY_VOID(make());
    const std::uint64_t batches = setting_.quick ? 50'000 : 300'000;
    Result<void> outcome;
    const Sample sample = per_operation(*setting_.clock, batches * Spread::kBatch,
                                        [&] { outcome = spread_->append(batches); });
    LEAT_TRY_VOID(std::move(outcome));
    return sample;
  }

 private:
  Result<void> make() {
    LEAT_TRY(MeasuredEngine engine,
             MeasuredEngine::open(setting_, partitions_, {}, with_room_for(partitions_)));
    engine_.emplace(std::move(engine));
    spread_.emplace(**engine_, partitions_);
    return spread_->append_to_all();
  }

  Setting setting_;
  std::int32_t partitions_;
  std::optional<MeasuredEngine> engine_;
  std::optional<Spread> spread_;  // goes before the engine
};

Measure spread_over(const Setting& setting, std::int32_t partitions) {
  return [used = std::make_shared<Used>(setting, partitions)] { return used->append(); };
}

std::vector<Workload> creation_workloads(const Setting& setting) {
  const std::int32_t partitions = setting.quick ? 10'000 : 100'000;
  const auto creations = std::make_shared<SharedRuns<Creation>>(
      [setting, partitions] { return create_partitions(setting, partitions); });
  const auto row = [&](const char* id, std::string what, const char* unit, double must,
                       double Creation::* figure) {
    Workload workload;
    workload.id = id;
    workload.what = std::move(what);
    workload.unit = unit;
    workload.must = must;
    workload.measure =
        creations->figure([figure](const Creation& creation) { return creation.*figure; });
    workload.samples_max = 3;
    return workload;
  };
  return {row("E13", fmt::format("create {} partitions", partitions), "ms",
              static_cast<double>(partitions) / 100, &Creation::milliseconds),
          row("E13m", "the same, resident memory of each", "B", 1'024, &Creation::resident_each),
          row("E13h", "the same, descriptors and maps of all", "", 0, &Creation::handles)};
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> wide_workloads(const Setting& setting) {
  const std::int32_t used = writable_partitions(setting.quick ? 2'000 : 100'000);
  std::vector<Workload> all = creation_workloads(setting);
  Workload spread;
  spread.id = "E14";
  spread.what = fmt::format("batches of 10, zipf over {} partitions, a record", used);
  spread.unit = "ns";
  spread.must = 500;
  spread.measure = spread_over(setting, used);
  spread.beside = spread_over(setting, 1);
  spread.beside_what = "one partition";
  all.push_back(std::move(spread));
  return all;
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
