#pragma once

/// \file
/// Runs workloads: several samples of each, alternately with what stands beside it, the median of
/// both. A workload is a function that returns one sample; setting up and cleaning up are its own,
/// and it leaves them out of what it times.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "leat/result.h"

#include "tools/bench/row.h"

namespace leat::tools {

/// One measurement of a workload.
struct Sample {
  double value = 0;                    ///< in the unit of its row
  std::optional<double> instructions;  ///< in user mode, for each operation
};
using Measure = std::function<Result<Sample>()>;

/// A row to be: how to measure it, what must come out, and what to hold it against.
struct Workload {
  std::string id;
  std::string what;
  std::string unit;
  Better better = Better::kLess;
  std::optional<double> must;
  Measure measure;
  Measure beside;  ///< a bare limit or a peer, in the same unit; may be empty
  std::string beside_what;
  /// A target beside `beside`: value / beside at most so much, or at least, as `better` says.
  std::optional<double> must_ratio = std::nullopt;
  /// 0: any number. Otherwise of a row that takes long: at most so many, and none to warm up.
  int samples_max = 0;
};

/// Measures `workload` and what is beside it `samples` times each, by turns, after one of each that
/// does not count (unless the workload says that it takes long). Errors: the first of a measure's,
/// under the id of the row. REQUIRES: samples
/// >= 1.
[[nodiscard]] Result<Row> run(const Workload& workload, int samples);

/// run() of each, one after another; stops at the first error.
[[nodiscard]] Result<std::vector<Row>> run_all(const std::vector<Workload>& workloads, int samples);

}  // namespace leat::tools
