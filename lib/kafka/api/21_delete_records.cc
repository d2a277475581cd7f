#include "kafka/api/21_delete_records.h"

#include <optional>
#include <string>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "kafka/admin.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/topics.h"
#include "service/log_service.h"
#include "wire/messages/delete_records.h"

namespace leat::kafka {
namespace {

using wire::delete_records_request::DeleteRecordsPartition;
using wire::delete_records_request::DeleteRecordsTopic;

constexpr Offset kHighWatermark{-1};
constexpr Offset kNoLowWatermark{-1};

Result<Offset> delete_before(const Call& call, const service::TopicPtr& topic,
                             const DeleteRecordsPartition& asked) {
  const Broker& broker = *call.broker;
  LEAT_TRY_VOID(find_partition(broker, *call.peer, topic, asked.partition_index, false));
  if (topic->is_internal) return not_for_clients(topic->name);
  if (topic->options.cleanup_policy == CleanupPolicy::kCompact) {
    return Error(ErrorCode::kPolicyViolation);
  }
  if (asked.offset < kHighWatermark) return Error(ErrorCode::kOffsetOutOfRange);
  return broker.logs->delete_records(
      {topic->name, asked.partition_index},
      asked.offset == kHighWatermark ? std::nullopt : std::optional(asked.offset));
}

}  // namespace

bool DeleteRecords::waits(const Call& /*call*/, const Request& request) {
  return !request.topics.empty();
}

DeleteRecords::Response DeleteRecords::serve(const Call& call, const Request& request) {
  Response response;
  for (const DeleteRecordsTopic& topic : request.topics) {
    const service::TopicPtr found = call.broker->logs->find(topic.name);
    auto& answers = response.topics.emplace_back();
    answers.name = std::string(topic.name);
    for (const DeleteRecordsPartition& asked : topic.partitions) {
      const auto log_start = delete_before(call, found, asked);
      answers.partitions.push_back(
          {.partition_index = asked.partition_index,
           .low_watermark = log_start ? *log_start : kNoLowWatermark,
           .error_code = log_start ? ErrorCode::kNone : to_kafka(log_start.error().code())});
    }
  }
  return response;
}

DeleteRecords::Response DeleteRecords::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const DeleteRecordsTopic& topic : request.topics) {
    auto& answers = response.topics.emplace_back();
    answers.name = std::string(topic.name);
    for (const DeleteRecordsPartition& asked : topic.partitions) {
      answers.partitions.push_back({.partition_index = asked.partition_index,
                                    .low_watermark = kNoLowWatermark,
                                    .error_code = code});
    }
  }
  return response;
}

}  // namespace leat::kafka
