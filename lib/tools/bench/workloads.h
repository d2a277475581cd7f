#pragma once

/// \file
/// The rows of `leat bench`: what a user's calls of include/leat cost, each beside the bare limit
/// that it cannot beat. Ids and targets are those of the project's issue 4; benchmarks/README.md
/// says what each measures and what it leaves out.

#include <vector>

#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"

namespace leat::tools {

/// Appending: M1 to M4.
[[nodiscard]] std::vector<Workload> append_workloads(const Setting& setting);
/// Reading and seeking: M5, M6.
[[nodiscard]] std::vector<Workload> read_workloads(const Setting& setting);
/// From a publisher to an observer: E1, E2.
[[nodiscard]] std::vector<Workload> handover_workloads(const Setting& setting);
/// What the disk has a say in: E5, E6, E13.
[[nodiscard]] std::vector<Workload> durable_workloads(const Setting& setting);

/// M1 to M6.
[[nodiscard]] std::vector<Workload> log_workloads(const Setting& setting);
/// E1 to E13.
[[nodiscard]] std::vector<Workload> bus_workloads(const Setting& setting);
/// All of them.
[[nodiscard]] std::vector<Workload> all_workloads(const Setting& setting);

}  // namespace leat::tools
