// leat topic … --bootstrap.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "base/uuid.h"
#include "net/kafka_client.h"
#include "tools/arguments.h"
#include "tools/output.h"
#include "tools/remote.h"
#include "tools/session.h"
#include "wire/messages/create_partitions.h"
#include "wire/messages/create_topics.h"
#include "wire/messages/delete_topics.h"
#include "wire/messages/describe_configs.h"
#include "wire/messages/incremental_alter_configs.h"

namespace leat::tools {
namespace {

using Client = net::KafkaClient;

constexpr std::int8_t kTopicResource = 2;
constexpr std::int8_t kDynamicTopicConfig = 1;  // set on the topic itself
constexpr std::int8_t kSet = 0;
constexpr std::int8_t kDelete = 1;
constexpr std::int32_t kTimeoutMs = 30'000;
constexpr std::int64_t kEarliest = -2;
constexpr std::int64_t kLatest = -1;

/// What one topic was answered. Errors: the broker's code and words.
Result<void> check(ErrorCode code, const std::optional<std::string>& words) {
  if (code == ErrorCode::kNone) return {};
  return Error(code, words && !words->empty() ? *words : "the broker refuses it");
}

/// The one result of an answer to a request about one topic.
template <class T>
Result<T> only(const std::vector<T>& results) {
  if (results.size() == 1) return results.front();
  return Error(ErrorCode::kCorruptMessage, "the broker answers for other topics");
}

/// Before the first version with ids there are none.
std::string id_text(const Uuid& id) { return id == Uuid() ? "" : base::to_base64(id); }

void say(const TopicArguments& arguments, const char* done) {
  if (arguments.json) {
    write_json({{"name", arguments.name}, {done, true}});
  } else {
    write_out(fmt::format("{} topic '{}'\n", done, arguments.name));
  }
}

Result<void> create(Client& client, const TopicArguments& arguments) {
  LEAT_TRY(const ConfigMap configs, parse_configs(arguments.configs));
  wire::CreateTopicsRequest request;
  request.timeout_ms = kTimeoutMs;
  request.topics.push_back({.name = arguments.name,
                            .num_partitions = arguments.partitions.value_or(-1),
                            .replication_factor = -1});
  for (const auto& [name, value] : configs) request.topics[0].configs.push_back({name, value});
  LEAT_TRY(const auto answer, client.call_controller<wire::CreateTopicsResponse>(request));
  LEAT_TRY(const auto topic, only(answer->topics));
  LEAT_TRY_VOID(check(topic.error_code, topic.error_message));
  const std::int32_t partitions =
      topic.num_partitions > 0 ? topic.num_partitions : arguments.partitions.value_or(1);
  if (arguments.json) {
    write_json({{"name", arguments.name},
                {"id", id_text(topic.topic_id)},
                {"partitions", partitions},
                {"configs", configs}});
  } else {
    write_out(fmt::format("created topic '{}' with {}\n", arguments.name,
                          partitions_text(static_cast<std::size_t>(partitions))));
  }
  return {};
}

Result<void> list(Client& client, const TopicArguments& arguments) {
  LEAT_TRY(const std::vector<Client::Topic> all, client.topics());
  Json topics = Json::array();
  Table table({"TOPIC", "PARTITIONS", "ID"});
  for (const Client::Topic& topic : all) {
    const std::string name = topic.name.value_or("");
    const std::string id = id_text(topic.topic_id);
    table.add({name, grouped(topic.partitions.size()), id});
    topics.push_back({{"name", name}, {"id", id}, {"partitions", topic.partitions.size()}});
  }
  if (arguments.json) {
    write_json({{"topics", topics}});
  } else if (all.empty()) {
    tell("there are no topics yet");
  } else {
    write_out(table.text());
  }
  return {};
}

/// What was set on the topic itself; nothing where the broker does not tell.
Result<std::map<std::string, std::string>> configs_of(Client& client, std::string_view name) {
  wire::DescribeConfigsRequest request;
  request.resources.push_back(
      {.resource_type = kTopicResource, .resource_name = name, .configuration_keys = std::nullopt});
  std::map<std::string, std::string> set;
  const auto answer = client.call<wire::DescribeConfigsResponse>(request);
  if (!answer && answer.error().code() == ErrorCode::kUnsupportedVersion) return set;
  if (!answer) return answer.error();
  LEAT_TRY(const auto result, only((*answer)->results));
  LEAT_TRY_VOID(check(result.error_code, result.error_message));
  for (const auto& config : result.configs) {
    if (config.config_source == kDynamicTopicConfig) set[config.name] = config.value.value_or("");
  }
  return set;
}

Result<void> describe_one(Client& client, const std::string& name, Json& all, std::string& text) {
  LEAT_TRY(Client::Topic topic, client.topic(name));
  std::ranges::sort(topic.partitions, {},
                    [](const auto& partition) { return partition.partition_index; });
  LEAT_TRY(const auto configs, configs_of(client, name));
  Json partitions = Json::array();
  Table table({"PARTITION", "LEADER", "LOG START", "HIGH WATERMARK", "EPOCH"});
  for (const auto& partition : topic.partitions) {
    const TopicPartition place{name, partition.partition_index};
    LEAT_TRY(const auto start, client.offset_at(place, kEarliest));
    LEAT_TRY(const auto end, client.offset_at(place, kLatest));
    const std::int64_t log_start = start.value_or(Offset{0}).value();
    const std::int64_t high_watermark = end.value_or(Offset{0}).value();
    const std::int32_t number = partition.partition_index.value();
    const std::int32_t epoch = partition.leader_epoch.value();
    partitions.push_back({{"partition", number},
                          {"leader", partition.leader_id},
                          {"leader_epoch", epoch},
                          {"log_start_offset", log_start},
                          {"high_watermark", high_watermark}});
    table.add({fmt::to_string(number), fmt::to_string(partition.leader_id),
               fmt::to_string(log_start), fmt::to_string(high_watermark), fmt::to_string(epoch)});
  }
  const std::string id = id_text(topic.topic_id);
  text += fmt::format("{}{}  {}  {}\n{}", text.empty() ? "" : "\n", name,
                      partitions_text(topic.partitions.size()), id, table.text());
  if (!configs.empty()) text += "configs that differ from the defaults\n";
  for (const auto& [key, value] : configs) text += fmt::format("  {}={}\n", key, value);
  all.push_back({{"name", name}, {"id", id}, {"partitions", partitions}, {"configs", configs}});
  return {};
}

Result<void> describe(Client& client, const TopicArguments& arguments) {
  Json all = Json::array();
  std::string text;
  if (!arguments.name.empty()) {
    LEAT_TRY_VOID(describe_one(client, arguments.name, all, text));
    if (arguments.json) write_json(all[0]);
  } else {
    LEAT_TRY(const auto topics, client.topics());
    for (const Client::Topic& topic : topics) {
      LEAT_TRY_VOID(describe_one(client, topic.name.value_or(""), all, text));
    }
    if (arguments.json) write_json({{"topics", all}});
  }
  if (!arguments.json) write_out(text);
  return {};
}

Result<void> alter_configs(Client& client, const TopicArguments& arguments,
                           const ConfigMap& configs) {
  wire::IncrementalAlterConfigsRequest request;
  request.resources.push_back({.resource_type = kTopicResource, .resource_name = arguments.name});
  auto& changes = request.resources[0].configs;
  for (const auto& [name, value] : configs) {
    changes.push_back({.name = name, .config_operation = kSet, .value = value});
  }
  for (const std::string& name : arguments.deleted_configs) {
    changes.push_back({.name = name, .config_operation = kDelete, .value = std::nullopt});
  }
  LEAT_TRY(const auto answer, client.call<wire::IncrementalAlterConfigsResponse>(request));
  LEAT_TRY(const auto result, only(answer->responses));
  return check(result.error_code, result.error_message);
}

Result<void> alter(Client& client, const TopicArguments& arguments) {
  LEAT_TRY(const ConfigMap configs, parse_configs(arguments.configs));
  const bool has_configs = !configs.empty() || !arguments.deleted_configs.empty();
  if (!has_configs && !arguments.partitions) {
    return Error(ErrorCode::kInvalidArgument,
                 "nothing to alter; name --partitions, --config or --delete-config");
  }
  LEAT_TRY_VOID(client.topic(arguments.name));
  if (has_configs) LEAT_TRY_VOID(alter_configs(client, arguments, configs));
  if (arguments.partitions) {
    wire::CreatePartitionsRequest request;
    request.timeout_ms = kTimeoutMs;
    request.topics.push_back(
        {.name = arguments.name, .count = *arguments.partitions, .assignments = std::nullopt});
    LEAT_TRY(const auto answer, client.call_controller<wire::CreatePartitionsResponse>(request));
    LEAT_TRY(const auto result, only(answer->results));
    LEAT_TRY_VOID(check(result.error_code, result.error_message));
  }
  say(arguments, "altered");
  return {};
}

Result<void> remove(Client& client, const TopicArguments& arguments) {
  LEAT_TRY_VOID(client.topic(arguments.name));
  wire::DeleteTopicsRequest request;
  request.timeout_ms = kTimeoutMs;
  request.topics.push_back({.name = arguments.name});
  request.topic_names.push_back(arguments.name);
  LEAT_TRY(const auto answer, client.call_controller<wire::DeleteTopicsResponse>(request));
  LEAT_TRY(const auto result, only(answer->responses));
  LEAT_TRY_VOID(check(result.error_code, result.error_message));
  say(arguments, "deleted");
  return {};
}

Result<void> perform(TopicAction action, const TopicArguments& arguments) {
  LEAT_TRY(Client client, Client::connect(arguments.place.bootstrap));
  switch (action) {
    case TopicAction::kCreate:
      return create(client, arguments);
    case TopicAction::kList:
      return list(client, arguments);
    case TopicAction::kDescribe:
      return describe(client, arguments);
    case TopicAction::kAlter:
      return alter(client, arguments);
    case TopicAction::kDelete:
      return remove(client, arguments);
  }
  return {};
}

}  // namespace

int remote_topic(TopicAction action, const TopicArguments& arguments) {
  const auto done = perform(action, arguments);
  if (done) return kOk;
  return fail(arguments.name.empty() ? arguments.place.bootstrap : named(arguments.name),
              done.error());
}

}  // namespace leat::tools
