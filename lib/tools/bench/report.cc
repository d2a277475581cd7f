#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <fmt/core.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>

#include "tools/bench/row.h"

namespace leat::tools {
namespace {

using Json = nlohmann::ordered_json;

/// Three significant digits: more would be noise.
double rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const double scale = std::pow(10.0, 2 - std::floor(std::log10(std::fabs(value))));
  return std::round(value * scale) / scale;
}

std::string short_number(double value) {
  const double shown = rounded(value);
  const int decimals = std::fabs(shown) >= 100 ? 0 : std::fabs(shown) >= 10 ? 1 : 2;
  return fmt::format("{:.{}f}", shown, decimals);
}

std::string or_none(const std::optional<double>& value) {
  return value ? short_number(*value) : std::string("n/a");
}

Json or_null(const std::optional<double>& value) { return value ? Json(rounded(*value)) : Json(); }

Json json_of(const Machine& machine) {
  return {{"processor", machine.processor},
          {"cores", machine.cores},
          {"memory_bytes", machine.memory_bytes},
          {"kernel", machine.kernel},
          {"compiler", machine.compiler},
          {"build", machine.build},
          {"file_system", machine.file_system},
          {"hiccup_us_max", rounded(machine.hiccup_us_max)},
          {"hiccups_over_1ms", machine.hiccups_over_1ms}};
}

Json json_of(const Row& row) {
  const std::optional<bool> met = row.met();
  return {{"id", row.id},
          {"what", row.what},
          {"value", rounded(row.value)},
          {"unit", row.unit},
          {"must", or_null(row.must)},
          {"must_ratio", or_null(row.must_ratio)},
          {"met", met ? Json(*met) : Json()},
          {"beside", or_null(row.beside)},
          {"ratio", or_null(row.ratio())},
          {"beside_what", row.beside_what.empty() ? Json() : Json(row.beside_what)},
          {"lowest", rounded(row.lowest)},
          {"highest", rounded(row.highest)},
          {"instructions", or_null(row.instructions)}};
}

std::string target_of(const Row& row) {
  const std::optional<bool> met = row.met();
  if (!met) return "";
  const char* const sign = row.better == Better::kLess ? "<=" : ">=";
  const char* const verdict = *met ? "yes" : "NO";
  if (row.must) return fmt::format("{} {} {}", sign, short_number(*row.must), verdict);
  return fmt::format("{} {} x {}", sign, short_number(*row.must_ratio), verdict);
}

std::string beside_of(const Row& row) {
  if (!row.beside) return "";
  return fmt::format("{} x {} ({})", or_none(row.ratio()), short_number(*row.beside),
                     row.beside_what);
}

/// The eight columns of a row, without blanks behind the last.
std::string line(const std::array<std::string, 8>& columns) {
  constexpr std::array<int, 8> kWidths{-5, -52, 8, -5, 17, 8, -14, 0};  // negative: to the left
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string padding(
        std::max<std::size_t>(columns[i].size(), static_cast<std::size_t>(std::abs(kWidths[i]))) -
            columns[i].size(),
        ' ');
    text += (kWidths[i] > 0 ? padding + columns[i] : columns[i] + padding) + ' ';
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + '\n';
}

}  // namespace

std::string to_json(const Report& report) {
  Json rows = Json::array();
  for (const Row& row : report.rows) rows.push_back(json_of(row));
  // Names of processors and compilers are not ours: what is no UTF-8 in them is replaced, not
  // thrown at.
  return Json{{"machine", json_of(report.machine)}, {"rows", std::move(rows)}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

std::string to_table(const Report& report) {
  const Machine& machine = report.machine;
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{}, {} cores, {:.0f} GiB, {}, {} ({}), {}\n", machine.processor,
                 machine.cores, static_cast<double>(machine.memory_bytes) / (1U << 30U),
                 machine.kernel, machine.compiler, machine.build, machine.file_system);
  fmt::format_to(out, "hiccups: longest {} us, {} over 1 ms\n\n",
                 short_number(machine.hiccup_us_max), machine.hiccups_over_1ms);
  text += line({"id", "what", "median", "unit", "lowest-highest", "instr.", "must", "beside"});
  for (const Row& row : report.rows) {
    text += line({row.id, row.what, short_number(row.value), row.unit,
                  short_number(row.lowest) + "-" + short_number(row.highest),
                  or_none(row.instructions), target_of(row), beside_of(row)});
  }
  return text;
}

}  // namespace leat::tools
