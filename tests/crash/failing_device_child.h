#pragma once

/// \file
/// The process whose device fails under it: failing_device_test.cc starts it, and sees its signals.

#include <cstdint>
#include <string>
#include <vector>

#include "crash/acknowledgement.h"

namespace leat::crash {

/// How a child is told what to do; `--child` is the first of its arguments.
struct Orders {
  std::string directory = {};
  std::string trigger = {};  ///< the file that makes the device fail
  std::uint64_t seed = 0;
  std::uint64_t run = 0;      ///< sets the records of two children apart
  std::int64_t until = 0;     ///< acknowledgements after which it does the next
  bool fails = false;         ///< then the device fails, and the child tries on; else it closes
  bool rolls = false;         ///< at that moment every partition is rolled
  bool is_transient = false;  ///< the device is well again after the first refusal
  bool reads_survive = true;  ///< whether this file system reads on after a failed write
  bool is_mapped = true;      ///< leat.mmap.appends
  bool has_journal = true;
  bool only_reads = false;      ///< reads with a failing device, then with a healed one
  bool may_be_refused = false;  ///< by a file system that stays broken until it is mounted again

  [[nodiscard]] std::vector<std::string> to_arguments() const;
  static Orders from_arguments(char** words);
  static constexpr int kArguments = 15;
};

/// A record's value, of any writer, made again: nothing is there that nobody wrote.
std::string value_of(std::uint64_t seed, std::uint64_t run, int writer, std::uint64_t number);
/// Whether `value` is one of value_of's.
bool was_written(std::uint64_t seed, const std::string& value);

inline constexpr int kPartitionsOfAFailingDevice = 2;  // of each topic

/// Exit codes of the child; anything else is told on its stderr.
inline constexpr int kDone = 0;
inline constexpr int kRefusedToOpen = 3;  // with an error that says why

int run_on_failing_device(const Orders& orders);

}  // namespace leat::crash
