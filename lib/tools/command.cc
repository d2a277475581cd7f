#include "tools/command.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <fmt/core.h>
#include <iostream>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): SIGPIPE is POSIX's
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "tools/output.h"

namespace leat::tools {
namespace {

constexpr std::string_view kFooter = R"(Examples:
  leat topic create orders --dir ./data --partitions 4
  seq 1000 | leat produce orders --dir ./data
  leat consume orders --dir ./data --no-follow --format '%p %o %s\n'
  leat verify ./data

Every subcommand has its own --help. Exit status: 0 done, 1 failed or damage found, 2 wrong usage.)";

/// The subcommand that was chosen, as deep as it goes.
const CLI::App& deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : deepest(*chosen.back());
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  for (const CLI::App* group : app.get_subcommands({})) {
    if (!group->get_name().empty()) continue;  // an option group is an app without a name
    const auto grouped_names = option_names(*group);
    names.insert(names.end(), grouped_names.begin(), grouped_names.end());
  }
  return names;
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands({})) {
    if (!sub->get_name().empty()) names.push_back(sub->get_name());
  }
  return names;
}

/// "topic create": the words that lead to a subcommand; empty for the command itself.
std::string path_of(const CLI::App& app) {
  if (app.get_parent() == nullptr) return {};
  const std::string before = path_of(*app.get_parent());
  return before.empty() ? app.get_name() : before + " " + app.get_name();
}

/// `text`, said of a subcommand, and where to read more.
int refuse(const CLI::App& app, const std::string& text) {
  const std::string path = path_of(app);
  return usage(fmt::format("{}{}{} (`leat {}{}--help` tells more)", path, path.empty() ? "" : ": ",
                           text, path, path.empty() ? "" : " "));
}

/// What to say of a word that no option and no subcommand has.
std::string explain_unknown(const CLI::App& app, const std::string& word) {
  const bool is_option = word.starts_with("-");
  const std::string bare = word.substr(0, word.find('='));
  const std::vector<std::string> names = is_option ? option_names(app) : subcommand_names(app);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const char* const kind = is_option ? "option" : candidates.empty() ? "argument" : "subcommand";
  const std::string text = fmt::format("unknown {} '{}'", kind, bare);
  const auto near = base::nearest(bare, candidates);
  return near ? fmt::format("{}; did you mean '{}'?", text, *near) : text;
}

int explain(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {  // --help, --version
    return app.exit(error, std::cout, std::cerr);
  }
  const CLI::App& at = deepest(app);
  for (const std::string& word : app.remaining(true)) {
    if (word != "--") return refuse(at, explain_unknown(at, word));
  }
  return refuse(at, error.what());
}

}  // namespace

int run_command(int argc, const char* const* argv) {
  // A reader that goes away is told by the write that fails.
  (void)::signal(SIGPIPE, SIG_IGN);
  try {
    CLI::App app("Leat: a Kafka-shaped log in a directory.", "leat");
    app.set_version_flag("--version", std::string("leat ") + LEAT_VERSION);
    app.require_subcommand(1);
    app.footer(std::string(kFooter));
    Run run;
    for (const auto add : {add_topic, add_produce, add_consume, add_group, add_dump, add_verify,
                           add_rebuild_index, add_demo, add_bench, add_serve}) {
      add(app, run);
    }
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return explain(app, error);
    }
    return run();
  } catch (const std::exception& problem) {
    tell(problem.what());
    return kFailed;
  }
}

}  // namespace leat::tools
