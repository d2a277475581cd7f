#include "tools/bench/bench_main.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <fmt/format.h>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/histogram.h"
#include "base/try.h"
#include "tools/bench/hiccup_meter.h"
#include "tools/bench/machine.h"
#include "tools/bench/row.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"

namespace leat::tools {
namespace {

Error no_such_row(std::string_view id, const std::vector<Workload>& all) {
  std::vector<std::string_view> ids;
  ids.reserve(all.size());
  for (const Workload& workload : all) ids.emplace_back(workload.id);
  return {ErrorCode::kInvalidArgument,
          fmt::format("there is no row {}; there are {}", id, fmt::join(ids, ", "))};
}

Result<std::vector<Workload>> selected(std::vector<Workload> all,
                                       const std::vector<std::string>& only) {
  if (only.empty()) return all;
  std::vector<Workload> chosen;
  for (const std::string& id : only) {
    const auto found = std::ranges::find(all, id, &Workload::id);
    if (found == all.end()) return no_such_row(id, all);
    chosen.push_back(*found);
  }
  return chosen;
}

}  // namespace

Result<void> be_killed(const BenchOptions& options, const Workloads& workloads) {
  const Environment world = with_defaults({});
  const Setting setting{.clock = world.clock,
                        .file_system = world.file_system,
                        .directory = options.directory,
                        .quick = options.quick,
                        .self = {},
                        .is_victim = true};
  LEAT_TRY(const std::vector<Workload> chosen, selected(workloads(setting), options.only));
  for (const Workload& workload : chosen) LEAT_TRY_VOID(workload.measure());
  return Error(ErrorCode::kInvalidArgument, "bench: no row that ends its process");
}

Result<Report> measure(const BenchOptions& options, const Workloads& workloads) {
  const Environment world = with_defaults({});
  LEAT_TRY_VOID(touch_memory(static_cast<std::uint64_t>(options.touch_gib * (1U << 30U))));
  LEAT_TRY(const ScratchDirectory directory, ScratchDirectory::make(options.directory));
  const Setting setting{.clock = world.clock,
                        .file_system = world.file_system,
                        .directory = directory.path(),
                        .quick = options.quick,
                        .self = options.self,
                        .is_victim = false};
  LEAT_TRY(const std::vector<Workload> chosen, selected(workloads(setting), options.only));

  Report report{.machine = describe_machine(*world.file_system, directory.path()), .rows = {}};
  HiccupMeter meter(world.clock);
  const int samples = options.samples > 0 ? options.samples : (options.quick ? 3 : 7);
  LEAT_TRY(report.rows, run_all(chosen, samples));
  const base::Histogram& hiccups = meter.stop();
  constexpr std::uint64_t kMillisecond = 1'000'000;
  report.machine.hiccup_us_max = static_cast<double>(hiccups.max()) / 1e3;
  report.machine.hiccups_over_1ms = hiccups.count() - hiccups.count_up_to(kMillisecond);
  return report;
}

int bench_main(int argc, const char* const* argv, const Workloads& workloads, std::ostream& out,
               std::ostream& errors) {
  BenchOptions options;
  CLI::App app("Measures, and shows each figure beside the bare limit of this machine.");
  app.add_option("--dir", options.directory, "Where to measure; a scratch directory is made in it")
      ->capture_default_str();
  app.add_flag("--quick", options.quick, "Fewer and smaller samples");
  app.add_flag("--json", options.json, "Print JSON instead of a table");
  app.add_option("--samples", options.samples, "Samples of each row (3 with --quick, otherwise 7)")
      ->check(CLI::Range(1, 1'000));
  app.add_option("--touch-gib", options.touch_gib, "Touch this much memory first")
      ->check(CLI::Range(0.0, 1'024.0));
  app.add_option("--only", options.only, "Ids of the rows to measure");
  app.add_flag("--victim", options.is_victim)->group("");  // what a row starts, to kill it
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, errors) == 0 ? 0 : 2;
  }
  if (options.is_victim) {
    const Result<void> outcome = be_killed(options, workloads);
    errors << fmt::format("{}: {}\n", argv[0], outcome.error().message());
    return 1;
  }
  if (std::string_view(argv[0]) == "leat bench") options.self = {"bench"};
  const Result<Report> report = measure(options, workloads);
  if (!report) {
    errors << fmt::format("{}: {}\n", argv[0], report.error().message());
    return 1;
  }
  out << (options.json ? to_json(*report) + "\n" : to_table(*report));
  return 0;
}

}  // namespace leat::tools
