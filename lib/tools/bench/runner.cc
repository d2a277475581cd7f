#include "tools/bench/runner.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "leat/result.h"

#include "base/try.h"
#include "tools/bench/row.h"

namespace leat::tools {
namespace {

/// The middle one; of an even number the lower of the two.
double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Result<Sample> sample(const Measure& measure, const Workload& workload) {
  Result<Sample> taken = measure();
  if (!taken) return taken.error().with_context("benchmark " + workload.id);
  return taken;
}

}  // namespace

Result<Row> run(const Workload& workload, int samples) {
  std::vector<double> values;
  std::vector<double> beside;
  std::vector<double> instructions;
  const bool takes_long = workload.samples_max > 0;
  if (takes_long) samples = std::min(samples, workload.samples_max);
  for (int i = takes_long ? 0 : -1; i < samples; ++i) {
    LEAT_TRY(const Sample own, sample(workload.measure, workload));
    if (i >= 0) values.push_back(own.value);
    if (i >= 0 && own.instructions) instructions.push_back(*own.instructions);
    if (!workload.beside) continue;
    LEAT_TRY(const Sample other, sample(workload.beside, workload));
    if (i >= 0) beside.push_back(other.value);
  }
  Row row{.id = workload.id,
          .what = workload.what,
          .value = median(values),
          .unit = workload.unit,
          .better = workload.better,
          .lowest = *std::min_element(values.begin(), values.end()),
          .highest = *std::max_element(values.begin(), values.end()),
          .instructions = std::nullopt,
          .must = workload.must,
          .must_ratio = workload.must_ratio,
          .beside = std::nullopt,
          .beside_what = workload.beside_what};
  if (!instructions.empty()) row.instructions = median(std::move(instructions));
  if (!beside.empty()) row.beside = median(std::move(beside));
  return row;
}

Result<std::vector<Row>> run_all(const std::vector<Workload>& workloads, int samples) {
  std::vector<Row> rows;
  for (const Workload& workload : workloads) {
    LEAT_TRY(Row row, run(workload, samples));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace leat::tools
