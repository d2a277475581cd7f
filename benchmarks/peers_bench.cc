/// Rows of `leat bench` beside other people's libraries, by turns in one run:
///   build/bench/bin/peers_bench --quick
/// A library that was not there when this was configured is told and left out.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "peers/peer.h"
#include "tools/bench/bench_main.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/workloads.h"

namespace {

using leat::peers::Peer;
using leat::tools::Setting;
using leat::tools::Workload;

std::vector<Peer> all_peers([[maybe_unused]] const Setting& setting) {
  std::vector<Peer> all;
  [[maybe_unused]] const auto add = [&](std::vector<Peer> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
#ifdef LEAT_PEER_MOODYCAMEL
  add(leat::peers::moodycamel_peers(setting));
#endif
#ifdef LEAT_PEER_ZEROMQ
  add(leat::peers::zeromq_peers(setting));
#endif
#ifdef LEAT_PEER_SQLITE
  add(leat::peers::sqlite_peers(setting));
#endif
#ifdef LEAT_PEER_ROCKSDB
  add(leat::peers::rocksdb_peers(setting));
#endif
#ifdef LEAT_PEER_LEVELDB
  add(leat::peers::leveldb_peers(setting));
#endif
#ifdef LEAT_PEER_LMDB
  add(leat::peers::lmdb_peers(setting));
#endif
  return all;
}

/// Ours, with M6 as wide as the plan wants it, where a seal needs no disk.
std::vector<Workload> our_workloads(const Setting& setting) {
  std::vector<Workload> ours = leat::tools::all_workloads(setting);
  const std::string memory = "/dev/shm";
  if (setting.quick || !std::filesystem::is_directory(memory)) return ours;
  Setting in_memory = setting;
  in_memory.directory = memory;
  for (const Workload& wide : leat::tools::seek_workloads(in_memory, 100'000)) {
    *std::ranges::find(ours, wide.id, &Workload::id) = wide;
  }
  return ours;
}

/// A row for each peer: E5/1, E5/2, …
std::vector<Workload> workloads(const Setting& setting) {
  const std::vector<Workload> ours = our_workloads(setting);
  std::vector<Workload> rows;
  for (Peer& peer : all_peers(setting)) {
    Workload row = *std::ranges::find(ours, peer.row, &Workload::id);
    const auto before = std::ranges::count_if(
        rows, [&](const Workload& other) { return other.id.starts_with(peer.row + "/"); });
    row.id = peer.row + "/" + std::to_string(before + 1);
    row.beside = std::move(peer.measure);
    row.beside_what = peer.name;
    row.must_ratio = peer.row == "E6" ? std::optional<double>(2) : std::nullopt;
    rows.push_back(std::move(row));
  }
  std::ranges::stable_sort(rows, {}, &Workload::id);
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string missing = LEAT_PEERS_MISSING;
  if (!missing.empty()) std::cerr << "peers_bench: built without " << missing << '\n';
  return leat::tools::bench_main(argc, argv, workloads, std::cout, std::cerr);
}
