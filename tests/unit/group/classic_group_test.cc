// Classic groups, rule by rule (G of kafka/rules.md).

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/options.h"

#include "unit/group/coordinator_world.h"

namespace leat::group {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ClassicGroupTest : public ::testing::Test {
 protected:
  static MemberOptions static_member(std::string instance) {
    return {.instance_id = std::move(instance)};
  }
  CoordinatorWorld world_;
  Member a_{world_, "a"};
  Member b_{world_, "b"};
};

TEST_F(ClassicGroupTest, GivesTheFirstMemberGenerationOneAtOnce) {  // G5, G7
  a_.joins();
  ASSERT_TRUE(a_.has_joined());
  EXPECT_EQ(a_.join_error(), ErrorCode::kNone);
  EXPECT_EQ(a_.generation(), 1);
  EXPECT_TRUE(a_.leads());
  EXPECT_THAT(a_.joined()->members, SizeIs(1));
  EXPECT_EQ(world_.state(), "CompletingRebalance");
}

TEST_F(ClassicGroupTest, GivesANewDynamicMemberItsIdFirst) {  // G3
  a_.asks_to_join();
  EXPECT_EQ(a_.join_error(), ErrorCode::kMemberIdRequired);
  EXPECT_THAT(a_.id,
              ::testing::MatchesRegex("a-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+"));
  EXPECT_EQ(world_.member_count(), 0U);
}

TEST_F(ClassicGroupTest, TakesAnOldClientWithoutTheRoundTrip) {  // G3
  a_.options.join_version = 3;
  a_.asks_to_join();
  EXPECT_EQ(a_.join_error(), ErrorCode::kNone);
}

TEST_F(ClassicGroupTest, ForgetsAnIdThatNobodyComesBackWith) {  // G3
  a_.asks_to_join();
  world_.wait(10s);
  a_.asks_to_join();
  EXPECT_EQ(a_.join_error(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicGroupTest, LeavesNothingOfAMemberThatOnlyAsked) {
  a_.asks_to_join();
  world_.wait(10s);
  EXPECT_EQ(world_.state(), "Dead");
  EXPECT_THAT(world_.log, IsEmpty());
}

TEST_F(ClassicGroupTest, RefusesWhatIsNoGroupId) {  // G2
  CoordinatorWorld world;
  for (const std::string& id : {std::string(), std::string(64 << 10, 'x')}) {
    wire::JoinGroupRequest request;
    request.group_id = id;
    request.session_timeout_ms = 10'000;
    ErrorCode error{};
    world.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.join({9, "", ""}, request, outbox,
                       [&](const wire::JoinGroupResponse& said) { error = said.error_code; });
    });
    EXPECT_EQ(error, ErrorCode::kInvalidGroupId);
    EXPECT_THAT(world.coordinator().list(), IsEmpty());
  }
}

TEST_F(ClassicGroupTest, RefusesSessionTimeoutsOutOfRange) {  // G2
  for (const auto session : {5'999ms, 1'800'001ms, -1ms}) {
    a_.options.session = session;
    a_.joins();
    EXPECT_EQ(a_.join_error(), ErrorCode::kInvalidSessionTimeout) << session.count();
  }
}

TEST_F(ClassicGroupTest, RefusesAMemberWithoutProtocols) {  // G2
  a_.options.protocols.clear();
  a_.joins();
  EXPECT_EQ(a_.join_error(), ErrorCode::kInconsistentGroupProtocol);
  a_.options = {.protocol_type = ""};
  a_.joins();
  EXPECT_EQ(a_.join_error(), ErrorCode::kInconsistentGroupProtocol);
  EXPECT_EQ(world_.state(), "Dead");
}

TEST_F(ClassicGroupTest, RefusesAnIdOfAGroupThatIsNotThere) {  // G4
  a_.id = "somebody";
  a_.joins();
  EXPECT_EQ(a_.join_error(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicGroupTest, WaitsForAllMembersAtARebalance) {  // G6
  make_stable({&a_});
  b_.joins();
  EXPECT_FALSE(b_.has_joined());
  EXPECT_EQ(world_.state(), "PreparingRebalance");
  EXPECT_EQ(a_.heartbeats(), ErrorCode::kRebalanceInProgress);  // G11
  a_.joins();
  EXPECT_EQ(a_.generation(), 2);
  EXPECT_EQ(b_.joined()->generation_id, 2);
}

TEST_F(ClassicGroupTest, GivesTheMembersToTheLeaderOnly) {  // G7, G8
  make_stable({&a_, &b_});
  EXPECT_TRUE(a_.leads());
  EXPECT_THAT(a_.joined()->members, SizeIs(2));
  EXPECT_FALSE(b_.leads());
  EXPECT_THAT(b_.joined()->members, IsEmpty());
}

TEST_F(ClassicGroupTest, GivesEachMemberItsPartOfTheAssignment) {  // G9
  make_stable({&a_, &b_});
  EXPECT_EQ(a_.assignment(), "0");
  EXPECT_EQ(b_.assignment(), "1");
  EXPECT_EQ(world_.state(), "Stable");
}

TEST_F(ClassicGroupTest, GivesNothingToWhomTheLeaderLeftOut) {  // G9
  a_.joins();
  b_.joins();
  a_.joins();
  a_.syncs({{&a_, "all"}});
  b_.syncs();
  EXPECT_EQ(b_.sync_error(), ErrorCode::kNone);
  EXPECT_EQ(b_.assignment(), "");
}

TEST_F(ClassicGroupTest, RemovesAMemberThatDoesNotComeAgainInTime) {  // G6
  make_stable({&a_, &b_});
  Member c(world_, "c");
  c.joins();
  b_.joins();
  for (int i = 0; i < 11; ++i) {
    world_.wait(6s);
    (void)a_.heartbeats();  // alive, but does not rejoin
  }
  EXPECT_TRUE(b_.has_joined());
  EXPECT_TRUE(c.has_joined());
  EXPECT_EQ(world_.member_count(), 2U);
  EXPECT_EQ(a_.heartbeats(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicGroupTest, GivesTheLeadToAnotherWhenTheLeaderIsGone) {  // G8
  make_stable({&a_, &b_});
  EXPECT_EQ(a_.leaves(), ErrorCode::kNone);
  EXPECT_EQ(b_.heartbeats(), ErrorCode::kRebalanceInProgress);
  b_.joins();
  EXPECT_TRUE(b_.leads());
  EXPECT_EQ(b_.generation(), a_.generation() + 1);
}

TEST_F(ClassicGroupTest, ChoosesAProtocolThatAllHave) {  // G8
  a_.options.protocols = {"range", "roundrobin"};
  b_.options.protocols = {"roundrobin"};
  make_stable({&a_, &b_});
  EXPECT_EQ(a_.joined()->protocol_name, "roundrobin");
}

TEST_F(ClassicGroupTest, RefusesWhoHasNoProtocolInCommon) {  // G8
  make_stable({&a_});
  b_.options.protocols = {"roundrobin"};
  b_.joins();
  EXPECT_EQ(b_.join_error(), ErrorCode::kInconsistentGroupProtocol);
  b_.options = {.protocol_type = "connect"};
  b_.joins();
  EXPECT_EQ(b_.join_error(), ErrorCode::kInconsistentGroupProtocol);
  EXPECT_EQ(world_.state(), "Stable");
}

TEST_F(ClassicGroupTest, RefusesASyncOfAnotherGeneration) {  // G9
  a_.joins();
  auto joined = *a_.joined();
  wire::SyncGroupRequest request;
  request.group_id = kGroup;
  request.generation_id = 7;
  request.member_id = joined.member_id;
  ErrorCode error{};
  const auto sync = [&] {
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.sync(request, outbox,
                       [&](const wire::SyncGroupResponse& said) { error = said.error_code; });
    });
    return error;
  };
  EXPECT_EQ(sync(), ErrorCode::kIllegalGeneration);
  request.generation_id = 1;
  request.protocol_name = "other";
  EXPECT_EQ(sync(), ErrorCode::kInconsistentGroupProtocol);
  request.member_id = "nobody";
  EXPECT_EQ(sync(), ErrorCode::kUnknownMemberId);
  request.group_id = "other";
  EXPECT_EQ(sync(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicGroupTest, FailsSyncsThatARebalanceOvertakes) {  // G9
  a_.joins();
  b_.joins();
  a_.joins();
  b_.syncs();  // waits for the leader's
  EXPECT_FALSE(b_.has_synced());
  Member c(world_, "c");
  c.joins();
  EXPECT_EQ(b_.sync_error(), ErrorCode::kRebalanceInProgress);
  a_.syncs();
  EXPECT_EQ(a_.sync_error(), ErrorCode::kRebalanceInProgress);
}

TEST_F(ClassicGroupTest, RemovesAMemberThatDoesNotSync) {  // G9
  a_.joins();
  b_.joins();
  a_.joins();
  a_.syncs({{&a_, "0"}, {&b_, "1"}});
  for (int i = 0; i < 11; ++i) {
    world_.wait(6s);
    (void)a_.heartbeats();
    (void)b_.heartbeats();  // alive, but does not sync
  }
  EXPECT_EQ(b_.heartbeats(), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(a_.heartbeats(), ErrorCode::kRebalanceInProgress);
}

TEST_F(ClassicGroupTest, GivesAnUnchangedFollowerWhatThereIs) {  // G10
  make_stable({&a_, &b_});
  b_.joins();
  ASSERT_TRUE(b_.has_joined());
  EXPECT_EQ(b_.generation(), a_.generation());
  EXPECT_EQ(world_.state(), "Stable");
}

TEST_F(ClassicGroupTest, RebalancesWhenTheLeaderComesAgain) {  // G10
  make_stable({&a_, &b_});
  a_.joins();
  EXPECT_FALSE(a_.has_joined());
  EXPECT_EQ(world_.state(), "PreparingRebalance");
}

TEST_F(ClassicGroupTest, RebalancesWhenAFollowerHasNewsToTell) {  // G10
  make_stable({&a_, &b_});
  b_.options.metadata = subscription({"t", "u"});
  b_.joins();
  EXPECT_EQ(world_.state(), "PreparingRebalance");
}

TEST_F(ClassicGroupTest, HeartbeatsTellWhatIsWrong) {  // G11
  EXPECT_EQ(a_.heartbeats(1), ErrorCode::kUnknownMemberId);
  make_stable({&a_});
  EXPECT_EQ(a_.heartbeats(), ErrorCode::kNone);
  EXPECT_EQ(a_.heartbeats(7), ErrorCode::kIllegalGeneration);
  EXPECT_EQ(b_.heartbeats(1), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicGroupTest, ExpiresWhoIsSilent) {  // G12, G13
  make_stable({&a_, &b_});
  world_.wait(9s);
  EXPECT_EQ(a_.heartbeats(), ErrorCode::kNone);
  world_.wait(2s);
  EXPECT_EQ(world_.state(), "PreparingRebalance");
  EXPECT_EQ(b_.heartbeats(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicGroupTest, ACommitIsASignOfLife) {  // G12
  make_stable({&a_});
  world_.wait(9s);
  EXPECT_EQ(a_.commits(1), ErrorCode::kNone);
  world_.wait(9s);
  EXPECT_EQ(a_.heartbeats(), ErrorCode::kNone);
}

TEST_F(ClassicGroupTest, DoesNotExpireWhoWaitsForAnAnswer) {  // G12
  make_stable({&a_});
  a_.options.session = 60s;
  a_.joins();
  make_stable({&a_});
  b_.joins();
  world_.wait(30s);  // three sessions of b's
  a_.joins();
  ASSERT_TRUE(b_.has_joined());
  EXPECT_EQ(b_.join_error(), ErrorCode::kNone);
}

TEST_F(ClassicGroupTest, ExpiresANewMemberThatNeverHearsItsAnswer) {  // G12
  a_.options.session = 1'000s;
  a_.options.rebalance = 1'000s;
  make_stable({&a_});
  b_.joins();
  world_.wait(5min);
  EXPECT_EQ(b_.join_error(), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(world_.member_count(), 1U);
}

TEST_F(ClassicGroupTest, IsEmptyWhenTheLastHasLeft) {  // G13
  make_stable({&a_});
  EXPECT_EQ(a_.commits(5), ErrorCode::kNone);
  EXPECT_EQ(a_.leaves(), ErrorCode::kNone);
  EXPECT_EQ(world_.state(), "Empty");
  a_ = Member(world_, "a");
  a_.joins();
  EXPECT_EQ(a_.generation(), 3);  // becoming empty was the second
}

TEST_F(ClassicGroupTest, TellsEachLeaverItsError) {  // G14
  EXPECT_EQ(a_.leaves(), ErrorCode::kUnknownMemberId);
  make_stable({&a_});
  EXPECT_EQ(b_.leaves(), ErrorCode::kUnknownMemberId);
  b_.options.instance_id = "nobody";
  EXPECT_EQ(b_.leaves(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicGroupTest, AnAdministratorRemovesAnInstanceByItsName) {  // G14
  Member s(world_, "s", static_member("i"));
  make_stable({&s});
  Member admin(world_, "admin", static_member("i"));
  EXPECT_EQ(admin.leaves(), ErrorCode::kNone);
  EXPECT_EQ(world_.state(), "Empty");
}

TEST_F(ClassicGroupTest, AStaticMemberNeedsNoRoundTrip) {  // G3
  Member s(world_, "s", static_member("i"));
  s.asks_to_join();
  EXPECT_EQ(s.join_error(), ErrorCode::kNone);
  EXPECT_THAT(s.id, HasSubstr("i-"));
}

TEST_F(ClassicGroupTest, AStaticMemberComesBackWithoutARebalance) {  // G15
  Member s(world_, "s", static_member("i"));
  make_stable({&a_, &s});
  Member again(world_, "s", static_member("i"));
  again.joins();
  ASSERT_TRUE(again.has_joined());
  EXPECT_EQ(again.join_error(), ErrorCode::kNone);
  EXPECT_NE(again.id, s.id);
  EXPECT_EQ(world_.state(), "Stable");
  again.syncs();
  EXPECT_EQ(again.assignment(), s.assignment());
}

TEST_F(ClassicGroupTest, FencesTheOlderOfTwoWithOneInstanceId) {  // G15, G16
  Member s(world_, "s", static_member("i"));
  make_stable({&s});
  Member again(world_, "s", static_member("i"));
  again.joins();
  EXPECT_EQ(s.heartbeats(), ErrorCode::kFencedInstanceId);
  EXPECT_EQ(s.commits(1), ErrorCode::kFencedInstanceId);
  s.syncs();
  EXPECT_EQ(s.sync_error(), ErrorCode::kFencedInstanceId);
  s.asks_to_join();
  EXPECT_EQ(s.join_error(), ErrorCode::kFencedInstanceId);
}

TEST_F(ClassicGroupTest, ATellsALeaderThatComesBackNotToAssign) {  // G15
  Member s(world_, "s", static_member("i"));
  make_stable({&s, &a_});
  Member again(world_, "s", static_member("i"));
  again.joins();
  EXPECT_TRUE(again.joined()->skip_assignment);
  EXPECT_TRUE(again.leads());
  EXPECT_THAT(again.joined()->members, SizeIs(2));
  Member old(world_, "s", {.instance_id = "i", .join_version = 8});
  old.joins();
  EXPECT_FALSE(old.leads());
  EXPECT_THAT(old.joined()->members, IsEmpty());
}

TEST_F(ClassicGroupTest, RebalancesWhenAStaticMemberComesBackDifferent) {  // G15
  Member s(world_, "s", static_member("i"));
  make_stable({&a_, &s});
  Member again(world_, "s", static_member("i"));
  again.options.metadata = subscription({"other"});
  again.joins();
  EXPECT_FALSE(again.has_joined());
  EXPECT_EQ(world_.state(), "PreparingRebalance");
}

TEST_F(ClassicGroupTest, KeepsAStaticMemberThatIsAwayUntilItsSessionEnds) {  // G6
  Member s(world_, "s", {.instance_id = "i", .session = 300s});
  make_stable({&a_, &s});
  b_.joins();
  a_.joins();
  for (int i = 0; i < 11; ++i) world_.wait(6s);
  EXPECT_EQ(world_.member_count(), 3U);  // the rebalance ended without it
  EXPECT_TRUE(a_.has_joined());
  EXPECT_TRUE(b_.has_joined());
}

TEST_F(ClassicGroupTest, HasRoomForSoMany) {  // G18
  CoordinatorWorld small(EngineOptions{.group_max_size = 1});
  Member first(small, "first");
  Member second(small, "second");
  make_stable({&first});
  second.joins();
  EXPECT_EQ(second.join_error(), ErrorCode::kGroupMaxSizeReached);
  first.joins();
  EXPECT_EQ(first.join_error(), ErrorCode::kNone);
}

TEST_F(ClassicGroupTest, WaitsForOthersIfToldTo) {  // G5
  CoordinatorWorld slow(EngineOptions{.group_initial_rebalance_delay = 3s});
  Member first(slow, "first");
  Member second(slow, "second");
  first.joins();
  slow.wait(2s);
  EXPECT_FALSE(first.has_joined());
  second.joins();
  slow.wait(2s);  // prolonged by the second
  EXPECT_FALSE(first.has_joined());
  slow.wait(2s);
  ASSERT_TRUE(first.has_joined());
  ASSERT_TRUE(second.has_joined());
  EXPECT_EQ(first.generation(), 1);
  EXPECT_EQ(second.generation(), 1);
}

TEST_F(ClassicGroupTest, DescribesItsMembersOnceTheyAreAssigned) {  // G20
  a_.joins();
  auto described = world_.coordinator().describe(kGroup);
  ASSERT_THAT(described.members, SizeIs(1));
  EXPECT_THAT(described.members[0].member_metadata, IsEmpty());
  a_.syncs({{&a_, "0"}});
  described = world_.coordinator().describe(kGroup);
  EXPECT_EQ(described.protocol_type, "consumer");
  EXPECT_EQ(described.protocol_data, "range");
  EXPECT_EQ(described.members[0].client_host, "/127.0.0.1");
  EXPECT_EQ(described.members[0].member_metadata, a_.options.metadata);
  EXPECT_THAT(described.members[0].member_assignment, SizeIs(1));
  EXPECT_EQ(world_.coordinator().describe("other").error_code, ErrorCode::kGroupIdNotFound);
}

TEST_F(ClassicGroupTest, IsThereAfterARestart) {  // K1
  Member s(world_, "s", static_member("i"));
  make_stable({&a_, &s});
  EXPECT_EQ(a_.commits(5), ErrorCode::kNone);
  world_.restart();
  EXPECT_EQ(world_.state(), "Stable");
  EXPECT_EQ(a_.heartbeats(), ErrorCode::kNone);
  EXPECT_EQ(s.heartbeats(), ErrorCode::kNone);
  Member again(world_, "s", static_member("i"));
  again.joins();  // its identity survived
  again.syncs();
  EXPECT_EQ(again.assignment(), "1");
  world_.wait(10s);
  EXPECT_EQ(world_.state(), "Empty");  // sessions began anew, and ended
  world_.restart();
  EXPECT_EQ(world_.state(), "Empty");
}

TEST_F(ClassicGroupTest, IsNotStableUntilTheLogSaysSo) {  // K1
  a_.joins();
  world_.log_is_full = true;
  a_.syncs({{&a_, "0"}});
  EXPECT_EQ(a_.sync_error(), ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(world_.state(), "PreparingRebalance");
  world_.log_is_full = false;
  make_stable({&a_});
  EXPECT_EQ(world_.state(), "Stable");
}

TEST_F(ClassicGroupTest, KeepsAStaticMembersOldIdWhenTheLogRefusesTheNew) {  // K1
  Member s(world_, "s", static_member("i"));
  make_stable({&s});
  world_.log_is_full = true;
  Member again(world_, "s", static_member("i"));
  again.joins();
  EXPECT_EQ(again.join_error(), ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(s.heartbeats(), ErrorCode::kNone);
}

TEST_F(ClassicGroupTest, AnswersAllWhoWaitWhenTheEngineCloses) {
  make_stable({&a_});
  b_.joins();
  world_.step([](Coordinator& coordinator, Outbox& outbox) { coordinator.close(outbox); });
  EXPECT_EQ(b_.join_error(), ErrorCode::kCoordinatorNotAvailable);
}

}  // namespace
}  // namespace leat::group
