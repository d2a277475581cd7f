// leat group … --bootstrap.

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "net/kafka_client.h"
#include "tools/arguments.h"
#include "tools/group_output.h"
#include "tools/output.h"
#include "tools/remote.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/messages/consumer_protocol.h"
#include "wire/messages/delete_groups.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/list_groups.h"
#include "wire/messages/offset_commit.h"
#include "wire/messages/offset_fetch.h"
#include "wire/schema.h"
#include "wire/versioned.h"

namespace leat::tools {
namespace {

using Client = net::KafkaClient;
using Offsets = std::map<TopicPartition, Offset>;

constexpr std::int64_t kEarliest = -2;
constexpr std::int64_t kLatest = -1;
/// The newest version that names topics, not ids.
constexpr wire::ApiVersion kCommitByName = 9;
/// The newest version of one group.
constexpr wire::ApiVersion kFetchOneGroup = 7;

Result<void> check(ErrorCode code, std::string_view what) {
  if (code == ErrorCode::kNone) return {};
  return Error(code, std::string(what));
}

Result<void> list(Client& client, const GroupArguments& arguments) {
  std::vector<GroupListing> groups;
  const auto add = [&](const wire::ListGroupsResponse& answer) {
    for (const auto& group : answer.groups) {
      groups.push_back({.group = group.group_id,
                        .state = group.group_state,
                        .type = group.group_type,
                        .protocol_type = group.protocol_type});
    }
    return check(answer.error_code, "a broker does not list its groups");
  };
  LEAT_TRY_VOID(client.call_all<wire::ListGroupsResponse>(wire::ListGroupsRequest(), add));
  std::ranges::sort(groups, {}, &GroupListing::group);
  print_groups(arguments, groups);
  return {};
}

/// nullopt: it is no group of the consumer protocol, or the broker knows none.
Result<std::optional<GroupDescription>> describe_consumer(Client& client,
                                                          const std::string& group) {
  using Found = std::optional<GroupDescription>;
  wire::ConsumerGroupDescribeRequest request;
  request.group_ids.push_back(group);
  const auto answer = client.call_coordinator<wire::ConsumerGroupDescribeResponse>(group, request);
  if (!answer && answer.error().code() == ErrorCode::kUnsupportedVersion) return Found();
  if (!answer) return answer.error();
  if ((*answer)->groups.size() != 1) return Found();
  const auto& said = (*answer)->groups.front();
  if (said.error_code == ErrorCode::kGroupIdNotFound) return Found();
  LEAT_TRY_VOID(check(said.error_code, said.error_message.value_or("")));
  GroupDescription description{.listing = {.group = group,
                                           .state = said.group_state,
                                           .type = "consumer",
                                           .protocol_type = "consumer"},
                               .assignor = said.assignor_name};
  for (const auto& member : said.members) {
    auto& added =
        description.members.emplace_back(GroupMemberDescription{.member_id = member.member_id,
                                                                .instance_id = member.instance_id,
                                                                .client_id = member.client_id,
                                                                .host = member.client_host});
    for (const auto& topic : member.assignment.topic_partitions) {
      for (const PartitionId partition : topic.partitions) {
        added.assignment.push_back({topic.topic_name, partition});
      }
    }
  }
  return Found(std::move(description));
}

Result<GroupDescription> describe_classic(Client& client, const std::string& group) {
  wire::DescribeGroupsRequest request;
  request.groups.push_back(group);
  LEAT_TRY(const auto answer,
           client.call_coordinator<wire::DescribeGroupsResponse>(group, request));
  if (answer->groups.size() != 1) {
    return Error(ErrorCode::kCorruptMessage, "the broker answers for other groups");
  }
  const auto& said = answer->groups.front();
  LEAT_TRY_VOID(check(said.error_code, said.error_message.value_or("")));
  if (said.group_state == "Dead")
    return Error(ErrorCode::kGroupIdNotFound, "there is no such group");
  GroupDescription description{.listing = {.group = group,
                                           .state = said.group_state,
                                           .type = "classic",
                                           .protocol_type = said.protocol_type},
                               .assignor = said.protocol_data};
  for (const auto& member : said.members) {
    auto& added = description.members.emplace_back(
        GroupMemberDescription{.member_id = member.member_id,
                               .instance_id = member.group_instance_id,
                               .client_id = member.client_id,
                               .host = member.client_host});
    const auto assignment =
        wire::decode_versioned<wire::ConsumerProtocolAssignment>(member.member_assignment);
    if (!assignment) continue;  // of another protocol type, or not there yet
    for (const auto& topic : assignment->assigned_partitions) {
      for (const PartitionId partition : topic.partitions) {
        added.assignment.push_back({std::string(topic.topic), partition});
      }
    }
  }
  return description;
}

Result<GroupDescription> describe_group(Client& client, const std::string& group) {
  LEAT_TRY(auto consumer, describe_consumer(client, group));
  if (consumer) return *std::move(consumer);
  return describe_classic(client, group);
}

Result<Offsets> committed(Client& client, const std::string& group) {
  wire::OffsetFetchRequest request;
  request.group_id = group;
  request.topics.reset();
  LEAT_TRY(const auto answer,
           client.call_coordinator<wire::OffsetFetchResponse>(group, request, kFetchOneGroup));
  LEAT_TRY_VOID(check(answer->error_code, "the broker gives no offsets"));
  Offsets offsets;
  for (const auto& topic : answer->topics) {
    for (const auto& partition : topic.partitions) {
      offsets[{topic.name, partition.partition_index}] = partition.committed_offset;
    }
  }
  return offsets;
}

Result<Offset> offset_at(Client& client, const TopicPartition& partition, std::int64_t timestamp) {
  LEAT_TRY(const auto found, client.offset_at(partition, timestamp));
  if (found) return *found;
  LEAT_TRY(const auto end, client.offset_at(partition, kLatest));
  return end.value_or(Offset{0});
}

Result<void> describe(Client& client, const GroupArguments& arguments) {
  LEAT_TRY(const GroupDescription group, describe_group(client, arguments.group));
  LEAT_TRY(const Offsets offsets, committed(client, arguments.group));
  std::map<TopicPartition, PartitionLag> lags;
  for (const auto& [partition, offset] : offsets) lags[partition].committed = offset;
  for (const GroupMemberDescription& member : group.members) {
    for (const TopicPartition& partition : member.assignment) lags[partition].member = member;
  }
  GroupLag all;
  for (auto& [partition, lag] : lags) {
    lag.partition = partition;
    LEAT_TRY(lag.log_end, offset_at(client, partition, kLatest));
    if (lag.committed) lag.lag = std::max<std::int64_t>(lag.log_end - *lag.committed, 0);
    all.max_offset_lag = std::max(all.max_offset_lag, lag.lag.value_or(0));
    all.sum_offset_lag += lag.lag.value_or(0);
    all.partitions.push_back(std::move(lag));
  }
  print_group(arguments, group, all);
  return {};
}

Result<std::vector<TopicPartition>> partitions_of(Client& client,
                                                  const std::vector<std::string>& texts) {
  std::vector<TopicPartition> partitions;
  for (const std::string& text : texts) {
    LEAT_TRY(const auto named, parse_partition(text));
    LEAT_TRY(const auto topic, client.topic(named.first));
    if (named.second) {
      partitions.push_back({named.first, *named.second});
      continue;
    }
    for (const auto& partition : topic.partitions) {
      partitions.push_back({named.first, partition.partition_index});
    }
  }
  return partitions;
}

Result<Offset> target(Client& client, const TopicPartition& partition,
                      std::optional<Offset> current, ResetTo to) {
  LEAT_TRY(const Offset first, offset_at(client, partition, kEarliest));
  LEAT_TRY(const Offset end, offset_at(client, partition, kLatest));
  switch (to.kind) {
    case ResetTo::Kind::kEarliest:
      return first;
    case ResetTo::Kind::kLatest:
      return end;
    case ResetTo::Kind::kOffset:
      if (Offset{to.value} >= first && Offset{to.value} <= end) return Offset{to.value};
      return Error(ErrorCode::kOffsetOutOfRange,
                   fmt::format("offset {} is not within [{}, {}] of {}-{}", to.value, first.value(),
                               end.value(), partition.topic, partition.partition.value()));
    case ResetTo::Kind::kTime:
      return offset_at(client, partition, to.value);
    case ResetTo::Kind::kDuration: {
      const Timestamp now = posix_clock()->now();
      return offset_at(client, partition, now.time_since_epoch().count() - to.value);
    }
    case ResetTo::Kind::kShift:
      return std::clamp(current.value_or(first) + to.value, first, end);
  }
  return first;
}

Result<void> commit(Client& client, const GroupArguments& arguments, const Offsets& offsets) {
  wire::OffsetCommitRequest request;
  request.group_id = arguments.group;
  for (const auto& [partition, offset] : offsets) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.push_back({.name = partition.topic});
    }
    request.topics.back().partitions.push_back(
        {.partition_index = partition.partition, .committed_offset = offset});
  }
  LEAT_TRY(const auto answer, client.call_coordinator<wire::OffsetCommitResponse>(
                                  arguments.group, request, kCommitByName));
  for (const auto& topic : answer->topics) {
    for (const auto& partition : topic.partitions) {
      LEAT_TRY_VOID(check(partition.error_code, "the broker does not take the offsets"));
    }
  }
  return {};
}

Result<void> reset(Client& client, const GroupArguments& arguments) {
  LEAT_TRY(const ResetTo to, reset_of(arguments));
  const auto group = describe_group(client, arguments.group);
  if (group && !group->members.empty()) {
    return Error(ErrorCode::kNonEmptyGroup,
                 fmt::format("it has {} members; stop them first", group->members.size()));
  }
  LEAT_TRY(const Offsets before, committed(client, arguments.group));
  LEAT_TRY(auto partitions, partitions_of(client, arguments.topics));
  if (arguments.topics.empty()) {
    for (const auto& [partition, offset] : before) partitions.push_back(partition);
  }
  Offsets offsets;
  for (const TopicPartition& partition : partitions) {
    const auto found = before.find(partition);
    LEAT_TRY(offsets[partition],
             target(client, partition,
                    found == before.end() ? std::nullopt : std::optional(found->second), to));
  }
  if (offsets.empty()) return nothing_to_reset(arguments);
  if (!arguments.dry_run) LEAT_TRY_VOID(commit(client, arguments, offsets));
  print_offsets(arguments, offsets);
  return {};
}

Result<void> remove(Client& client, const GroupArguments& arguments) {
  wire::DeleteGroupsRequest request;
  request.groups_names.push_back(arguments.group);
  LEAT_TRY(const auto answer,
           client.call_coordinator<wire::DeleteGroupsResponse>(arguments.group, request));
  for (const auto& result : answer->results) {
    LEAT_TRY_VOID(check(result.error_code, "the broker does not delete it"));
  }
  print_deleted(arguments);
  return {};
}

Result<void> perform(GroupAction action, const GroupArguments& arguments) {
  LEAT_TRY(Client client, Client::connect(arguments.place.bootstrap));
  switch (action) {
    case GroupAction::kList:
      return list(client, arguments);
    case GroupAction::kDescribe:
      return describe(client, arguments);
    case GroupAction::kReset:
      return reset(client, arguments);
    case GroupAction::kDelete:
      return remove(client, arguments);
  }
  return {};
}

}  // namespace

int remote_group(GroupAction action, const GroupArguments& arguments) {
  const auto done = perform(action, arguments);
  if (done) return kOk;
  return fail(arguments.group.empty() ? arguments.place.bootstrap
                                      : fmt::format("group '{}'", arguments.group),
              done.error());
}

}  // namespace leat::tools
