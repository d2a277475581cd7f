#include "group/assignor/sticky.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <utility>
#include <vector>

#include "group/assignor/plan.h"

namespace leat::group::assignor {
namespace {

struct Slot {
  std::size_t topic;
  std::size_t partition;
};

/// The topics that the same members have subscribed to: their partitions are all alike. Where
/// everybody subscribes to everything, there is one.
struct Audience {
  std::vector<MemberIndex> members;     // ascending
  std::vector<std::vector<Slot>> held;  // by each of them
  std::vector<Slot> free;               // by nobody
};

class Balancer {
 public:
  Balancer(const Plan& plan, const Owners& owned)
      : loads_(static_cast<std::size_t>(plan.member_count)) {
    std::map<std::vector<MemberIndex>, std::size_t> known;
    for (std::size_t topic = 0; topic < owned.size(); ++topic) {
      if (plan.subscribers[topic].empty()) continue;
      const auto [entry, is_new] = known.try_emplace(plan.subscribers[topic], audiences_.size());
      if (is_new) audiences_.push_back(audience_of(plan.subscribers[topic]));
      take(audiences_[entry->second], topic, owned[topic]);
    }
    // Who has the fewest to choose from chooses first.
    std::stable_sort(audiences_.begin(), audiences_.end(), [](const auto& a, const auto& b) {
      return a.members.size() < b.members.size();
    });
  }

  void balance() {
    for (Audience& audience : audiences_) hand_out(audience);
    bool has_moved = true;
    while (has_moved) {  // ends: each move makes the sum of the squares of the loads smaller
      has_moved = false;
      for (Audience& audience : audiences_) has_moved |= even_out(audience);
    }
  }

  void write_to(Owners& owners) const {
    for (const Audience& audience : audiences_) {
      for (std::size_t i = 0; i < audience.members.size(); ++i) {
        for (const Slot& slot : audience.held[i]) {
          owners[slot.topic][slot.partition] = audience.members[i];
        }
      }
    }
  }

 private:
  static Audience audience_of(const std::vector<MemberIndex>& members) {
    return {.members = members, .held = std::vector<std::vector<Slot>>(members.size()), .free = {}};
  }

  std::int64_t& load(MemberIndex member) { return loads_[static_cast<std::size_t>(member)]; }

  void take(Audience& audience, std::size_t topic, const std::vector<MemberIndex>& owners) {
    for (std::size_t partition = 0; partition < owners.size(); ++partition) {
      const auto& members = audience.members;
      const auto found = std::lower_bound(members.begin(), members.end(), owners[partition]);
      if (found == members.end() || *found != owners[partition]) {
        audience.free.push_back({topic, partition});
        continue;
      }
      audience.held[static_cast<std::size_t>(found - members.begin())].push_back(
          {topic, partition});
      ++load(*found);
    }
  }

  /// What is free goes to whoever has least.
  void hand_out(Audience& audience) {
    using Candidate = std::pair<std::int64_t, std::size_t>;  // load, place among the members
    std::vector<Candidate> candidates;
    candidates.reserve(audience.members.size());
    for (std::size_t i = 0; i < audience.members.size(); ++i) {
      candidates.emplace_back(load(audience.members[i]), i);
    }
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue(
        std::greater<>(), std::move(candidates));
    for (const Slot& slot : audience.free) {
      const std::size_t least = queue.top().second;
      queue.pop();
      audience.held[least].push_back(slot);
      queue.emplace(++load(audience.members[least]), least);
    }
  }

  /// Moves from who has most to who has least while that helps; whether it did. What was handed out
  /// last moves first: its owner has not begun with it.
  bool even_out(Audience& audience) {
    bool has_moved = false;
    while (true) {
      std::size_t least = 0;
      std::size_t most = audience.members.size();  // none holds anything
      for (std::size_t i = 0; i < audience.members.size(); ++i) {
        const std::int64_t mine = load(audience.members[i]);
        if (mine < load(audience.members[least])) least = i;
        if (audience.held[i].empty()) continue;
        if (most == audience.members.size() || mine > load(audience.members[most])) most = i;
      }
      if (most == audience.members.size()) return has_moved;
      if (load(audience.members[most]) - load(audience.members[least]) < 2) return has_moved;
      audience.held[least].push_back(audience.held[most].back());
      audience.held[most].pop_back();
      --load(audience.members[most]);
      ++load(audience.members[least]);
      has_moved = true;
    }
  }

  std::vector<std::int64_t> loads_;
  std::vector<Audience> audiences_;
};

}  // namespace

Owners sticky(const Plan& plan, const Owners& owned) {
  Balancer balancer(plan, owned);
  balancer.balance();
  Owners owners = no_owners(plan);
  balancer.write_to(owners);
  return owners;
}

}  // namespace leat::group::assignor
