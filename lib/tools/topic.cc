// leat topic create | list | describe | alter | delete

#include <CLI/CLI.hpp>
#include <cstdint>
#include <fmt/core.h>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "base/uuid.h"
#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/remote.h"
#include "tools/session.h"

namespace leat::tools {
namespace {

using Arguments = std::shared_ptr<TopicArguments>;

Result<void> create(Engine& engine, const TopicArguments& arguments) {
  LEAT_TRY(const ConfigMap configs, parse_configs(arguments.configs));
  LEAT_TRY(const Uuid id,
           engine.admin().create_topic({.name = arguments.name,
                                        .partitions = arguments.partitions.value_or(-1),
                                        .configs = configs}));
  LEAT_TRY(const TopicDescription topic, engine.admin().describe_topic(arguments.name));
  if (arguments.json) {
    write_json({{"name", arguments.name},
                {"id", base::to_base64(id)},
                {"partitions", topic.partitions.size()},
                {"configs", configs}});
  } else {
    write_out(fmt::format("created topic '{}' with {}\n", arguments.name,
                          partitions_text(topic.partitions.size())));
  }
  return {};
}

Result<void> list(Engine& engine, const TopicArguments& arguments) {
  LEAT_TRY(const std::vector<std::string> names, engine.admin().list_topics());
  Json topics = Json::array();
  Table table({"TOPIC", "PARTITIONS", "ID"});
  for (const std::string& name : names) {
    LEAT_TRY(const TopicDescription topic, engine.admin().describe_topic(name));
    const std::string id = base::to_base64(topic.id);
    table.add({name, grouped(topic.partitions.size()), id});
    topics.push_back({{"name", name}, {"id", id}, {"partitions", topic.partitions.size()}});
  }
  if (arguments.json) {
    write_json({{"topics", topics}});
  } else if (names.empty()) {
    tell("there are no topics yet");
  } else {
    write_out(table.text());
  }
  return {};
}

Json to_json(PartitionId partition, const PartitionOffsets& offsets) {
  return {{"partition", partition.value()},
          {"leader_epoch", offsets.leader_epoch.value()},
          {"log_start_offset", offsets.log_start.value()},
          {"last_stable_offset", offsets.last_stable.value()},
          {"high_watermark", offsets.high_watermark.value()},
          {"log_end_offset", offsets.log_end.value()},
          {"durable_offset", offsets.durable.value()}};
}

Result<void> describe_one(Engine& engine, const std::string& name, Json& all, std::string& text) {
  auto found = engine.admin().describe_topic(name);
  if (!found) return explain_topic(engine, name, found.error());
  const TopicDescription& topic = *found;
  LEAT_TRY(const auto configs, engine.admin().describe_configs(name));
  Json partitions = Json::array();
  Table table({"PARTITION", "LOG START", "HIGH WATERMARK", "LOG END", "DURABLE", "EPOCH"});
  for (const PartitionDescription& partition : topic.partitions) {
    LEAT_TRY(const PartitionOffsets offsets, engine.offsets({name, partition.id}));
    partitions.push_back(to_json(partition.id, offsets));
    table.add({fmt::to_string(partition.id.value()), fmt::to_string(offsets.log_start.value()),
               fmt::to_string(offsets.high_watermark.value()),
               fmt::to_string(offsets.log_end.value()), fmt::to_string(offsets.durable.value()),
               fmt::to_string(offsets.leader_epoch.value())});
  }
  Json set = Json::object();
  std::string set_text;
  for (const ConfigEntry& config : configs) {
    if (config.is_default) continue;
    set[config.name] = config.value.value_or("");
    set_text += fmt::format("  {}={}\n", config.name, config.value.value_or(""));
  }
  const std::string id = base::to_base64(topic.id);
  text += fmt::format("{}{}  {}  {}\n{}", text.empty() ? "" : "\n", name,
                      partitions_text(topic.partitions.size()), id, table.text());
  if (!set_text.empty()) text += "configs that differ from the defaults\n" + set_text;
  all.push_back({{"name", name}, {"id", id}, {"partitions", partitions}, {"configs", set}});
  return {};
}

Result<void> describe(Engine& engine, const TopicArguments& arguments) {
  Json all = Json::array();
  std::string text;
  if (!arguments.name.empty()) {
    LEAT_TRY_VOID(describe_one(engine, arguments.name, all, text));
    if (arguments.json) write_json(all[0]);
  } else {
    LEAT_TRY(const auto names, engine.admin().list_topics());
    for (const std::string& name : names) LEAT_TRY_VOID(describe_one(engine, name, all, text));
    if (arguments.json) write_json({{"topics", all}});
  }
  if (!arguments.json) write_out(text);
  return {};
}

Result<void> alter(Engine& engine, const TopicArguments& arguments) {
  LEAT_TRY(const ConfigMap configs, parse_configs(arguments.configs));
  if (configs.empty() && arguments.deleted_configs.empty() && !arguments.partitions) {
    return Error(ErrorCode::kInvalidArgument,
                 "nothing to alter; name --partitions, --config or --delete-config");
  }
  if (!configs.empty() || !arguments.deleted_configs.empty()) {
    auto altered = engine.admin().alter_configs(arguments.name, configs, arguments.deleted_configs);
    if (!altered) return explain_topic(engine, arguments.name, altered.error());
  }
  if (arguments.partitions) {
    auto added = engine.admin().add_partitions(arguments.name, *arguments.partitions);
    if (!added) return explain_topic(engine, arguments.name, added.error());
  }
  arguments.json
      ? write_json({{"name", arguments.name}, {"altered", true}})
      : static_cast<void>(write_out(fmt::format("altered topic '{}'\n", arguments.name)));
  return {};
}

Result<void> remove(Engine& engine, const TopicArguments& arguments) {
  auto removed = engine.admin().delete_topic(arguments.name);
  if (!removed) return explain_topic(engine, arguments.name, removed.error());
  arguments.json
      ? write_json({{"name", arguments.name}, {"deleted", true}})
      : static_cast<void>(write_out(fmt::format("deleted topic '{}'\n", arguments.name)));
  return {};
}

/// How a subcommand opens the directory, and what it then does.
struct Action {
  TopicAction name;
  enum class Open : std::uint8_t { kCreate, kWrite, kRead } open;
  Result<void> (*work)(Engine& engine, const TopicArguments& arguments);
};

int perform(const Action& action, const TopicArguments& arguments) {
  if (!arguments.place.bootstrap.empty()) return remote_topic(action.name, arguments);
  const std::string context =
      arguments.name.empty() ? arguments.place.directory : named(arguments.name);
  auto engine = action.open == Action::Open::kRead
                    ? open_reader(arguments.place)
                    : open_writer(arguments.place, action.open == Action::Open::kCreate);
  if (!engine) return fail(context, engine.error());
  return run_and_close(*std::move(engine), context,
                       [&](Engine& opened) { return action.work(opened, arguments); });
}

/// A subcommand with what all of them have.
std::pair<CLI::App*, Arguments> add_action(CLI::App& topic, Run& run, const char* name,
                                           const char* description, Action action) {
  CLI::App* const app = topic.add_subcommand(name, description);
  auto arguments = std::make_shared<TopicArguments>();
  add_place(*app, arguments->place);
  app->add_flag("--json", arguments->json, "Print JSON");
  app->callback([&run, arguments, action] {
    run = [arguments, action] { return perform(action, *arguments); };
  });
  return {app, arguments};
}

}  // namespace

void add_topic(CLI::App& app, Run& run) {
  using Open = Action::Open;
  CLI::App* const topic = app.add_subcommand("topic", "Makes, shows, changes and deletes topics");
  topic->require_subcommand(1);
  topic->footer(
      "Configs have Kafka's names and defaults. list and describe work beside a running writer.");

  const auto [create_app, created] =
      add_action(*topic, run, "create", "Makes a topic; its directory too, if it is missing",
                 {TopicAction::kCreate, Open::kCreate, create});
  create_app->add_option("NAME", created->name, "1 to 249 of A-Z a-z 0-9 . _ -")->required();
  create_app->add_option("--partitions", created->partitions, "How many (default 1)")
      ->type_name("N");
  create_app->add_option("--config", created->configs, "A config of the topic; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  create_app->footer(
      "Example:\n  leat topic create orders --dir ./data --partitions 4 "
      "--config retention.ms=86400000 --config flush.messages=1");

  const auto [list_app, listed] = add_action(*topic, run, "list", "Names the topics of a directory",
                                             {TopicAction::kList, Open::kRead, list});
  list_app->footer("Example:\n  leat topic list --dir ./data --json");

  const auto [describe_app, described] = add_action(
      *topic, run, "describe", "Shows partitions, their offsets, and configs that differ",
      {TopicAction::kDescribe, Open::kRead, describe});
  describe_app->add_option("NAME", described->name, "A topic; all of them without");
  describe_app->footer("Example:\n  leat topic describe orders --dir ./data");

  const auto [alter_app, altered] =
      add_action(*topic, run, "alter", "Adds partitions, sets and unsets configs",
                 {TopicAction::kAlter, Open::kWrite, alter});
  alter_app->add_option("NAME", altered->name, "The topic")->required();
  alter_app->add_option("--partitions", altered->partitions, "How many there are to be")
      ->type_name("N");
  alter_app->add_option("--config", altered->configs, "Sets a config; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  alter_app
      ->add_option("--delete-config", altered->deleted_configs, "Back to the default; repeatable")
      ->type_name("KEY")
      ->allow_extra_args(false);
  alter_app->footer(
      "Example:\n  leat topic alter orders --dir ./data --partitions 8 "
      "--config retention.bytes=1073741824 --delete-config retention.ms");

  const auto [delete_app, deleted] =
      add_action(*topic, run, "delete", "Deletes a topic with all its records",
                 {TopicAction::kDelete, Open::kWrite, remove});
  delete_app->add_option("NAME", deleted->name, "The topic")->required();
  delete_app->footer("Example:\n  leat topic delete orders --dir ./data");
}

}  // namespace leat::tools
