// How a member gets to what it was given (N3, N4): every state, and what it hears in it.
#include "group/current_assignment.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/types.h"

namespace leat::group {
namespace {

const Uuid kTopic = {{std::byte{1}}};

using Partitions = std::initializer_list<std::int32_t>;

EpochsById at(std::int32_t epoch, Partitions partitions) {
  EpochsById epochs;
  for (const std::int32_t partition : partitions) epochs[kTopic][PartitionId{partition}] = epoch;
  return epochs;
}

EpochsById both(EpochsById a, const EpochsById& b) {
  for (const auto& [topic, partitions] : b) a[topic].insert(partitions.begin(), partitions.end());
  return a;
}

/// A member at epoch 5 on its way to epoch 6.
class Member {
 public:
  explicit Member(Partitions assigned) {
    current_ = {.epoch = 5, .previous_epoch = 4, .assigned = at(5, assigned)};
  }
  Member& revoking(Partitions partitions) {
    current_.state = MemberState::kUnrevoked;
    current_.revoking = at(5, partitions);
    return *this;
  }
  Member& unreleased() {
    current_.state = MemberState::kUnreleased;
    return *this;
  }
  Member& wants(Partitions partitions) {
    if (partitions.size() > 0) goal_.partitions = {{kTopic, ids(partitions)}};
    return *this;
  }
  Member& owns(Partitions partitions) {
    owned_ = PartitionsById{{kTopic, ids(partitions)}};
    return *this;
  }
  Member& others_have(Partitions partitions) {
    taken_ = partitions;
    return *this;
  }
  Member& target_is_of(std::int32_t epoch) {
    goal_.epoch = epoch;
    return *this;
  }

  CurrentAssignment next() {
    goal_.owned = owned_ ? &*owned_ : nullptr;
    goal_.is_free = [this](const Uuid&, PartitionId partition) {
      return !taken_.contains(partition.value());
    };
    return reconcile(current_, goal_);
  }
  const CurrentAssignment& current() const { return current_; }

 private:
  static std::vector<PartitionId> ids(Partitions partitions) {
    std::vector<PartitionId> made;
    for (const std::int32_t partition : partitions) made.emplace_back(partition);
    return made;
  }
  CurrentAssignment current_;
  Goal goal_{.epoch = 6};
  std::optional<PartitionsById> owned_;
  std::set<std::int32_t> taken_;
};

CurrentAssignment stable(EpochsById assigned) {
  return {.epoch = 6, .previous_epoch = 5, .assigned = std::move(assigned)};
}
CurrentAssignment unreleased(EpochsById assigned) {
  return {.state = MemberState::kUnreleased,
          .epoch = 6,
          .previous_epoch = 5,
          .assigned = std::move(assigned)};
}
CurrentAssignment unrevoked(EpochsById assigned, EpochsById revoking) {
  return {.state = MemberState::kUnrevoked,
          .epoch = 5,
          .previous_epoch = 4,
          .assigned = std::move(assigned),
          .revoking = std::move(revoking)};
}

TEST(StableMember, StaysWhenThereIsNothingNew) {
  auto member = Member({0, 1}).wants({0, 1}).target_is_of(5);
  EXPECT_EQ(member.next(), member.current());
}

TEST(StableMember, EntersTheNewEpochWithWhatItHas) {
  EXPECT_EQ(Member({0, 1}).wants({0, 1}).next(), stable(at(5, {0, 1})));
}

TEST(StableMember, GetsWhatIsFreeAtOnce) {
  EXPECT_EQ(Member({0}).wants({0, 1}).next(), stable(both(at(5, {0}), at(6, {1}))));
}

TEST(StableMember, WaitsForWhatOthersHave) {
  EXPECT_EQ(Member({0}).wants({0, 1}).others_have({1}).next(), unreleased(at(5, {0})));
}

TEST(StableMember, GetsTheFreePartAndWaitsForTheOther) {
  EXPECT_EQ(Member({}).wants({0, 1}).others_have({1}).next(), unreleased(at(6, {0})));
}

TEST(StableMember, GivesUpFirstAndStaysInItsEpoch) {
  EXPECT_EQ(Member({0, 1}).wants({0, 2}).next(), unrevoked(at(5, {0}), at(5, {1})));
  EXPECT_EQ(Member({0, 1}).wants({0, 2}).owns({0, 1}).next(), unrevoked(at(5, {0}), at(5, {1})));
}

TEST(StableMember, NeedNotGiveUpWhatItSaysThatItDoesNotOwn) {
  EXPECT_EQ(Member({0, 1}).wants({0, 2}).owns({0}).next(), stable(both(at(5, {0}), at(6, {2}))));
}

TEST(StableMember, GivesUpEverything) {
  EXPECT_EQ(Member({0, 1}).wants({}).next(), unrevoked({}, at(5, {0, 1})));
}

TEST(UnrevokedMember, WaitsUntilItSaysThatItOwnsThemNoMore) {
  auto silent = Member({0}).revoking({1}).wants({0, 2});
  EXPECT_EQ(silent.next(), silent.current());
  auto slow = Member({0}).revoking({1}).wants({0, 2}).owns({0, 1});
  EXPECT_EQ(slow.next(), slow.current());
}

TEST(UnrevokedMember, EntersTheNewEpochWhenItHasGivenUp) {
  EXPECT_EQ(Member({0}).revoking({1}).wants({0}).owns({0}).next(), stable(at(5, {0})));
  EXPECT_EQ(Member({0}).revoking({1}).wants({0, 2}).owns({0}).next(),
            stable(both(at(5, {0}), at(6, {2}))));
}

TEST(UnrevokedMember, WaitsOnForWhatOthersHave) {
  EXPECT_EQ(Member({0}).revoking({1}).wants({0, 2}).owns({0}).others_have({2}).next(),
            unreleased(at(5, {0})));
}

TEST(UnrevokedMember, GivesUpMoreWhenTheTargetMovedOn) {
  EXPECT_EQ(Member({0, 2}).revoking({1}).wants({0}).owns({0, 2}).next(),
            unrevoked(at(5, {0}), at(5, {2})));
}

TEST(UnrevokedMember, GetsAgainWhatItHasGivenUp) {
  EXPECT_EQ(Member({0}).revoking({1}).wants({0, 1}).owns({0}).others_have({1}).next(),
            stable(both(at(5, {0}), at(6, {1}))));
}

TEST(UnreleasedMember, GetsWhatWasReleased) {
  EXPECT_EQ(Member({0}).unreleased().wants({0, 1}).next(), stable(both(at(5, {0}), at(6, {1}))));
}

TEST(UnreleasedMember, WaitsOn) {
  auto member = Member({0}).unreleased().wants({0, 1}).others_have({1}).target_is_of(5);
  EXPECT_EQ(member.next(), member.current());
}

TEST(UnreleasedMember, GivesUpWhatANewerTargetTakes) {
  EXPECT_EQ(Member({0}).unreleased().wants({1}).others_have({1}).next(), unrevoked({}, at(5, {0})));
}

TEST(UnreleasedMember, IsStableWhenItNeedWaitNoMore) {
  EXPECT_EQ(Member({0}).unreleased().wants({0}).next(), stable(at(5, {0})));
}

TEST(CurrentAssignmentRecord, ReadsBack) {
  const CurrentAssignment assignment =
      unrevoked(both(at(3, {0}), at(5, {4})), both(at(2, {1}), at(4, {2})));
  EXPECT_EQ(assignment_of(value_of(assignment)), assignment);
}

TEST(CurrentAssignmentRecord, OfAnOlderKafkaHasTheMembersEpoch) {
  const ConsumerGroupCurrentMemberAssignmentValue value{
      .member_epoch = 7,
      .assigned_partitions = {{.topic_id = kTopic, .partitions = {PartitionId{3}}}}};
  EXPECT_EQ(assignment_of(value).assigned, at(7, {3}));
}

TEST(CurrentAssignmentRecord, OfALaterKafkaIsUnrevoked) {
  EXPECT_EQ(assignment_of({.state = 9}).state, MemberState::kUnrevoked);
}

}  // namespace
}  // namespace leat::group
