#pragma once

/// \file
/// How a member of a consumer group gets from what it has to what the assignor gave it (N3, N4):
/// it gives up first, then takes what others have given up. A pure function.
///
///   Stable ──new target──▶ Unrevoked (old epoch, until it says that it owns the revoked no more)
///     ▲                        │
///     └──── Unreleased ◀───────┘   (new epoch, until others have released what it waits for)

#include <cstdint>
#include <functional>
#include <map>

#include "leat/types.h"

#include "group/assignor/server.h"
#include "group/consumer_records.h"

namespace leat::group {

using assignor::PartitionsById;

/// As Kafka writes them to disk: never change or reuse.
enum class MemberState : std::int8_t { kStable = 0, kUnrevoked = 1, kUnreleased = 2 };

/// The member epoch at which each partition was assigned (N13). No topic without partitions.
using EpochsById = std::map<Uuid, std::map<PartitionId, std::int32_t>>;

/// What a member may own: nobody else gets any of it.
struct CurrentAssignment {
  MemberState state = MemberState::kStable;
  std::int32_t epoch = 0;
  std::int32_t previous_epoch = 0;  ///< taken, too: the answer with the newer one may be lost (N6)
  EpochsById assigned = {};         ///< what it is told to own
  EpochsById revoking = {};         ///< what it has not said that it has given up
  bool operator==(const CurrentAssignment&) const = default;
};

/// A state that a later Kafka wrote counts as Unrevoked, in which nothing is taken for granted.
[[nodiscard]] CurrentAssignment assignment_of(
    const ConsumerGroupCurrentMemberAssignmentValue& value);
[[nodiscard]] ConsumerGroupCurrentMemberAssignmentValue value_of(
    const CurrentAssignment& assignment);
[[nodiscard]] PartitionsById without_epochs(const EpochsById& partitions);

/// What a member is to get to.
struct Goal {
  std::int32_t epoch = 0;          ///< of the target assignment
  PartitionsById partitions = {};  ///< those of topics that it subscribes to
  /// What it says that it owns; null when it does not say.
  const PartitionsById* owned = nullptr;
  /// Whether neither another member nor one that may not have released it has the partition.
  std::function<bool(const Uuid&, PartitionId)> is_free = {};
};

/// The next step towards the goal, which may be none.
[[nodiscard]] CurrentAssignment reconcile(const CurrentAssignment& current, const Goal& goal);

}  // namespace leat::group
