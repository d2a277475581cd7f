#include "kafka/api/09_offset_fetch.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/call.h"
#include "kafka/groups.h"
#include "service/group_service.h"
#include "service/log_service.h"
#include "wire/messages/offset_fetch.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

using wire::offset_fetch_request::OffsetFetchRequestGroup;
using wire::offset_fetch_response::OffsetFetchResponseGroup;

/// Since this version a request has many groups.
constexpr wire::ApiVersion kManyGroups = 8;
/// Since this version topics are named by id.
constexpr wire::ApiVersion kById = 10;

/// The one group of an older request in the form of a newer.
OffsetFetchRequestGroup only_group(const wire::OffsetFetchRequest& request) {
  OffsetFetchRequestGroup group;
  group.group_id = request.group_id;
  if (!request.topics) {
    group.topics.reset();
    return group;
  }
  for (const auto& topic : *request.topics) {
    group.topics->push_back({.name = topic.name, .partition_indexes = topic.partition_indexes});
  }
  return group;
}

/// The same for the answer.
void make_only_group(wire::OffsetFetchResponse& response) {
  const OffsetFetchResponseGroup group = std::move(response.groups.front());
  response.groups.clear();
  response.error_code = group.error_code;
  for (const auto& topic : group.topics) {
    auto& answers = response.topics.emplace_back();
    answers.name = topic.name;
    for (const auto& partition : topic.partitions) {
      answers.partitions.push_back({.partition_index = partition.partition_index,
                                    .committed_offset = partition.committed_offset,
                                    .committed_leader_epoch = partition.committed_leader_epoch,
                                    .metadata = partition.metadata,
                                    .error_code = partition.error_code});
    }
  }
}

/// What is asked of one group, and what is known to be wrong with it.
struct Asked {
  std::vector<service::TopicPtr> topics;  // whose names the partitions look into
  std::vector<service::TopicPartitionView> partitions;
  OffsetFetchResponseGroup answer;  // of topics that are not there
};

Asked sort(const Call& call, const OffsetFetchRequestGroup& group) {
  Asked asked;
  const bool by_id = call.version >= kById;
  for (const auto& topic : *group.topics) {
    std::string_view name = topic.name;
    if (by_id) {
      const service::TopicPtr found = call.broker->logs->find(topic.topic_id);
      if (found == nullptr) {
        auto& answers = asked.answer.topics.emplace_back();
        answers.topic_id = topic.topic_id;
        for (const PartitionId partition : topic.partition_indexes) {
          answers.partitions.push_back({.partition_index = partition,
                                        .committed_offset = Offset{-1},
                                        .error_code = ErrorCode::kUnknownTopicId});
        }
        continue;
      }
      name = found->name;
      asked.topics.push_back(found);
    }
    for (const PartitionId partition : topic.partition_indexes) {
      asked.partitions.push_back({name, partition});
    }
  }
  return asked;
}

/// Offsets of a topic lie side by side.
void add(const Call& call, service::CommittedOffsets committed, OffsetFetchResponseGroup& group) {
  group.error_code = committed.error;
  const std::size_t before = group.topics.size();
  for (service::CommittedOffset& offset : committed.offsets) {
    if (group.topics.size() == before || group.topics.back().name != offset.topic) {
      auto& topic = group.topics.emplace_back();
      topic.name = offset.topic;
      if (call.version >= kById) {
        const service::TopicPtr found = call.broker->logs->find(offset.topic);
        if (found != nullptr) topic.topic_id = found->id;
      }
    }
    group.topics.back().partitions.push_back({.partition_index = offset.partition,
                                              .committed_offset = offset.offset,
                                              .committed_leader_epoch = offset.leader_epoch,
                                              .metadata = std::move(offset.metadata)});
  }
}

void fetch_group(const Call& call, const OffsetFetchRequestGroup& group,
                 const std::shared_ptr<Parts<wire::OffsetFetchResponse>>& parts,
                 OffsetFetchResponseGroup& answer) {
  answer.error_code = check_coordinator(call, group.group_id);
  if (answer.error_code != ErrorCode::kNone) return;
  Asked asked;
  service::OffsetsRequest request{.member = {.group_id = group.group_id,
                                             .member_id = group.member_id.value_or(""),
                                             .generation = group.member_epoch}};
  if (group.topics) {
    asked = sort(call, group);
    request.partitions = asked.partitions;
    answer.topics = std::move(asked.answer.topics);
  }
  parts->expect_one();
  call.broker->groups->fetch({.version = call.version}, request,
                             [call, parts, &answer](service::CommittedOffsets committed) {
                               add(call, std::move(committed), answer);
                               parts->one_came();
                             });
}

}  // namespace

void OffsetFetch::serve(const Call& call, const Request& request) {
  const bool has_many = call.version >= kManyGroups;
  const std::vector<OffsetFetchRequestGroup> groups =
      has_many ? request.groups : std::vector{only_group(request)};
  Response response;
  response.groups.resize(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    response.groups[i].group_id = std::string(groups[i].group_id);
  }
  const auto parts = std::make_shared<Parts<Response>>(Reply<Response>(call), std::move(response),
                                                       has_many ? nullptr : &make_only_group);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    fetch_group(call, groups[i], parts, parts->response().groups[i]);
  }
  parts->one_came();
}

OffsetFetch::Response OffsetFetch::refuse(const Request& request, ErrorCode code) {
  Response response;
  response.error_code = code;
  for (const auto& group : request.groups) {
    response.groups.push_back(
        {.group_id = std::string(group.group_id), .topics = {}, .error_code = code});
  }
  return response;
}

}  // namespace leat::kafka
