// The consumer protocol's coordinator (rules N).
#include "group/consumer_group.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/types.h"

#include "unit/group/consumer_group_world.h"

namespace leat::group {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConsumerGroupTest : public ::testing::Test {
 protected:
  ConsumerGroupTest() { world.set_topic("t", 4); }
  Consumer consumer(const std::string& id) { return Consumer(world, id).subscribes({"t"}); }
  World world;
};

using Join = ConsumerGroupTest;
using Rebalance = ConsumerGroupTest;
using Epochs = ConsumerGroupTest;
using StaticMember = ConsumerGroupTest;
using Sessions = ConsumerGroupTest;
using Subscriptions = ConsumerGroupTest;
using Patterns = ConsumerGroupTest;
using Assignors = ConsumerGroupTest;
using Commits = ConsumerGroupTest;
using Describe = ConsumerGroupTest;
using Durability = ConsumerGroupTest;

TEST_F(Join, GivesTheFirstMemberEverything) {
  auto a = consumer("a");
  const auto answer = a.join();
  EXPECT_EQ(answer.error_code, ErrorCode::kNone);
  EXPECT_EQ(answer.member_id, "a");
  EXPECT_EQ(answer.member_epoch, 1);
  EXPECT_EQ(answer.heartbeat_interval_ms, 5000);
  EXPECT_EQ(a.owned(), (Named{{"t", {0, 1, 2, 3}}}));
  EXPECT_EQ(world.group().state_name(), "Stable");
}

TEST_F(Join, OfVersionZeroMakesAMemberId) {  // N1
  auto a = consumer("");
  const auto answer = world.send(a.request(), 0);
  EXPECT_EQ(answer.error_code, ErrorCode::kNone);
  EXPECT_EQ(answer.member_id->size(), 22U);
}

TEST_F(Join, IsRefusedWithoutWhatItNeeds) {  // N2
  const auto refused = [&](auto change) {
    auto a = consumer("a");
    auto request = a.request();
    change(request);
    const auto answer = world.send(request);
    EXPECT_EQ(answer.error_code, ErrorCode::kInvalidRequest);
    EXPECT_FALSE(world.state().exists());
    return *answer.error_message;
  };
  EXPECT_THAT(refused([](auto& r) { r.member_id = ""; }), HasSubstr("MemberId"));
  EXPECT_THAT(refused([](auto& r) { r.instance_id = ""; }), HasSubstr("InstanceId"));
  EXPECT_THAT(refused([](auto& r) { r.rack_id = ""; }), HasSubstr("RackId"));
  EXPECT_THAT(refused([](auto& r) { r.rebalance_timeout_ms = -1; }), HasSubstr("Rebalance"));
  EXPECT_THAT(refused([](auto& r) { r.topic_partitions.reset(); }), HasSubstr("TopicPartitions"));
  EXPECT_THAT(refused([&](auto& r) { r.topic_partitions = said(world.by_id({{"t", {0}}})); }),
              HasSubstr("TopicPartitions"));
  EXPECT_THAT(refused([](auto& r) { r.subscribed_topic_names.reset(); }), HasSubstr("Subscribed"));
  EXPECT_THAT(refused([](auto& r) { r.member_epoch = -3; }), HasSubstr("-3"));
  EXPECT_THAT(refused([](auto& r) { r.member_epoch = -2; }), HasSubstr("InstanceId"));
}

TEST_F(Join, OfAFullGroupIsRefused) {
  World small({.members_max = 1});
  small.set_topic("t", 4);
  Consumer a = Consumer(small, "a").subscribes({"t"});
  Consumer b = Consumer(small, "b").subscribes({"t"});
  a.join();
  EXPECT_EQ(b.join().error_code, ErrorCode::kGroupMaxSizeReached);
  EXPECT_EQ(a.join().error_code, ErrorCode::kNone);
}

TEST_F(Join, OfAMemberThatIsThereReturnsItsAssignment) {  // N6
  auto a = consumer("a");
  a.join();
  const auto answer = a.join();
  EXPECT_EQ(answer.member_epoch, 1);
  EXPECT_EQ(a.owned(), (Named{{"t", {0, 1, 2, 3}}}));
}

TEST_F(Rebalance, TakesFromOneBeforeItGivesToAnother) {  // N3, N4
  auto a = consumer("a");
  auto b = consumer("b");
  a.join();
  EXPECT_EQ(b.join().member_epoch, 2);
  EXPECT_THAT(b.owned(), IsEmpty());
  EXPECT_EQ(world.group().state_name(), "Reconciling");

  EXPECT_EQ(a.beat().member_epoch, 1) << "it is told to give up, in its old epoch";
  EXPECT_EQ(a.owned().at("t").size(), 2U);
  EXPECT_FALSE(b.beat().assignment) << "it has not said that it has given up";
  EXPECT_EQ(a.beat().member_epoch, 2);
  EXPECT_TRUE(b.beat().assignment);
  EXPECT_EQ(b.owned().at("t").size(), 2U);
  EXPECT_EQ(world.group().state_name(), "Stable");
}

TEST_F(Rebalance, GivesWhatALeaverHad) {
  auto a = consumer("a");
  auto b = consumer("b");
  a.join();
  b.join();
  EXPECT_EQ(a.leave().member_epoch, -1);
  EXPECT_EQ(b.beat().member_epoch, 3);
  EXPECT_EQ(b.owned(), (Named{{"t", {0, 1, 2, 3}}}));
}

TEST_F(Rebalance, LeavesAnEmptyGroup) {
  auto a = consumer("a");
  a.join();
  a.leave();
  EXPECT_EQ(world.group().state_name(), "Empty");
  EXPECT_EQ(world.state().epoch(), 2);
  EXPECT_FALSE(world.group().next_look());
}

TEST_F(Rebalance, IsNoneOfAnIdleHeartbeat) {
  auto a = consumer("a");
  a.join();
  const auto batches = world.batches();
  const auto answer = a.beat();
  EXPECT_EQ(answer.member_epoch, 1);
  EXPECT_FALSE(answer.assignment);  // N5
  EXPECT_EQ(world.batches(), batches);
}

TEST_F(Rebalance, TellsTheAssignmentAgainToWhoSaysEverything) {  // N5
  auto a = consumer("a");
  a.join();
  auto request = a.request();
  request.rebalance_timeout_ms = 300'000;
  request.subscribed_topic_names = {"t"};
  EXPECT_TRUE(world.send(request).assignment);
}

TEST_F(Rebalance, WaitsForTheAssignmentInterval) {  // N12
  World slow({.assignment_interval = 1s});
  slow.set_topic("t", 4);
  Consumer a = Consumer(slow, "a").subscribes({"t"});
  Consumer b = Consumer(slow, "b").subscribes({"t"});
  a.join();
  b.join();
  EXPECT_EQ(slow.group().state_name(), "Assigning");
  slow.advance(999ms);
  b.beat();
  EXPECT_EQ(slow.state().target_epoch(), 1);
  slow.advance(1ms);
  b.beat();
  EXPECT_EQ(slow.state().target_epoch(), 2);
}

TEST_F(Epochs, OfAnUnknownGroupOrMemberAreRefused) {  // N6
  auto a = consumer("a");
  auto b = consumer("b");
  a.set_epoch(5);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kGroupIdNotFound);
  EXPECT_EQ(a.leave().error_code, ErrorCode::kGroupIdNotFound);
  b.join();
  EXPECT_EQ(a.beat().error_code, ErrorCode::kUnknownMemberId);
  EXPECT_EQ(a.leave().error_code, ErrorCode::kUnknownMemberId);
}

TEST_F(Epochs, ThatAreNotTheMembersAreFenced) {  // N6
  auto a = consumer("a");
  a.join();
  for (const std::int32_t epoch : {2, 7}) {
    a.set_epoch(epoch);
    EXPECT_EQ(a.beat().error_code, ErrorCode::kFencedMemberEpoch) << epoch;
  }
}

TEST_F(Epochs, OfBeforeAreTakenFromWhoMissedTheAnswer) {  // N6
  auto a = consumer("a");
  a.join();
  world.set_topic("t", 5);
  EXPECT_EQ(a.beat_and_miss_the_answer().member_epoch, 2);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kNone);
  EXPECT_EQ(a.epoch(), 2);
}

TEST_F(Epochs, OfBeforeAreFencedWhenItOwnsWhatIsNotItsAnyMore) {
  auto a = consumer("a");
  a.join();
  world.set_topic("t", 5);
  a.beat_and_miss_the_answer();
  auto request = a.request();
  request.topic_partitions = said(world.by_id({{"t", {9}}}));
  EXPECT_EQ(world.send(request).error_code, ErrorCode::kFencedMemberEpoch);
  request.topic_partitions.reset();
  EXPECT_EQ(world.send(request).error_code, ErrorCode::kFencedMemberEpoch);
}

TEST_F(StaticMember, KeepsItsPlaceForItsNextRun) {  // N7
  auto a = consumer("a1").is_static("i");
  auto b = consumer("b");
  a.join();
  b.join();
  a.beat();
  a.beat();
  b.beat();
  const Named had = a.owned();
  const auto epoch = world.state().epoch();
  EXPECT_EQ(a.leave_for_now().member_epoch, -2);
  EXPECT_FALSE(b.beat().assignment);

  auto again = consumer("a2").is_static("i");
  EXPECT_EQ(again.join().error_code, ErrorCode::kNone);
  EXPECT_EQ(again.owned(), had);
  EXPECT_EQ(world.state().epoch(), epoch) << "nothing has changed for the others";
  EXPECT_EQ(world.state().member("a1"), nullptr);
}

TEST_F(StaticMember, LosesItsPlaceAfterTheSessionTimeout) {  // N7
  auto a = consumer("a").is_static("i");
  a.join();
  a.leave_for_now();
  world.advance(44'999ms);
  EXPECT_TRUE(world.group().has_members());
  world.advance(1ms);
  EXPECT_FALSE(world.group().has_members());
}

TEST_F(StaticMember, IsOneAtATime) {  // N7
  auto a = consumer("a").is_static("i");
  auto b = consumer("b").is_static("i");
  a.join();
  EXPECT_EQ(b.join().error_code, ErrorCode::kUnreleasedInstanceId);
  b.set_epoch(1);
  EXPECT_EQ(b.beat().error_code, ErrorCode::kFencedInstanceId);
  EXPECT_EQ(b.leave().error_code, ErrorCode::kFencedInstanceId);
}

TEST_F(StaticMember, ComesBackUnderItsOwnId) {
  auto a = consumer("a").is_static("i");
  a.join();
  a.leave_for_now();
  EXPECT_EQ(a.beat().error_code, ErrorCode::kFencedMemberEpoch);
  EXPECT_EQ(a.join().error_code, ErrorCode::kNone);
  EXPECT_EQ(a.owned(), (Named{{"t", {0, 1, 2, 3}}}));
}

TEST_F(StaticMember, LeavesForGood) {
  auto a = consumer("a").is_static("i");
  a.join();
  EXPECT_EQ(a.leave().error_code, ErrorCode::kNone);
  EXPECT_FALSE(world.group().has_members());
  auto b = consumer("b").is_static("i");
  EXPECT_EQ(b.join().error_code, ErrorCode::kNone);
}

TEST_F(Sessions, EndWithoutHeartbeats) {  // N8
  auto a = consumer("a");
  auto b = consumer("b");
  a.join();
  world.advance(30s);
  b.join();
  world.advance(15s);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kUnknownMemberId);
  EXPECT_EQ(b.beat().member_epoch, 3);
  EXPECT_EQ(b.owned(), (Named{{"t", {0, 1, 2, 3}}}));
}

TEST_F(Sessions, BeginAnewAfterARestart) {
  auto a = consumer("a");
  a.join();
  world.advance(40s);
  world.restart();
  world.advance(44s);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kNone);
  EXPECT_EQ(a.epoch(), 1);
}

TEST_F(Sessions, EndForWhoDoesNotGiveUpInTime) {  // N9
  auto a = consumer("a").takes_at_most(10s);
  auto b = consumer("b");
  a.join();
  b.join();
  a.holds_on(true).beat();
  world.advance(9s);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kNone);
  world.advance(1s);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kUnknownMemberId);
}

TEST_F(Sessions, GoOnForWhoGivesUpInTime) {  // N9
  auto a = consumer("a").takes_at_most(10s);
  auto b = consumer("b");
  a.join();
  b.join();
  a.beat();
  a.beat();
  world.advance(11s);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kNone);
}

TEST_F(Subscriptions, ThatChangeChangeTheAssignment) {
  world.set_topic("u", 1);
  auto a = consumer("a");
  a.join();
  a.subscribes({"u", "u"});
  EXPECT_EQ(a.beat().member_epoch, 1) << "it gives up the old topic first";
  a.beat();
  EXPECT_EQ(a.owned(), (Named{{"u", {0}}}));
  EXPECT_TRUE(world.group().is_subscribed_to("u"));
  EXPECT_FALSE(world.group().is_subscribed_to("t"));
}

TEST_F(Subscriptions, GetNewPartitionsAndTopics) {
  auto a = consumer("a").subscribes({"t", "later"});
  a.join();
  world.set_topic("t", 5);
  a.beat();
  EXPECT_EQ(a.owned(), (Named{{"t", {0, 1, 2, 3, 4}}}));
  world.set_topic("later", 1);
  a.beat();
  EXPECT_EQ(a.owned(), (Named{{"t", {0, 1, 2, 3, 4}}, {"later", {0}}}));
}

TEST_F(Subscriptions, LoseDeletedTopics) {
  auto a = consumer("a");
  a.join();
  world.remove_topic("t");
  EXPECT_EQ(a.beat().assignment->topic_partitions.size(), 0U);
}

TEST_F(Subscriptions, DoNotCareForTopicsOfOthers) {
  auto a = consumer("a");
  a.join();
  world.set_topic("other", 3);
  EXPECT_EQ(a.beat().member_epoch, 1);
}

TEST_F(Patterns, StandForTheTopicsThatThereAre) {  // N11
  world.set_topic("logs-a", 1);
  auto a = consumer("a").subscribes({}).subscribes_by("logs-.*");
  a.join();
  EXPECT_EQ(a.owned(), (Named{{"logs-a", {0}}}));
  world.set_topic("logs-b", 1);
  a.beat();
  EXPECT_EQ(a.owned(), (Named{{"logs-a", {0}}, {"logs-b", {0}}}));
  EXPECT_TRUE(world.group().is_subscribed_to("logs-b"));
}

TEST_F(Patterns, AddToTheNames) {
  world.set_topic("u", 1);
  auto a = consumer("a").subscribes({"u"}).subscribes_by("[tu]");
  a.join();
  EXPECT_EQ(a.owned(), (Named{{"t", {0, 1, 2, 3}}, {"u", {0}}}));
}

TEST_F(Patterns, ThatAreNoneAreRefusedAndNothingChanges) {  // N11
  auto a = consumer("a").subscribes_by("(");
  EXPECT_EQ(a.join().error_code, ErrorCode::kInvalidRegularExpression);
  EXPECT_FALSE(world.state().exists());
}

TEST_F(Patterns, GoWithTheLastWhoUsesThem) {
  auto a = consumer("a").subscribes_by("t");
  auto b = consumer("b").subscribes_by("t");
  a.join();
  b.join();
  a.subscribes_by("").beat();
  EXPECT_NE(world.state().pattern("t"), nullptr);
  b.leave();
  EXPECT_EQ(world.state().pattern("t"), nullptr);
}

TEST_F(Assignors, ThatAreNotOfferedAreRefused) {  // N10
  auto a = consumer("a").asks_for("sticky");
  const auto answer = a.join();
  EXPECT_EQ(answer.error_code, ErrorCode::kUnsupportedAssignor);
  EXPECT_THAT(*answer.error_message, HasSubstr("uniform, range"));
}

TEST_F(Assignors, AreChosenByMostMembers) {  // N10
  auto a = consumer("a").asks_for("range");
  a.join();
  EXPECT_EQ(world.group().describe().assignor_name, "range");
  auto b = consumer("b").asks_for("uniform");
  auto c = consumer("c").asks_for("uniform");
  b.join();
  c.join();
  EXPECT_EQ(world.group().describe().assignor_name, "uniform");
}

TEST_F(Commits, AreTakenOfTheMembersEpoch) {  // N13
  auto a = consumer("a");
  a.join();
  const auto right = world.group().check_commit("a", 1, 9);
  ASSERT_TRUE(right);
  EXPECT_EQ(right->of(Uuid{}, PartitionId{77}), ErrorCode::kNone);
}

TEST_F(Commits, AreRefusedOfOthers) {  // N13
  auto a = consumer("a");
  EXPECT_TRUE(world.group().check_commit("", -1, 8)) << "who is no member, to an empty group";
  a.join();
  EXPECT_EQ(world.group().check_commit("", -1, 9).error().code(), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(world.group().check_commit("b", 1, 9).error().code(), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(world.group().check_commit("a", 2, 9).error().code(), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(world.group().check_commit("a", 1, 8).error().code(), ErrorCode::kUnsupportedVersion);
}

TEST_F(Commits, OfAnOlderEpochAreTakenForWhatWasAssignedByThen) {  // N13
  auto a = consumer("a");
  a.join();
  world.set_topic("t", 5);
  a.beat();
  const Uuid topic = world.topics().find("t")->id;
  const auto right = world.group().check_commit("a", 1, 9);
  ASSERT_TRUE(right);
  EXPECT_EQ(right->of(topic, PartitionId{3}), ErrorCode::kNone);
  EXPECT_EQ(right->of(topic, PartitionId{4}), ErrorCode::kStaleMemberEpoch) << "assigned later";
  EXPECT_EQ(right->of(topic, PartitionId{5}), ErrorCode::kStaleMemberEpoch) << "not assigned";
  EXPECT_EQ(right->of(Uuid{}, PartitionId{0}), ErrorCode::kStaleMemberEpoch);
}

TEST_F(Commits, AreTakenForWhatIsBeingGivenUp) {  // N13
  auto a = consumer("a");
  auto b = consumer("b");
  a.join();
  world.set_topic("t", 5);
  a.beat();
  b.join();
  a.beat();
  ASSERT_EQ(world.state().current("a").state, MemberState::kUnrevoked);
  const Uuid topic = world.topics().find("t")->id;
  const auto right = world.group().check_commit("a", 1, 9);
  for (const auto& [partition, epoch] : world.state().current("a").revoking.at(topic)) {
    EXPECT_EQ(right->of(topic, partition),
              epoch <= 1 ? ErrorCode::kNone : ErrorCode::kStaleMemberEpoch);
  }
}

TEST_F(Commits, AreReadByWhoIsAtItsEpoch) {  // O5
  auto a = consumer("a");
  a.join();
  EXPECT_EQ(world.group().check_fetch("", -1), ErrorCode::kNone);
  EXPECT_EQ(world.group().check_fetch("a", 1), ErrorCode::kNone);
  EXPECT_EQ(world.group().check_fetch("a", 0), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(world.group().check_fetch("b", 1), ErrorCode::kUnknownMemberId);
}

TEST_F(Describe, TellsMembersWithWhatTheyHaveAndAreToHave) {
  auto a = consumer("a").is_static("i");
  auto b = consumer("b").subscribes_by("t");
  a.join();
  b.join();
  const auto group = world.group().describe();
  EXPECT_EQ(group.group_id, "g");
  EXPECT_EQ(group.group_state, "Reconciling");
  EXPECT_EQ(group.group_epoch, 2);
  EXPECT_EQ(group.assignment_epoch, 2);
  ASSERT_EQ(group.members.size(), 2U);
  const auto& first = group.members[0];
  EXPECT_EQ(first.member_id, "a");
  EXPECT_EQ(first.instance_id, "i");
  EXPECT_EQ(first.member_epoch, 1);
  EXPECT_EQ(first.client_id, "client");
  EXPECT_THAT(first.subscribed_topic_names, ElementsAre("t"));
  EXPECT_EQ(first.assignment.topic_partitions[0].topic_name, "t");
  EXPECT_EQ(first.assignment.topic_partitions[0].partitions.size(), 4U);
  EXPECT_EQ(first.target_assignment.topic_partitions[0].partitions.size(), 2U);
  EXPECT_EQ(first.member_type, 1);
  EXPECT_EQ(group.members[1].subscribed_topic_regex, "t");
}

TEST_F(Durability, ChangesNothingWhenRecordsCannotBeAppended) {  // K1
  auto a = consumer("a");
  a.join();
  world.set_topic("t", 8);
  world.set_broken(true);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(consumer("b").join().error_code, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(a.leave().error_code, ErrorCode::kCoordinatorNotAvailable);
  world.advance(60s);
  EXPECT_TRUE(world.group().has_members()) << "it cannot be removed, either";
  world.set_broken(false);
  EXPECT_EQ(a.beat().member_epoch, 2);
  EXPECT_EQ(a.owned().at("t").size(), 8U);
}

TEST_F(Durability, RemovesWhoIsLateOnceRecordsCanBeAppendedAgain) {  // N9
  auto a = consumer("a").takes_at_most(10s);
  auto b = consumer("b");
  a.join();
  b.join();
  a.holds_on(true).beat();
  world.set_broken(true);
  world.advance(10s);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kNone) << "that it is alive does not help it";
  world.set_broken(false);
  world.advance(5s);
  EXPECT_EQ(a.beat().error_code, ErrorCode::kUnknownMemberId);
}

TEST_F(Durability, DeletesAllThatItHasWritten) {
  auto a = consumer("a").subscribes_by("t");
  a.join();
  ConsumerState state;
  for (const ConsumerRecord& record : world.group().deletion()) world.group().apply(record);
  EXPECT_TRUE(world.state() == state);
}

}  // namespace
}  // namespace leat::group
