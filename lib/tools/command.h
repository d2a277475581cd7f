#pragma once

/// \file
/// The parts of the `leat` command: each family adds its subcommands to the parser. Parsing chooses
/// one; it leaves in `Run` what is then to be run. Exit codes are in output.h.

#include <CLI/CLI.hpp>
#include <functional>

namespace leat::tools {

/// What the command line asked for. Returns the exit code.
using Run = std::function<int()>;

void add_topic(CLI::App& app, Run& run);
void add_produce(CLI::App& app, Run& run);
void add_consume(CLI::App& app, Run& run);
void add_group(CLI::App& app, Run& run);
void add_dump(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_rebuild_index(CLI::App& app, Run& run);
void add_serve(CLI::App& app, Run& run);
void add_bench(CLI::App& app, Run& run);
void add_demo(CLI::App& app, Run& run);

/// Parses and runs. Nothing gets out of it but the exit code.
[[nodiscard]] int run_command(int argc, const char* const* argv);

}  // namespace leat::tools
