#pragma once

/// \file
/// What the command line of the crash tests chose.

#include <cstdint>
#include <string>

namespace leat::crash {

struct FullDiskSettings {
  int cycles = 40;
  std::uint64_t seed = 1;
};
/// Set by main, before any test runs.
inline FullDiskSettings g_full_disk;  // NOLINT

/// How long the storm of signals blows, in rounds of a hundred appends and a recovery.
inline int g_storm_rounds = 20;  // NOLINT: the same

/// What another process of host_test.cc does (`--child=NAME DIRECTORY`); its exit code.
int run_child(const std::string& name, const std::string& directory);

}  // namespace leat::crash
