// The leader's assignors: Java's examples, and what holds of each whatever the group is like.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/types.h"

#include "group/assignor/client.h"
#include "unit/wire/hex.h"
#include "unit/wire/seeds.h"

namespace leat::group::assignor {
namespace {

using ::testing::ElementsAre;
using wire::testing::for_seeds;
using wire::testing::hex;

/// A group as its leader sees it. Partitions are written "t0-1".
class Group {
 public:
  Group& topic(const std::string& name, std::int32_t partitions) {
    counts_[name] = partitions;
    return *this;
  }
  Group& member(const std::string& id, std::vector<std::string> topics) {
    members_.push_back({.member_id = id, .subscription = {.topics = std::move(topics)}});
    return *this;
  }
  Group& static_member(const std::string& id, const std::string& instance,
                       std::vector<std::string> topics) {
    member(id, std::move(topics));
    members_.back().instance_id = instance;
    return *this;
  }
  Group& owns(const std::vector<std::string>& partitions, std::int32_t generation) {
    Subscription& subscription = members_.back().subscription;
    subscription.generation = generation;
    for (const std::string& text : partitions) subscription.owned.push_back(partition(text));
    return *this;
  }

  std::map<std::string, std::vector<std::string>> assign(ClientAssignor assignor) const {
    std::map<std::string, std::vector<std::string>> assignment;
    const auto given = assignor::assign(assignor, members_, counts_);
    for (std::size_t i = 0; i < members_.size(); ++i) {
      auto& texts = assignment[members_[i].member_id];
      for (const TopicPartition& one : given[i]) {
        texts.push_back(one.topic + "-" + std::to_string(one.partition.value()));
      }
    }
    return assignment;
  }

 private:
  static TopicPartition partition(const std::string& text) {
    const std::size_t dash = text.find('-');
    return {text.substr(0, dash), PartitionId{std::stoi(text.substr(dash + 1))}};
  }
  std::vector<ClientMember> members_;
  PartitionCounts counts_;
};

Group two_topics_of_three() { return Group().topic("t0", 3).topic("t1", 3); }

TEST(RangeAssignor, SplitsEachTopicByItself) {
  const auto given = two_topics_of_three()
                         .member("c0", {"t0", "t1"})
                         .member("c1", {"t1", "t0"})
                         .assign(ClientAssignor::kRange);
  EXPECT_THAT(given.at("c0"), ElementsAre("t0-0", "t0-1", "t1-0", "t1-1"));
  EXPECT_THAT(given.at("c1"), ElementsAre("t0-2", "t1-2"));
}

TEST(RangeAssignor, LeavesOutWhoHasNotSubscribed) {
  const auto given = two_topics_of_three()
                         .member("c0", {"t0"})
                         .member("c1", {"t0", "t1", "missing"})
                         .member("c2", {})
                         .assign(ClientAssignor::kRange);
  EXPECT_THAT(given.at("c0"), ElementsAre("t0-0", "t0-1"));
  EXPECT_THAT(given.at("c1"), ElementsAre("t0-2", "t1-0", "t1-1", "t1-2"));
  EXPECT_THAT(given.at("c2"), ElementsAre());
}

TEST(RangeAssignor, PutsStaticMembersFirstInTheOrderOfTheirInstances) {
  const auto given = Group()
                         .topic("t", 3)
                         .member("a", {"t"})
                         .static_member("y", "i2", {"t"})
                         .static_member("z", "i1", {"t"})
                         .assign(ClientAssignor::kRange);
  EXPECT_THAT(given.at("z"), ElementsAre("t-0"));
  EXPECT_THAT(given.at("y"), ElementsAre("t-1"));
  EXPECT_THAT(given.at("a"), ElementsAre("t-2"));
}

TEST(RangeAssignor, GivesNothingToWhoComesTooLate) {
  const auto given =
      Group().topic("t", 1).member("c0", {"t"}).member("c1", {"t"}).assign(ClientAssignor::kRange);
  EXPECT_THAT(given.at("c0"), ElementsAre("t-0"));
  EXPECT_THAT(given.at("c1"), ElementsAre());
}

TEST(RoundRobinAssignor, DealsAllPartitionsInTurn) {
  const auto given = two_topics_of_three()
                         .member("c0", {"t0", "t1"})
                         .member("c1", {"t0", "t1"})
                         .assign(ClientAssignor::kRoundRobin);
  EXPECT_THAT(given.at("c0"), ElementsAre("t0-0", "t0-2", "t1-1"));
  EXPECT_THAT(given.at("c1"), ElementsAre("t0-1", "t1-0", "t1-2"));
}

TEST(RoundRobinAssignor, SkipsWhoHasNotSubscribed) {
  const auto given = Group()
                         .topic("t0", 1)
                         .topic("t1", 2)
                         .topic("t2", 3)
                         .member("c0", {"t0"})
                         .member("c1", {"t0", "t1"})
                         .member("c2", {"t0", "t1", "t2"})
                         .assign(ClientAssignor::kRoundRobin);
  EXPECT_THAT(given.at("c0"), ElementsAre("t0-0"));
  EXPECT_THAT(given.at("c1"), ElementsAre("t1-0"));
  EXPECT_THAT(given.at("c2"), ElementsAre("t1-1", "t2-0", "t2-1", "t2-2"));
}

TEST(StickyAssignor, MovesWhatMakesItEvenAndNoMore) {
  const auto given = Group()
                         .topic("t", 4)
                         .member("c0", {"t"})
                         .owns({"t-1", "t-3"}, 5)
                         .member("c1", {"t"})
                         .owns({"t-0", "t-2"}, 5)
                         .member("c2", {"t"})
                         .assign(ClientAssignor::kSticky);
  EXPECT_THAT(given.at("c0"), ElementsAre("t-1"));
  EXPECT_THAT(given.at("c1"), ElementsAre("t-0", "t-2"));
  EXPECT_THAT(given.at("c2"), ElementsAre("t-3"));
}

TEST(StickyAssignor, EvensOutWhatDifferentSubscriptionsAllow) {
  const auto given = Group()
                         .topic("a", 4)
                         .topic("b", 2)
                         .member("both", {"a", "b"})
                         .owns({"a-0", "a-1", "a-2", "a-3"}, 1)
                         .member("only_a", {"a"})
                         .member("only_b", {"b"})
                         .assign(ClientAssignor::kSticky);
  EXPECT_EQ(given.at("both").size(), 2U);
  EXPECT_EQ(given.at("only_a").size(), 2U);
  EXPECT_THAT(given.at("only_b"), ElementsAre("b-0", "b-1"));
}

TEST(StickyAssignor, BelievesTheLaterGeneration) {
  const auto given = Group()
                         .topic("t", 2)
                         .member("old", {"t"})
                         .owns({"t-0", "t-1"}, 3)
                         .member("new", {"t"})
                         .owns({"t-0"}, 4)
                         .assign(ClientAssignor::kSticky);
  EXPECT_THAT(given.at("new"), ElementsAre("t-0"));
  EXPECT_THAT(given.at("old"), ElementsAre("t-1"));
}

TEST(StickyAssignor, IgnoresWhatDoesNotExist) {
  const auto given = Group()
                         .topic("t", 1)
                         .member("c", {"t"})
                         .owns({"t-1", "gone-0"}, 3)
                         .assign(ClientAssignor::kSticky);
  EXPECT_THAT(given.at("c"), ElementsAre("t-0"));
}

TEST(CooperativeStickyAssignor, GivesNothingThatIsNotReleased) {
  const auto given = Group()
                         .topic("t", 2)
                         .member("c0", {"t"})
                         .owns({"t-0", "t-1"}, 1)
                         .member("c1", {"t"})
                         .assign(ClientAssignor::kCooperativeSticky);
  EXPECT_THAT(given.at("c0"), ElementsAre("t-0"));
  EXPECT_THAT(given.at("c1"), ElementsAre());
}

TEST(CooperativeStickyAssignor, GivesItInTheNextRebalance) {
  const auto given = Group()
                         .topic("t", 2)
                         .member("c0", {"t"})
                         .owns({"t-0"}, 2)
                         .member("c1", {"t"})
                         .owns({}, 2)
                         .assign(ClientAssignor::kCooperativeSticky);
  EXPECT_THAT(given.at("c0"), ElementsAre("t-0"));
  EXPECT_THAT(given.at("c1"), ElementsAre("t-1"));
}

TEST(ClientAssignor, HasKafkasNames) {
  for (const auto* name : {"range", "roundrobin", "sticky", "cooperative-sticky"}) {
    const auto assignor = client_assignor_of(name);
    ASSERT_TRUE(assignor) << name;
    EXPECT_EQ(name_of(*assignor), name);
  }
  EXPECT_FALSE(client_assignor_of("Range"));
}

const Subscription kSubscription{
    .topics = {"t"}, .owned = {{"t", PartitionId{1}}}, .generation = 7, .rack = "r"};

TEST(ClientSubscription, OfRangeSaysNothingOfWhatIsOwned) {
  EXPECT_EQ(*encode_subscription(ClientAssignor::kRange, kSubscription),
            hex("0003 00000001 0001 74 ffffffff 00000000 00000007 0001 72"));
}

TEST(ClientSubscription, OfStickySaysItInUserDataAsJavaDoes) {
  EXPECT_EQ(*encode_subscription(ClientAssignor::kSticky, kSubscription),
            hex("0003 00000001 0001 74 00000013 00000001 0001 74 00000001 00000001 00000007"
                " 00000000 00000007 0001 72"));
}

TEST(ClientSubscription, OfCooperativeStickySaysItInTheSubscription) {
  EXPECT_EQ(*encode_subscription(ClientAssignor::kCooperativeSticky, kSubscription),
            hex("0003 00000001 0001 74 00000004 00000007"
                " 00000001 0001 74 00000001 00000001 00000007 0001 72"));
}

TEST(ClientSubscription, ReadsBack) {
  for (const auto assignor : {ClientAssignor::kSticky, ClientAssignor::kCooperativeSticky}) {
    const auto bytes = encode_subscription(assignor, kSubscription);
    EXPECT_EQ(*decode_subscription(assignor, *bytes), kSubscription);
  }
}

TEST(ClientSubscription, IsReadFromVersionZeroOn) {
  const auto read =
      decode_subscription(ClientAssignor::kRange, hex("0000 00000001 0001 74 ffffffff"));
  EXPECT_EQ(*read, Subscription{.topics = {"t"}});
}

TEST(ClientSubscription, HasItsGenerationInUserDataBeforeVersionTwo) {
  const auto read = decode_subscription(ClientAssignor::kCooperativeSticky,
                                        hex("0001 00000001 0001 74 00000004 00000009"
                                            " 00000001 0001 74 00000001 00000000"));
  EXPECT_EQ(read->generation, 9);
  EXPECT_THAT(read->owned, ElementsAre(TopicPartition{"t", PartitionId{0}}));
}

TEST(ClientSubscription, OfStickyMayLackTheGeneration) {
  const auto read =
      decode_subscription(ClientAssignor::kSticky,
                          hex("0000 00000001 0001 74 0000000f 00000001 0001 74 00000001 00000001"));
  EXPECT_EQ(read->generation, -1);
  EXPECT_THAT(read->owned, ElementsAre(TopicPartition{"t", PartitionId{1}}));
}

TEST(ClientSubscription, IsTakenWithUserDataThatIsNoneOfTheAssignors) {
  const auto read =
      decode_subscription(ClientAssignor::kSticky, hex("0000 00000001 0001 74 00000003 aabbcc"));
  EXPECT_EQ(*read, Subscription{.topics = {"t"}});
}

TEST(ClientSubscription, RefusesWhatIsCut) {
  const auto bytes = *encode_subscription(ClientAssignor::kSticky, kSubscription);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto read = decode_subscription(ClientAssignor::kSticky, std::span(bytes).first(size));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code(), ErrorCode::kCorruptMessage);
  }
}

TEST(ClientAssignment, IsJavasBytesAndReadsBack) {
  const std::vector<TopicPartition> partitions{
      {"a", PartitionId{0}}, {"a", PartitionId{2}}, {"b", PartitionId{1}}};
  const auto bytes = *encode_assignment(partitions);
  EXPECT_EQ(bytes, hex("0003 00000002 0001 61 00000002 00000000 00000002 0001 62 00000001 00000001"
                       " ffffffff"));
  EXPECT_EQ(*decode_assignment(bytes), partitions);
}

TEST(ClientAssignment, IsEmptyForWhoWasLeftOut) {  // G9
  EXPECT_EQ(*decode_assignment({}), std::vector<TopicPartition>());
}

// What holds whatever the group is like.

class RandomGroup {
 public:
  explicit RandomGroup(std::uint64_t seed) : random_(seed), uniform_(below(2) == 0) {
    const std::size_t topics = 1 + below(6);
    for (std::size_t i = 0; i < topics; ++i) {
      counts_["t" + std::to_string(i)] = static_cast<std::int32_t>(below(12));
    }
    const std::size_t members = 1 + below(8);
    for (std::size_t i = 0; i < members; ++i) join();
  }

  std::size_t below(std::size_t end) { return random_() % end; }
  bool is_uniform() const { return uniform_; }

  void join() {
    ClientMember member{.member_id = "m" + std::to_string(next_++)};
    if (below(3) == 0) member.instance_id = "i" + std::to_string(below(1'000'000));
    for (const auto& [topic, count] : counts_) {
      if (uniform_ || below(2) == 0) member.subscription.topics.push_back(topic);
    }
    members_.push_back(std::move(member));
  }
  void leave() {
    if (members_.size() > 1) {
      members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(below(members_.size())));
    }
  }

  /// A rebalance: what it gives, each member owns from then on.
  void rebalance(ClientAssignor assignor) {
    const auto given = assign(assignor, members_, counts_);
    ++generation_;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      members_[i].subscription.owned = given[i];
      members_[i].subscription.generation = generation_;
    }
  }

  std::map<TopicPartition, std::string> owners() const {
    std::map<TopicPartition, std::string> owners;
    for (const ClientMember& member : members_) {
      for (const TopicPartition& one : member.subscription.owned) {
        const auto& topics = member.subscription.topics;
        EXPECT_NE(std::find(topics.begin(), topics.end(), one.topic), topics.end());
        EXPECT_TRUE(owners.emplace(one, member.member_id).second)
            << one.topic << "-" << one.partition.value() << " has two owners";
      }
    }
    return owners;
  }
  /// How many partitions there are of topics that somebody has subscribed to.
  std::size_t wanted() const {
    std::set<std::string> topics;
    for (const ClientMember& member : members_) {
      topics.insert(member.subscription.topics.begin(), member.subscription.topics.end());
    }
    std::size_t partitions = 0;
    for (const std::string& topic : topics) {
      partitions += static_cast<std::size_t>(counts_.at(topic));
    }
    return partitions;
  }
  /// Nobody has two more than another who might have taken one of them.
  void expect_even() const {
    for (const ClientMember& rich : members_) {
      for (const ClientMember& poor : members_) {
        if (rich.subscription.owned.size() < poor.subscription.owned.size() + 2) continue;
        for (const TopicPartition& one : rich.subscription.owned) {
          const auto& topics = poor.subscription.topics;
          EXPECT_EQ(std::find(topics.begin(), topics.end(), one.topic), topics.end())
              << rich.member_id << " has " << rich.subscription.owned.size() << ", "
              << poor.member_id << " " << poor.subscription.owned.size();
        }
      }
    }
  }
  std::size_t owned_by_the_last() const { return members_.back().subscription.owned.size(); }

 private:
  std::mt19937_64 random_;
  bool uniform_;
  PartitionCounts counts_;
  std::vector<ClientMember> members_;
  std::int32_t generation_ = 0;
  int next_ = 0;
};

std::size_t moved(const std::map<TopicPartition, std::string>& before,
                  const std::map<TopicPartition, std::string>& after) {
  return static_cast<std::size_t>(
      std::count_if(before.begin(), before.end(), [&](const auto& entry) {
        const auto found = after.find(entry.first);
        return found == after.end() || found->second != entry.second;
      }));
}

TEST(ClientAssignorProperty, EveryPartitionHasOneOwnerWhoSubscribed) {
  for_seeds(300, [](std::uint64_t seed) {
    for (const auto assignor :
         {ClientAssignor::kRange, ClientAssignor::kRoundRobin, ClientAssignor::kSticky}) {
      RandomGroup group(seed);
      for (int i = 0; i < 5; ++i) {
        group.below(2) == 0 ? group.join() : group.leave();
        group.rebalance(assignor);
        EXPECT_EQ(group.owners().size(), group.wanted());
      }
    }
  });
}

TEST(ClientAssignorProperty, StickyIsEvenAndStays) {
  for_seeds(300, [](std::uint64_t seed) {
    RandomGroup group(seed);
    group.rebalance(ClientAssignor::kSticky);
    for (int i = 0; i < 5; ++i) {
      group.below(2) == 0 ? group.join() : group.leave();
      group.rebalance(ClientAssignor::kSticky);
      group.expect_even();
      const auto before = group.owners();
      group.rebalance(ClientAssignor::kSticky);
      EXPECT_EQ(group.owners(), before);
    }
  });
}

TEST(ClientAssignorProperty, WhoJoinsIsAllThatMoves) {
  for_seeds(300, [](std::uint64_t seed) {
    RandomGroup group(seed);
    if (!group.is_uniform()) return;
    group.rebalance(ClientAssignor::kSticky);
    const auto before = group.owners();
    group.join();
    group.rebalance(ClientAssignor::kSticky);
    EXPECT_EQ(moved(before, group.owners()), group.owned_by_the_last());
  });
}

TEST(ClientAssignorProperty, CooperativeGetsThereAndNeverGivesAwayWhatIsHeld) {
  for_seeds(300, [](std::uint64_t seed) {
    RandomGroup group(seed);
    group.rebalance(ClientAssignor::kCooperativeSticky);
    for (int i = 0; i < 5; ++i) {
      group.below(2) == 0 ? group.join() : group.leave();
      // One to release, one to give; what is given may upset others where subscriptions differ.
      const int rebalances = group.is_uniform() ? 2 : 10;
      for (int j = 0; j < rebalances; ++j) {
        const auto before = group.owners();
        group.rebalance(ClientAssignor::kCooperativeSticky);
        for (const auto& [partition, owner] : group.owners()) {
          const auto held = before.find(partition);
          if (held != before.end()) {
            EXPECT_EQ(held->second, owner);
          }
        }
      }
      EXPECT_EQ(group.owners().size(), group.wanted());
      group.expect_even();
    }
  });
}

}  // namespace
}  // namespace leat::group::assignor
