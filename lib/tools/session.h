#pragma once

/// \file
/// How subcommands come to an engine: the options that name the place, and opening it with words
/// that help.

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/result.h"

namespace leat::tools {

/// Where the topics are.
struct Place {
  std::string directory = {};
  std::string bootstrap = {};
};

/// --dir, or --bootstrap (tools/remote.h).
void add_place(CLI::App& app, Place& place);

/// Opens for writing; a missing directory is made, with its parents, when `create` is set.
/// What recovery found is told on stderr.
Result<Engine> open_writer(const Place& place, bool create);
/// Opens read-only, beside whoever writes.
Result<Engine> open_reader(const Place& place);

/// The error of a call about `topic`, with the nearest topic there is where it is unknown.
[[nodiscard]] Error explain_topic(Engine& engine, std::string_view topic, Error error);

/// Runs `work`, closes the engine, and tells what failed: "leat: <context>: …".
int run_and_close(Engine engine, const std::string& context,
                  const std::function<Result<void>(Engine&)>& work);

/// Where directories for the time of a command are made: $TMPDIR, else /var/tmp, which is a disk
/// where /tmp may be memory.
[[nodiscard]] std::string scratch_parent();

/// "topic 'x'".
[[nodiscard]] std::string named(std::string_view topic);

}  // namespace leat::tools
