// Consumer groups as an administrator sees them: who is in, where they stand, how far behind.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/admin_backend.h"
#include "engine/await.h"
#include "engine/consumed_batch.h"
#include "engine/engine_impl.h"  // NOLINT(misc-include-cleaner): Engine::Impl
#include "engine/groups.h"
#include "group/assignor/client.h"
#include "log/log.h"
#include "partition/fetch.h"
#include "partition/partition.h"
#include "service/group_service.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/messages/describe_groups.h"
#include "wire/schema.h"

namespace leat::engine {
namespace {

using std::chrono::milliseconds;

/// As a client that knows of no epochs and is no member.
constexpr wire::ApiVersion kCommitVersion = 8;

Error not_found(std::string_view group) {
  return {ErrorCode::kGroupIdNotFound, fmt::format("there is no group '{}'", group)};
}

/// When the record at or behind `offset` was written; nullopt when there is none.
Result<std::optional<Timestamp>> time_of_record(
    const std::shared_ptr<partition::Partition>& partition, Offset offset) {
  partition::Reader reader(partition);
  reader.seek(offset);
  LEAT_TRY(auto* const piece, reader.next(1));
  if (piece == nullptr) return std::optional<Timestamp>();
  auto batch = std::make_unique<ConsumedBatch::Impl>();
  const auto source = std::make_shared<const TopicPartition>(partition->name());
  auto added = batch->add(*piece, source, 1);
  if (added.error) return *std::move(added.error);
  const ConsumedBatch records(std::move(batch));
  for (const ConsumedRecord& record : records.records()) return std::optional(record.timestamp);
  return std::optional<Timestamp>();
}

GroupDescription described(const wire::consumer_group_describe_response::DescribedGroup& group) {
  GroupDescription description{.listing = {.group = group.group_id,
                                           .state = group.group_state,
                                           .type = "consumer",
                                           .protocol_type = "consumer"},
                               .assignor = group.assignor_name};
  for (const auto& member : group.members) {
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
    std::ranges::sort(added.assignment);
  }
  return description;
}

/// What a member of another protocol type was assigned is for its own kind to read.
GroupDescription described(const wire::describe_groups_response::DescribedGroup& group) {
  GroupDescription description{.listing = {.group = group.group_id,
                                           .state = group.group_state,
                                           .type = "classic",
                                           .protocol_type = group.protocol_type},
                               .assignor = group.protocol_data};
  for (const auto& member : group.members) {
    auto& added = description.members.emplace_back(
        GroupMemberDescription{.member_id = member.member_id,
                               .instance_id = member.group_instance_id,
                               .client_id = member.client_id,
                               .host = member.client_host});
    auto assignment = group::assignor::decode_assignment(member.member_assignment);
    if (assignment) added.assignment = *std::move(assignment);
    std::ranges::sort(added.assignment);
  }
  return description;
}

}  // namespace

Result<std::vector<GroupListing>> EngineAdmin::list_groups() {
  LEAT_TRY_VOID(engine_->instance().gate.check());
  Groups& groups = engine_->groups();
  LEAT_TRY_VOID(groups.load());
  std::vector<GroupListing> listings;
  for (std::int32_t partition = 0; partition < groups.partition_count(); ++partition) {
    for (auto& group : groups.list(PartitionId{partition})) {
      listings.push_back({.group = std::move(group.group_id),
                          .state = std::move(group.group_state),
                          .type = std::move(group.group_type),
                          .protocol_type = std::move(group.protocol_type)});
    }
  }
  std::ranges::sort(listings, {}, &GroupListing::group);
  return listings;
}

Result<GroupDescription> EngineAdmin::describe_group(std::string_view group) {
  LEAT_TRY_VOID(engine_->instance().gate.check());
  Groups& groups = engine_->groups();
  LEAT_TRY_VOID(groups.load());
  const auto consumer = groups.describe_consumer_group(group);
  if (consumer.error_code == ErrorCode::kNone) return described(consumer);
  const auto classic = groups.describe(group);
  if (classic.error_code == ErrorCode::kNone) return described(classic);
  return not_found(group);
}

Result<std::map<TopicPartition, Offset>> EngineAdmin::committed(std::string_view group) {
  const Environment& environment = engine_->environment();
  auto found = await<service::CommittedOffsets>(
      *environment.scheduler, *environment.clock,
      [&](std::function<void(service::CommittedOffsets)> done) {
        engine_->groups().fetch({.version = kCommitVersion}, {.member = {.group_id = group}},
                                std::move(done));
      });
  if (found.error != ErrorCode::kNone) {
    return Error(found.error, fmt::format("the offsets of group '{}'", group));
  }
  std::map<TopicPartition, Offset> offsets;
  for (service::CommittedOffset& one : found.offsets) {
    offsets[{std::move(one.topic), one.partition}] = one.offset;
  }
  return offsets;
}

Result<PartitionLag> EngineAdmin::lag_of(const TopicPartition& name,
                                         std::optional<Offset> committed) {
  LEAT_TRY(const auto partition, engine_->partition(name));
  LEAT_TRY(const PartitionOffsets offsets, partition->offsets());
  PartitionLag lag{.partition = name, .committed = committed, .log_end = offsets.high_watermark};
  if (!committed) return lag;
  const Offset from = std::max(*committed, offsets.log_start);
  lag.lag = std::max<std::int64_t>(offsets.high_watermark - from, 0);
  lag.time_lag = milliseconds(0);
  if (*lag.lag == 0) return lag;
  LEAT_TRY(const auto time, time_of_record(partition, from));
  if (time) {
    lag.time_lag = std::max(engine_->environment().clock->now() - *time, milliseconds(0));
  }
  return lag;
}

Result<GroupLag> EngineAdmin::group_lag(std::string_view group) {
  LEAT_TRY(const GroupDescription description, describe_group(group));
  LEAT_TRY(const auto offsets, committed(group));
  std::map<TopicPartition, PartitionLag> lags;
  for (const auto& [name, offset] : offsets) {
    if (!engine_->find_topic(name.topic)) continue;
    LEAT_TRY(lags[name], lag_of(name, offset));
  }
  for (const GroupMemberDescription& member : description.members) {
    for (const TopicPartition& name : member.assignment) {
      if (!engine_->find_topic(name.topic)) continue;
      if (!lags.contains(name)) {
        LEAT_TRY(lags[name], lag_of(name, std::nullopt));
      }
      lags[name].member = member;
    }
  }
  GroupLag all;
  for (auto& [name, lag] : lags) {
    all.max_offset_lag = std::max(all.max_offset_lag, lag.lag.value_or(0));
    all.sum_offset_lag += lag.lag.value_or(0);
    all.estimated_max_time_lag =
        std::max(all.estimated_max_time_lag, lag.time_lag.value_or(milliseconds(0)));
    all.partitions.push_back(std::move(lag));
  }
  return all;
}

Result<Offset> EngineAdmin::reset_offset(const TopicPartition& name,
                                         std::optional<Offset> committed, ResetTo to) {
  LEAT_TRY(const auto partition, engine_->partition(name));
  LEAT_TRY(const PartitionOffsets offsets, partition->offsets());
  const auto at_time = [&](Timestamp time) -> Result<Offset> {
    LEAT_TRY(log::Log* const log, partition->log());
    LEAT_TRY(const auto found, log->find(time));
    return found ? std::min(found->offset, offsets.high_watermark) : offsets.high_watermark;
  };
  switch (to.kind) {
    case ResetTo::Kind::kEarliest:
      return offsets.log_start;
    case ResetTo::Kind::kLatest:
      return offsets.high_watermark;
    case ResetTo::Kind::kOffset:
      if (to.value >= offsets.log_start.value() && to.value <= offsets.high_watermark.value()) {
        return Offset{to.value};
      }
      return Error(ErrorCode::kOffsetOutOfRange,
                   fmt::format("offset {} is not within [{}, {}] of {}-{}", to.value,
                               offsets.log_start.value(), offsets.high_watermark.value(),
                               name.topic, name.partition.value()));
    case ResetTo::Kind::kTime:
      return at_time(Timestamp(milliseconds(to.value)));
    case ResetTo::Kind::kDuration:
      return at_time(engine_->environment().clock->now() - milliseconds(to.value));
    case ResetTo::Kind::kShift: {
      const Offset from = committed.value_or(offsets.log_start);
      const std::int64_t room_up = offsets.high_watermark - from;
      const std::int64_t room_down = offsets.log_start - from;
      return from + std::clamp(to.value, std::min(room_down, room_up), room_up);
    }
  }
  return Error(ErrorCode::kInvalidArgument, "no such way to reset");
}

Result<std::map<TopicPartition, Offset>> EngineAdmin::reset_offsets(
    std::string_view group, const std::vector<TopicPartition>& partitions, ResetTo to,
    bool dry_run) {
  LEAT_TRY_VOID(engine_->groups().prepare());
  const auto description = describe_group(group);
  if (description && !description->members.empty()) {
    return Error(ErrorCode::kNonEmptyGroup,
                 fmt::format("group '{}' has {} members; stop them first", group,
                             description->members.size()));
  }
  LEAT_TRY(const auto offsets, committed(group));
  std::vector<TopicPartition> names = partitions;
  if (names.empty()) {
    for (const auto& [name, offset] : offsets) names.push_back(name);
  }
  std::map<TopicPartition, Offset> planned;
  for (const TopicPartition& name : names) {
    const auto found = offsets.find(name);
    LEAT_TRY(planned[name],
             reset_offset(
                 name, found == offsets.end() ? std::nullopt : std::optional(found->second), to));
  }
  if (dry_run || planned.empty()) return planned;
  LEAT_TRY_VOID(commit(group, planned));
  return planned;
}

Result<void> EngineAdmin::commit(std::string_view group,
                                 const std::map<TopicPartition, Offset>& offsets) {
  std::vector<service::OffsetToCommit> entries;
  entries.reserve(offsets.size());
  for (const auto& [name, offset] : offsets) {
    LEAT_TRY(const auto topic, engine_->topic(name.topic));
    entries.push_back({.topic = name.topic,
                       .topic_id = topic->id,
                       .partition = name.partition,
                       .offset = offset});
  }
  const Environment& environment = engine_->environment();
  const auto errors = await<std::vector<ErrorCode>>(
      *environment.scheduler, *environment.clock,
      [&](std::function<void(std::vector<ErrorCode>)> done) {
        engine_->groups().commit({.version = kCommitVersion},
                                 {.member = {.group_id = group}, .offsets = entries},
                                 std::move(done));
      });
  for (const ErrorCode error : errors) {
    if (error != ErrorCode::kNone) {
      return Error(error, fmt::format("a commit of group '{}'", group));
    }
  }
  return {};
}

Result<void> EngineAdmin::delete_group(std::string_view group) {
  LEAT_TRY_VOID(engine_->instance().gate.check_writable());
  LEAT_TRY_VOID(engine_->groups().load());
  if (!engine_->groups().is_ready()) return not_found(group);
  const Environment& environment = engine_->environment();
  const auto error = await<ErrorCode>(*environment.scheduler, *environment.clock,
                                      [&](std::function<void(ErrorCode)> done) {
                                        engine_->groups().remove(group, std::move(done));
                                      });
  if (error == ErrorCode::kNone) return {};
  if (error == ErrorCode::kGroupIdNotFound) return not_found(group);
  return Error(error, fmt::format("group '{}' is not deleted", group));
}

}  // namespace leat::engine
