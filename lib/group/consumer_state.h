#pragma once

/// \file
/// What the records of a consumer group say: its hard state (K1). Nothing else changes it, so that
/// a replay of what was written gives the same. Not thread-safe.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

#include "group/consumer_record.h"
#include "group/consumer_records.h"
#include "group/current_assignment.h"
#include "group/outbox.h"

namespace leat::group {

[[nodiscard]] ConsumerGroupTargetAssignmentMemberValue target_value_of(
    const PartitionsById& partitions);

class ConsumerState {
 public:
  template <class T>
  using ByName = std::map<std::string, T, std::less<>>;
  using Member = ConsumerGroupMemberMetadataValue;
  using Pattern = ConsumerGroupRegularExpressionValue;

  ConsumerState() = default;
  ConsumerState(const ConsumerState&) = delete;  // the owners are views of names in it
  ConsumerState& operator=(const ConsumerState&) = delete;
  ConsumerState(ConsumerState&&) = default;
  ConsumerState& operator=(ConsumerState&&) = default;
  ~ConsumerState() = default;

  /// REQUIRES: a record of this group.
  void apply(const ConsumerRecord& record);
  /// What says again what `record` would change.
  [[nodiscard]] ConsumerRecord inverse_of(const ConsumerRecord& record) const;

  /// Whether there is such a group at all.
  [[nodiscard]] bool exists() const { return group_.has_value(); }
  [[nodiscard]] std::int32_t epoch() const { return group_ ? group_->epoch : 0; }
  /// Of the topics that the members subscribe to, when the epoch was written.
  [[nodiscard]] std::int64_t metadata_hash() const { return group_ ? group_->metadata_hash : 0; }
  /// Of the group epoch that the target assignment is for.
  [[nodiscard]] std::int32_t target_epoch() const {
    return target_epoch_ ? target_epoch_->assignment_epoch : 0;
  }
  [[nodiscard]] Timestamp assigned_at() const;

  [[nodiscard]] const ByName<Member>& members() const { return members_; }
  [[nodiscard]] const ByName<Pattern>& patterns() const { return patterns_; }
  /// Null when there is none of that name.
  [[nodiscard]] const Member* member(std::string_view id) const { return find(members_, id); }
  [[nodiscard]] const Pattern* pattern(std::string_view expression) const {
    return find(patterns_, expression);
  }
  /// The id of the member that has the instance id; nullopt when none has.
  [[nodiscard]] std::optional<std::string_view> static_member(std::string_view instance_id) const;
  /// What a member that has none yet is told: nothing.
  [[nodiscard]] const CurrentAssignment& current(std::string_view id) const;
  [[nodiscard]] const PartitionsById& target(std::string_view id) const;
  /// Who has the partition, or has not said that it has given it up (N4).
  [[nodiscard]] std::optional<std::string_view> owner(const Uuid& topic,
                                                      PartitionId partition) const;
  /// Tombstones for all of it.
  [[nodiscard]] std::vector<ConsumerRecord> deletion(const std::string& group) const;

  friend bool operator==(const ConsumerState&, const ConsumerState&) = default;

 private:
  template <class T>
  static const T* find(const ByName<T>& map, std::string_view name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
  }
  void apply_one(const GroupRecord& record) { group_ = record.value; }
  void apply_one(const PartitionMetadataRecord& record);
  void apply_one(const MemberRecord& record);
  void apply_one(const TargetEpochRecord& record) { target_epoch_ = record.value; }
  void apply_one(const TargetRecord& record);
  void apply_one(const CurrentRecord& record);
  void apply_one(const PatternRecord& record);
  void disown(std::string_view id, const EpochsById& partitions);
  void own(std::string_view id, const EpochsById& partitions);

  std::optional<ConsumerGroupMetadataValue> group_;
  std::optional<ConsumerGroupTargetAssignmentMetadataValue> target_epoch_;
  ByName<Member> members_;
  ByName<PartitionsById> targets_;
  ByName<CurrentAssignment> currents_;
  ByName<Pattern> patterns_;
  // Derived.
  ByName<std::string> static_members_;                               // instance id -> member id
  std::map<std::pair<Uuid, PartitionId>, std::string_view> owners_;  // views of names of currents_
};

/// Changes of a state that are not appended yet.
class Draft {
 public:
  explicit Draft(ConsumerState& state) : state_(&state) {}

  /// Applies the record; the next decision of the step builds on it.
  void write(ConsumerRecord record);
  /// Appends all, in one batch. Errors: as Outbox::append; all is undone, then.
  Result<void> commit(Outbox& outbox);
  /// The state is as it was before.
  void undo();

 private:
  Result<void> append(Outbox& outbox) const;

  ConsumerState* state_;
  std::vector<ConsumerRecord> written_;
  std::vector<ConsumerRecord> inverses_;
};

}  // namespace leat::group
