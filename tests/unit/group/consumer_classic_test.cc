// Groups that change over from one protocol to the other while they run (N16).
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/types.h"

#include "group/assignor/client.h"
#include "group/consumer_group.h"
#include "group/records.h"
#include "unit/group/classic_consumer.h"
#include "unit/group/consumer_group_world.h"
#include "unit/wire/hex.h"

namespace leat::group {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using assignor::ClientAssignor;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using wire::testing::hex;

TopicPartition t(std::int32_t partition) { return {"t", PartitionId{partition}}; }

class ChangeOver : public ::testing::Test {
 protected:
  ChangeOver() { world.set_topic("t", 4); }

  static MemberMetadata member(const std::string& id, std::vector<TopicPartition> assigned) {
    return {.member_id = id,
            .rebalance_timeout = 60'000,
            .session_timeout = 10'000,
            .subscription = *assignor::encode_subscription(ClientAssignor::kCooperativeSticky,
                                                           {.topics = {"t"}}),
            .assignment = *assignor::encode_assignment(assigned)};
  }
  /// A classic group of generation 7: a has 0 and 1, b has 2 and 3.
  static GroupMetadataValue classic_group() {
    return {.protocol_type = "consumer",
            .generation = 7,
            .protocol = "cooperative-sticky",
            .members = {member("a", {t(0), t(1)}), member("b", {t(2), t(3)})}};
  }
  void begin_as_classic() {
    world.apply(*ConsumerGroup::from_classic("g", classic_group(), world.topics()));
  }
  Classic cooperative(const std::string& id) {
    return Classic(world, id, ClientAssignor::kCooperativeSticky);
  }
  Classic eager(const std::string& id) { return Classic(world, id, ClientAssignor::kRange); }
  Consumer consumer(const std::string& id) { return Consumer(world, id).subscribes({"t"}); }

  World world;
};

using ClassicMembers = ChangeOver;

TEST_F(ChangeOver, KeepsWhatTheLeaderAssigned) {
  begin_as_classic();
  EXPECT_EQ(world.group().state_name(), "Stable");
  EXPECT_EQ(world.state().epoch(), 7);
  EXPECT_TRUE(world.group().is_all_classic());
  auto a = cooperative("a").has({t(0), t(1)}, 7);
  EXPECT_EQ(a.beat(), ErrorCode::kNone);
  EXPECT_EQ(a.sync(), ErrorCode::kNone);
  EXPECT_THAT(a.owned(), ElementsAre(t(0), t(1)));
  EXPECT_EQ(world.group().describe().members[0].member_type, 0);
}

TEST_F(ChangeOver, GivesANewConsumerItsShareOnceItIsReleased) {
  begin_as_classic();
  auto a = cooperative("a").has({t(0), t(1)}, 7);
  auto b = cooperative("b").has({t(2), t(3)}, 7);
  auto c = consumer("c");
  EXPECT_EQ(c.join().error_code, ErrorCode::kNone);
  EXPECT_THAT(c.owned(), IsEmpty());
  for (int i = 0; i < 4; ++i) {
    a.live();
    b.live();
    c.beat();
  }
  EXPECT_EQ(world.group().state_name(), "Stable");
  EXPECT_EQ(a.owned().size() + b.owned().size() + c.owned().at("t").size(), 4U);
  EXPECT_FALSE(world.group().is_all_classic());
}

TEST_F(ChangeOver, TakesFromEagerMembersWhatTheyRevokeAnyway) {
  auto a = eager("");
  EXPECT_EQ(a.join(3), ErrorCode::kNone);
  EXPECT_EQ(a.sync(), ErrorCode::kNone);
  EXPECT_THAT(a.owned(), SizeIs(4));
  auto c = consumer("c");
  c.join();
  EXPECT_EQ(a.beat(), ErrorCode::kRebalanceInProgress);
  EXPECT_EQ(a.join(), ErrorCode::kNone);
  c.beat();
  EXPECT_EQ(a.sync(), ErrorCode::kNone);
  EXPECT_THAT(a.owned(), SizeIs(2));
  EXPECT_THAT(c.owned().at("t"), SizeIs(2));
}

TEST_F(ChangeOver, OfAMemberKeepsItsPlace) {
  begin_as_classic();
  auto b = consumer("b");
  EXPECT_EQ(b.join().error_code, ErrorCode::kNone);
  EXPECT_EQ(b.owned(), (Named{{"t", {2, 3}}}));
  EXPECT_EQ(world.group().describe().members[1].member_type, 1);
}

TEST_F(ChangeOver, ForgetsWhatWasAskedOfTheClassicMember) {
  auto a = eager("");
  a.join(3);
  auto c = consumer(a.id());
  EXPECT_EQ(c.join().error_code, ErrorCode::kNone);
  for (int i = 0; i < 10; ++i) {
    world.advance(20s);
    EXPECT_EQ(c.beat().error_code, ErrorCode::kNone) << "it need not sync any more";
  }
}

TEST_F(ChangeOver, GoesBackWhenTheLastConsumerHasLeft) {
  begin_as_classic();
  auto a = cooperative("a").has({t(0), t(1)}, 7);
  auto b = cooperative("b").has({t(2), t(3)}, 7);
  auto c = consumer("c");
  c.join();
  for (int i = 0; i < 4; ++i) {
    a.live();
    b.live();
    c.beat();
  }
  c.leave();
  ASSERT_TRUE(world.group().is_all_classic());
  const auto classic = world.group().as_classic(Timestamp{5ms});
  ASSERT_TRUE(classic);
  EXPECT_EQ(classic->protocol_type, "consumer");
  EXPECT_EQ(classic->protocol, "cooperative-sticky");
  EXPECT_EQ(classic->generation, a.generation());
  EXPECT_EQ(classic->leader, "a");
  EXPECT_EQ(classic->current_state_timestamp, 5);
  ASSERT_THAT(classic->members, SizeIs(2));
  EXPECT_EQ(*assignor::decode_assignment(classic->members[0].assignment), a.owned());
  EXPECT_EQ(classic->members[1].session_timeout, 10'000);
}

TEST_F(ChangeOver, IsBackAndForthTheSame) {
  begin_as_classic();
  auto again = *world.group().as_classic(Timestamp{});
  again.leader.reset();
  auto before = classic_group();
  before.current_state_timestamp = 0;
  EXPECT_EQ(again, before);
}

TEST_F(ChangeOver, LeavesOutWhatDoesNotExist) {
  GroupMetadataValue classic = classic_group();
  classic.members[0] = member("a", {t(-1), t(0), t(4), {"gone", PartitionId{0}}});
  world.apply(*ConsumerGroup::from_classic("g", classic, world.topics()));
  const Uuid topic = world.topics().find("t")->id;
  EXPECT_EQ(world.state().current("a").assigned, (EpochsById{{topic, {{PartitionId{0}, 7}}}}));
}

TEST_F(ChangeOver, IsRefusedWhereTheGroupIsNoneOfConsumers) {
  const auto refused = [&](auto change) {
    GroupMetadataValue classic = classic_group();
    change(classic);
    const auto records = ConsumerGroup::from_classic("g", classic, world.topics());
    return !records && records.error().code() == ErrorCode::kInconsistentGroupProtocol;
  };
  EXPECT_TRUE(refused([](auto& g) { g.protocol_type = "connect"; }));
  EXPECT_TRUE(refused([](auto& g) { g.protocol.reset(); }));
  EXPECT_TRUE(refused([](auto& g) { g.members[0].subscription = hex("0000"); }));
  EXPECT_TRUE(refused([](auto& g) { g.members[0].assignment = hex("0000"); }));
  EXPECT_TRUE(refused([](auto& g) { g.members[0].assignment = hex("0000 00000000 00000001 aa"); }));
}

TEST_F(ChangeOver, OfAnEmptyGroupIsAlwaysPossible) {
  const GroupMetadataValue empty{.protocol_type = "connect", .generation = 3};
  const auto records = ConsumerGroup::from_classic("g", empty, world.topics());
  ASSERT_TRUE(records);
  world.apply(*records);
  auto a = consumer("a");
  EXPECT_EQ(a.join().member_epoch, 4) << "generations never go back";
}

TEST_F(ClassicMembers, AreToldTheirIdBeforeTheyJoin) {  // G3
  auto a = eager("");
  EXPECT_EQ(a.join(4), ErrorCode::kMemberIdRequired);
  EXPECT_TRUE(a.id().starts_with("c-")) << a.id();
  EXPECT_FALSE(world.group().has_members());
  EXPECT_EQ(a.join(4), ErrorCode::kNone);
  EXPECT_EQ(a.generation(), 1);
}

TEST_F(ClassicMembers, ShareAProtocol) {  // G8
  auto a = eager("");
  auto b = cooperative("");
  a.join(3);
  EXPECT_EQ(b.join(3), ErrorCode::kInconsistentGroupProtocol);
}

TEST_F(ClassicMembers, AreConsumers) {
  const auto join = [&](std::string_view type, const char* metadata) {
    const auto bytes = hex(metadata);
    const wire::JoinGroupRequest request{
        .group_id = "g",
        .protocol_type = type,
        .protocols = {{.name = "range", .metadata = BytesView(bytes)}}};
    return world
        .step([&](ConsumerGroup& group, Outbox& outbox) { return group.join({}, request, outbox); })
        .error_code;
  };
  EXPECT_EQ(join("connect", "0000 00000000 ffffffff"), ErrorCode::kInconsistentGroupProtocol);
  EXPECT_EQ(join("consumer", "0000"), ErrorCode::kInconsistentGroupProtocol);
  EXPECT_EQ(join("consumer", "0000 00000000 ffffffff"), ErrorCode::kNone);
}

TEST_F(ClassicMembers, SyncAndBeatInTheirGeneration) {
  auto a = eager("");
  a.join(3);
  a.set_generation(5);
  EXPECT_EQ(a.sync(), ErrorCode::kIllegalGeneration);
  EXPECT_EQ(a.beat(), ErrorCode::kIllegalGeneration);
  auto c = consumer("c");
  c.join();
  EXPECT_EQ(eager("c").sync(), ErrorCode::kUnknownMemberId) << "it is no classic member";
  EXPECT_EQ(eager("x").beat(), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(eager("x").leave(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicMembers, CannotSyncOnceThereIsANewRebalance) {
  auto a = eager("");
  a.join(3);
  consumer("c").join();
  EXPECT_EQ(a.sync(), ErrorCode::kRebalanceInProgress);
}

TEST_F(ClassicMembers, ThatAreStaticTakeTheirPlaceAgain) {  // G15, G16
  auto a = eager("").is_static("i");
  EXPECT_EQ(a.join(), ErrorCode::kNone);
  a.sync();
  auto again = eager("").is_static("i");
  EXPECT_EQ(again.join(), ErrorCode::kNone);
  again.sync();
  EXPECT_THAT(again.owned(), SizeIs(4));
  EXPECT_EQ(a.beat(), ErrorCode::kFencedInstanceId);
  EXPECT_EQ(a.join(), ErrorCode::kFencedInstanceId);
  EXPECT_EQ(a.leave(), ErrorCode::kFencedInstanceId);
  EXPECT_EQ(eager("").is_static("i").leave(), ErrorCode::kNone) << "an admin removes it (G14)";
  EXPECT_FALSE(world.group().has_members());
}

TEST_F(ClassicMembers, ThatAreStaticAndUnknownAreToldSo) {
  EXPECT_EQ(eager("a").is_static("i").join(), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(eager("a").is_static("i").beat(), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(eager("a").is_static("i").leave(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicMembers, HaveTheirOwnSessionTimeout) {
  auto a = eager("").times_out_after(6s);
  a.join(3);
  a.sync();
  world.advance(5'999ms);
  EXPECT_EQ(a.beat(), ErrorCode::kNone);
  world.advance(6s);
  EXPECT_EQ(a.beat(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicMembers, MustSyncWithinTheRebalanceTimeout) {  // G9
  auto a = eager("").times_out_after(30s);
  a.join(3);
  for (int i = 0; i < 2; ++i) {
    world.advance(29s);
    EXPECT_EQ(a.beat(), ErrorCode::kNone);
  }
  world.advance(2s);
  EXPECT_EQ(a.beat(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicMembers, MustJoinAgainWithinTheRebalanceTimeout) {  // G6
  auto a = eager("").times_out_after(30s);
  a.join(3);
  a.sync();
  auto c = consumer("c");
  c.join();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(a.beat(), ErrorCode::kRebalanceInProgress);
    world.advance(20s);
    c.beat();
  }
  EXPECT_EQ(a.beat(), ErrorCode::kUnknownMemberId);
}

TEST_F(ClassicMembers, CommitByGeneration) {  // N13
  auto a = eager("");
  a.join(3);
  EXPECT_TRUE(world.group().check_commit(a.id(), 1, 2));
  EXPECT_EQ(world.group().check_commit(a.id(), 0, 9).error().code(), ErrorCode::kIllegalGeneration);
  EXPECT_EQ(world.group().check_fetch(a.id(), 0), ErrorCode::kIllegalGeneration);
}

TEST_F(ClassicMembers, ChangeNothingWhenRecordsCannotBeAppended) {  // K1
  auto a = eager("a");
  a.join(3);
  world.set_broken(true);
  EXPECT_EQ(eager("b").join(), ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(a.leave(), ErrorCode::kCoordinatorNotAvailable);
  EXPECT_THAT(world.state().members(), SizeIs(1));
}

}  // namespace
}  // namespace leat::group
