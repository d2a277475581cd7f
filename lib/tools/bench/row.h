#pragma once

/// \file
/// What a benchmark says: a row a workload, with its target and with the limit or peer that ran
/// beside it. Absolute times move between machines and from run to run: a row is judged beside
/// another one.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace leat::tools {

/// Which values of a row are the good ones.
enum class Better : std::uint8_t { kLess, kMore };

/// The result of one workload.
struct Row {
  std::string id;    ///< "M1": fixed, scripts compare by it
  std::string what;  ///< "append 64 B, one thread"
  double value = 0;  ///< median of the samples
  std::string unit;  ///< "ns", "us", "GB/s", "M/s"
  Better better = Better::kLess;
  double lowest = 0;  ///< of the samples
  double highest = 0;
  std::optional<double>
      instructions;                  ///< in user mode, for each operation; absent without counters
  std::optional<double> must;        ///< the target, in `unit`
  std::optional<double> must_ratio;  ///< the target of ratio()
  std::optional<double> beside;      ///< median of what ran alternately with it, in `unit`
  std::string beside_what;           ///< "memcpy 64 B"

  /// Whether the targets are reached; nullopt when there is none.
  [[nodiscard]] std::optional<bool> met() const {
    const std::optional<double> beside_it = ratio();
    const bool is_compared = must_ratio.has_value() && beside_it.has_value();
    if (!must && !is_compared) return std::nullopt;
    return (!must || reaches(value, *must)) && (!is_compared || reaches(*beside_it, *must_ratio));
  }
  /// value / beside.
  [[nodiscard]] std::optional<double> ratio() const {
    if (!beside || *beside == 0) return std::nullopt;
    return value / *beside;
  }

 private:
  [[nodiscard]] bool reaches(double figure, double target) const {
    return better == Better::kLess ? figure <= target : figure >= target;
  }
};

/// Where the rows were measured, and how quiet it was.
struct Machine {
  std::string processor;
  unsigned cores = 0;
  std::uint64_t memory_bytes = 0;
  std::string kernel;
  std::string compiler;
  std::string build;        ///< "optimized", or "debug": of no use as a measurement
  std::string file_system;  ///< of the directory that was measured in
  /// How late a thread was that slept a millisecond, again and again, all the while: the longest,
  /// and how often it was later than a millisecond.
  double hiccup_us_max = 0;
  std::uint64_t hiccups_over_1ms = 0;
};

struct Report {
  Machine machine;
  std::vector<Row> rows;
};

/// {"machine":{…},"rows":[{"id","what","value","unit","must","met","beside","ratio",…}]}, one line;
/// what is absent is null.
[[nodiscard]] std::string to_json(const Report& report);
/// The same for people: the machine, then a line a row.
[[nodiscard]] std::string to_table(const Report& report);

}  // namespace leat::tools
