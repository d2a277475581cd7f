// What both protocols share in one coordinator: names, offsets, the list (N15-N17).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/types.h"

#include "unit/group/coordinator_world.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/messages/consumer_protocol.h"
#include "wire/versioned.h"

namespace leat::group {
namespace {

using namespace testing;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CoordinatorTest : public ::testing::Test {
 protected:
  CoordinatorTest() { world_.topics.set("t", 2); }

  wire::ConsumerGroupHeartbeatResponse beat(std::string_view member, std::int32_t epoch) {
    wire::ConsumerGroupHeartbeatRequest request;
    request.group_id = kGroup;
    request.member_id = member;
    request.member_epoch = epoch;
    if (epoch == 0) {
      request.rebalance_timeout_ms = 60'000;
      request.subscribed_topic_names = std::vector<std::string_view>{"t"};
      request.topic_partitions.emplace();
    }
    wire::ConsumerGroupHeartbeatResponse response;
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.consumer_heartbeat(
          {1, "c", "/host"}, request, outbox,
          [&](wire::ConsumerGroupHeartbeatResponse said) { response = std::move(said); });
    });
    return response;
  }
  ErrorCode commit(std::string_view member, std::int32_t epoch, wire::ApiVersion version = 9) {
    const service::OffsetToCommit one{
        .topic = "t", .topic_id = world_.topics.find("t")->id, .offset = Offset{5}};
    ErrorCode error{};
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.commit({version, "", ""},
                         {.member = {.group_id = kGroup, .member_id = member, .generation = epoch},
                          .offsets = std::span(&one, 1)},
                         outbox,
                         [&](const std::vector<ErrorCode>& errors) { error = errors.front(); });
    });
    return error;
  }
  ErrorCode fetch(std::string_view member, std::int32_t epoch) {
    ErrorCode error{};
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.fetch({.member = {.group_id = kGroup, .member_id = member, .generation = epoch}},
                        outbox, [&](const service::CommittedOffsets& said) { error = said.error; });
    });
    return error;
  }

  static std::vector<std::byte> assignment_of(std::string_view topic, std::int32_t partitions) {
    wire::ConsumerProtocolAssignment assignment;
    auto& share = assignment.assigned_partitions.emplace_back();
    share.topic = topic;
    for (std::int32_t p = 0; p < partitions; ++p) share.partitions.emplace_back(p);
    return wire::encode_versioned(assignment, 1).value();
  }
  static std::string text(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  CoordinatorWorld world_;
  Member a_{world_, "a"};
};

TEST_F(CoordinatorTest, ServesGroupsOfTheConsumerProtocol) {
  const auto joined = beat("m", 0);
  EXPECT_EQ(joined.error_code, ErrorCode::kNone);
  ASSERT_TRUE(joined.assignment);
  EXPECT_THAT(joined.assignment->topic_partitions, SizeIs(1));
  const auto groups = world_.coordinator().list();
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_EQ(groups[0].group_type, "consumer");
  EXPECT_EQ(groups[0].protocol_type, "consumer");
}

TEST_F(CoordinatorTest, TellsTheProtocolsApartWhenDescribing) {  // N15
  const auto epoch = beat("m", 0).member_epoch;
  EXPECT_EQ(world_.coordinator().describe(kGroup).error_code, ErrorCode::kGroupIdNotFound);
  const auto described = world_.coordinator().describe_consumer_group(kGroup);
  EXPECT_EQ(described.error_code, ErrorCode::kNone);
  EXPECT_EQ(described.members.at(0).member_epoch, epoch);
  EXPECT_EQ(world_.coordinator().describe_consumer_group("other").error_code,
            ErrorCode::kGroupIdNotFound);
}

TEST_F(CoordinatorTest, AConsumerGroupIsThereAfterARestart) {  // K1
  const auto epoch = beat("m", 0).member_epoch;
  EXPECT_EQ(commit("m", epoch), ErrorCode::kNone);
  world_.restart();
  EXPECT_EQ(beat("m", epoch).error_code, ErrorCode::kNone);
  EXPECT_EQ(fetch("m", epoch), ErrorCode::kNone);
  world_.wait(milliseconds(45'001));  // its session began anew, and ended (N8)
  EXPECT_EQ(beat("m", epoch).error_code, ErrorCode::kUnknownMemberId);
}

TEST_F(CoordinatorTest, MembersOfTheConsumerProtocolCommitByTheirEpoch) {  // N13
  const auto epoch = beat("m", 0).member_epoch;
  EXPECT_EQ(commit("m", epoch), ErrorCode::kNone);
  EXPECT_EQ(commit("m", epoch + 1), ErrorCode::kStaleMemberEpoch);
  EXPECT_EQ(commit("nobody", epoch), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(commit("m", epoch, 8), ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(fetch("m", epoch + 1), ErrorCode::kStaleMemberEpoch);  // O5
}

TEST_F(CoordinatorTest, AnIdleGroupChangesItsProtocol) {  // N16
  make_stable({&a_});
  EXPECT_EQ(a_.leaves(), ErrorCode::kNone);
  EXPECT_EQ(beat("m", 0).error_code, ErrorCode::kNone);
  EXPECT_EQ(beat("m", -1).error_code, ErrorCode::kNone);
  Member b(world_, "b");
  b.joins();
  EXPECT_EQ(b.join_error(), ErrorCode::kNone);
  world_.restart();
  EXPECT_EQ(world_.state(), "Dead");  // never stable; of the consumer protocol nothing is left
}

TEST_F(CoordinatorTest, LiveClassicConsumersGoOverAndBack) {  // N16
  a_.joins();
  a_.syncs({{&a_, text(assignment_of("t", 2))}});
  EXPECT_EQ(a_.sync_error(), ErrorCode::kNone);
  const auto joined = beat("m", 0);
  EXPECT_EQ(joined.error_code, ErrorCode::kNone);
  EXPECT_EQ(world_.coordinator().list().at(0).group_type, "consumer");
  EXPECT_EQ(a_.heartbeats(), ErrorCode::kRebalanceInProgress);  // another assignment waits
  a_.joins();
  ASSERT_EQ(a_.join_error(), ErrorCode::kNone);
  a_.syncs();
  EXPECT_EQ(a_.sync_error(), ErrorCode::kNone);
  EXPECT_EQ(beat("m", -1).error_code, ErrorCode::kNone);
  EXPECT_EQ(world_.coordinator().list().at(0).group_type, "classic");
  EXPECT_EQ(a_.heartbeats(), ErrorCode::kRebalanceInProgress);
  make_stable({&a_});
  world_.restart();
  EXPECT_EQ(world_.state(), "Stable");
}

TEST_F(CoordinatorTest, AGroupOfNoConsumersKeepsItsProtocol) {  // N16
  Member connect(world_, "connect", {.metadata = {}, .protocol_type = "connect"});
  connect.joins();
  EXPECT_EQ(beat("m", 0).error_code, ErrorCode::kGroupIdNotFound);
  EXPECT_EQ(world_.state(), "CompletingRebalance");
}

TEST_F(CoordinatorTest, AConsumerGroupTakesClassicConsumersOnly) {  // N16, N17
  EXPECT_EQ(beat("m", 0).error_code, ErrorCode::kNone);
  Member connect(world_, "connect", {.metadata = {}, .protocol_type = "connect"});
  connect.joins();
  EXPECT_EQ(connect.join_error(), ErrorCode::kInconsistentGroupProtocol);
  a_.joins();
  EXPECT_EQ(a_.join_error(), ErrorCode::kNone);
  EXPECT_THAT(world_.coordinator().describe_consumer_group(kGroup).members, SizeIs(2));
}

TEST_F(CoordinatorTest, RemovesAConsumerGroupWithAllItsRecords) {  // G22
  const auto remove = [&] {
    ErrorCode error{};
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.remove(kGroup, outbox, [&](ErrorCode said) { error = said; });
    });
    return error;
  };
  const auto epoch = beat("m", 0).member_epoch;
  EXPECT_EQ(commit("m", epoch), ErrorCode::kNone);
  EXPECT_EQ(remove(), ErrorCode::kNonEmptyGroup);
  EXPECT_EQ(beat("m", -1).error_code, ErrorCode::kNone);
  EXPECT_EQ(remove(), ErrorCode::kNone);
  EXPECT_THAT(world_.coordinator().list(), IsEmpty());
  world_.restart();
  EXPECT_THAT(world_.coordinator().list(), IsEmpty());
}

TEST_F(CoordinatorTest, ARefusedHeartbeatLeavesNothing) {
  EXPECT_EQ(beat("m", 7).error_code, ErrorCode::kGroupIdNotFound);
  EXPECT_EQ(beat("", 0).error_code, ErrorCode::kInvalidRequest);
  EXPECT_THAT(world_.coordinator().list(), IsEmpty());
  EXPECT_THAT(world_.log, IsEmpty());
}

}  // namespace
}  // namespace leat::group
