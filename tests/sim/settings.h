#pragma once

/// \file
/// What the command line of the crash tests chose.

#include <cstdint>
#include <string>

namespace leat::simtest {

struct Settings {
  static constexpr std::uint64_t kAll = ~std::uint64_t{0};
  std::uint64_t seed = 1;
  /// Generated ones; the script of scenario.h comes before them.
  std::uint64_t workloads = 8;
  std::uint64_t images = 10'000;  ///< of power loss, in all
  std::uint64_t nested = 1'500;   ///< of crashes during recovery, in all
  std::uint64_t only = kAll;      ///< the number of one workload alone
  int depth = 3;                  ///< crashes in a row, the first included
  std::string ledger = {};        ///< a file that gets a line a suite
  std::string date = {};          ///< for the ledger
  std::string commit = {};        ///< the same
};

/// Set by main, before any test runs.
inline Settings g_settings;  // NOLINT

}  // namespace leat::simtest
