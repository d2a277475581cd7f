#include "tools/session.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/text.h"
#include "base/try.h"
#include "engine/state_file.h"
#include "tools/output.h"

namespace leat::tools {
namespace {

/// The engine makes DIR itself, not what it lies in.
Result<void> make_parents(const std::string& directory) {
  const std::filesystem::path parent = std::filesystem::path(directory).parent_path();
  if (parent.empty()) return {};
  std::error_code problem;
  std::filesystem::create_directories(parent, problem);
  if (!problem) return {};
  return Error(ErrorCode::kIo,
               fmt::format("{} cannot be made: {}", parent.string(), problem.message()));
}

/// Refuses what is not a directory of ours before anything is made in it.
Result<void> check_is_ours(const std::string& directory) {
  const auto files = posix_file_system();
  LEAT_TRY(const bool exists, files->exists(directory));
  if (!exists) {
    return Error(
        ErrorCode::kNotFound,
        fmt::format("there is no directory '{}'; `leat topic create NAME --dir {}` makes one",
                    directory, directory));
  }
  LEAT_TRY(const auto state, engine::read_state(*files, directory));
  if (state) return {};
  return Error(ErrorCode::kNotFound,
               fmt::format("{} is not a Leat directory: it has no STATE", directory));
}

void tell_recovery(const std::string& directory, const RecoveryReport& report) {
  for (const PartitionRecovery& partition : report.partitions) {
    tell(fmt::format(
        "{}: recovered {}-{} up to offset {}; {} bytes behind it are kept in {}/cut ({})",
        directory, partition.partition.topic, partition.partition.partition.value(),
        partition.log_end.value(), partition.cut_bytes, directory, partition.reason));
  }
  for (const std::string& note : report.notes) tell(fmt::format("{}: {}", directory, note));
}

}  // namespace

void add_place(CLI::App& app, Place& place) {
  CLI::App* const group = app.add_option_group("Place");
  group->add_option("--dir", place.directory, "The directory of the log")->type_name("DIR");
  group->add_option("--bootstrap", place.bootstrap, "Any Kafka broker")->type_name("HOST:PORT");
  group->require_option(1);
}

Result<Engine> open_writer(const Place& place, bool create) {
  LEAT_TRY_VOID(create ? make_parents(place.directory) : check_is_ours(place.directory));
  LEAT_TRY(Engine engine, Engine::open({.directory = place.directory,
                                        .mode = Mode::kReadWrite,
                                        .options = {},
                                        .environment = {}}));
  tell_recovery(place.directory, engine.recovery());
  return engine;
}

Result<Engine> open_reader(const Place& place) {
  LEAT_TRY_VOID(check_is_ours(place.directory));
  return Engine::open(
      {.directory = place.directory, .mode = Mode::kReadOnly, .options = {}, .environment = {}});
}

Error explain_topic(Engine& engine, std::string_view topic, Error error) {
  if (error.code() != ErrorCode::kUnknownTopicOrPartition) return error;
  const auto names = engine.admin().list_topics();
  if (!names) return error;
  const std::vector<std::string_view> candidates(names->begin(), names->end());
  std::string text(error.message());
  if (const auto near = base::nearest(topic, candidates); near && *near != topic) {
    text += fmt::format("; did you mean '{}'?", *near);
  } else if (candidates.empty()) {
    text += "; there are none here yet";
  }
  return {error.code(), std::move(text)};
}

int run_and_close(Engine engine, const std::string& context,
                  const std::function<Result<void>(Engine&)>& work) {
  const Result<void> done = work(engine);
  const Result<void> closed = engine.close();
  if (!done) return fail(context, done.error());
  if (!closed) return fail(context, closed.error());
  return kOk;
}

std::string scratch_parent() {
  const char* const given = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return given != nullptr && *given != '\0' ? given : "/var/tmp";
}

std::string named(std::string_view topic) { return fmt::format("topic '{}'", topic); }

}  // namespace leat::tools
