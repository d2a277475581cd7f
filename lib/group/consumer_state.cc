#include "group/consumer_state.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "group/consumer_record.h"
#include "group/consumer_records.h"
#include "group/current_assignment.h"
#include "group/outbox.h"

namespace leat::group {
namespace {

PartitionsById partitions_of(const ConsumerGroupTargetAssignmentMemberValue& value) {
  PartitionsById partitions;
  for (const ConsumerGroupTargetTopic& topic : value.topic_partitions) {
    if (topic.partitions.empty()) continue;
    std::vector<PartitionId>& ids = partitions[topic.topic_id];
    ids = topic.partitions;
    std::ranges::sort(ids);  // Kafka writes them in any order
  }
  return partitions;
}

}  // namespace

ConsumerGroupTargetAssignmentMemberValue target_value_of(const PartitionsById& partitions) {
  ConsumerGroupTargetAssignmentMemberValue value;
  value.topic_partitions.reserve(partitions.size());
  for (const auto& [topic, ids] : partitions) {
    value.topic_partitions.push_back({.topic_id = topic, .partitions = ids});
  }
  return value;
}

void ConsumerState::apply(const ConsumerRecord& record) {
  std::visit([this](const auto& one) { apply_one(one); }, record);
}

void ConsumerState::apply_one(const PartitionMetadataRecord& /*record*/) {
  // Kafka up to 4.0 kept what the hash says since. The next heartbeat writes that.
}

void ConsumerState::apply_one(const MemberRecord& record) {
  const auto found = members_.find(record.key.member_id);
  if (found != members_.end()) {
    const auto& instance = found->second.instance_id;
    if (instance && static_member(*instance) == found->first) static_members_.erase(*instance);
    members_.erase(found);
  }
  if (!record.value) return;
  if (record.value->instance_id) {
    static_members_[*record.value->instance_id] = record.key.member_id;
  }
  members_.emplace(record.key.member_id, *record.value);
}

void ConsumerState::apply_one(const TargetRecord& record) {
  targets_.erase(record.key.member_id);
  if (record.value) targets_.emplace(record.key.member_id, partitions_of(*record.value));
}

void ConsumerState::apply_one(const CurrentRecord& record) {
  const auto found = currents_.find(record.key.member_id);
  if (found != currents_.end()) {
    disown(found->first, found->second.assigned);
    disown(found->first, found->second.revoking);
    currents_.erase(found);
  }
  if (!record.value) return;
  const auto entry = currents_.emplace(record.key.member_id, assignment_of(*record.value)).first;
  own(entry->first, entry->second.assigned);
  own(entry->first, entry->second.revoking);
}

void ConsumerState::apply_one(const PatternRecord& record) {
  patterns_.erase(record.key.regular_expression);
  if (record.value) patterns_.emplace(record.key.regular_expression, *record.value);
}

void ConsumerState::disown(std::string_view id, const EpochsById& partitions) {
  for (const auto& [topic, epochs] : partitions) {
    for (const auto& [partition, epoch] : epochs) {
      const auto found = owners_.find({topic, partition});
      if (found != owners_.end() && found->second == id) owners_.erase(found);
    }
  }
}

void ConsumerState::own(std::string_view id, const EpochsById& partitions) {
  for (const auto& [topic, epochs] : partitions) {
    for (const auto& [partition, epoch] : epochs) owners_[{topic, partition}] = id;
  }
}

ConsumerRecord ConsumerState::inverse_of(const ConsumerRecord& record) const {
  return std::visit(
      [this](const auto& one) -> ConsumerRecord {
        using Record = std::remove_cvref_t<decltype(one)>;
        Record inverse{.key = one.key, .value = std::nullopt};
        if constexpr (std::is_same_v<Record, GroupRecord>) {
          inverse.value = group_;
        } else if constexpr (std::is_same_v<Record, TargetEpochRecord>) {
          inverse.value = target_epoch_;
        } else if constexpr (std::is_same_v<Record, MemberRecord>) {
          const auto* const found = member(one.key.member_id);
          if (found != nullptr) inverse.value = *found;
        } else if constexpr (std::is_same_v<Record, TargetRecord>) {
          const auto* const found = find(targets_, one.key.member_id);
          if (found != nullptr) inverse.value = target_value_of(*found);
        } else if constexpr (std::is_same_v<Record, CurrentRecord>) {
          const auto* const found = find(currents_, one.key.member_id);
          if (found != nullptr) inverse.value = value_of(*found);
        } else if constexpr (std::is_same_v<Record, PatternRecord>) {
          const auto* const found = pattern(one.key.regular_expression);
          if (found != nullptr) inverse.value = *found;
        }
        return inverse;
      },
      record);
}

Timestamp ConsumerState::assigned_at() const {
  return Timestamp{
      std::chrono::milliseconds{target_epoch_ ? target_epoch_->assignment_timestamp : 0}};
}

std::optional<std::string_view> ConsumerState::static_member(std::string_view instance_id) const {
  const auto* const found = find(static_members_, instance_id);
  if (found == nullptr) return std::nullopt;
  return std::string_view(*found);
}

const CurrentAssignment& ConsumerState::current(std::string_view id) const {
  static const CurrentAssignment kNone;
  const auto* const found = find(currents_, id);
  return found == nullptr ? kNone : *found;
}

const PartitionsById& ConsumerState::target(std::string_view id) const {
  static const PartitionsById kNone;
  const auto* const found = find(targets_, id);
  return found == nullptr ? kNone : *found;
}

std::optional<std::string_view> ConsumerState::owner(const Uuid& topic,
                                                     PartitionId partition) const {
  const auto found = owners_.find({topic, partition});
  if (found == owners_.end()) return std::nullopt;
  return found->second;
}

std::vector<ConsumerRecord> ConsumerState::deletion(const std::string& group) const {
  std::vector<ConsumerRecord> records;
  for (const auto& [id, current] : currents_) {
    records.emplace_back(CurrentRecord{.key = {.group = group, .member_id = id}});
  }
  for (const auto& [id, target] : targets_) {
    records.emplace_back(TargetRecord{.key = {.group = group, .member_id = id}});
  }
  for (const auto& [id, member] : members_) {
    records.emplace_back(MemberRecord{.key = {.group = group, .member_id = id}});
  }
  for (const auto& [expression, pattern] : patterns_) {
    records.emplace_back(PatternRecord{.key = {.group = group, .regular_expression = expression}});
  }
  if (target_epoch_) records.emplace_back(TargetEpochRecord{.key = {.group = group}});
  if (group_) records.emplace_back(GroupRecord{.key = {.group = group}});
  return records;
}

void Draft::write(ConsumerRecord record) {
  inverses_.push_back(state_->inverse_of(record));
  state_->apply(record);
  written_.push_back(std::move(record));
}

Result<void> Draft::append(Outbox& outbox) const {
  std::vector<CoordinatorRecord> records;
  records.reserve(written_.size());
  for (const ConsumerRecord& record : written_) {
    LEAT_TRY(CoordinatorRecord encoded, encode(record));
    records.push_back(std::move(encoded));
  }
  return outbox.append(records);
}

Result<void> Draft::commit(Outbox& outbox) {
  if (written_.empty()) return {};
  auto appended = append(outbox);
  if (!appended) {
    undo();
    return appended;
  }
  written_.clear();
  inverses_.clear();
  return {};
}

void Draft::undo() {
  for (const ConsumerRecord& record : inverses_ | std::views::reverse) state_->apply(record);
  written_.clear();
  inverses_.clear();
}

}  // namespace leat::group
