/// What a record costs as a log grows and as partitions become many; a table, and with --svg FILE a
/// plot of it. Old segments are deleted on the way: the disk holds a gibibyte at most.
///   build/bench/bin/growth --gib 10 --svg benchmarks/growth.svg

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <fmt/core.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leat/leat.h"

#include "base/try.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/scratch.h"
#include "tools/bench/stopwatch.h"

namespace {

using leat::Appender;
using leat::Offset;
using leat::PartitionId;
using leat::Record;
using leat::Result;
using leat::tools::Chunks;
using leat::tools::MeasuredEngine;
using leat::tools::Setting;

constexpr std::size_t kBytes = 100;

/// At `x` GiB or partitions a record costs so much, by the median chunk and in all.
struct Point {
  double x;
  double typical_ns;
  double whole_ns;
};

void print(const Point& point, const char* unit) {
  fmt::print("{:>9} {:<10} {:8.1f} {:8.1f}\n", point.x, unit, point.typical_ns, point.whole_ns);
  std::cout.flush();
}

/// Powers of ten with two steps between: 1, 2, 5, 10, … up to `last`.
std::vector<double> steps_to(double last) {
  std::vector<double> steps;
  for (double power = 1; power <= last; power *= 10) {
    for (const double step : {1.0, 2.0, 5.0}) {
      if (step * power <= last) steps.push_back(step * power);
    }
  }
  return steps;
}

/// Appends one by one; the cost is that of the last 256 MiB before each step.
Result<std::vector<Point>> by_bytes(const Setting& setting, double gib) {
  constexpr std::uint64_t kWindow = std::uint64_t{256} << 20U;
  constexpr std::uint64_t kChunk = 512;
  constexpr std::uint64_t kKept = (std::uint64_t{512} << 20U) / kBytes;  // records
  LEAT_TRY(MeasuredEngine engine,
           MeasuredEngine::open(setting, 1, {{"segment.bytes", "134217728"}}));
  LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{0}));
  const std::string value(kBytes, 'x');
  std::vector<Point> points;
  std::uint64_t written = 0;
  for (const double step : steps_to(gib)) {
    while (true) {
      Chunks chunks(*setting.clock, kChunk);
      Result<void> outcome;
      Offset last{0};
      const auto append = [&] {
        for (std::uint64_t i = 0; i < kChunk && outcome; ++i) {
          const Result<Offset> offset = appender.append({.value = value});
          if (offset) {
            last = *offset;
          } else {
            outcome = offset.error();
          }
        }
      };
      for (std::uint64_t bytes = 0; bytes < kWindow && outcome; bytes += kChunk * kBytes)
        chunks.time(append);
      LEAT_TRY_VOID(std::move(outcome));
      written += kWindow;
      const auto records = static_cast<std::uint64_t>(last.value());
      if (records > kKept) {
        LEAT_TRY_VOID(engine->delete_records(MeasuredEngine::partition(),
                                             Offset{static_cast<std::int64_t>(records - kKept)}));
      }
      if (static_cast<double>(written) >= step * (1U << 30U)) {
        points.push_back(
            {.x = step, .typical_ns = chunks.median().value, .whole_ns = chunks.whole().value});
        print(points.back(), "GiB");
        break;
      }
    }
  }
  return points;
}

/// Batches of ten, to one partition after another: the least kind order for what is kept of each.
Result<Point> over_partitions(const Setting& setting, std::int32_t partitions) {
  constexpr std::uint64_t kBatch = 10;
  constexpr std::uint64_t kChunk = 50;  // batches
  LEAT_TRY(MeasuredEngine engine,
           MeasuredEngine::open(setting, partitions, {}, {.max_partitions = partitions + 1}));
  const std::string value(kBytes, 'x');
  const std::vector<Record> batch(kBatch, Record{.value = value});
  std::vector<Appender> appenders;
  for (std::int32_t id = 0; id < partitions; ++id) {
    LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, PartitionId{id}));
    LEAT_TRY_VOID(appender.append(batch));  // its file, which is not what is measured
    appenders.push_back(std::move(appender));
  }
  const std::uint64_t batches =
      std::max<std::uint64_t>(100'000, static_cast<std::uint64_t>(partitions) * 3);
  Chunks chunks(*setting.clock, kChunk * kBatch);
  Result<void> outcome;
  std::size_t next = 0;
  const auto append = [&] {
    for (std::uint64_t i = 0; i < kChunk && outcome; ++i) {
      const auto offset = appenders[next].append(batch);
      if (!offset) outcome = offset.error();
      next = next + 1 < appenders.size() ? next + 1 : 0;
    }
  };
  for (std::uint64_t i = 0; i < batches && outcome; i += kChunk) chunks.time(append);
  LEAT_TRY_VOID(std::move(outcome));
  return Point{.x = static_cast<double>(partitions),
               .typical_ns = chunks.median().value,
               .whole_ns = chunks.whole().value};
}

Result<std::vector<Point>> by_partitions(const Setting& setting, std::int32_t most) {
  std::vector<Point> points;
  for (std::int32_t partitions = 1; partitions <= most; partitions *= 10) {
    LEAT_TRY(const Point point, over_partitions(setting, partitions));
    points.push_back(point);
    print(point, "partitions");
  }
  return points;
}

// --- the plot

/// A panel: x in powers of ten, y from nothing.
std::string panel(const std::vector<Point>& points, const std::string& title, int left) {
  constexpr double kWidth = 300;
  constexpr double kHeight = 180;
  constexpr double kTop = 40;
  double highest = 0;
  double last = 10;
  for (const Point& point : points) {
    highest = std::max({highest, point.whole_ns, point.typical_ns});
    last = std::max(last, point.x);
  }
  const double unit = std::pow(10, std::floor(std::log10(highest)));
  const double top = std::ceil(highest / unit) * unit;
  const auto x_of = [&](double x) { return left + kWidth * std::log10(x) / std::log10(last); };
  const auto y_of = [&](double y) { return kTop + kHeight * (1 - y / top); };
  std::string svg =
      fmt::format("<text x=\"{}\" y=\"22\" font-weight=\"bold\">{}</text>\n", left, title);
  const auto out = std::back_inserter(svg);
  for (const double part : {0.0, 0.5, 1.0}) {
    fmt::format_to(out,
                   "<path d=\"M{} {:.1f}h{}\" stroke=\"#ccc\"/><text x=\"{}\" y=\"{:.1f}\" "
                   "text-anchor=\"end\">{:g}</text>\n",
                   left, y_of(part * top), kWidth, left - 6, y_of(part * top) + 4, part * top);
  }
  for (double x = 1; x <= last; x *= 10) {
    fmt::format_to(out, "<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{:g}</text>\n", x_of(x),
                   kTop + kHeight + 18, x);
  }
  const auto line = [&](double Point::* figure, const char* colour) {
    std::string path;
    for (const Point& point : points) {
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x_of(point.x),
                          y_of(point.*figure));
      fmt::format_to(out, "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n",
                     x_of(point.x), y_of(point.*figure), colour);
    }
    fmt::format_to(out, "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n", path,
                   colour);
  };
  line(&Point::whole_ns, "#c60");
  line(&Point::typical_ns, "#06c");
  return svg;
}

bool write_svg(const std::string& path, const std::vector<Point>& bytes,
               const std::vector<Point>& partitions) {
  std::ofstream file(path);
  file << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"270\" "
          "font-family=\"sans-serif\" font-size=\"12\">\n"
       << "<rect width=\"760\" height=\"270\" fill=\"#fff\"/>\n"
       << panel(bytes, "ns a record, by GiB written", 60)
       << panel(partitions, "ns a record, by partitions, in batches of 10", 440)
       << "<text x=\"60\" y=\"262\" fill=\"#06c\">typical (median chunk)</text>"
       << "<text x=\"220\" y=\"262\" fill=\"#c60\">all of it: new pages, rolls, syncs, "
          "deletion</text>\n</svg>\n";
  return file.good();
}

struct Options {
  std::string directory = "/var/tmp";
  double gib = 10;
  std::int32_t partitions = 10'000;
  std::string svg;
};

Result<void> measure(const Options& options) {
  const leat::Environment world = leat::with_defaults({});
  LEAT_TRY(const auto directory, leat::tools::ScratchDirectory::make(options.directory));
  const Setting setting{.clock = world.clock,
                        .file_system = world.file_system,
                        .directory = directory.path(),
                        .quick = false};
  fmt::print("100 B records, ns each        typical   in all\n");
  LEAT_TRY(const std::vector<Point> bytes, by_bytes(setting, options.gib));
  LEAT_TRY(const std::vector<Point> partitions, by_partitions(setting, options.partitions));
  if (options.svg.empty() || write_svg(options.svg, bytes, partitions)) return {};
  return leat::Error(leat::ErrorCode::kIo, "growth: cannot write " + options.svg);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("What a record costs as the log grows and as partitions become many.");
  app.add_option("--dir", options.directory, "Where; a scratch directory is made in it")
      ->capture_default_str();
  app.add_option("--gib", options.gib, "GiB to write, [1, …]")
      ->check(CLI::Range(1.0, 10'000.0))
      ->capture_default_str();
  app.add_option("--partitions", options.partitions, "The most partitions")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--svg", options.svg, "Plot to this file");
  CLI11_PARSE(app, argc, argv);
  const Result<void> done = measure(options);
  if (!done) std::cerr << "growth: " << done.error().to_string() << '\n';
  return done ? 0 : 1;
}
