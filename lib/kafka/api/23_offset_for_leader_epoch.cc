#include "kafka/api/23_offset_for_leader_epoch.h"

#include <string>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "kafka/call.h"
#include "kafka/topics.h"
#include "service/log_service.h"
#include "service/partition_log.h"
#include "wire/messages/offset_for_leader_epoch.h"

namespace leat::kafka {
namespace {

using wire::offset_for_leader_epoch_request::OffsetForLeaderPartition;
using wire::offset_for_leader_epoch_request::OffsetForLeaderTopic;
using wire::offset_for_leader_epoch_response::EpochEndOffset;

Result<EpochEndOffset> answer_for(const Call& call, const service::TopicPtr& topic,
                                  const OffsetForLeaderPartition& asked) {
  LEAT_TRY(const auto log, find_partition(*call.broker, *call.peer, topic, asked.partition, false));
  LEAT_TRY_VOID(check_epoch(*call.broker, asked.current_leader_epoch));
  LEAT_TRY(const auto found, log->end_of(asked.leader_epoch));
  EpochEndOffset answer{.partition = asked.partition};
  if (!found) return answer;
  answer.leader_epoch = found->leader_epoch;
  answer.end_offset = found->end;
  return answer;
}

}  // namespace

bool OffsetForLeaderEpoch::waits(const Call& /*call*/, const Request& request) {
  return !request.topics.empty();
}

OffsetForLeaderEpoch::Response OffsetForLeaderEpoch::serve(const Call& call,
                                                           const Request& request) {
  Response response;
  for (const OffsetForLeaderTopic& topic : request.topics) {
    const service::TopicPtr found = call.broker->logs->find(topic.topic);
    auto& answers = response.topics.emplace_back();
    answers.topic = std::string(topic.topic);
    for (const OffsetForLeaderPartition& asked : topic.partitions) {
      const auto answer = answer_for(call, found, asked);
      answers.partitions.push_back(
          answer ? *answer
                 : EpochEndOffset{.error_code = to_kafka(answer.error().code()),
                                  .partition = asked.partition});
    }
  }
  return response;
}

OffsetForLeaderEpoch::Response OffsetForLeaderEpoch::refuse(const Request& request,
                                                            ErrorCode code) {
  Response response;
  for (const OffsetForLeaderTopic& topic : request.topics) {
    auto& answers = response.topics.emplace_back();
    answers.topic = std::string(topic.topic);
    for (const OffsetForLeaderPartition& asked : topic.partitions) {
      answers.partitions.push_back({.error_code = code, .partition = asked.partition});
    }
  }
  return response;
}

}  // namespace leat::kafka
