// leat verify and leat rebuild-index: is all of it as it must be, and making the views again.

#include "engine/verify.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <fmt/core.h>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "tools/bench/scratch.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/session.h"

namespace leat::tools {
namespace {

struct VerifyArguments {
  std::string directory;
  bool json = false;
};

Json to_json(const engine::Finding& finding) {
  const auto or_null = [](const auto& value, auto get) {
    return value ? Json(get(*value)) : Json(nullptr);
  };
  const auto offset = [](Offset value) { return value.value(); };
  return {{"file", finding.file},
          {"position", or_null(finding.position, [](auto value) { return value; })},
          {"first_offset", or_null(finding.first, offset)},
          {"next_offset", or_null(finding.next, offset)},
          {"what", finding.what}};
}

std::string to_text(const engine::Finding& finding) {
  std::string place = finding.file;
  if (finding.position) place += fmt::format(": position {}", *finding.position);
  if (finding.first) {
    place += fmt::format(": offsets [{}, {})", finding.first->value(),
                         finding.next ? fmt::to_string(finding.next->value()) : "end");
  }
  return fmt::format("{}: {}\n", place, finding.what);
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(count), noun, count == 1 ? "" : "s");
}

void print(const engine::VerifyReport& report) {
  for (const engine::Finding& finding : report.findings) write_out(to_text(finding));
  const std::string held = fmt::format(
      "{}, {}, {}, {}", plural(report.topics, "topic"), plural(report.segments, "segment"),
      plural(report.records, "record"), plural(report.bytes, "byte"));
  write_out(report.findings.empty() ? fmt::format("clean: {}\n", held)
                                    : fmt::format("DAMAGED: {} in {}\n",
                                                  plural(report.findings.size(), "finding"), held));
  for (const std::string& note : report.notes) tell(note);
}

void print_json(const engine::VerifyReport& report) {
  Json findings = Json::array();
  for (const engine::Finding& finding : report.findings) findings.push_back(to_json(finding));
  write_json({{"clean", report.findings.empty()},
              {"topics", report.topics},
              {"segments", report.segments},
              {"records", report.records},
              {"bytes", report.bytes},
              {"index_rows", report.index_rows},
              {"findings", findings},
              {"notes", report.notes}});
}

int run_verify(const VerifyArguments& arguments) {
  auto scratch = ScratchDirectory::make(scratch_parent());
  if (!scratch) return fail(arguments.directory, scratch.error());
  const Environment environment = with_defaults({});
  const auto report =
      engine::verify(environment, {.directory = arguments.directory, .scratch = scratch->path()});
  if (!report) return fail(arguments.directory, report.error());
  arguments.json ? print_json(*report) : print(*report);
  return report->findings.empty() ? kOk : kFailed;
}

/// Opens with the views as they are, or made anew, and closes. What the state hash takes in are
/// also the answers of the index: both must be the same.
Result<std::uint64_t> hash_of(const std::string& directory, Metrics& metrics) {
  LEAT_TRY(Engine engine, open_writer({.directory = directory}, false));
  LEAT_TRY(const std::uint64_t hash, engine.state_hash());
  metrics = engine.metrics();
  LEAT_TRY_VOID(engine.close());
  return hash;
}

Result<void> rebuild_index(const VerifyArguments& arguments) {
  Metrics metrics;
  LEAT_TRY(const std::uint64_t before, hash_of(arguments.directory, metrics));
  LEAT_TRY_VOID(engine::remove_index(with_defaults({}), arguments.directory));
  LEAT_TRY(const std::uint64_t after, hash_of(arguments.directory, metrics));
  const auto count = [&](const char* name) { return static_cast<std::uint64_t>(metrics[name]); };
  if (arguments.json) {
    write_json({{"hash_before", fmt::format("{:016x}", before)},
                {"hash", fmt::format("{:016x}", after)},
                {"partitions", count("leat.partitions")},
                {"segments", count("leat.log.segments")},
                {"index_bytes", count("leat.index.bytes")}});
    return {};
  }
  write_out(
      fmt::format("rebuilt the index of {} in {}, {}\nstate hash {:016x}, {}\n",
                  plural(count("leat.log.segments"), "segment"),
                  plural(count("leat.partitions"), "partition"), arguments.directory, after,
                  before == after ? "as before" : fmt::format("before it was {:016x}", before)));
  return {};
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  CLI::App* const verify =
      app.add_subcommand("verify", "Checks every checksum, chain and index row of a directory");
  auto arguments = std::make_shared<VerifyArguments>();
  verify->add_option("DIR", arguments->directory, "The directory")->required();
  verify->add_flag("--json", arguments->json, "Print JSON");
  verify->footer(
      "Reads only and repairs nothing. A torn tail, which the next open would cut, is damage too. "
      "Exit "
      "status: 0 clean, 1 damage found.\n\nExample:\n  leat verify ./data");
  verify->callback([&run, arguments] { run = [arguments] { return run_verify(*arguments); }; });
}

void add_rebuild_index(CLI::App& app, Run& run) {
  CLI::App* const rebuild = app.add_subcommand(
      "rebuild-index", "Removes the index of a directory and makes it again from the log");
  auto arguments = std::make_shared<VerifyArguments>();
  rebuild->add_option("DIR", arguments->directory, "The directory, which nobody may have open")
      ->required();
  rebuild->add_flag("--json", arguments->json, "Print JSON");
  rebuild->footer(
      "The log is the only truth: the state hash before and after is the same unless the index was "
      "wrong.\n\nExample:\n  leat rebuild-index ./data");
  rebuild->callback([&run, arguments] {
    run = [arguments] {
      const auto rebuilt = rebuild_index(*arguments);
      return rebuilt ? kOk : fail(arguments->directory, rebuilt.error());
    };
  });
}

}  // namespace leat::tools
