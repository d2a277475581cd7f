#include "kafka/api/08_offset_commit.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/call.h"
#include "kafka/groups.h"
#include "kafka/topics.h"
#include "service/group_service.h"
#include "service/log_service.h"
#include "wire/messages/offset_commit.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

/// Since this version topics are named by id.
constexpr wire::ApiVersion kById = 10;

/// A partition of the request by its places in the response.
struct Place {
  std::size_t topic;
  std::size_t partition;
};

/// What can be committed of a request, and the answer for what cannot.
struct Sorted {
  wire::OffsetCommitResponse response;
  std::vector<service::OffsetToCommit> offsets;
  std::vector<Place> places;
  std::vector<service::TopicPtr> topics;  // whose names the offsets look into
};

Sorted sort(const Call& call, const wire::OffsetCommitRequest& request) {
  Sorted sorted;
  const bool by_id = call.version >= kById;
  for (const auto& topic : request.topics) {
    const service::TopicPtr found = find_topic(*call.broker, by_id, topic.name, topic.topic_id);
    auto& answers = sorted.response.topics.emplace_back();
    answers.name = std::string(topic.name);
    answers.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions) {
      auto& answer = answers.partitions.emplace_back();
      answer.partition_index = partition.partition_index;
      if (found == nullptr || found->partition(partition.partition_index) == nullptr) {  // O2
        answer.error_code = by_id && found == nullptr ? ErrorCode::kUnknownTopicId
                                                      : ErrorCode::kUnknownTopicOrPartition;
        continue;
      }
      sorted.places.push_back({sorted.response.topics.size() - 1, answers.partitions.size() - 1});
      sorted.offsets.push_back({.topic = found->name,
                                .topic_id = found->id,
                                .partition = partition.partition_index,
                                .offset = partition.committed_offset,
                                .leader_epoch = partition.committed_leader_epoch,
                                .metadata = partition.committed_metadata.value_or("")});
    }
    if (found != nullptr) sorted.topics.push_back(found);
  }
  return sorted;
}

}  // namespace

void OffsetCommit::serve(Call call, const Request& request) {
  const ErrorCode error = check_coordinator(call, request.group_id);
  if (error != ErrorCode::kNone) {
    return Reply<Response>(std::move(call)).send(refuse(request, error));
  }
  Sorted sorted = sort(call, request);
  service::GroupService& groups = *call.broker->groups;
  const std::string host = client_host(call);
  const service::GroupCaller caller{call.version, call.header.client_id.value_or(""), host};
  service::CommitRequest commit{.member = {.group_id = request.group_id,
                                           .member_id = request.member_id,
                                           .instance_id = request.group_instance_id,
                                           .generation = request.generation_id_or_member_epoch},
                                .offsets = sorted.offsets};
  if (request.retention_time_ms >= 0) {
    commit.retention = std::chrono::milliseconds(request.retention_time_ms);  // O9
  }
  groups.commit(caller, commit,
                [reply = Reply<Response>(call), response = std::move(sorted.response),
                 places = std::move(sorted.places)](std::vector<ErrorCode> errors) mutable {
                  for (std::size_t i = 0; i < places.size(); ++i) {
                    response.topics[places[i].topic].partitions[places[i].partition].error_code =
                        errors[i];
                  }
                  reply.give(std::move(response));
                });
}

OffsetCommit::Response OffsetCommit::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const auto& topic : request.topics) {
    auto& answers = response.topics.emplace_back();
    answers.name = std::string(topic.name);
    answers.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions) {
      answers.partitions.push_back({partition.partition_index, code});
    }
  }
  return response;
}

}  // namespace leat::kafka
