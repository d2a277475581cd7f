#include "kafka/api/20_delete_topics.h"

#include <fmt/core.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "base/uuid.h"
#include "kafka/admin.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/topics.h"
#include "service/log_service.h"
#include "wire/messages/delete_topics.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

using wire::delete_topics_request::DeleteTopicState;
using wire::delete_topics_response::DeletableTopicResult;

/// The request in its newest form.
std::vector<DeleteTopicState> asked_topics(const wire::DeleteTopicsRequest& request) {
  std::vector<DeleteTopicState> topics = request.topics;
  for (const std::string_view name : request.topic_names) topics.push_back({.name = name});
  return topics;
}

Result<service::TopicPtr> find(const Broker& broker, const DeleteTopicState& asked) {
  const bool by_id = !asked.topic_id.is_zero();
  if (by_id == asked.name.has_value()) {
    return Error(ErrorCode::kInvalidRequest,
                 "a topic to delete has a name or an id: not both, not neither");
  }
  service::TopicPtr topic = find_topic(broker, by_id, asked.name.value_or(""), asked.topic_id);
  if (topic != nullptr) return topic;
  return by_id ? Error(ErrorCode::kUnknownTopicId) : Error(ErrorCode::kUnknownTopicOrPartition);
}

Result<service::TopicPtr> remove(const Broker& broker, const DeleteTopicState& asked) {
  LEAT_TRY(service::TopicPtr topic, find(broker, asked));
  if (topic->is_internal) return not_for_clients(topic->name);
  LEAT_TRY_VOID(broker.logs->delete_topic(topic->name));
  return topic;
}

DeletableTopicResult refused(const DeleteTopicState& asked, const Error& error) {
  DeletableTopicResult answer;
  answer.name = asked.name ? std::optional(std::string(*asked.name)) : std::nullopt;
  answer.topic_id = asked.topic_id;
  answer.error_code = to_kafka(error.code());
  answer.error_message = message_of(error);
  return answer;
}

/// Names and ids, each as text: a topic named by both is found deleted the second time.
std::string key_of(const DeleteTopicState& asked) {
  return asked.name ? fmt::format("name {}", *asked.name) : base::to_hex(asked.topic_id);
}

}  // namespace

bool DeleteTopics::waits(const Call& /*call*/, const Request& request) {
  return !request.topics.empty() || !request.topic_names.empty();
}

DeleteTopics::Response DeleteTopics::serve(const Call& call, const Request& request) {
  constexpr wire::ApiVersion kKnowsDisabled = 3;
  if (!call.broker->options.delete_topic_enable) {
    return refuse(request, call.version < kKnowsDisabled ? ErrorCode::kInvalidRequest
                                                         : ErrorCode::kTopicDeletionDisabled);
  }
  const std::vector<DeleteTopicState> asked = asked_topics(request);
  std::map<std::string, int> named;
  for (const DeleteTopicState& topic : asked) ++named[key_of(topic)];
  Response response;
  for (const DeleteTopicState& topic : asked) {
    const int times = std::exchange(named[key_of(topic)], 0);
    if (times == 0) continue;  // answered already
    const auto removed =
        times == 1 ? remove(*call.broker, topic)
                   : Error(ErrorCode::kInvalidRequest, "the topic is named more than once");
    response.responses.push_back(
        removed ? DeletableTopicResult{.name = (*removed)->name, .topic_id = (*removed)->id}
                : refused(topic, removed.error()));
  }
  return response;
}

DeleteTopics::Response DeleteTopics::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const DeleteTopicState& topic : asked_topics(request)) {
    response.responses.push_back(refused(topic, Error(code)));
  }
  return response;
}

}  // namespace leat::kafka
