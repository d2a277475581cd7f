#include "tools/demo_report.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <ratio>
#include <string>
#include <vector>

#include "base/histogram.h"
#include "tools/output.h"

namespace leat::tools {
namespace {

constexpr std::array kPercentiles{50.0, 90.0, 99.0, 99.9};

double per_second(std::uint64_t count, std::chrono::nanoseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::string time_of(std::uint64_t ns) {
  return readable_time(std::chrono::nanoseconds(static_cast<std::int64_t>(ns)));
}

/// A bar of `share` of 40 columns, in eighths of a character.
std::string bar(double share) {
  constexpr double kColumns = 40;
  constexpr std::array<const char*, 8> kParts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(share * kColumns * 8);
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i) out += "█";
  out += kParts.at(eighths % 8);
  return out.empty() && share > 0 ? "▏" : out;
}

/// Rows of 1, 2, 5, 10, … from the first to the last that counts anything.
std::string bars(const base::Histogram& histogram) {
  struct Row {
    std::uint64_t to;
    std::uint64_t count;
  };
  std::vector<Row> rows;
  std::uint64_t seen = 0;
  constexpr std::array<std::uint64_t, 3> kSteps{1, 2, 5};
  for (std::uint64_t decade = 100; seen < histogram.count() && decade < 1'000'000'000'000;
       decade *= 10) {
    for (const std::uint64_t step : kSteps) {
      const std::uint64_t up_to = histogram.count_up_to(decade * step);
      rows.push_back({decade * step, up_to - seen});
      seen = up_to;
    }
  }
  while (!rows.empty() && rows.back().count == 0) rows.pop_back();
  const auto first = std::ranges::find_if(rows, [](const Row& row) { return row.count > 0; });
  rows.erase(rows.begin(), first);
  std::uint64_t most = 1;
  for (const Row& row : rows) most = std::max(most, row.count);
  std::string out;
  for (const Row& row : rows) {
    out +=
        fmt::format("    up to {:>9} {:>6.2f} %  {}\n", time_of(row.to),
                    100.0 * static_cast<double>(row.count) / static_cast<double>(histogram.count()),
                    bar(static_cast<double>(row.count) / static_cast<double>(most)));
  }
  return out;
}

std::string phase_text(const DemoPhase& phase) {
  std::string text =
      fmt::format("{} records in {}: {}/s", grouped(phase.records), readable_time(phase.time),
                  readable_count(per_second(phase.records, phase.time)));
  if (phase.bytes > 0)
    text += fmt::format(", {}/s", readable_bytes(per_second(phase.bytes, phase.time)));
  return text;
}

std::string latency_text(const base::Histogram& latency) {
  std::string out = "  follower     publish to observe:";
  for (const double percent : kPercentiles) {
    out += fmt::format("  p{} {}", percent, time_of(latency.percentile(percent)));
  }
  return out + fmt::format("  max {}\n", time_of(latency.max())) + bars(latency);
}

Json to_json(const DemoPhase& phase) {
  return {{"records", phase.records},
          {"seconds", std::chrono::duration<double>(phase.time).count()},
          {"records_per_second", per_second(phase.records, phase.time)}};
}

}  // namespace

std::string to_text(const DemoReport& report) {
  std::string words;
  for (const auto& [word, count] : report.top_words) {
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", word, grouped(count));
  }
  std::string out = fmt::format(
      "Leat: an event bus in one process, over {} ({})\n\n"
      "  texts        {}\n"
      "  topic        {} publishers, one a text, into 8 partitions by key; 3 readers beside "
      "them\n\n"
      "  full speed   {} acknowledged\n"
      "  kill -9      of the process that published and read\n"
      "  reopened     in {}, leader epoch {}, {} of a torn tail set aside\n"
      "  checked      {} acknowledged records, byte by byte, in {}: {} lost\n\n",
      report.directory, report.file_system, report.texts, report.publishers,
      phase_text(report.until_kill), readable_time(report.recovery), report.epoch,
      readable_bytes(static_cast<double>(report.cut_bytes)), grouped(report.until_kill.records),
      readable_time(report.check), grouped(report.lost));
  out += fmt::format(
      "  steady       {} (paced to {}/s, so that latency is the log's and not the queue's)\n"
      "  word count   {} records, {} words; most often: {}\n"
      "  latest       {} keys with the latest value of each\n",
      phase_text(report.after), readable_count(report.rate_after), grouped(report.records_read),
      grouped(report.words), words, grouped(report.keys));
  out += latency_text(report.latency);
  out += fmt::format("\n  {} in {}\n",
                     report.lost == 0
                         ? "Nothing that was acknowledged was lost;"
                         : fmt::format("LOST {} ACKNOWLEDGED RECORDS;", grouped(report.lost)),
                     readable_time(report.total));
  return out;
}

Json to_json(const DemoReport& report) {
  Json latency;
  for (const double percent : kPercentiles) {
    latency[fmt::format("p{}", percent)] = report.latency.percentile(percent);
  }
  latency["max"] = report.latency.max();
  latency["count"] = report.latency.count();
  return {{"directory", report.directory},
          {"texts", report.texts},
          {"publishers", report.publishers},
          {"until_kill", to_json(report.until_kill)},
          {"recovery_ms", std::chrono::duration<double, std::milli>(report.recovery).count()},
          {"cut_bytes", report.cut_bytes},
          {"checked", report.until_kill.records},
          {"lost", report.lost},
          {"after", to_json(report.after)},
          {"records_read", report.records_read},
          {"words", report.words},
          {"keys", report.keys},
          {"latency_ns", latency},
          {"seconds", std::chrono::duration<double>(report.total).count()}};
}

}  // namespace leat::tools
