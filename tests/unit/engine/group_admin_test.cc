// Groups as an administrator sees them.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "unit/engine/bus.h"

namespace leat::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;
using ::testing::SizeIs;

class GroupAdminTest : public Bus {
 protected:
  GroupAdminTest() { topic("t", 2); }
  Consumer member() {
    Consumer made = engine.consumer({.group = "g", .topics = {"t"}}).value();
    poll(made);
    return made;
  }
  /// By someone who is no member.
  void commit(std::int64_t offset, std::int32_t partition = 0) {
    Consumer simple = engine.consumer({.group = "g"}).value();
    ASSERT_THAT(simple.commit({{at("t", partition), {.offset = Offset{offset}}}}), IsOk());
  }
  std::int64_t reset(ResetTo to) {
    const auto planned = admin.reset_offsets("g", {at("t")}, to).value();
    return planned.at(at("t")).value();
  }

  Admin admin = engine.admin();
};

TEST_F(GroupAdminTest, ListsGroups) {
  EXPECT_THAT(admin.list_groups().value(), IsEmpty());
  commit(0);
  const Consumer other = engine.consumer({.group = "a", .topics = {"t"}}).value();
  const Consumer in = member();
  EXPECT_THAT(
      admin.list_groups().value(),
      ElementsAre(GroupListing{
          .group = "g", .state = "Stable", .type = "classic", .protocol_type = "consumer"}));
}

TEST_F(GroupAdminTest, DescribesMembersWithWhatTheyRead) {
  EXPECT_THAT(admin.describe_group("g"), IsError(ErrorCode::kGroupIdNotFound));
  const Consumer in = member();
  const auto group = admin.describe_group("g").value();
  EXPECT_EQ(group.assignor, "range");
  ASSERT_THAT(group.members, SizeIs(1));
  EXPECT_EQ(group.members[0].client_id, "leat");
  EXPECT_EQ(group.members[0].host, "in-process");
  EXPECT_THAT(group.members[0].assignment, ElementsAre(at("t", 0), at("t", 1)));
}

TEST_F(GroupAdminTest, TellsHowFarBehindAGroupIs) {
  publish("t", 10);
  publish("t", 3, 1);
  commit(4);
  const auto lag = admin.group_lag("g").value();
  ASSERT_THAT(lag.partitions, SizeIs(1));
  EXPECT_THAT(lag.partitions[0].lag, Optional(6));
  EXPECT_EQ(lag.partitions[0].log_end, Offset{10});
  EXPECT_FALSE(lag.partitions[0].member);
  EXPECT_EQ(lag.max_offset_lag, 6);
  commit(0, 1);
  EXPECT_EQ(admin.group_lag("g")->sum_offset_lag, 9);
  EXPECT_THAT(admin.group_lag("nobody"), IsError(ErrorCode::kGroupIdNotFound));
}

TEST_F(GroupAdminTest, TellsWhoReadsWhatNobodyHasCommitted) {
  publish("t", 1);
  const Consumer in = member();
  const auto lag = admin.group_lag("g").value();
  ASSERT_THAT(lag.partitions, SizeIs(2));
  EXPECT_FALSE(lag.partitions[1].lag);
  EXPECT_EQ(lag.partitions[1].member->client_id, "leat");
}

TEST_F(GroupAdminTest, TheLagInTimeIsTheAgeOfTheOldestUnreadRecord) {
  SimulatedWorld world(1);
  Engine timed = Engine::open({.directory = "/d", .environment = world.environment()}).value();
  ASSERT_THAT(timed.create_topic("t", 1), IsOk());
  Appender appender = timed.appender("t", PartitionId{0}).value();
  Consumer simple = timed.consumer({.group = "g"}).value();
  ASSERT_THAT(appender.append({.value = "read"}), IsOk());
  ASSERT_THAT(simple.commit({{at("t"), {.offset = Offset{1}}}}), IsOk());
  EXPECT_EQ(timed.admin().group_lag("g")->estimated_max_time_lag, 0ms);
  ASSERT_THAT(appender.append({.value = "unread"}), IsOk());
  world.scheduler().advance(7s);
  ASSERT_THAT(appender.append({.value = "younger"}), IsOk());
  EXPECT_EQ(timed.admin().group_lag("g")->estimated_max_time_lag, 7s);
}

TEST_F(GroupAdminTest, ResetsOffsets) {
  publish("t", 10);
  EXPECT_EQ(reset(ResetTo::latest()), 10);
  EXPECT_EQ(reset(ResetTo::shift(-3)), 7);
  EXPECT_EQ(reset(ResetTo::shift(100)), 10);
  EXPECT_EQ(reset(ResetTo::offset(Offset{5})), 5);
  EXPECT_EQ(reset(ResetTo::earliest()), 0);
  EXPECT_EQ(reset(ResetTo::shift(-1)), 0);
  EXPECT_EQ(reset(ResetTo::time(Timestamp(0ms))), 0);
  EXPECT_EQ(reset(ResetTo::duration(1h)), 0);
  EXPECT_EQ(admin.group_lag("g")->partitions.at(0).committed, Offset{0});
  EXPECT_THAT(admin.reset_offsets("g", {at("t")}, ResetTo::offset(Offset{11})),
              IsErrorSaying(ErrorCode::kOffsetOutOfRange, "[0, 10]"));
  EXPECT_THAT(admin.reset_offsets("g", {at("nothing")}, ResetTo::earliest()),
              IsError(ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(GroupAdminTest, TellsWhatAResetWouldDo) {
  publish("t", 10);
  commit(4);
  EXPECT_THAT(admin.reset_offsets("g", {}, ResetTo::latest(), true).value(),
              ElementsAre(Pair(at("t"), Offset{10})));
  EXPECT_EQ(admin.group_lag("g")->partitions.at(0).committed, Offset{4});
}

TEST_F(GroupAdminTest, DoesNotResetUnderLiveMembers) {
  const Consumer in = member();
  EXPECT_THAT(admin.reset_offsets("g", {at("t")}, ResetTo::earliest()),
              IsErrorSaying(ErrorCode::kNonEmptyGroup, "1 members"));
}

TEST_F(GroupAdminTest, DeletesGroups) {
  EXPECT_THAT(admin.delete_group("g"), IsError(ErrorCode::kGroupIdNotFound));
  {
    const Consumer in = member();
    EXPECT_THAT(admin.delete_group("g"), IsError(ErrorCode::kNonEmptyGroup));
  }
  EXPECT_THAT(admin.delete_group("g"), IsOk());
  EXPECT_THAT(admin.list_groups().value(), IsEmpty());
}

}  // namespace
}  // namespace leat::testing
