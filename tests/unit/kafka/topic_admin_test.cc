// What admin clients do with topics, partitions and records, rule by rule.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/types.h"

#include "base/uuid.h"
#include "kafka/api/03_metadata.h"
#include "kafka/api/19_create_topics.h"
#include "kafka/api/20_delete_topics.h"
#include "kafka/api/21_delete_records.h"
#include "kafka/api/23_offset_for_leader_epoch.h"
#include "kafka/api/35_describe_log_dirs.h"
#include "kafka/api/37_create_partitions.h"
#include "kafka/api/43_elect_leaders.h"
#include "kafka/api/45_alter_partition_reassignments.h"
#include "kafka/api/46_list_partition_reassignments.h"
#include "kafka/api/55_describe_quorum.h"
#include "kafka/api/60_describe_cluster.h"
#include "kafka/api/75_describe_topic_partitions.h"
#include "unit/kafka/admin_fixture.h"

namespace leat {
namespace {

using kafka::BrokerOptions;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;
using ::testing::SizeIs;
using wire::create_topics_request::CreatableTopic;
using wire::create_topics_response::CreatableTopicConfigs;
using wire::create_topics_response::CreatableTopicResult;

// --- CreateTopics -------------------------------------------------------------------------------

class CreateTopicsTest : public AdminTest {
 protected:
  CreatableTopicResult created(CreatableTopic topic) {
    return ask<kafka::CreateTopics>({.topics = {std::move(topic)}}).topics.at(0);
  }
  ErrorCode refusal(CreatableTopic topic) { return created(std::move(topic)).error_code; }
  ErrorCode refusal(std::string_view name, std::int32_t partitions, std::int16_t factor) {
    return refusal({.name = name, .num_partitions = partitions, .replication_factor = factor});
  }
  /// Partitions 0, 1, … on the brokers of each list.
  ErrorCode assignment_refusal(const std::vector<std::vector<std::int32_t>>& brokers) {
    CreatableTopic topic{.name = "t", .num_partitions = -1, .replication_factor = -1};
    for (const auto& list : brokers) {
      const PartitionId id(static_cast<std::int32_t>(topic.assignments.size()));
      topic.assignments.push_back({.partition_index = id, .broker_ids = list});
    }
    return refusal(std::move(topic));
  }
};

TEST_F(CreateTopicsTest, MakesATopicAndTellsItsIdAndNumbers) {  // M10
  const auto answer = created({.name = "t", .num_partitions = 3, .replication_factor = 1});
  EXPECT_EQ(answer.error_code, ErrorCode::kNone);
  EXPECT_EQ(answer.error_message, std::nullopt);
  EXPECT_EQ(answer.num_partitions, 3);
  EXPECT_EQ(answer.replication_factor, 1);
  ASSERT_NE(topic("t"), nullptr);
  EXPECT_EQ(answer.topic_id, topic("t")->id);
  EXPECT_THAT(topic("t")->partitions, SizeIs(3));
}

TEST_F(CreateTopicsTest, TakesTheDefaultsForMinusOne) {  // M10
  const auto answer = created({.name = "t", .num_partitions = -1, .replication_factor = -1});
  EXPECT_EQ(answer.error_code, ErrorCode::kNone);
  EXPECT_EQ(answer.num_partitions, 1);
}

TEST_F(CreateTopicsTest, TellsAllConfigsAndWhereTheyComeFrom) {  // M10
  const auto answer = created({.name = "t",
                               .num_partitions = 1,
                               .replication_factor = 1,
                               .configs = {{.name = "retention.ms", .value = "5"}}});
  ASSERT_TRUE(answer.configs);
  EXPECT_THAT(*answer.configs,
              ::testing::IsSupersetOf(
                  {CreatableTopicConfigs{.name = "retention.ms", .value = "5", .config_source = 1},
                   CreatableTopicConfigs{
                       .name = "cleanup.policy", .value = "delete", .config_source = 5}}));
}

TEST_F(CreateTopicsTest, OnlyChecksWhenAskedTo) {  // M10
  const auto check = [&](std::int32_t partitions) {
    return ask<kafka::CreateTopics>(
               {.topics = {{.name = "t", .num_partitions = partitions, .replication_factor = 1}},
                .validate_only = true})
        .topics.at(0)
        .error_code;
  };
  EXPECT_EQ(check(2), ErrorCode::kNone);
  EXPECT_EQ(check(0), ErrorCode::kInvalidPartitions);
  EXPECT_EQ(topic("t"), nullptr);
}

TEST_F(CreateTopicsTest, RefusesAsKafkaDoes) {
  create("a_b");
  EXPECT_EQ(refusal("a_b", 1, 1), ErrorCode::kTopicAlreadyExists);
  EXPECT_EQ(refusal("a.b", 1, 1), ErrorCode::kInvalidTopicException);  // M3
  EXPECT_EQ(refusal("a/b", 1, 1), ErrorCode::kInvalidTopicException);  // M3
  EXPECT_EQ(refusal("t", 0, 1), ErrorCode::kInvalidPartitions);
  EXPECT_EQ(refusal("t", -2, 1), ErrorCode::kInvalidPartitions);
  EXPECT_EQ(refusal("t", 1, 0), ErrorCode::kInvalidReplicationFactor);
  EXPECT_EQ(refusal("t", 1, 2), ErrorCode::kInvalidReplicationFactor);
  EXPECT_EQ(refusal("__consumer_offsets", 1, 1), ErrorCode::kInvalidTopicException);  // M14
  EXPECT_EQ(topic("t"), nullptr);
}

TEST_F(CreateTopicsTest, TellsWhatIsWrongWithAConfig) {  // M10
  const auto answer = created({.name = "t",
                               .num_partitions = 1,
                               .replication_factor = 1,
                               .configs = {{.name = "retention.ms", .value = "never"}}});
  EXPECT_EQ(answer.error_code, ErrorCode::kInvalidConfig);
  EXPECT_THAT(answer.error_message, Optional(HasSubstr("Invalid value never")));
  EXPECT_EQ(answer.num_partitions, -1);
}

TEST_F(CreateTopicsTest, RefusesAConfigWithoutAValue) {
  EXPECT_EQ(refusal({.name = "t",
                     .num_partitions = 1,
                     .replication_factor = 1,
                     .configs = {{.name = "retention.ms", .value = std::nullopt}}}),
            ErrorCode::kInvalidConfig);
}

TEST_F(CreateTopicsTest, AnswersANameThatComesTwiceOnce) {  // W13
  const auto response = ask<kafka::CreateTopics>(
      {.topics = {{.name = "t", .num_partitions = 1, .replication_factor = 1},
                  {.name = "u", .num_partitions = 1, .replication_factor = 1},
                  {.name = "t", .num_partitions = 2, .replication_factor = 1}}});
  ASSERT_THAT(response.topics, SizeIs(2));
  EXPECT_EQ(response.topics[0].error_code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(response.topics[1].error_code, ErrorCode::kNone);
  EXPECT_EQ(topic("t"), nullptr);
}

TEST_F(CreateTopicsTest, TakesAsManyReplicasAsThereAreNodes) {  // K7
  serve({}, 3);
  EXPECT_EQ(refusal("t", 1, 3), ErrorCode::kNone);
  EXPECT_EQ(refusal("u", 1, 4), ErrorCode::kInvalidReplicationFactor);
}

TEST_F(CreateTopicsTest, TakesMoreReplicasThanNodesWhereThatIsAllowed) {
  serve({.clamp_replication_factor = true});
  EXPECT_EQ(refusal("t", 1, 3), ErrorCode::kNone);
}

TEST_F(CreateTopicsTest, HoldsTheDefaultReplicationFactorToTheSameRule) {
  serve({.default_replication_factor = 2});
  EXPECT_EQ(refusal("t", 1, -1), ErrorCode::kInvalidReplicationFactor);
}

TEST_F(CreateTopicsTest, CountsThePartitionsOfAManualAssignment) {
  EXPECT_EQ(assignment_refusal({{1}, {1}}), ErrorCode::kNone);
  EXPECT_THAT(topic("t")->partitions, SizeIs(2));
}

TEST_F(CreateTopicsTest, RefusesAssignmentsAsKafkaDoes) {
  serve({}, 2);
  EXPECT_EQ(assignment_refusal({{}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(assignment_refusal({{9}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(assignment_refusal({{1, 1}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(assignment_refusal({{1, 2}, {1}}), ErrorCode::kInvalidReplicaAssignment);
  const auto beside = [](std::int32_t partitions, std::int16_t factor, std::int32_t index) {
    return CreatableTopic{
        .name = "t",
        .num_partitions = partitions,
        .replication_factor = factor,
        .assignments = {{.partition_index = PartitionId{index}, .broker_ids = {1}}}};
  };
  EXPECT_EQ(refusal(beside(-1, -1, 1)), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(refusal(beside(1, -1, 0)), ErrorCode::kInvalidRequest);
  EXPECT_EQ(refusal(beside(-1, 1, 0)), ErrorCode::kInvalidRequest);
}

TEST_F(CreateTopicsTest, IsAnsweredAtEveryVersion) {
  for (wire::ApiVersion version = 2; version <= 7; ++version) {
    const std::string name = "t" + std::to_string(version);
    const auto response = ask<kafka::CreateTopics>(
        {.topics = {{.name = name, .num_partitions = 1, .replication_factor = 1}}}, version);
    EXPECT_EQ(response.topics.at(0).error_code, ErrorCode::kNone) << version;
  }
}

// --- DeleteTopics -------------------------------------------------------------------------------

class DeleteTopicsTest : public AdminTest {
 protected:
  DeleteTopicsTest() { create("t"); }
  using State = wire::delete_topics_request::DeleteTopicState;
  wire::delete_topics_response::DeletableTopicResult removed(State state) {
    return ask<kafka::DeleteTopics>({.topics = {std::move(state)}}).responses.at(0);
  }
};

TEST_F(DeleteTopicsTest, DeletesByName) {  // M12
  const Uuid id = topic("t")->id;
  const auto answer = removed({.name = "t"});
  EXPECT_EQ(answer.error_code, ErrorCode::kNone);
  EXPECT_EQ(answer.topic_id, id);
  EXPECT_EQ(topic("t"), nullptr);
}

TEST_F(DeleteTopicsTest, DeletesById) {  // M12
  const auto answer = removed({.topic_id = topic("t")->id});
  EXPECT_EQ(answer.error_code, ErrorCode::kNone);
  EXPECT_EQ(answer.name, "t");
  EXPECT_EQ(topic("t"), nullptr);
}

TEST_F(DeleteTopicsTest, DeletesByNameInOldVersions) {
  const auto response = ask<kafka::DeleteTopics>({.topic_names = {"t"}}, 1);
  EXPECT_EQ(response.responses.at(0).error_code, ErrorCode::kNone);
  EXPECT_EQ(topic("t"), nullptr);
}

TEST_F(DeleteTopicsTest, RefusesAsKafkaDoes) {
  const Uuid other = Uuid{.bytes = {std::byte{1}}};
  EXPECT_EQ(removed({.name = "u"}).error_code, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(removed({.topic_id = other}).error_code, ErrorCode::kUnknownTopicId);
  EXPECT_EQ(removed({}).error_code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(removed({.name = "t", .topic_id = topic("t")->id}).error_code,
            ErrorCode::kInvalidRequest);
  EXPECT_NE(topic("t"), nullptr);
}

TEST_F(DeleteTopicsTest, AnswersANameThatComesTwiceOnce) {
  const auto response = ask<kafka::DeleteTopics>({.topics = {{.name = "t"}, {.name = "t"}}});
  ASSERT_THAT(response.responses, SizeIs(1));
  EXPECT_EQ(response.responses[0].error_code, ErrorCode::kInvalidRequest);
}

TEST_F(DeleteTopicsTest, DoesNotWhereDeletingIsDisabled) {  // M12
  serve({.delete_topic_enable = false});
  EXPECT_EQ(removed({.name = "t"}).error_code, ErrorCode::kTopicDeletionDisabled);
  EXPECT_EQ(ask<kafka::DeleteTopics>({.topic_names = {"t"}}, 2).responses.at(0).error_code,
            ErrorCode::kInvalidRequest);
  EXPECT_NE(topic("t"), nullptr);
}

// --- DeleteRecords ------------------------------------------------------------------------------

class DeleteRecordsTest : public AdminTest {
 protected:
  /// The error and the low watermark.
  std::pair<ErrorCode, std::int64_t> deleted(std::string_view name, std::int64_t before,
                                             std::int32_t partition = 0) {
    const auto response = ask<kafka::DeleteRecords>(
        {.topics = {{.name = name,
                     .partitions = {
                         {.partition_index = PartitionId{partition}, .offset = Offset{before}}}}}});
    const auto& answer = response.topics.at(0).partitions.at(0);
    return {answer.error_code, answer.low_watermark.value()};
  }
};

TEST_F(DeleteRecordsTest, RaisesLogStartToTheOffset) {  // M13
  create("t");
  append("t", 5);
  EXPECT_THAT(deleted("t", 3), Pair(ErrorCode::kNone, 3));
  EXPECT_THAT(deleted("t", 2), Pair(ErrorCode::kNone, 3));
  EXPECT_THAT(deleted("t", -1), Pair(ErrorCode::kNone, 5));
}

TEST_F(DeleteRecordsTest, RefusesAsKafkaDoes) {  // M13
  create("t");
  create("compacted", 1, {{"cleanup.policy", "compact"}});
  EXPECT_THAT(deleted("t", 1), Pair(ErrorCode::kOffsetOutOfRange, -1));
  EXPECT_THAT(deleted("t", -2), Pair(ErrorCode::kOffsetOutOfRange, -1));
  EXPECT_THAT(deleted("t", 0, 1), Pair(ErrorCode::kUnknownTopicOrPartition, -1));
  EXPECT_THAT(deleted("u", 0), Pair(ErrorCode::kUnknownTopicOrPartition, -1));
  EXPECT_THAT(deleted("compacted", 0), Pair(ErrorCode::kPolicyViolation, -1));
}

// --- CreatePartitions ---------------------------------------------------------------------------

class CreatePartitionsTest : public AdminTest {
 protected:
  CreatePartitionsTest() { create("t", 2); }
  using Assignments =
      std::optional<std::vector<wire::create_partitions_request::CreatePartitionsAssignment>>;
  ErrorCode refusal(std::string_view name, std::int32_t count, Assignments assignments = {},
                    bool validate_only = false) {
    return ask<kafka::CreatePartitions>(
               {.topics = {{.name = name, .count = count, .assignments = std::move(assignments)}},
                .validate_only = validate_only})
        .results.at(0)
        .error_code;
  }
};

TEST_F(CreatePartitionsTest, RaisesTheNumberOfPartitions) {  // M11
  EXPECT_EQ(refusal("t", 5), ErrorCode::kNone);
  EXPECT_THAT(topic("t")->partitions, SizeIs(5));
}

TEST_F(CreatePartitionsTest, OnlyChecksWhenAskedTo) {
  EXPECT_EQ(refusal("t", 5, std::nullopt, true), ErrorCode::kNone);
  EXPECT_EQ(refusal("t", 2, std::nullopt, true), ErrorCode::kInvalidPartitions);
  EXPECT_EQ(refusal("t", 100'001, std::nullopt, true), ErrorCode::kInvalidPartitions);
  EXPECT_THAT(topic("t")->partitions, SizeIs(2));
}

TEST_F(CreatePartitionsTest, RefusesAsKafkaDoes) {
  EXPECT_EQ(refusal("t", 2), ErrorCode::kInvalidPartitions);  // M11
  EXPECT_EQ(refusal("t", 1), ErrorCode::kInvalidPartitions);
  EXPECT_EQ(refusal("u", 3), ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(refusal("t", 4, Assignments{{{.broker_ids = {1}}}}),
            ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(refusal("t", 3, Assignments{{{.broker_ids = {2}}}}),
            ErrorCode::kInvalidReplicaAssignment);
  EXPECT_THAT(topic("t")->partitions, SizeIs(2));
  EXPECT_EQ(refusal("t", 3, Assignments{{{.broker_ids = {1}}}}), ErrorCode::kNone);
}

TEST_F(CreatePartitionsTest, AnswersANameThatComesTwiceOnce) {
  const auto response = ask<kafka::CreatePartitions>(
      {.topics = {{.name = "t", .count = 3}, {.name = "t", .count = 4}}});
  ASSERT_THAT(response.results, SizeIs(1));
  EXPECT_EQ(response.results[0].error_code, ErrorCode::kInvalidRequest);
}

// --- OffsetForLeaderEpoch -----------------------------------------------------------------------

class EpochTest : public AdminTest {
 protected:
  wire::offset_for_leader_epoch_response::EpochEndOffset end_of(std::int32_t epoch,
                                                                std::int32_t current = -1) {
    return ask<kafka::OffsetForLeaderEpoch>(
               {.topics = {{.topic = "t",
                            .partitions = {{.current_leader_epoch = LeaderEpoch{current},
                                            .leader_epoch = LeaderEpoch{epoch}}}}}})
        .topics.at(0)
        .partitions.at(0);
  }
};

TEST_F(EpochTest, TellsWhereAnEpochEnds) {  // L6
  create("t");
  append("t", 4);
  const std::int32_t now = logs_->leader_epoch().value();
  EXPECT_EQ(end_of(now).end_offset, Offset{4});
  EXPECT_EQ(end_of(now).leader_epoch, LeaderEpoch{now});
  EXPECT_EQ(end_of(now + 1).end_offset, Offset{-1});
  EXPECT_EQ(end_of(now + 1).error_code, ErrorCode::kNone);
}

TEST_F(EpochTest, RefusesAWrongIdeaOfTheEpoch) {  // F9
  create("t");
  const std::int32_t now = logs_->leader_epoch().value();
  EXPECT_EQ(end_of(now, now).error_code, ErrorCode::kNone);
  EXPECT_EQ(end_of(now, now + 1).error_code, ErrorCode::kUnknownLeaderEpoch);
  EXPECT_EQ(end_of(now, now - 1).error_code,
            now > 0 ? ErrorCode::kFencedLeaderEpoch : ErrorCode::kNone);
}

TEST_F(EpochTest, DoesNotKnowOtherTopics) {
  EXPECT_EQ(end_of(0).error_code, ErrorCode::kUnknownTopicOrPartition);
}

// --- DescribeCluster ----------------------------------------------------------------------------

TEST_F(AdminTest, DescribeClusterTellsTheBrokersAndTheClusterId) {  // M17
  serve({}, 2);
  const auto response = ask<kafka::DescribeCluster>({});
  EXPECT_EQ(response.cluster_id, base::to_base64(logs_->cluster_id()));
  EXPECT_EQ(response.controller_id, 1);
  ASSERT_THAT(response.brokers, SizeIs(2));
  EXPECT_EQ(response.brokers[1].broker_id, 2);
  EXPECT_EQ(response.brokers[1].host, "localhost");  // M7
  EXPECT_EQ(response.brokers[1].port, 9002);
}

TEST_F(AdminTest, DescribeClusterTellsWhatAClientMayDoWhenAsked) {  // A1
  EXPECT_EQ(ask<kafka::DescribeCluster>({}).cluster_authorized_operations, INT32_MIN);
  EXPECT_EQ(ask<kafka::DescribeCluster>({.include_cluster_authorized_operations = true})
                .cluster_authorized_operations,
            8096);
}

TEST_F(AdminTest, DescribeClusterKnowsNoControllersEndpoint) {  // M17
  EXPECT_EQ(ask<kafka::DescribeCluster>({.endpoint_type = 2}).error_code,
            ErrorCode::kMismatchedEndpointType);
  EXPECT_EQ(ask<kafka::DescribeCluster>({.endpoint_type = 3}).error_code,
            ErrorCode::kUnsupportedEndpointType);
}

// --- Metadata ---------------------------------------------------------------------------------

TEST_F(AdminTest, MetadataTellsWhatAClientMayDoWhenAsked) {  // A1
  create("t");
  const auto silent = ask<kafka::Metadata>({.topics = {{{.name = "t"}}}});
  EXPECT_EQ(silent.topics.at(0).topic_authorized_operations, INT32_MIN);
  const auto told = ask<kafka::Metadata>(
      {.topics = {{{.name = "t"}}}, .include_topic_authorized_operations = true});
  EXPECT_EQ(told.topics.at(0).topic_authorized_operations, 3576);
  EXPECT_EQ(ask<kafka::Metadata>({.include_cluster_authorized_operations = true}, 8)
                .cluster_authorized_operations,
            8096);
}

TEST_F(AdminTest, MetadataMakesNoInternalTopic) {  // M14
  const auto response = ask<kafka::Metadata>(
      {.topics = {{{.name = "__consumer_offsets"}}}, .allow_auto_topic_creation = true});
  EXPECT_EQ(response.topics.at(0).error_code, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(topic("__consumer_offsets"), nullptr);
}

// --- DescribeTopicPartitions --------------------------------------------------------------------

class TopicPagesTest : public AdminTest {
 protected:
  TopicPagesTest() {
    create("b", 3);
    create("a", 2);
  }
  using Request = wire::DescribeTopicPartitionsRequest;
  /// "a:2 b:1, next b-1": topics with how many partitions of each, and the cursor.
  std::string page(const Request& request) {
    const auto response = ask<kafka::DescribeTopicPartitions>(request);
    std::string text;
    for (const auto& topic : response.topics) {
      text += *topic.name + ":" + std::to_string(topic.partitions.size()) + " ";
    }
    if (!response.next_cursor) return text;
    return text + "next " + response.next_cursor->topic_name + "-" +
           std::to_string(response.next_cursor->partition_index.value());
  }
};

TEST_F(TopicPagesTest, ListsAllTopicsByName) {  // M16
  EXPECT_EQ(page({}), "a:2 b:3 ");
}

TEST_F(TopicPagesTest, GoesOnWhereAPageEnded) {  // M16
  EXPECT_EQ(page({.response_partition_limit = 3}), "a:2 b:1 next b-1");
  EXPECT_EQ(page({.response_partition_limit = 2}), "a:2 next b-0");
  EXPECT_EQ(page({.response_partition_limit = 0}), "a:1 next a-1");
  EXPECT_EQ(page({.cursor = {{.topic_name = "b", .partition_index = PartitionId{1}}}}), "b:2 ");
  EXPECT_EQ(page({.cursor = {{.topic_name = "aa", .partition_index = PartitionId{1}}}}), "b:3 ");
}

TEST_F(TopicPagesTest, HasTheServersLimitToo) {  // M16
  serve({.request_partitions_max = 4});
  EXPECT_EQ(page({}), "a:2 b:2 next b-2");
}

TEST_F(TopicPagesTest, ListsTheTopicsThatAreNamed) {
  EXPECT_EQ(page({.topics = {{.name = "b"}}}), "b:3 ");
  const auto response = ask<kafka::DescribeTopicPartitions>({.topics = {{.name = "c"}}});
  EXPECT_EQ(response.topics.at(0).error_code, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(response.topics.at(0).name, "c");
}

TEST_F(TopicPagesTest, RefusesACursorBeforeTheFirstPartition) {
  const auto response = ask<kafka::DescribeTopicPartitions>(
      {.topics = {{.name = "b"}},
       .cursor = {{.topic_name = "b", .partition_index = PartitionId{-1}}}});
  EXPECT_EQ(response.topics.at(0).error_code, ErrorCode::kInvalidRequest);
}

// --- What one copy of each partition makes simple (X4) ------------------------------------------

TEST_F(AdminTest, ElectLeadersHasNoElectionToHold) {  // X4
  create("t");
  const auto response = ask<kafka::ElectLeaders>(
      {.topic_partitions = {{{.topic = "t", .partitions = {PartitionId{0}, PartitionId{1}}}}}});
  const auto& results = response.replica_election_results.at(0).partition_result;
  EXPECT_EQ(results.at(0).error_code, ErrorCode::kElectionNotNeeded);
  EXPECT_EQ(results.at(1).error_code, ErrorCode::kUnknownTopicOrPartition);
}

TEST_F(AdminTest, ElectLeadersOfEverythingHasNoNews) {  // X4
  create("t");
  const auto response = ask<kafka::ElectLeaders>({.topic_partitions = std::nullopt});
  EXPECT_EQ(response.error_code, ErrorCode::kNone);
  EXPECT_THAT(response.replica_election_results, IsEmpty());
}

TEST_F(AdminTest, ElectLeadersKnowsTwoKindsOfElection) {
  EXPECT_EQ(ask<kafka::ElectLeaders>({.election_type = 1}).error_code, ErrorCode::kNone);
  EXPECT_EQ(ask<kafka::ElectLeaders>({.election_type = 2}).error_code, ErrorCode::kInvalidRequest);
}

class ReassignmentTest : public AdminTest {
 protected:
  ErrorCode moved(std::string_view name, std::optional<std::vector<std::int32_t>> replicas) {
    return ask<kafka::AlterPartitionReassignments>(
               {.topics = {{.name = name, .partitions = {{.replicas = std::move(replicas)}}}}})
        .responses.at(0)
        .partitions.at(0)
        .error_code;
  }
};

TEST_F(ReassignmentTest, LeavesAPartitionWhereItIs) {  // X4
  create("t");
  EXPECT_EQ(moved("t", {{1}}), ErrorCode::kNone);
  EXPECT_EQ(moved("t", {{2}}), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(moved("t", std::vector<std::int32_t>()), ErrorCode::kInvalidReplicaAssignment);
  EXPECT_EQ(moved("t", std::nullopt), ErrorCode::kNoReassignmentInProgress);
  EXPECT_EQ(moved("u", {{1}}), ErrorCode::kUnknownTopicOrPartition);
}

TEST_F(ReassignmentTest, RefusesASecondCopy) {
  serve({}, 2);
  create("t");
  EXPECT_EQ(moved("t", {{1, 2}}), ErrorCode::kInvalidReplicaAssignment);
}

TEST_F(ReassignmentTest, NoneIsEverUnderWay) {  // X4
  create("t");
  EXPECT_THAT(ask<kafka::ListPartitionReassignments>({}).topics, IsEmpty());
}

TEST_F(AdminTest, DescribeLogDirsTellsTheSizeOfEachPartition) {  // X5
  create("t", 2);
  append("t", 3);
  const auto response = ask<kafka::DescribeLogDirs>({.topics = std::nullopt});
  ASSERT_THAT(response.results, SizeIs(1));
  EXPECT_EQ(response.results[0].log_dir, "memory");
  ASSERT_THAT(response.results[0].topics, SizeIs(1));
  const auto& partitions = response.results[0].topics[0].partitions;
  ASSERT_THAT(partitions, SizeIs(2));
  EXPECT_GT(partitions[0].partition_size, 0);
  EXPECT_EQ(partitions[1].partition_size, 0);
}

TEST_F(AdminTest, DescribeLogDirsLeavesOutWhatIsNotThere) {  // X5
  create("t");
  const auto response = ask<kafka::DescribeLogDirs>(
      {.topics = {{{.topic = "t", .partitions = {PartitionId{0}, PartitionId{1}}},
                   {.topic = "u", .partitions = {PartitionId{0}}}}}});
  ASSERT_THAT(response.results.at(0).topics, SizeIs(1));
  EXPECT_THAT(response.results[0].topics[0].partitions, SizeIs(1));
}

TEST_F(AdminTest, EachBrokerTellsOfTheLogDirsOfWhatItLeads) {  // K7
  serve({}, 2);
  create("t", 4);
  const auto response = ask<kafka::DescribeLogDirs>({.topics = std::nullopt});
  EXPECT_THAT(response.results.at(0).topics.at(0).partitions, SizeIs(2));
}

TEST_F(AdminTest, DescribeQuorumHasOneVoter) {
  serve({}, 3);
  const auto response = ask<kafka::DescribeQuorum>(
      {.topics = {{.topic_name = "__cluster_metadata", .partitions = {{}}}}});
  const auto& partition = response.topics.at(0).partitions.at(0);
  EXPECT_EQ(partition.error_code, ErrorCode::kNone);
  EXPECT_EQ(partition.leader_id, 1);
  EXPECT_THAT(partition.current_voters, SizeIs(1));
  EXPECT_THAT(partition.observers, SizeIs(2));
  EXPECT_EQ(response.nodes.at(0).listeners.at(0).port, 9001);
}

TEST_F(AdminTest, DescribeQuorumKnowsNoOtherTopic) {
  const auto response =
      ask<kafka::DescribeQuorum>({.topics = {{.topic_name = "t", .partitions = {{}}}}}, 1);
  EXPECT_EQ(response.topics.at(0).partitions.at(0).error_code, ErrorCode::kUnknownTopicOrPartition);
}

}  // namespace
}  // namespace leat
