#include "tools/bench/workloads.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"

namespace leat::tools {
namespace {

std::vector<Workload> joined(std::vector<Workload> first, std::vector<Workload> second) {
  std::move(second.begin(), second.end(), std::back_inserter(first));
  return first;
}

}  // namespace

std::vector<Workload> log_workloads(const Setting& setting) {
  return joined(append_workloads(setting), read_workloads(setting));
}

std::vector<Workload> bus_workloads(const Setting& setting) {
  return joined(joined(handover_workloads(setting), throughput_workloads(setting)),
                joined(joined(durable_workloads(setting), stream_workloads(setting)),
                       joined(wide_workloads(setting),
                              joined(reopen_workloads(setting), tail_workloads(setting)))));
}

std::vector<Workload> all_workloads(const Setting& setting) {
  return joined(log_workloads(setting), bus_workloads(setting));
}

}  // namespace leat::tools
