#include "group/assignor/client.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/types.h"

#include "group/assignor/numbering.h"
#include "group/assignor/plan.h"
#include "group/assignor/simple.h"
#include "group/assignor/sticky.h"

namespace leat::group::assignor {
namespace {

constexpr std::array<std::string_view, 4> kNames{"range", "roundrobin", "sticky",
                                                 "cooperative-sticky"};

using Names = Numbering<std::string_view>;

std::vector<MemberName> names_of(std::span<const ClientMember> members) {
  std::vector<MemberName> names;
  names.reserve(members.size());
  for (const ClientMember& member : members)
    names.push_back({member.member_id, member.instance_id});
  return names;
}

/// What the members say that they own.
Owners believed(const Names& names, std::span<const ClientMember> members) {
  constexpr std::int32_t kUnclaimed = -2;  // below that of who is of no generation
  Owners owners = no_owners(names.plan());
  std::vector<std::vector<std::int32_t>> generations;  // of the claims
  for (const auto& topic : owners) generations.emplace_back(topic.size(), kUnclaimed);
  for (MemberIndex member = 0; member < names.member_count(); ++member) {
    const Subscription& subscription = members[names.given(member)].subscription;
    for (const TopicPartition& one : subscription.owned) {
      const auto place = names.place_of(one.topic, one.partition);
      if (!place) continue;
      std::int32_t& generation = generations[place->topic][place->partition];
      MemberIndex& owner = owners[place->topic][place->partition];
      if (subscription.generation > generation) {
        generation = subscription.generation;
        owner = member;
      } else if (subscription.generation == generation && owner != member) {
        owner = kNobody;  // both say so
      }
    }
  }
  return owners;
}

/// Takes from new owners what others have not released.
void hold_back(const Names& names, std::span<const ClientMember> members, Owners& owners) {
  Owners claimants = no_owners(names.plan());  // the new owner, if it is one of them
  for (MemberIndex member = 0; member < names.member_count(); ++member) {
    for (const TopicPartition& one : members[names.given(member)].subscription.owned) {
      const auto place = names.place_of(one.topic, one.partition);
      if (!place) continue;
      MemberIndex& claimant = claimants[place->topic][place->partition];
      const MemberIndex owner = owners[place->topic][place->partition];
      if (claimant == kNobody || claimant != owner) claimant = member;
    }
  }
  for_each_owned(claimants, [&](MemberIndex claimant, Place place) {
    MemberIndex& owner = owners[place.topic][place.partition];
    if (owner != claimant) owner = kNobody;
  });
}

Owners owners_by(ClientAssignor assignor, const Names& names,
                 std::span<const ClientMember> members) {
  switch (assignor) {
    case ClientAssignor::kRange:
      return range(names.plan());
    case ClientAssignor::kRoundRobin:
      return round_robin(names.plan());
    case ClientAssignor::kSticky:
      return sticky(names.plan(), believed(names, members));
    case ClientAssignor::kCooperativeSticky:
      break;
  }
  Owners owners = sticky(names.plan(), believed(names, members));
  hold_back(names, members, owners);
  return owners;
}

}  // namespace

std::string_view name_of(ClientAssignor assignor) {
  return kNames[static_cast<std::size_t>(assignor)];
}

std::optional<ClientAssignor> client_assignor_of(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ClientAssignor>(found - kNames.begin());
}

std::vector<std::vector<TopicPartition>> assign(ClientAssignor assignor,
                                                std::span<const ClientMember> members,
                                                const PartitionCounts& counts) {
  Names names(names_of(members), counts);
  for (MemberIndex member = 0; member < names.member_count(); ++member) {
    for (const std::string& topic : members[names.given(member)].subscription.topics) {
      names.subscribe(member, topic);
    }
  }
  std::vector<std::vector<TopicPartition>> assignment(members.size());
  for_each_owned(owners_by(assignor, names, members), [&](MemberIndex owner, Place place) {
    assignment[names.given(owner)].push_back(
        {std::string(names.topic(place.topic)),
         PartitionId{static_cast<std::int32_t>(place.partition)}});
  });
  return assignment;
}

}  // namespace leat::group::assignor
