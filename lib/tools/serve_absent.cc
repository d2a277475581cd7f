// leat serve where the adaptor was not built (LEAT_KAFKA=OFF).

#include <CLI/CLI.hpp>

#include "tools/command.h"
#include "tools/output.h"

namespace leat::tools {

void add_serve(CLI::App& app, Run& run) {
  CLI::App* const serve = app.add_subcommand("serve", "Serves Kafka clients; not in this build");
  serve->set_help_flag();
  serve->allow_extras();
  serve->prefix_command();
  serve->callback([&run] {
    run = [] {
      return usage(
          "serve: this build has no network adaptor (LEAT_KAFKA=OFF), which is what speaks to "
          "Kafka "
          "clients; the log is there as a library and by `leat produce` and `leat consume`");
    };
  });
}

}  // namespace leat::tools
