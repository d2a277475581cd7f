#include "kafka/api/32_describe_configs.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"

#include "base/try.h"
#include "config/config.h"
#include "config/table.h"
#include "kafka/admin.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/config_resources.h"
#include "wire/messages/describe_configs.h"

namespace leat::kafka {
namespace {

using wire::describe_configs_request::DescribeConfigsResource;
using wire::describe_configs_response::DescribeConfigsResourceResult;
using wire::describe_configs_response::DescribeConfigsResult;
using wire::describe_configs_response::DescribeConfigsSynonym;

constexpr auto number_of(ConfigSource source) { return static_cast<std::int8_t>(source); }

/// The broker-wide values behind a topic's, the first that is set deciding.
void add_broker_synonyms(const Broker& broker, std::string_view name,
                         std::vector<DescribeConfigsSynonym>& synonyms) {
  const auto table = config::topic_option_table();
  const auto row = std::ranges::find(table, name, &config::OptionSpec<TopicOptions>::name);
  if (row == table.end() || row->broker_synonym.empty()) return;
  const std::string synonym(row->broker_synonym);
  const auto set = row->show(broker.logs->options().topic_defaults);
  const auto built_in = row->show(TopicOptions());
  if (set != built_in) {
    synonyms.push_back({synonym, set, number_of(ConfigSource::kStaticBroker)});
  }
  synonyms.push_back({synonym, built_in, number_of(ConfigSource::kDefault)});
}

std::vector<DescribeConfigsSynonym> synonyms_of(const Broker& broker, std::int8_t type,
                                                const ConfigEntry& entry) {
  std::vector<DescribeConfigsSynonym> synonyms;
  if (type != kTopicResource || entry.source == ConfigSource::kTopic) {
    synonyms.push_back({entry.name, entry.value, number_of(entry.source)});
  }
  if (type == kTopicResource) add_broker_synonyms(broker, entry.name, synonyms);
  return synonyms;
}

bool is_wanted(const DescribeConfigsResource& asked, std::string_view name) {
  const auto& keys = asked.configuration_keys;
  return !keys || keys->empty() || std::ranges::find(*keys, name) != keys->end();
}

Result<std::vector<DescribeConfigsResourceResult>> describe(
    const Call& call, const wire::DescribeConfigsRequest& request,
    const DescribeConfigsResource& asked) {
  LEAT_TRY(const std::vector<ConfigEntry> entries,
           describe_resource(call, asked.resource_type, asked.resource_name));
  std::vector<DescribeConfigsResourceResult> answers;
  for (const ConfigEntry& entry : entries) {
    if (!is_wanted(asked, entry.name)) continue;
    auto& answer = answers.emplace_back();
    answer.name = entry.name;
    answer.value = entry.value;
    answer.read_only = entry.is_read_only;
    answer.config_source = number_of(entry.source);
    answer.config_type = static_cast<std::int8_t>(entry.type);
    answer.documentation = std::nullopt;
    if (request.include_documentation) answer.documentation = entry.doc;
    if (request.include_synonyms) {
      answer.synonyms = synonyms_of(*call.broker, asked.resource_type, entry);
    }
  }
  return answers;
}

DescribeConfigsResult answer_for(const DescribeConfigsResource& asked) {
  DescribeConfigsResult answer;
  answer.error_message = std::nullopt;
  answer.resource_type = asked.resource_type;
  answer.resource_name = std::string(asked.resource_name);
  return answer;
}

}  // namespace

DescribeConfigs::Response DescribeConfigs::serve(const Call& call, const Request& request) {
  Response response;
  for (const DescribeConfigsResource& asked : request.resources) {
    DescribeConfigsResult& answer = response.results.emplace_back(answer_for(asked));
    auto configs = describe(call, request, asked);
    if (configs) {
      answer.configs = *std::move(configs);
    } else {
      answer.error_code = to_kafka(configs.error().code());
      answer.error_message = message_of(configs.error());
    }
  }
  return response;
}

DescribeConfigs::Response DescribeConfigs::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const DescribeConfigsResource& asked : request.resources) {
    response.results.emplace_back(answer_for(asked)).error_code = code;
  }
  return response;
}

}  // namespace leat::kafka
