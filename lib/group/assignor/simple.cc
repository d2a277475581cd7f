#include "group/assignor/simple.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "group/assignor/plan.h"

namespace leat::group::assignor {

Owners range(const Plan& plan) {
  Owners owners = no_owners(plan);
  for (std::size_t topic = 0; topic < owners.size(); ++topic) {
    const std::vector<MemberIndex>& members = plan.subscribers[topic];
    if (members.empty()) continue;
    const std::size_t each = owners[topic].size() / members.size();
    const std::size_t one_more = owners[topic].size() % members.size();
    auto partition = owners[topic].begin();
    for (std::size_t i = 0; i < members.size(); ++i) {
      partition = std::fill_n(partition, each + (i < one_more ? 1 : 0), members[i]);
    }
  }
  return owners;
}

Owners round_robin(const Plan& plan) {
  Owners owners = no_owners(plan);
  MemberIndex next = 0;
  for (std::size_t topic = 0; topic < owners.size(); ++topic) {
    const std::vector<MemberIndex>& members = plan.subscribers[topic];
    if (members.empty()) continue;
    for (MemberIndex& owner : owners[topic]) {
      const auto found = std::lower_bound(members.begin(), members.end(), next);
      owner = found == members.end() ? members.front() : *found;
      next = owner + 1;  // past the last one nobody is found: it begins again
    }
  }
  return owners;
}

}  // namespace leat::group::assignor
