// Committed offsets, rule by rule (O and G19, G21, G22 of kafka/rules.md).

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/types.h"

#include "unit/group/coordinator_world.h"

namespace leat::group {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OffsetsTest : public ::testing::Test {
 protected:
  /// Of nobody in the group.
  ErrorCode commit(std::int64_t offset, std::string_view metadata = "",
                   std::optional<std::chrono::milliseconds> retention = std::nullopt) {
    const service::OffsetToCommit one{.topic = "t", .offset = Offset{offset}, .metadata = metadata};
    ErrorCode error{};
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.commit(
          {9, "", ""},
          {.member = {.group_id = kGroup}, .offsets = std::span(&one, 1), .retention = retention},
          outbox, [&](const std::vector<ErrorCode>& e) { error = e.front(); });
    });
    return error;
  }
  service::CommittedOffsets all(std::string_view group = kGroup) {
    service::CommittedOffsets found;
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.fetch({.member = {.group_id = group}}, outbox,
                        [&](service::CommittedOffsets said) { found = std::move(said); });
    });
    return found;
  }
  std::int64_t committed(std::string_view topic = "t", std::string_view group = kGroup) {
    const service::TopicPartitionView asked{topic, PartitionId{0}};
    std::int64_t offset = -2;
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.fetch({.member = {.group_id = group}, .partitions = std::span(&asked, 1)}, outbox,
                        [&](const service::CommittedOffsets& said) {
                          EXPECT_EQ(said.error, ErrorCode::kNone);
                          offset = said.offsets.at(0).offset.value();
                        });
    });
    return offset;
  }
  Result<std::vector<ErrorCode>> delete_offset(std::string_view topic = "t") {
    const service::TopicPartitionView asked{topic, PartitionId{0}};
    Result<std::vector<ErrorCode>> result = Error(ErrorCode::kInternal);
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.delete_offsets(
          kGroup, std::span(&asked, 1), outbox,
          [&](Result<std::vector<ErrorCode>> said) { result = std::move(said); });
    });
    return result;
  }
  ErrorCode remove(std::string_view group = kGroup) {
    ErrorCode error{};
    world_.step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.remove(group, outbox, [&](ErrorCode said) { error = said; });
    });
    return error;
  }
  void expire() {
    world_.step([](Coordinator& coordinator, Outbox& outbox) { coordinator.expire(outbox); });
  }

  CoordinatorWorld world_;
  Member a_{world_, "a"};
};

TEST_F(OffsetsTest, AnyoneKeepsThemUnderANameThatNobodyHas) {  // O3
  EXPECT_EQ(commit(5, "note"), ErrorCode::kNone);
  EXPECT_EQ(committed(), 5);
  EXPECT_EQ(all().offsets.at(0).metadata, "note");
  EXPECT_EQ(world_.state(), "Empty");
}

TEST_F(OffsetsTest, AreMinusOneWhereNothingIsCommitted) {  // O4
  EXPECT_EQ(committed("t", "unknown"), -1);
  commit(5);
  EXPECT_EQ(committed("other"), -1);
  EXPECT_THAT(all("unknown").offsets, IsEmpty());
}

TEST_F(OffsetsTest, SurviveARestart) {  // K1
  commit(5);
  commit(6);
  world_.restart();
  EXPECT_EQ(committed(), 6);
}

TEST_F(OffsetsTest, DoNotChangeWhenTheLogRefuses) {  // K1, O7
  commit(5);
  world_.log_is_full = true;
  EXPECT_EQ(commit(6), ErrorCode::kCoordinatorNotAvailable);
  EXPECT_EQ(committed(), 5);
}

TEST_F(OffsetsTest, TakeMetadataOfSoManyBytes) {  // O1
  EXPECT_EQ(commit(5, std::string(4096, 'x')), ErrorCode::kNone);
  EXPECT_EQ(commit(6, std::string(4097, 'x')), ErrorCode::kOffsetMetadataTooLarge);
  EXPECT_EQ(committed(), 5);
}

TEST_F(OffsetsTest, OfAGenerationThatIsNotThereAreRefused) {  // O3
  EXPECT_EQ(a_.commits(5, "t", 1), ErrorCode::kGroupIdNotFound);
  EXPECT_EQ(world_.state(), "Dead");
}

TEST_F(OffsetsTest, AreTakenFromMembersOfTheGenerationOnly) {  // G19
  make_stable({&a_});
  EXPECT_EQ(a_.commits(5), ErrorCode::kNone);
  EXPECT_EQ(a_.commits(6, "t", 0), ErrorCode::kIllegalGeneration);
  EXPECT_EQ(a_.commits(6, "t", 2), ErrorCode::kIllegalGeneration);
  EXPECT_EQ(commit(6), ErrorCode::kUnknownMemberId);
  Member stranger(world_, "stranger");
  EXPECT_EQ(stranger.commits(6, "t", 1), ErrorCode::kUnknownMemberId);
  EXPECT_EQ(committed(), 5);
}

TEST_F(OffsetsTest, AreTakenWhileOthersJoinButNotWhileTheLeaderAssigns) {  // G17, G19
  make_stable({&a_});
  Member b(world_, "b");
  b.joins();
  EXPECT_EQ(a_.commits(5), ErrorCode::kNone);
  a_.joins();
  EXPECT_EQ(a_.commits(6), ErrorCode::kRebalanceInProgress);
  EXPECT_EQ(committed(), 5);
}

TEST_F(OffsetsTest, GoWithTheirTopic) {  // O6
  commit(5);
  world_.step(
      [](Coordinator& coordinator, Outbox& outbox) { coordinator.topic_deleted("t", outbox); });
  EXPECT_EQ(committed(), -1);
  world_.restart();
  EXPECT_EQ(committed(), -1);
}

TEST_F(OffsetsTest, AreDeletedWhereNobodyReads) {  // G22
  EXPECT_EQ(delete_offset().error().code(), ErrorCode::kGroupIdNotFound);
  make_stable({&a_});
  EXPECT_EQ(a_.commits(5), ErrorCode::kNone);
  EXPECT_EQ(a_.commits(5, "u"), ErrorCode::kNone);
  EXPECT_THAT(*delete_offset("t"), ElementsAre(ErrorCode::kGroupSubscribedToTopic));
  EXPECT_THAT(*delete_offset("u"), ElementsAre(ErrorCode::kNone));
  EXPECT_EQ(committed("t"), 5);
  EXPECT_EQ(committed("u"), -1);
}

TEST_F(OffsetsTest, OfAGroupOfAnotherKindAreNotDeleted) {  // G22
  Member connect(world_, "connect", {.metadata = {}, .protocol_type = "connect"});
  connect.joins();
  EXPECT_EQ(delete_offset().error().code(), ErrorCode::kNonEmptyGroup);
}

TEST_F(OffsetsTest, GoWithTheirGroup) {  // G22
  EXPECT_EQ(remove(), ErrorCode::kGroupIdNotFound);
  make_stable({&a_});
  EXPECT_EQ(a_.commits(5), ErrorCode::kNone);
  EXPECT_EQ(remove(), ErrorCode::kNonEmptyGroup);
  EXPECT_EQ(a_.leaves(), ErrorCode::kNone);
  EXPECT_EQ(remove(), ErrorCode::kNone);
  EXPECT_EQ(world_.state(), "Dead");
  EXPECT_EQ(committed(), -1);
  world_.restart();
  EXPECT_EQ(world_.state(), "Dead");
}

TEST_F(OffsetsTest, ExpireSomeTimeAfterTheGroupBecameEmpty) {  // O8
  make_stable({&a_});
  EXPECT_EQ(a_.commits(5), ErrorCode::kNone);
  for (int hour = 0; hour < 24 * 8; ++hour) {
    a_.options.session = 30min;
    make_stable({&a_});
    world_.wait(29min);
    (void)a_.heartbeats();
    world_.wait(1min);
  }
  expire();
  EXPECT_EQ(committed(), 5);  // O10: eight days, but somebody reads
  EXPECT_EQ(a_.leaves(), ErrorCode::kNone);
  world_.wait(7 * 24h - 1ms);
  expire();
  EXPECT_EQ(committed(), 5);
  world_.wait(1ms);
  expire();
  EXPECT_EQ(committed(), -1);
  EXPECT_EQ(world_.state(), "Dead");  // nothing was left of it
}

TEST_F(OffsetsTest, ExpireSomeTimeAfterTheCommitWhenNobodyWasEverIn) {  // O8
  commit(5);
  EXPECT_EQ(world_.coordinator().next_expiry(), world_.wall_now() + 7 * 24h);
  world_.wait(7 * 24h);
  expire();
  EXPECT_EQ(committed(), -1);
}

TEST_F(OffsetsTest, OfTopicsThatNoMemberReadsExpire) {  // O8
  a_.options.session = 30min;
  make_stable({&a_});
  EXPECT_EQ(a_.commits(5), ErrorCode::kNone);
  EXPECT_EQ(a_.commits(5, "u"), ErrorCode::kNone);
  for (int i = 0; i < 24 * 7 * 3; ++i) {
    world_.wait(20min);
    EXPECT_EQ(a_.heartbeats(), ErrorCode::kNone);
  }
  expire();
  EXPECT_EQ(committed("t"), 5);
  EXPECT_EQ(committed("u"), -1);
}

TEST_F(OffsetsTest, ExpireWhenTheirClientSaidSo) {  // O9
  commit(5, "", 1h);
  world_.wait(1h - 1ms);
  expire();
  EXPECT_EQ(committed(), 5);
  world_.restart();
  world_.wait(1ms);
  expire();
  EXPECT_EQ(committed(), -1);
}

TEST_F(OffsetsTest, AreListedWithTheirGroup) {  // G21
  commit(5);
  const auto groups = world_.coordinator().list();
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_EQ(groups[0].group_id, kGroup);
  EXPECT_EQ(groups[0].protocol_type, "");
  EXPECT_EQ(groups[0].group_state, "Empty");
  EXPECT_EQ(groups[0].group_type, "classic");
}

}  // namespace
}  // namespace leat::group
