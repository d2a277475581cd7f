#pragma once

/// \file
/// What every benchmark program and `leat bench` do: make the directory, run the workloads under a
/// hiccup meter, print the report. A new program is its workloads and one call.

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "leat/result.h"

#include "tools/bench/row.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"

namespace leat::tools {

struct BenchOptions {
  std::string directory = "/var/tmp";  ///< a scratch directory is made in it
  bool quick = false;
  bool json = false;
  int samples = 0;                ///< of each row; 0: 3 when quick, otherwise 7
  double touch_gib = 0;           ///< memory to touch first
  std::vector<std::string> only;  ///< ids of rows; empty: all
  std::vector<std::string> self;  ///< how to run the program again (Setting::self)
  bool is_victim = false;         ///< does the work of the row in `only`, which ends the process
};

/// The workloads of a setting.
using Workloads = std::function<std::vector<Workload>(const Setting& setting)>;

/// Measures. Errors: those of the measures; kInvalidArgument for an id in `only` that is no row's.
[[nodiscard]] Result<Report> measure(const BenchOptions& options, const Workloads& workloads);

/// Measures the rows in `only` in `directory` itself and without a report: what a row of victim.h
/// starts as a process. Returns only when it failed to end the process.
[[nodiscard]] Result<void> be_killed(const BenchOptions& options, const Workloads& workloads);

/// Reads the options of a command line, measures, prints table or JSON to `out`. The exit code: 0;
/// 1 when something failed; 2 for a wrong command line. A missed target is told, not an error.
[[nodiscard]] int bench_main(int argc, const char* const* argv, const Workloads& workloads,
                             std::ostream& out, std::ostream& errors);

}  // namespace leat::tools
