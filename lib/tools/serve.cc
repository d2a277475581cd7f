// leat serve: Kafka clients talk to a log on disk or in memory.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <fmt/core.h>
#include <fmt/format.h>
#include <fstream>
#include <ios>
#include <iterator>
#include <memory>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/kafka_server.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "config/config.h"
#include "server/broker_configs.h"
#include "server/properties.h"
#include "tools/command.h"
#include "tools/interrupts.h"
#include "tools/output.h"

namespace leat::tools {
namespace {

struct ServeArguments {
  std::string directory;
  bool memory = false;
  KafkaServerOptions server;
  std::optional<std::string> listen;
  std::optional<std::string> advertised;
  std::string properties;
  std::vector<std::string> topics;
  std::vector<std::string> configs;
  bool exit_with_stdin = false;
  bool verbose = false;
};
using Arguments = std::shared_ptr<ServeArguments>;

/// NAME or NAME:PARTITIONS.
Result<NewTopic> parse_topic(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  NewTopic topic{.name = text.substr(0, colon)};
  if (colon == std::string::npos) return topic;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, topic.partitions);
  if (error == std::errc() && rest == end && topic.partitions > 0) return topic;
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("--topic '{}' is not NAME:PARTITIONS, as orders:4", text));
}

Result<void> create_topics(Engine& engine, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    LEAT_TRY(const NewTopic topic, parse_topic(text));
    const auto created = engine.admin().create_topic(topic);
    if (!created && created.error().code() != ErrorCode::kTopicAlreadyExists)
      return created.error();
  }
  return {};
}

/// What the properties file and, above it, the environment say.
Result<server::ServerProperties> read_properties(const std::string& path) {
  std::vector<server::Property> properties;
  if (!path.empty()) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
      return Error(ErrorCode::kNotFound, fmt::format("--properties {} cannot be read", path));
    }
    LEAT_TRY(properties, server::parse_properties(text, path));
  }
  std::vector<std::string_view> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  std::ranges::sort(variables);  // the order of an environment means nothing
  std::ranges::move(server::properties_of_environment(variables), std::back_inserter(properties));
  return server::sort_properties(properties);
}

/// Once, what was asked for in vain.
void tell_of(const server::ServerProperties& properties) {
  if (!properties.ignored.empty()) {
    tell(fmt::format("these properties do not apply here and change nothing: {}",
                     fmt::join(properties.ignored, ", ")));
  }
  if (!properties.unserved.empty()) {
    tell(fmt::format("one listener in plain text is served; not these: {}",
                     fmt::join(properties.unserved, ", ")));
  }
}

/// What the command line says stays; the rest is as the properties say, or the default.
void fill_in(ServeArguments& arguments, const server::ServerProperties& properties) {
  if (!arguments.memory && arguments.directory.empty()) {
    arguments.directory = properties.directory.value_or("");
  }
  KafkaServerOptions& server = arguments.server;
  server.listen = arguments.listen.value_or(properties.listen.value_or("127.0.0.1:9092"));
  server.advertised = arguments.advertised.value_or(properties.advertised.value_or(""));
  server.node_id = properties.node_id.value_or(server.node_id);
  server.configs = properties.server;
}

/// The server's configs go to the server, all others are the engine's.
Result<EngineOptions> split_configs(const std::vector<std::string>& texts, ConfigMap engine,
                                    ConfigMap& server) {
  for (const std::string& text : texts) {
    auto config = key_and_value(text);
    if (!config) {
      return Error(ErrorCode::kInvalidConfig, fmt::format("--config '{}' is not KEY=VALUE", text));
    }
    ConfigMap& target = server::is_broker_config(config->first) ? server : engine;
    target.insert_or_assign(std::move(config->first), std::move(config->second));
  }
  return config::parse_engine_options(engine);
}

Environment environment_of(const ServeArguments& arguments) {
  Environment environment;
  const LogLevel least = arguments.verbose ? LogLevel::kDebug : LogLevel::kWarning;
  environment.log = [least](LogLevel level, std::string_view text) {
    if (level >= least) tell(text);
  };
  return environment;
}

/// Until a signal comes or, if wanted, stdin ends.
void wait_for_end(const Interrupts& interrupts, bool with_stdin) {
  std::array<char, 4096> ignored{};
  while (with_stdin) {
    if (!interrupts.wait_readable(STDIN_FILENO)) return;
    if (::read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0) return;
  }
  (void)interrupts.wait(-1);
}

Result<void> serve(ServeArguments arguments, const ConfigMap& engine_configs) {
  const Interrupts interrupts;  // before the first thread
  const std::shared_ptr<Clock> clock = posix_clock();
  const MonotonicTime began = clock->monotonic();
  LEAT_TRY(const EngineOptions options,
           split_configs(arguments.configs, engine_configs, arguments.server.configs));
  LEAT_TRY(Engine engine, Engine::open({.directory = arguments.memory ? "" : arguments.directory,
                                        .options = options,
                                        .environment = environment_of(arguments)}));
  LEAT_TRY_VOID(create_topics(engine, arguments.topics));
  LEAT_TRY(KafkaServer server, KafkaServer::serve(engine, arguments.server));
  const std::chrono::duration<double, std::milli> ready = clock->monotonic() - began;
  write_json(
      {{"bootstrap", server.bootstrap()},
       {"control", server.control().empty() ? nlohmann::json() : nlohmann::json(server.control())},
       {"pid", ::getpid()},
       {"ready_ms", std::round(ready.count() * 100) / 100}});
  wait_for_end(interrupts, arguments.exit_with_stdin);
  const auto stopped = server.stop();
  if (!stopped) tell(stopped.error().to_string());
  return engine.close();
}

int run_serve(ServeArguments arguments) {
  const auto properties = read_properties(arguments.properties);
  if (!properties) return fail("serve", properties.error());
  fill_in(arguments, *properties);
  if (!arguments.memory && arguments.directory.empty()) {
    return usage("serve: say where the log is: --dir DIR, --memory, or log.dirs in --properties");
  }
  tell_of(*properties);
  const auto served = serve(std::move(arguments), properties->engine);
  return served ? kOk : fail("serve", served.error());
}

}  // namespace

void add_serve(CLI::App& app, Run& run) {
  const auto arguments = std::make_shared<ServeArguments>();
  CLI::App* const command = app.add_subcommand(
      "serve", "Serves Kafka clients over TCP; the first line on stdout says where");
  CLI::Option_group* const place = command->add_option_group("place", "Where the log is");
  place->add_option("--dir", arguments->directory, "A directory, made if it is missing")
      ->type_name("DIR");
  place->add_flag("--memory", arguments->memory, "In memory: gone with the process");
  place->require_option(0, 1);
  KafkaServerOptions& server = arguments->server;
  command->add_option("--listen", arguments->listen, "Where to listen; port 0 chooses one")
      ->type_name("HOST:PORT")
      ->default_str("127.0.0.1:9092");
  command
      ->add_option("--nodes", server.nodes, "How many brokers clients see, on ports of their own")
      ->capture_default_str();
  command
      ->add_option("--advertised", arguments->advertised,
                   "What clients are told instead of the address they came to")
      ->type_name("HOST[:PORT]");
  command
      ->add_option("--properties", arguments->properties,
                   "A server.properties of Kafka; KAFKA_... variables of the environment, as of "
                   "its images, stand above it, options above both")
      ->type_name("FILE");
  command->add_option("--topic", arguments->topics, "Makes a topic if it is not there")
      ->type_name("NAME:PARTITIONS")
      ->allow_extra_args(false);
  command
      ->add_option("--config", arguments->configs, "A config by Kafka's name, as num.partitions=4")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option("--control", server.control,
                   "Where /metrics and /health are served over HTTP; nowhere unless it is named")
      ->type_name("HOST:PORT");
  command->add_flag("--allow-insecure", server.allow_insecure,
                    "Listen where other machines reach it, without authentication");
  command->add_flag("--exit-with-stdin", arguments->exit_with_stdin, "End when stdin is closed");
  command->add_flag("--verbose", arguments->verbose, "Tell of connections, too");
  command->callback([&run, arguments] { run = [arguments] { return run_serve(*arguments); }; });
}

}  // namespace leat::tools
