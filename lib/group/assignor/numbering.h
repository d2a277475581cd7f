#pragma once

/// \file
/// Members and topics by number, for a plan. `Topic` is a name or an id.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "leat/types.h"

#include "group/assignor/plan.h"

namespace leat::group::assignor {

/// Who a member is to an assignor.
struct MemberName {
  std::string_view member_id = {};
  std::optional<std::string_view> instance_id = {};
  /// Static members come first, by instance id: a restart does not change their place.
  friend bool operator<(const MemberName& a, const MemberName& b) {
    if (a.instance_id && b.instance_id) return *a.instance_id < *b.instance_id;
    if (a.instance_id.has_value() != b.instance_id.has_value()) return a.instance_id.has_value();
    return a.member_id < b.member_id;
  }
};

/// A partition's place in Owners.
struct Place {
  std::size_t topic;
  std::size_t partition;
};

template <class Topic>
class Numbering {
 public:
  /// `counts`: the partitions, 0 or more, of each topic that exists, in order; it outlives this.
  template <class Counts>
  Numbering(std::span<const MemberName> members, const Counts& counts) : order_(members.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return members[a] < members[b]; });
    plan_.member_count = static_cast<std::int32_t>(members.size());
    plan_.subscribers.resize(counts.size());
    for (const auto& [topic, count] : counts) {
      topics_.push_back(topic);
      plan_.partition_counts.push_back(count);
    }
  }

  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] MemberIndex member_count() const { return plan_.member_count; }
  /// Where the member of that number stands among those that were given.
  [[nodiscard]] std::size_t given(MemberIndex member) const {
    return order_[static_cast<std::size_t>(member)];
  }
  [[nodiscard]] const Topic& topic(std::size_t number) const { return topics_[number]; }

  /// Nothing, if there is no such topic, or it was said before.
  /// REQUIRES: members subscribe in the order of their numbers.
  void subscribe(MemberIndex member, const Topic& topic) {
    const auto number = number_of(topic);
    if (!number) return;
    std::vector<MemberIndex>& subscribers = plan_.subscribers[*number];
    const bool said_before = !subscribers.empty() && subscribers.back() == member;
    if (!said_before) subscribers.push_back(member);
  }

  /// nullopt: there is no such topic.
  [[nodiscard]] std::optional<std::size_t> number_of(const Topic& topic) const {
    const auto found = std::lower_bound(topics_.begin(), topics_.end(), topic);
    if (found == topics_.end() || *found != topic) return std::nullopt;
    return static_cast<std::size_t>(found - topics_.begin());
  }
  /// nullopt: there is no such partition.
  [[nodiscard]] std::optional<Place> place_of(std::size_t topic, PartitionId partition) const {
    const std::int32_t number = partition.value();
    if (number < 0 || number >= plan_.partition_counts[topic]) return std::nullopt;
    return Place{topic, static_cast<std::size_t>(number)};
  }
  [[nodiscard]] std::optional<Place> place_of(const Topic& topic, PartitionId partition) const {
    const auto number = number_of(topic);
    if (!number) return std::nullopt;
    return place_of(*number, partition);
  }

 private:
  std::vector<std::size_t> order_;
  std::vector<Topic> topics_;  // in order
  Plan plan_;
};

/// Calls `visit(owner, place)` for each partition that has an owner, topic after topic.
template <class Visit>
void for_each_owned(const Owners& owners, const Visit& visit) {
  for (std::size_t topic = 0; topic < owners.size(); ++topic) {
    for (std::size_t partition = 0; partition < owners[topic].size(); ++partition) {
      const MemberIndex owner = owners[topic][partition];
      if (owner != kNobody) visit(owner, Place{topic, partition});
    }
  }
}

}  // namespace leat::group::assignor
