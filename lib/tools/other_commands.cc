// leat bench, which is in bench/.

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "tools/bench/bench_main.h"
#include "tools/bench/workloads.h"
#include "tools/command.h"

namespace leat::tools {
namespace {

/// A subcommand that takes its words as they are.
CLI::App* add_plain(CLI::App& app, const char* name, const char* description) {
  CLI::App* const command = app.add_subcommand(name, description);
  command->set_help_flag();
  command->allow_extras();
  command->prefix_command();
  return command;
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
  CLI::App* const bench =
      add_plain(app, "bench", "Measures, beside the bare limits of this machine");
  bench->callback([&run, bench] {
    run = [words = bench->remaining()] {
      std::vector<const char*> arguments{"leat bench"};
      for (const std::string& word : words) arguments.push_back(word.c_str());
      return bench_main(static_cast<int>(arguments.size()), arguments.data(), all_workloads,
                        std::cout, std::cerr);
    };
  });
}

}  // namespace leat::tools
