#include "kafka/api/37_create_partitions.h"

#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leat/admin.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "kafka/admin.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/replicas.h"
#include "service/log_service.h"
#include "wire/messages/create_partitions.h"

namespace leat::kafka {
namespace {

using wire::create_partitions_request::CreatePartitionsTopic;

/// What the engine would refuse, for who only asks.
Result<void> check_count(const Broker& broker, const service::Topic& topic, std::int32_t total) {
  std::int64_t in_all = std::int64_t{total} - std::ssize(topic.partitions);
  if (in_all <= 0 || total > kPartitionsMax) {
    return Error(ErrorCode::kInvalidPartitions,
                 fmt::format("topic '{}' has {} partitions; {} is not more, or over {}", topic.name,
                             topic.partitions.size(), total, kPartitionsMax));
  }
  for (const service::TopicPtr& other : broker.logs->topics()) {
    in_all += std::ssize(other->partitions);
  }
  const std::int32_t most = broker.logs->options().max_partitions;
  if (in_all <= most) return {};
  return Error(
      ErrorCode::kInvalidPartitions,
      fmt::format("{} partitions in all would be over leat.max.partitions={}", in_all, most));
}

/// One of each new partition, all with as many replicas.
Result<void> check_assignments(const Broker& broker, const service::Topic& topic,
                               const CreatePartitionsTopic& asked) {
  if (!asked.assignments) return {};
  const std::int64_t more = asked.count - std::ssize(topic.partitions);
  if (std::ssize(*asked.assignments) != more) {
    return Error(ErrorCode::kInvalidReplicaAssignment,
                 fmt::format("{} partitions are to be added, and {} are assigned", more,
                             asked.assignments->size()));
  }
  for (const auto& assignment : *asked.assignments) {
    LEAT_TRY_VOID(check_replicas(broker.nodes, assignment.broker_ids,
                                 asked.assignments->front().broker_ids.size()));
  }
  return {};
}

Result<void> grow(const Broker& broker, const CreatePartitionsTopic& asked, bool validate_only) {
  LEAT_TRY(const service::TopicPtr topic, find_changeable(broker, asked.name));
  LEAT_TRY_VOID(check_count(broker, *topic, asked.count));
  LEAT_TRY_VOID(check_assignments(broker, *topic, asked));
  if (validate_only) return {};
  return broker.logs->add_partitions(asked.name, asked.count);
}

}  // namespace

bool CreatePartitions::waits(const Call& /*call*/, const Request& request) {
  return !request.topics.empty();
}

CreatePartitions::Response CreatePartitions::serve(const Call& call, const Request& request) {
  std::map<std::string_view, int> named;
  for (const CreatePartitionsTopic& topic : request.topics) ++named[topic.name];
  Response response;
  for (const CreatePartitionsTopic& topic : request.topics) {
    const int times = std::exchange(named[topic.name], 0);
    if (times == 0) continue;  // answered already
    const auto grown = times == 1
                           ? grow(*call.broker, topic, request.validate_only)
                           : Error(ErrorCode::kInvalidRequest, "the topic is named more than once");
    response.results.push_back(
        {.name = std::string(topic.name),
         .error_code = grown ? ErrorCode::kNone : to_kafka(grown.error().code()),
         .error_message = grown ? std::nullopt : message_of(grown.error())});
  }
  return response;
}

CreatePartitions::Response CreatePartitions::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const CreatePartitionsTopic& topic : request.topics) {
    response.results.push_back({.name = std::string(topic.name), .error_code = code});
  }
  return response;
}

}  // namespace leat::kafka
