// leat group list | describe | reset | delete

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/group_output.h"
#include "tools/output.h"
#include "tools/remote.h"
#include "tools/session.h"

namespace leat::tools {
namespace {

using Arguments = std::shared_ptr<GroupArguments>;

Result<void> list(Engine& engine, const GroupArguments& arguments) {
  LEAT_TRY(const auto groups, engine.admin().list_groups());
  print_groups(arguments, groups);
  return {};
}

Result<void> describe(Engine& engine, const GroupArguments& arguments) {
  LEAT_TRY(const auto group, engine.admin().describe_group(arguments.group));
  LEAT_TRY(const auto lag, engine.admin().group_lag(arguments.group));
  print_group(arguments, group, lag);
  return {};
}

/// "orders" is all of its partitions, "orders:2" one.
Result<std::vector<TopicPartition>> partitions_of(Engine& engine,
                                                  const std::vector<std::string>& texts) {
  std::vector<TopicPartition> partitions;
  for (const std::string& text : texts) {
    LEAT_TRY(const auto named, parse_partition(text));
    if (named.second) {
      partitions.push_back({named.first, *named.second});
      continue;
    }
    auto topic = engine.admin().describe_topic(named.first);
    if (!topic) return explain_topic(engine, named.first, topic.error());
    for (const auto& partition : topic->partitions) {
      partitions.push_back({named.first, partition.id});
    }
  }
  return partitions;
}

Result<void> reset(Engine& engine, const GroupArguments& arguments) {
  LEAT_TRY(const ResetTo to, reset_of(arguments));
  LEAT_TRY(const auto partitions, partitions_of(engine, arguments.topics));
  LEAT_TRY(const auto offsets,
           engine.admin().reset_offsets(arguments.group, partitions, to, arguments.dry_run));
  if (offsets.empty()) return nothing_to_reset(arguments);
  print_offsets(arguments, offsets);
  return {};
}

Result<void> remove(Engine& engine, const GroupArguments& arguments) {
  LEAT_TRY_VOID(engine.admin().delete_group(arguments.group));
  print_deleted(arguments);
  return {};
}

struct Action {
  GroupAction name;
  bool writes;
  Result<void> (*work)(Engine& engine, const GroupArguments& arguments);
};

int perform(const Action& action, const GroupArguments& arguments) {
  if (!arguments.place.bootstrap.empty()) return remote_group(action.name, arguments);
  const std::string context = arguments.group.empty() ? arguments.place.directory
                                                      : fmt::format("group '{}'", arguments.group);
  auto engine = action.writes ? open_writer(arguments.place, false) : open_reader(arguments.place);
  if (!engine) return fail(context, engine.error());
  return run_and_close(*std::move(engine), context,
                       [&](Engine& opened) { return action.work(opened, arguments); });
}

std::pair<CLI::App*, Arguments> add_action(CLI::App& group, Run& run, const char* name,
                                           const char* description, Action action) {
  CLI::App* const app = group.add_subcommand(name, description);
  auto arguments = std::make_shared<GroupArguments>();
  add_place(*app, arguments->place);
  app->add_flag("--json", arguments->json, "Print JSON");
  app->callback([&run, arguments, action] {
    run = [arguments, action] { return perform(action, *arguments); };
  });
  return {app, arguments};
}

void add_reset_options(CLI::App& app, GroupArguments& arguments) {
  app.add_option("--topic", arguments.topics,
                 "A topic, or one partition of it; repeatable; else all it has committed in")
      ->type_name("NAME[:PARTITION]")
      ->allow_extra_args(false);
  CLI::Option_group* const to = app.add_option_group("to");
  to->add_flag("--to-earliest", arguments.to_earliest, "To the first record there is");
  to->add_flag("--to-latest", arguments.to_latest, "Behind the last");
  to->add_option("--to-offset", arguments.to_offset, "To this offset")->type_name("N");
  to->add_option("--to-datetime", arguments.to_datetime, "To the first record at or after it")
      ->type_name("TIME");
  to->add_option("--shift-by", arguments.shift_by, "So many records on, or back")->type_name("N");
  to->add_option("--by-duration", arguments.by_duration, "To the first of the last so long")
      ->type_name("30s|15m|6h|7d");
  to->require_option(1);
  app.add_flag("--dry-run", arguments.dry_run, "Only say what would be committed");
  app.footer(
      "The group must have no members.\n"
      "Example:\n  leat group reset billing --dir ./data --topic orders --by-duration 6h "
      "--dry-run");
}

}  // namespace

void add_group(CLI::App& app, Run& run) {
  CLI::App* const group =
      app.add_subcommand("group",
                         "Shows consumer groups and how far behind they are, resets and "
                         "deletes them");
  group->require_subcommand(1);
  group->footer("list and describe work beside a running writer.");

  const auto [list_app, listed] =
      add_action(*group, run, "list", "Names the groups", {GroupAction::kList, false, list});
  list_app->footer("Example:\n  leat group list --bootstrap localhost:9092");

  const auto [describe_app, described] =
      add_action(*group, run, "describe", "Shows members, offsets and lag",
                 {GroupAction::kDescribe, false, describe});
  describe_app->add_option("GROUP", described->group, "The group")->required();
  describe_app->footer(
      "TIME-LAG is the age of the oldest record that is not committed.\n"
      "Example:\n  leat group describe billing --dir ./data --json");

  const auto [reset_app, changed] =
      add_action(*group, run, "reset", "Commits other offsets", {GroupAction::kReset, true, reset});
  reset_app->add_option("GROUP", changed->group, "The group")->required();
  add_reset_options(*reset_app, *changed);

  const auto [delete_app, deleted] =
      add_action(*group, run, "delete", "Deletes a group with all its offsets",
                 {GroupAction::kDelete, true, remove});
  delete_app->add_option("GROUP", deleted->group, "The group")->required();
  delete_app->footer("Example:\n  leat group delete billing --dir ./data");
}

}  // namespace leat::tools
