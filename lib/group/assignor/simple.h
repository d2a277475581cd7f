#pragma once

/// \file
/// The assignors that look at nothing but the plan. Pure functions. A partition has an owner iff
/// its topic has a subscriber.

#include "group/assignor/plan.h"

namespace leat::group::assignor {

/// Each topic by itself: consecutive partitions to consecutive members, the first members one more
/// where it does not come out even. Topics with the same subscribers and as many partitions are
/// split alike, so that their partitions of one number meet at one member.
[[nodiscard]] Owners range(const Plan& plan);

/// All partitions, topic after topic, to the members in turn; who has not subscribed is skipped.
[[nodiscard]] Owners round_robin(const Plan& plan);

}  // namespace leat::group::assignor
