// The group APIs over a session: who coordinates, and what the wire makes of the port's answers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/types.h"

#include "kafka/api/08_offset_commit.h"
#include "kafka/api/09_offset_fetch.h"
#include "kafka/api/10_find_coordinator.h"
#include "kafka/api/11_join_group.h"
#include "kafka/api/12_heartbeat.h"
#include "kafka/api/13_leave_group.h"
#include "kafka/api/14_sync_group.h"
#include "kafka/api/15_describe_groups.h"
#include "kafka/api/16_list_groups.h"
#include "kafka/api/42_delete_groups.h"
#include "kafka/api/47_offset_delete.h"
#include "kafka/api/69_consumer_group_describe.h"
#include "service/group_service.h"
#include "unit/kafka/admin_fixture.h"

namespace leat {
namespace {

using namespace kafka;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class GroupApiTest : public AdminTest {
 protected:
  GroupApiTest() { create("t", 2); }

  FindCoordinator::Response find(std::string_view key, std::int8_t type = 0) {
    FindCoordinator::Request request;
    request.key_type = type;
    request.coordinator_keys.push_back(key);
    return ask<FindCoordinator>(request);
  }
  JoinGroup::Response join(wire::ApiVersion version = 3) {
    JoinGroup::Request request;
    request.group_id = "g";
    request.session_timeout_ms = 10'000;
    request.rebalance_timeout_ms = 10'000;
    request.protocol_type = "consumer";
    request.protocols.push_back({"range", "metadata"});
    return ask<JoinGroup>(request, version);
  }
  ErrorCode commit(std::int64_t offset, std::string_view topic = "t",
                   wire::ApiVersion version = 9) {
    OffsetCommit::Request request;
    request.group_id = "g";
    auto& asked = request.topics.emplace_back();
    if (version < 10) {
      asked.name = topic;
    } else if (const auto known = this->topic(topic)) {
      asked.topic_id = known->id;
    } else {
      asked.topic_id.bytes[0] = std::byte{7};
    }
    asked.partitions.push_back({.committed_offset = Offset{offset}});
    return ask<OffsetCommit>(request, version).topics.at(0).partitions.at(0).error_code;
  }
};

TEST_F(GroupApiTest, TheFirstToAskHasTheCoordinatorMade) {  // G1
  EXPECT_EQ(topic(service::kOffsetsTopic), nullptr);
  const auto found = find("g");
  EXPECT_EQ(found.coordinators.at(0).error_code, ErrorCode::kNone);
  EXPECT_EQ(found.coordinators.at(0).node_id, 1);
  ASSERT_NE(topic(service::kOffsetsTopic), nullptr);
  EXPECT_TRUE(topic(service::kOffsetsTopic)->is_internal);
  EXPECT_THAT(topic(service::kOffsetsTopic)->partitions, SizeIs(50));
}

TEST_F(GroupApiTest, TellsOfCoordinatorsThatThereAreNotYet) {
  EXPECT_EQ(find("txn", 1).coordinators.at(0).error_code, ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(find("share", 2).coordinators.at(0).error_code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(join().error_code, ErrorCode::kCoordinatorNotAvailable);  // nobody has asked for one
}

TEST_F(GroupApiTest, ServesTheLifeOfAMember) {
  find("g");
  const auto joined = join();
  ASSERT_EQ(joined.error_code, ErrorCode::kNone);
  SyncGroup::Request sync;
  sync.group_id = "g";
  sync.generation_id = joined.generation_id;
  sync.member_id = joined.member_id;
  sync.assignments.push_back({joined.member_id, "mine"});
  EXPECT_THAT(ask<SyncGroup>(sync).assignment, SizeIs(4));
  Heartbeat::Request beat;
  beat.group_id = "g";
  beat.generation_id = joined.generation_id;
  beat.member_id = joined.member_id;
  EXPECT_EQ(ask<Heartbeat>(beat).error_code, ErrorCode::kNone);
  LeaveGroup::Request leave;
  leave.group_id = "g";
  leave.members.push_back({.member_id = joined.member_id});
  EXPECT_EQ(ask<LeaveGroup>(leave).members.at(0).error_code, ErrorCode::kNone);
  EXPECT_EQ(ask<Heartbeat>(beat).error_code, ErrorCode::kUnknownMemberId);
}

TEST_F(GroupApiTest, CommitsByNameAndById) {  // O1, O2
  find("g");
  EXPECT_EQ(commit(5), ErrorCode::kNone);
  EXPECT_EQ(commit(6, "t", 10), ErrorCode::kNone);
  EXPECT_EQ(commit(5, "nothing"), ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(commit(5, "nothing", 10), ErrorCode::kUnknownTopicId);
}

TEST_F(GroupApiTest, FetchesOffsetsInEveryShapeOfTheRequest) {  // O4, O5
  find("g");
  commit(5);
  OffsetFetch::Request old;
  old.group_id = "g";
  old.topics->push_back({.name = "t", .partition_indexes = {PartitionId{0}, PartitionId{1}}});
  const auto answered = ask<OffsetFetch>(old, 7);
  EXPECT_EQ(answered.topics.at(0).partitions.at(0).committed_offset, Offset{5});
  EXPECT_EQ(answered.topics.at(0).partitions.at(1).committed_offset, Offset{-1});
  old.topics.reset();
  EXPECT_THAT(ask<OffsetFetch>(old, 7).topics.at(0).partitions, SizeIs(1));

  OffsetFetch::Request many;
  many.groups.push_back({.group_id = "g", .topics = std::nullopt});
  many.groups.push_back({.group_id = "unknown", .topics = std::nullopt});
  const auto groups = ask<OffsetFetch>(many).groups;
  EXPECT_EQ(groups.at(0).topics.at(0).topic_id, topic("t")->id);
  EXPECT_EQ(groups.at(0).topics.at(0).partitions.at(0).committed_offset, Offset{5});
  EXPECT_EQ(groups.at(1).error_code, ErrorCode::kNone);
  EXPECT_THAT(groups.at(1).topics, IsEmpty());
}

TEST_F(GroupApiTest, TellsOfAGroupThatIsNotThereByVersion) {  // G20, N15
  find("g");
  DescribeGroups::Request request;
  request.groups.emplace_back("unknown");
  const auto old = ask<DescribeGroups>(request, 5).groups.at(0);
  EXPECT_EQ(old.error_code, ErrorCode::kNone);
  EXPECT_EQ(old.group_state, "Dead");
  EXPECT_EQ(ask<DescribeGroups>(request, 6).groups.at(0).error_code, ErrorCode::kGroupIdNotFound);
  ConsumerGroupDescribe::Request consumer;
  consumer.group_ids.emplace_back("unknown");
  EXPECT_EQ(ask<ConsumerGroupDescribe>(consumer).groups.at(0).error_code,
            ErrorCode::kGroupIdNotFound);
}

TEST_F(GroupApiTest, ListsByStateAndType) {  // G21
  find("g");
  commit(5);
  ListGroups::Request request;
  EXPECT_THAT(ask<ListGroups>(request).groups, SizeIs(1));
  request.states_filter = {"empty"};
  request.types_filter = {"CLASSIC"};
  EXPECT_THAT(ask<ListGroups>(request).groups, SizeIs(1));
  request.states_filter = {"Stable"};
  EXPECT_THAT(ask<ListGroups>(request).groups, IsEmpty());
}

TEST_F(GroupApiTest, DeletesOffsetsAndGroups) {  // G22
  find("g");
  commit(5);
  OffsetDelete::Request offsets;
  offsets.group_id = "g";
  auto& asked = offsets.topics.emplace_back();
  asked.name = "t";
  asked.partitions = {{PartitionId{0}}, {PartitionId{7}}};
  const auto deleted = ask<OffsetDelete>(offsets).topics.at(0).partitions;
  EXPECT_EQ(deleted.at(0).error_code, ErrorCode::kNone);
  EXPECT_EQ(deleted.at(1).error_code, ErrorCode::kUnknownTopicOrPartition);
  commit(5);
  DeleteGroups::Request groups;
  groups.groups_names = {"g", "unknown"};
  const auto results = ask<DeleteGroups>(groups).results;
  EXPECT_EQ(results.at(0).error_code, ErrorCode::kNone);
  EXPECT_EQ(results.at(1).error_code, ErrorCode::kGroupIdNotFound);
}

TEST_F(GroupApiTest, ANodeAnswersForItsOwnGroupsOnly) {  // K7
  serve({}, 3);
  int others = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string group = "group-" + std::to_string(i);
    const bool is_mine = find(group).coordinators.at(0).node_id == 1;
    DescribeGroups::Request request;
    request.groups.emplace_back(group);
    const ErrorCode error = ask<DescribeGroups>(request, 5).groups.at(0).error_code;
    EXPECT_EQ(error, is_mine ? ErrorCode::kNone : ErrorCode::kNotCoordinator);
    others += is_mine ? 0 : 1;
  }
  EXPECT_GT(others, 0);
  EXPECT_LT(others, 20);
}

TEST_F(GroupApiTest, SharesTheCoordinatorWithThisProcess) {
  find("g");
  commit(5);
  Consumer consumer = engine_.consumer({.group = "g"}).value();
  EXPECT_EQ(consumer.committed({{"t", PartitionId{0}}})->begin()->second.offset, Offset{5});
}

}  // namespace
}  // namespace leat
