#pragma once

/// \file
/// What every assignor works on: members and topics by number, so that the same algorithms serve
/// the client's side, which knows topics by name, and the server's, which knows them by id. Values.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace leat::group::assignor {

/// Of a member in the order that the plan was made in: who comes first gets what is left over.
using MemberIndex = std::int32_t;
inline constexpr MemberIndex kNobody = -1;

/// Who may own what.
struct Plan {
  std::int32_t member_count = 0;
  std::vector<std::int32_t> partition_counts = {};         ///< of each topic
  std::vector<std::vector<MemberIndex>> subscribers = {};  ///< of each topic, ascending
};

/// The owner of each partition, by topic and partition.
using Owners = std::vector<std::vector<MemberIndex>>;

/// Owners of the plan's shape: nobody owns anything.
[[nodiscard]] inline Owners no_owners(const Plan& plan) {
  Owners owners;
  owners.reserve(plan.partition_counts.size());
  for (const std::int32_t count : plan.partition_counts) {
    owners.emplace_back(static_cast<std::size_t>(count), kNobody);
  }
  return owners;
}

}  // namespace leat::group::assignor
