#include "kafka/api/02_list_offsets.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "kafka/call.h"
#include "kafka/topics.h"
#include "service/log_service.h"
#include "service/partition_log.h"
#include "wire/messages/list_offsets.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

using wire::list_offsets_request::ListOffsetsPartition;
using wire::list_offsets_request::ListOffsetsTopic;
using wire::list_offsets_response::ListOffsetsPartitionResponse;

// The special timestamps (L1), and the version that knows each.
constexpr std::int64_t kLatest = -1;
constexpr std::int64_t kEarliest = -2;
constexpr std::int64_t kNewest = -3;
constexpr std::int64_t kEarliestLocal = -4;
constexpr std::array<wire::ApiVersion, 7> kKnownSince{0, 1, 1, 7, 8, 9, 11};

bool is_known(std::int64_t timestamp, wire::ApiVersion version) {
  if (timestamp >= 0) return true;
  const auto index = static_cast<std::size_t>(-timestamp);
  return timestamp > -static_cast<std::int64_t>(kKnownSince.size()) &&
         version >= kKnownSince[index];
}

service::Isolation isolation_of(const wire::ListOffsetsRequest& request) {
  return request.isolation_level == 1 ? service::Isolation::kReadCommitted
                                      : service::Isolation::kReadUncommitted;
}

/// Where `timestamp` asks for; nullopt when nothing is there.
Result<std::optional<service::RecordPlace>> find(service::PartitionLog& log, std::int64_t timestamp,
                                                 service::Isolation isolation) {
  using std::chrono::milliseconds;
  if (timestamp >= 0) return log.find(Timestamp(milliseconds(timestamp)), isolation);
  if (timestamp == kNewest) return log.find_newest();
  LEAT_TRY(const PartitionOffsets offsets, log.offsets());
  const bool committed = isolation == service::Isolation::kReadCommitted;
  const auto at = [&](Offset offset) {
    return std::optional(
        service::RecordPlace{offset, Timestamp(milliseconds(-1)), offsets.leader_epoch});
  };
  if (timestamp == kLatest) return at(committed ? offsets.last_stable : offsets.high_watermark);
  if (timestamp == kEarliest || timestamp == kEarliestLocal) return at(offsets.log_start);
  return std::optional<service::RecordPlace>();
}

Result<ListOffsetsPartitionResponse> answer_for(const Call& call, const service::TopicPtr& topic,
                                                const ListOffsetsPartition& asked,
                                                service::Isolation isolation) {
  LEAT_TRY(const auto log,
           find_partition(*call.broker, *call.peer, topic, asked.partition_index, false));
  LEAT_TRY_VOID(check_epoch(*call.broker, asked.current_leader_epoch));
  if (!is_known(asked.timestamp, call.version)) return Error(ErrorCode::kUnsupportedVersion);
  LEAT_TRY(const auto place, find(*log, asked.timestamp, isolation));
  ListOffsetsPartitionResponse answer{.partition_index = asked.partition_index};
  if (!place) return answer;
  answer.offset = place->offset;
  answer.timestamp = place->timestamp.time_since_epoch().count();
  if (call.version >= 4) answer.leader_epoch = place->leader_epoch;
  return answer;
}

}  // namespace

bool ListOffsets::waits(const Call& /*call*/, const Request& request) {
  const auto by_time = [](const ListOffsetsPartition& asked) {
    return asked.timestamp >= 0 || asked.timestamp == kNewest;
  };
  return std::ranges::any_of(request.topics, [&](const ListOffsetsTopic& topic) {
    return std::ranges::any_of(topic.partitions, by_time);
  });
}

ListOffsets::Response ListOffsets::serve(const Call& call, const Request& request) {
  Response response;
  for (const ListOffsetsTopic& topic : request.topics) {
    const service::TopicPtr found = call.broker->logs->find(topic.name);
    auto& answers = response.topics.emplace_back();
    answers.name = std::string(topic.name);
    std::set<PartitionId> seen;
    for (const ListOffsetsPartition& asked : topic.partitions) {
      auto answer = seen.insert(asked.partition_index).second
                        ? answer_for(call, found, asked, isolation_of(request))
                        : Error(ErrorCode::kInvalidRequest);
      answers.partitions.push_back(
          answer ? *std::move(answer)
                 : ListOffsetsPartitionResponse{.partition_index = asked.partition_index,
                                                .error_code = to_kafka(answer.error().code())});
    }
  }
  return response;
}

ListOffsets::Response ListOffsets::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const ListOffsetsTopic& topic : request.topics) {
    auto& answers = response.topics.emplace_back();
    answers.name = std::string(topic.name);
    for (const ListOffsetsPartition& asked : topic.partitions) {
      answers.partitions.push_back({.partition_index = asked.partition_index, .error_code = code});
    }
  }
  return response;
}

}  // namespace leat::kafka
