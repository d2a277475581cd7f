#pragma once

/// \file
/// What the demo found, for people and for programs.

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/histogram.h"
#include "tools/output.h"

namespace leat::tools {

/// One stretch of publishing.
struct DemoPhase {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  ///< of keys and values; 0: not known
  std::chrono::nanoseconds time{};
};

struct DemoReport {
  std::string directory;
  std::string file_system;
  std::string texts;
  std::size_t publishers = 0;
  DemoPhase until_kill;  ///< acknowledged, as far as the killed process could say
  std::chrono::nanoseconds recovery{};
  std::uint64_t cut_bytes = 0;
  std::int32_t epoch = 0;
  std::uint64_t lost = 0;  ///< acknowledged records that are not there, or not as they were
  std::chrono::nanoseconds check{};
  DemoPhase after;
  double rate_after = 0;  ///< that was aimed at, records a second
  std::uint64_t records_read = 0;
  std::uint64_t words = 0;
  std::vector<std::pair<std::string, std::uint64_t>> top_words;
  std::uint64_t keys = 0;
  base::Histogram latency;  ///< ns
  std::chrono::nanoseconds total{};
};

[[nodiscard]] std::string to_text(const DemoReport& report);
[[nodiscard]] Json to_json(const DemoReport& report);

}  // namespace leat::tools
