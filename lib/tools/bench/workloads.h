#pragma once

/// \file
/// The rows of `leat bench`: what a user's calls of include/leat cost, each beside the bare limit
/// that it cannot beat. Ids and targets are those of the project's issue 4; benchmarks/README.md
/// says what each measures and what it leaves out.

#include <cstdint>
#include <vector>

#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"

namespace leat::tools {

/// Appending: M1 to M4.
[[nodiscard]] std::vector<Workload> append_workloads(const Setting& setting);
/// Reading and seeking: M5, M6.
[[nodiscard]] std::vector<Workload> read_workloads(const Setting& setting);
/// The seeks among them, in a log of so many sealed segments. Sealing one costs several syncs: a
/// `tmpfs` is quicker to fill.
[[nodiscard]] std::vector<Workload> seek_workloads(const Setting& setting, std::int64_t segments);
/// From a publisher to an observer: E1, E2.
[[nodiscard]] std::vector<Workload> handover_workloads(const Setting& setting);
/// What goes through from one thread to another: E3.
[[nodiscard]] std::vector<Workload> throughput_workloads(const Setting& setting);
/// What is durable when the call returns: E5, E6.
[[nodiscard]] std::vector<Workload> durable_workloads(const Setting& setting);

/// Many records on their way to the disk: E7, E8.
[[nodiscard]] std::vector<Workload> stream_workloads(const Setting& setting);
/// Very many partitions: E13, E14.
[[nodiscard]] std::vector<Workload> wide_workloads(const Setting& setting);
/// Opening after kill -9: E15.
[[nodiscard]] std::vector<Workload> reopen_workloads(const Setting& setting);
/// How long an append can take: E16.
[[nodiscard]] std::vector<Workload> tail_workloads(const Setting& setting);

/// M1 to M6.
[[nodiscard]] std::vector<Workload> log_workloads(const Setting& setting);
/// E1 to E16.
[[nodiscard]] std::vector<Workload> bus_workloads(const Setting& setting);
/// All of them.
[[nodiscard]] std::vector<Workload> all_workloads(const Setting& setting);

}  // namespace leat::tools
