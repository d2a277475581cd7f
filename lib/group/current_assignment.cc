#include "group/current_assignment.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "leat/types.h"

#include "group/consumer_records.h"

namespace leat::group {
namespace {

using Topics = std::vector<ConsumerGroupCurrentTopic>;

EpochsById epochs_of(const Topics& topics, std::int32_t member_epoch) {
  EpochsById epochs;
  for (const ConsumerGroupCurrentTopic& topic : topics) {
    const auto& said = topic.assignment_epochs;
    const bool says_all = said && said->size() == topic.partitions.size();
    for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
      epochs[topic.topic_id][topic.partitions[i]] = says_all ? (*said)[i] : member_epoch;
    }
  }
  return epochs;
}

Topics topics_of(const EpochsById& epochs) {
  Topics topics;
  topics.reserve(epochs.size());
  for (const auto& [id, partitions] : epochs) {
    ConsumerGroupCurrentTopic& topic = topics.emplace_back();
    topic.topic_id = id;
    topic.assignment_epochs.emplace();
    for (const auto& [partition, epoch] : partitions) {
      topic.partitions.push_back(partition);
      topic.assignment_epochs->push_back(epoch);
    }
  }
  return topics;
}

bool contains(const EpochsById& epochs, const Uuid& topic, PartitionId partition) {
  const auto found = epochs.find(topic);
  return found != epochs.end() && found->second.contains(partition);
}

bool contains(const PartitionsById& partitions, const Uuid& topic, PartitionId partition) {
  const auto found = partitions.find(topic);
  return found != partitions.end() &&
         std::binary_search(found->second.begin(), found->second.end(), partition);
}

/// Who does not say what it owns may own everything.
bool may_own_any(const PartitionsById* owned, const EpochsById& revoking) {
  if (revoking.empty()) return false;
  if (owned == nullptr) return true;
  for (const auto& [topic, partitions] : *owned) {
    for (const PartitionId partition : partitions) {
      if (contains(revoking, topic, partition)) return true;
    }
  }
  return false;
}

/// What stays assigned and what does not, of what the goal knows.
std::pair<EpochsById, EpochsById> split(const EpochsById& assigned, const Goal& goal) {
  EpochsById kept;
  EpochsById lost;
  for (const auto& [topic, partitions] : assigned) {
    for (const auto& [partition, epoch] : partitions) {
      EpochsById& side = contains(goal.partitions, topic, partition) ? kept : lost;
      side[topic].emplace(partition, epoch);
    }
  }
  return {std::move(kept), std::move(lost)};
}

void enter_epoch(CurrentAssignment& assignment, std::int32_t epoch) {
  if (assignment.epoch != epoch) assignment.previous_epoch = assignment.epoch;
  assignment.epoch = epoch;
}

CurrentAssignment next_of(const CurrentAssignment& current, const Goal& goal) {
  CurrentAssignment next = current;
  std::tie(next.assigned, next.revoking) = split(current.assigned, goal);
  if (may_own_any(goal.owned, next.revoking)) {
    next.state = MemberState::kUnrevoked;
    return next;
  }
  next.revoking.clear();
  next.state = MemberState::kStable;
  enter_epoch(next, goal.epoch);
  for (const auto& [topic, partitions] : goal.partitions) {
    for (const PartitionId partition : partitions) {
      if (contains(next.assigned, topic, partition)) continue;
      // Its own that it has given up is free for it to get again.
      if (goal.is_free(topic, partition) || contains(current.revoking, topic, partition)) {
        next.assigned[topic].emplace(partition, goal.epoch);
      } else {
        next.state = MemberState::kUnreleased;
      }
    }
  }
  return next;
}

}  // namespace

CurrentAssignment assignment_of(const ConsumerGroupCurrentMemberAssignmentValue& value) {
  const bool is_known = value.state >= static_cast<std::int8_t>(MemberState::kStable) &&
                        value.state <= static_cast<std::int8_t>(MemberState::kUnreleased);
  return {.state = is_known ? static_cast<MemberState>(value.state) : MemberState::kUnrevoked,
          .epoch = value.member_epoch,
          .previous_epoch = value.previous_member_epoch,
          .assigned = epochs_of(value.assigned_partitions, value.member_epoch),
          .revoking = epochs_of(value.partitions_pending_revocation, value.member_epoch)};
}

ConsumerGroupCurrentMemberAssignmentValue value_of(const CurrentAssignment& assignment) {
  return {.member_epoch = assignment.epoch,
          .previous_member_epoch = assignment.previous_epoch,
          .state = static_cast<std::int8_t>(assignment.state),
          .assigned_partitions = topics_of(assignment.assigned),
          .partitions_pending_revocation = topics_of(assignment.revoking)};
}

PartitionsById without_epochs(const EpochsById& partitions) {
  PartitionsById plain;
  for (const auto& [topic, epochs] : partitions) {
    std::vector<PartitionId>& ids = plain[topic];
    ids.reserve(epochs.size());
    for (const auto& [partition, epoch] : epochs) ids.push_back(partition);
  }
  return plain;
}

CurrentAssignment reconcile(const CurrentAssignment& current, const Goal& goal) {
  const bool waits =
      current.state == MemberState::kUnrevoked && may_own_any(goal.owned, current.revoking);
  return waits ? current : next_of(current, goal);
}

}  // namespace leat::group
