// E15: opening again after kill -9.

#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/stopwatch.h"
#include "tools/bench/victim.h"
#include "tools/bench/workloads.h"

namespace leat::tools {
namespace {

constexpr const char* kTopic = "crashed";

OpenOptions options_of(const std::string& directory) {
  OpenOptions options;
  options.directory = directory;
  options.options.max_partitions = 200'000;
  return options;
}

/// Whether an engine has to be filled, or was before.
Result<bool> is_new(Engine& engine) {
  LEAT_TRY(const std::vector<std::string> topics, engine.admin().list_topics());
  return topics.empty();
}

/// `mib` sealed in segments of Kafka's size, and a megabyte behind it that is not.
Result<void> write_sealed(Engine& engine, std::uint64_t mib) {
  constexpr std::size_t kBytes = 1'024;
  constexpr std::uint64_t kBatch = 64;
  LEAT_TRY(const bool is_first, is_new(engine));
  if (is_first) LEAT_TRY_VOID(engine.create_topic(kTopic, 1));
  LEAT_TRY(Appender appender, engine.appender(kTopic, PartitionId{0}));
  const std::string value(kBytes, 'x');
  const std::vector<Record> batch(kBatch, Record{.value = value});
  const auto append = [&](std::uint64_t bytes) -> Result<void> {
    for (std::uint64_t written = 0; written < bytes; written += kBytes * kBatch) {
      LEAT_TRY_VOID(appender.append(batch));
    }
    return {};
  };
  if (is_first) {
    LEAT_TRY_VOID(append(mib << 20U));
    LEAT_TRY_VOID(engine.roll({kTopic, PartitionId{0}}));
    LEAT_TRY_VOID(engine.flush());
  }
  return append(1U << 20U);
}

/// Records in a hundredth of `partitions`.
Result<void> write_some(Engine& engine, std::int32_t partitions) {
  LEAT_TRY(const bool is_first, is_new(engine));
  if (is_first) LEAT_TRY_VOID(engine.create_topic(kTopic, partitions));
  const std::string value(100, 'x');
  const std::vector<Record> batch(10, Record{.value = value});
  for (std::int32_t id = 0; id < partitions; id += 100) {
    LEAT_TRY(Appender appender, engine.appender(kTopic, PartitionId{id}));
    LEAT_TRY_VOID(appender.append(batch));
  }
  return {};
}

/// Writes in a directory that lives as long as the samples are taken.
using Write = std::function<Result<void>(Engine& engine)>;

/// ms: Engine::open after a process was killed that had done `write`.
Measure reopen(Setting setting, std::string id, Write write) {
  const auto held = std::make_shared<std::optional<ScratchDirectory>>();
  return [setting = std::move(setting), id = std::move(id), write = std::move(write),
          held]() -> Result<Sample> {
    if (setting.is_victim) {
      LEAT_TRY(Engine engine, Engine::open(options_of(setting.directory)));
      LEAT_TRY_VOID(write(engine));
      die();
    }
    if (!*held) {
      LEAT_TRY(ScratchDirectory made, ScratchDirectory::make(setting.directory));
      held->emplace(std::move(made));
    }
    const std::string directory = (*held)->path() + "/engine";
    LEAT_TRY_VOID(run_victim(setting, id, directory));
    std::optional<Engine> engine;
    Result<void> outcome;
    const Sample sample = per_operation(*setting.clock, 1, [&] {
      auto opened = Engine::open(options_of(directory));
      if (opened) {
        engine.emplace(*std::move(opened));
      } else {
        outcome = opened.error();
      }
    });
    LEAT_TRY_VOID(std::move(outcome));
    LEAT_TRY_VOID(engine->close());
    return Sample{.value = sample.value / 1e6, .instructions = std::nullopt};
  };
}

}  // namespace

// NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): of std::functions in a list it loses sight.
std::vector<Workload> reopen_workloads(const Setting& setting) {
  const std::uint64_t mib = setting.quick ? 512 : 4'096;
  const std::int32_t partitions = setting.quick ? 10'000 : 100'000;
  const auto row = [&](const char* id, std::string what, Write write) {
    Workload workload;
    workload.id = id;
    workload.what = std::move(what);
    workload.unit = "ms";
    workload.must = 1'000;
    workload.measure = reopen(setting, id, std::move(write));
    workload.samples_max = 3;
    return workload;
  };
  return {row("E15", fmt::format("reopen after kill -9, {} MiB sealed", mib),
              [mib](Engine& engine) { return write_sealed(engine, mib); }),
          row("E15w", fmt::format("reopen after kill -9, {} partitions, 1 % written", partitions),
              [partitions](Engine& engine) { return write_some(engine, partitions); })};
}
// NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace leat::tools
