#include "group/assignor/server.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "leat/types.h"

#include "group/assignor/numbering.h"
#include "group/assignor/plan.h"
#include "group/assignor/simple.h"
#include "group/assignor/sticky.h"

namespace leat::group::assignor {
namespace {

constexpr std::array<std::string_view, 2> kNames{"uniform", "range"};

using Ids = Numbering<Uuid>;

std::vector<MemberName> names_of(std::span<const ServerMember> members) {
  std::vector<MemberName> names;
  names.reserve(members.size());
  for (const ServerMember& member : members) names.push_back(member.name);
  return names;
}

Owners owned(const Ids& ids, std::span<const ServerMember> members) {
  Owners owners = no_owners(ids.plan());
  for (MemberIndex member = 0; member < ids.member_count(); ++member) {
    for (const auto& [topic, partitions] : *members[ids.given(member)].owned) {
      const auto number = ids.number_of(topic);
      if (!number) continue;
      for (const PartitionId partition : partitions) {
        const auto place = ids.place_of(*number, partition);
        if (place) owners[place->topic][place->partition] = member;
      }
    }
  }
  return owners;
}

}  // namespace

std::string_view name_of(ServerAssignor assignor) {
  return kNames[static_cast<std::size_t>(assignor)];
}

std::optional<ServerAssignor> server_assignor_of(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ServerAssignor>(found - kNames.begin());
}

std::vector<PartitionsById> assign(ServerAssignor assignor, std::span<const ServerMember> members,
                                   const CountsById& counts) {
  Ids ids(names_of(members), counts);
  for (MemberIndex member = 0; member < ids.member_count(); ++member) {
    for (const Uuid& topic : members[ids.given(member)].topics) ids.subscribe(member, topic);
  }
  const Owners owners = assignor == ServerAssignor::kRange
                            ? range(ids.plan())
                            : sticky(ids.plan(), owned(ids, members));
  std::vector<PartitionsById> assignment(members.size());
  for_each_owned(owners, [&](MemberIndex owner, Place place) {
    assignment[ids.given(owner)][ids.topic(place.topic)].push_back(
        PartitionId{static_cast<std::int32_t>(place.partition)});
  });
  return assignment;
}

}  // namespace leat::group::assignor
