#include "kafka/api/19_create_topics.h"

#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "config/config.h"
#include "kafka/acls.h"
#include "kafka/admin.h"
#include "kafka/authorizer.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/nodes.h"
#include "kafka/replicas.h"
#include "wire/messages/create_topics.h"

namespace leat::kafka {
namespace {

using wire::create_topics_request::CreatableReplicaAssignment;
using wire::create_topics_request::CreatableTopic;
using wire::create_topics_request::CreatableTopicConfig;
using wire::create_topics_response::CreatableTopicConfigs;
using wire::create_topics_response::CreatableTopicResult;

Error invalid_request(std::string text) { return {ErrorCode::kInvalidRequest, std::move(text)}; }

Result<ConfigMap> configs_of(const CreatableTopic& topic) {
  ConfigMap configs;
  for (const CreatableTopicConfig& config : topic.configs) {
    if (!config.value) {
      return Error(ErrorCode::kInvalidConfig, fmt::format("config '{}' has no value", config.name));
    }
    configs.insert_or_assign(std::string(config.name), std::string(*config.value));
  }
  return configs;
}

/// The number of partitions that are assigned: each once, from 0 on, all with as many replicas.
Result<std::int32_t> check_assignments(const Nodes& nodes, const CreatableTopic& topic) {
  if (topic.replication_factor != -1 || topic.num_partitions != -1) {
    return invalid_request(
        "a manual assignment says how many partitions and replicas there are: both numbers must be "
        "-1");
  }
  const std::size_t count = topic.assignments.size();
  const std::size_t factor = topic.assignments.front().broker_ids.size();
  std::set<PartitionId> seen;
  for (const CreatableReplicaAssignment& assignment : topic.assignments) {
    const std::int32_t index = assignment.partition_index.value();
    if (index < 0 || static_cast<std::size_t>(index) >= count ||
        !seen.insert(assignment.partition_index).second) {
      return Error(ErrorCode::kInvalidReplicaAssignment,
                   fmt::format("partitions are assigned once each and numbered from 0 on; {} does "
                               "not fit",
                               index));
    }
    LEAT_TRY_VOID(check_replicas(nodes, assignment.broker_ids, factor));
  }
  return static_cast<std::int32_t>(count);
}

/// -1 is left for the engine's default. Errors as Kafka has them, in its order.
Result<std::int32_t> partitions_of(const Broker& broker, const CreatableTopic& topic) {
  if (!topic.assignments.empty()) return check_assignments(broker.nodes, topic);
  LEAT_TRY_VOID(check_replication_factor(broker, topic.replication_factor));
  return topic.num_partitions;
}

/// The configs that the topic has, or would have.
Result<std::vector<CreatableTopicConfigs>> effective_configs(const Broker& broker,
                                                             const ConfigMap& configs) {
  const TopicOptions& defaults = broker.logs->options().topic_defaults;
  LEAT_TRY(const TopicOptions options, config::parse_topic_options(configs, defaults));
  std::vector<CreatableTopicConfigs> answers;
  for (ConfigEntry& entry : config::describe(options, defaults, configs)) {
    answers.push_back({.name = std::move(entry.name),
                       .value = std::move(entry.value),
                       .read_only = entry.is_read_only,
                       .config_source = static_cast<std::int8_t>(entry.source)});
  }
  return answers;
}

Result<CreatableTopicResult> create(const Call& call, const CreatableTopic& asked,
                                    bool validate_only) {
  const Broker& broker = *call.broker;
  if (is_reserved(asked.name)) return not_for_clients(asked.name);
  LEAT_TRY(ConfigMap configs, configs_of(asked));
  NewTopic topic{.name = std::string(asked.name), .configs = std::move(configs)};
  LEAT_TRY_VOID(broker.logs->check_new_topic(topic));  // the name first, then the numbers
  LEAT_TRY(topic.partitions, partitions_of(broker, asked));
  CreatableTopicResult answer;
  answer.name = topic.name;
  answer.error_message = std::nullopt;
  if (validate_only) {
    LEAT_TRY_VOID(broker.logs->check_new_topic(topic));
  } else {
    LEAT_TRY(answer.topic_id, broker.logs->create_topic(topic));
  }
  if (!may_on_topic(call, AclOperation::kDescribeConfigs, asked.name)) {
    answer.topic_config_error_code = ErrorCode::kTopicAuthorizationFailed;
    answer.configs = std::nullopt;
    return answer;
  }
  answer.num_partitions =
      topic.partitions == -1 ? broker.logs->options().num_partitions : topic.partitions;
  answer.replication_factor = 1;
  LEAT_TRY(answer.configs, effective_configs(broker, topic.configs));
  return answer;
}

CreatableTopicResult refused(std::string_view name, const Error& error) {
  CreatableTopicResult answer;
  answer.name = std::string(name);
  answer.error_code = to_kafka(error.code());
  answer.error_message = message_of(error);
  return answer;
}

}  // namespace

bool CreateTopics::waits(const Call& /*call*/, const Request& request) {
  return !request.topics.empty();
}

CreateTopics::Response CreateTopics::serve(const Call& call, const Request& request) {
  std::map<std::string_view, int> named;
  for (const CreatableTopic& topic : request.topics) ++named[topic.name];
  Response response;
  for (const CreatableTopic& topic : request.topics) {
    const int times = std::exchange(named[topic.name], 0);
    if (times == 0) continue;  // answered already
    const auto answer = times == 1 ? create(call, topic, request.validate_only)
                                   : invalid_request("the topic is named more than once");
    response.topics.push_back(answer ? *answer : refused(topic.name, answer.error()));
  }
  return response;
}

CreateTopics::Response CreateTopics::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const CreatableTopic& topic : request.topics) {
    response.topics.push_back(refused(topic.name, Error(code)));
  }
  return response;
}

}  // namespace leat::kafka
