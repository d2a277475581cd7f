// Committed offsets: into the log, out of it, and when they go (O1-O11).

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "group/classic_group.h"
#include "group/consumer_group.h"
#include "group/coordinator.h"
#include "group/outbox.h"
#include "group/records.h"
#include "service/group_service.h"
#include "wire/codec.h"
#include "wire/schema.h"

namespace leat::group {
namespace {

using std::chrono::milliseconds;

/// Since this version a group that is not there is told apart from a generation that is not (O3).
constexpr wire::ApiVersion kTellsOfNoGroup = 9;
/// The version of a value with a time to expire by (O9), and of all others: the newest, for the
/// topic's id.
constexpr wire::ApiVersion kWithExpiry = 1;
constexpr wire::ApiVersion kWithTopicId = 4;

/// What Kafka answers for a commit that the log refused (O7).
ErrorCode commit_error(ErrorCode code) {
  const bool is_too_large =
      code == ErrorCode::kMessageTooLarge || code == ErrorCode::kRecordListTooLarge;
  return is_too_large ? ErrorCode::kInvalidCommitOffsetSize : ErrorCode::kCoordinatorNotAvailable;
}

OffsetCommitValue value_of(const service::OffsetToCommit& offset, Timestamp now,
                           std::optional<milliseconds> retention) {
  OffsetCommitValue value{.offset = offset.offset,
                          .leader_epoch = offset.leader_epoch,
                          .metadata = std::string(offset.metadata),
                          .commit_timestamp = now.time_since_epoch().count(),
                          .topic_id = offset.topic_id};
  if (retention) value.expire_timestamp = (now + *retention).time_since_epoch().count();
  return value;
}

service::CommittedOffset committed(std::string_view topic, PartitionId partition,
                                   const OffsetCommitValue* value) {
  service::CommittedOffset offset{.topic = std::string(topic), .partition = partition};
  if (value == nullptr) return offset;
  offset.offset = value->offset;
  offset.leader_epoch = value->leader_epoch;
  offset.metadata = value->metadata;
  return offset;
}

}  // namespace

Result<ConsumerGroup::CommitRight> Coordinator::check_commit(const service::GroupCaller& caller,
                                                             const service::GroupMember& member,
                                                             const Outbox& outbox) {
  if (member.group_id.size() > wire::kStringSizeMax) return Error(ErrorCode::kInvalidGroupId);
  Group* const known = find(member.group_id);
  if (known != nullptr && known->consumer) {
    return known->consumer->check_commit(member.member_id, member.generation, caller.version);
  }
  ErrorCode error = ErrorCode::kNone;  // it is made by this (O3)
  if (known != nullptr) {
    error = known->classic.check_commit(member, outbox);
  } else if (member.generation >= 0) {
    error = caller.version >= kTellsOfNoGroup ? ErrorCode::kGroupIdNotFound
                                              : ErrorCode::kIllegalGeneration;
  }
  if (error != ErrorCode::kNone) return Error(error);
  return ConsumerGroup::CommitRight{};
}

void Coordinator::commit(const service::GroupCaller& caller, const service::CommitRequest& request,
                         Outbox& outbox, Done<std::vector<ErrorCode>> done) {
  std::vector<ErrorCode> errors(request.offsets.size(), ErrorCode::kNone);
  const auto right = check_commit(caller, request.member, outbox);
  if (!right) {
    std::ranges::fill(errors, right.error().code());
    return outbox.answer(std::move(done), std::move(errors));
  }

  const std::string group_id(request.member.group_id);
  std::vector<std::pair<OffsetCommitKey, OffsetCommitValue>> changes;
  std::vector<CoordinatorRecord> records;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < request.offsets.size(); ++i) {
    const service::OffsetToCommit& offset = request.offsets[i];
    if (offset.metadata.size() > static_cast<std::size_t>(options_->offset_metadata_max_bytes)) {
      errors[i] = ErrorCode::kOffsetMetadataTooLarge;  // O1
      continue;
    }
    errors[i] = right->of(offset.topic_id, offset.partition);  // N13
    if (errors[i] != ErrorCode::kNone) continue;
    OffsetCommitKey key{group_id, std::string(offset.topic), offset.partition};
    OffsetCommitValue value = value_of(offset, outbox.wall_now(), request.retention);
    auto record = record_of(key, value, request.retention ? kWithExpiry : kWithTopicId);
    if (!record) {
      errors[i] = ErrorCode::kInvalidRequest;
      continue;
    }
    records.push_back(*std::move(record));
    changes.emplace_back(std::move(key), std::move(value));
    places.push_back(i);
  }
  const auto appended = records.empty() ? Result<void>() : outbox.append(records);
  if (appended) {
    for (auto& [key, value] : changes) apply_offset(key, std::move(value));
  } else {
    for (const std::size_t place : places) errors[place] = commit_error(appended.error().code());
  }
  outbox.answer(std::move(done), std::move(errors));
  if (find(group_id) != nullptr) step_ends(group_id);
}

void Coordinator::apply_offset(const OffsetCommitKey& key, std::optional<OffsetCommitValue> value) {
  if (!value && find(key.group) == nullptr) return;
  if (value) {
    expire_by(value->expire_timestamp >= 0
                  ? Timestamp(milliseconds(value->expire_timestamp))
                  : Timestamp(milliseconds(value->commit_timestamp)) + options_->offsets_retention);
  }
  group(key.group).offsets.apply(key.topic, key.partition, std::move(value));
}

void Coordinator::fetch(const service::OffsetsRequest& request, Outbox& outbox,
                        Done<service::CommittedOffsets> done) const {
  const Group* const known = find(request.member.group_id);
  service::CommittedOffsets answer;
  if (known != nullptr && known->consumer) {  // O5
    answer.error =
        known->consumer->check_fetch(request.member.member_id, request.member.generation);
  }
  if (answer.error != ErrorCode::kNone) return outbox.answer(std::move(done), std::move(answer));
  if (request.partitions) {
    for (const auto& [topic, partition] : *request.partitions) {
      answer.offsets.push_back(committed(
          topic, partition, known == nullptr ? nullptr : known->offsets.find(topic, partition)));
    }
  } else if (known != nullptr) {
    for (const auto& [topic, partitions] : known->offsets.topics()) {
      for (const auto& [partition, value] : partitions) {
        answer.offsets.push_back(committed(topic, PartitionId{partition}, &value));
      }
    }
  }
  outbox.answer(std::move(done), std::move(answer));
}

void Coordinator::delete_offsets(std::string_view group_id,
                                 std::span<const service::TopicPartitionView> partitions,
                                 Outbox& outbox, Done<Result<std::vector<ErrorCode>>> done) {
  using Errors = Result<std::vector<ErrorCode>>;
  const auto refuse = [&](ErrorCode code) { outbox.answer(std::move(done), Errors(Error(code))); };
  const Group* const known = find(group_id);
  if (known == nullptr) return refuse(ErrorCode::kGroupIdNotFound);
  const bool reads_topics = known->protocol_type() == kConsumerProtocolType;
  if (known->has_members() && !reads_topics) return refuse(ErrorCode::kNonEmptyGroup);

  std::vector<ErrorCode> errors;
  std::vector<OffsetCommitKey> keys;
  for (const auto& [topic, partition] : partitions) {
    const bool is_read = known->is_subscribed_to(topic);
    errors.push_back(is_read ? ErrorCode::kGroupSubscribedToTopic : ErrorCode::kNone);
    if (!is_read && known->offsets.find(topic, partition) != nullptr) {
      keys.push_back({std::string(group_id), std::string(topic), partition});
    }
  }
  const auto deleted = delete_keys(keys, outbox);
  if (!deleted) return refuse(ErrorCode::kCoordinatorNotAvailable);
  outbox.answer(std::move(done), Errors(std::move(errors)));
}

Result<void> Coordinator::delete_keys(std::span<const OffsetCommitKey> keys, Outbox& outbox) {
  if (keys.empty()) return {};
  std::vector<CoordinatorRecord> records;
  records.reserve(keys.size());
  for (const OffsetCommitKey& key : keys) {
    LEAT_TRY(auto record, tombstone_of(key));
    records.push_back(std::move(record));
  }
  LEAT_TRY_VOID(outbox.append(records));
  for (const OffsetCommitKey& key : keys) apply_offset(key, std::nullopt);
  return {};
}

void Coordinator::topic_deleted(std::string_view topic, Outbox& outbox) {
  forget_topics([&](std::string_view name, const Uuid&) { return name != topic; }, outbox);
}

std::optional<Timestamp> Coordinator::expires_at(const Group& group, std::string_view topic,
                                                 const OffsetCommitValue& value) const {
  if (value.expire_timestamp >= 0) return Timestamp(milliseconds(value.expire_timestamp));
  Timestamp since{milliseconds(value.commit_timestamp)};
  if (group.has_members()) {
    const bool is_read =
        group.protocol_type() != kConsumerProtocolType || group.is_subscribed_to(topic);
    if (is_read) return std::nullopt;
  } else if (!group.consumer && !group.protocol_type().empty()) {
    since = std::max(since, group.classic.empty_since().value_or(since));
  }
  return since + options_->offsets_retention;
}

void Coordinator::expire(Outbox& outbox) {
  const Timestamp now = outbox.wall_now();
  next_expiry_.reset();
  std::vector<std::string> empty;
  for (auto& [id, group] : groups_) {
    std::vector<OffsetCommitKey> expired;
    for (const auto& [topic, partitions] : group.offsets.topics()) {
      for (const auto& [partition, value] : partitions) {
        const auto until = expires_at(group, topic, value);
        if (until && *until <= now) {
          expired.push_back({id, topic, PartitionId{partition}});
        } else {
          // Those that a member reads may begin to age at any time.
          expire_by(until.value_or(now + options_->offsets_retention));
        }
      }
    }
    if (!delete_keys(expired, outbox)) return expire_by(now);  // it is tried again
    if (group.offsets.empty() && group.is_idle()) empty.push_back(id);
  }
  for (const std::string& id : empty) (void)delete_group(id, outbox);
}

}  // namespace leat::group
