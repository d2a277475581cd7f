// ACLs over the wire, and what they keep clients from, rule by rule.

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

#include "kafka/acls.h"
#include "kafka/api/00_produce.h"
#include "kafka/api/01_fetch.h"
#include "kafka/api/02_list_offsets.h"
#include "kafka/api/03_metadata.h"
#include "kafka/api/19_create_topics.h"
#include "kafka/api/20_delete_topics.h"
#include "kafka/api/22_init_producer_id.h"
#include "kafka/api/29_describe_acls.h"
#include "kafka/api/30_create_acls.h"
#include "kafka/api/31_delete_acls.h"
#include "kafka/api/32_describe_configs.h"
#include "kafka/api/35_describe_log_dirs.h"
#include "kafka/api/44_incremental_alter_configs.h"
#include "kafka/api/60_describe_cluster.h"
#include "kafka/api/75_describe_topic_partitions.h"
#include "kafka/api_table.h"
#include "kafka/screen.h"
#include "unit/kafka/admin_fixture.h"
#include "wire/messages/consumer_group_heartbeat.h"

namespace leat {
namespace {

using kafka::Acl;
using kafka::AclOperation;
using kafka::AclPermission;
using kafka::PatternType;
using kafka::ResourceType;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using enum AclOperation;
using Creation = wire::create_acls_request::AclCreation;

constexpr std::string_view kAlice = "User:alice";
constexpr std::string_view kRoot = "User:root";

class AclTest : public AdminTest {
 protected:
  AclTest() { serve_with_acls({}); }

  void serve_with_acls(kafka::BrokerOptions options) {
    options.authorizer_class = "on";
    options.super_users = "User:admin; User:root";
    serve(options);
    speak_as(kAlice);
  }
  void speak_as(std::string_view principal) {
    session_ = std::make_shared<kafka::Session>(broker_,
                                                kafka::Peer{.node_id = 1,
                                                            .local_host = "localhost",
                                                            .host = "10.0.0.1",
                                                            .principal = std::string(principal)},
                                                executor_, nullptr);
  }
  /// Lets alice do it to topics of that name.
  void allow(AclOperation operation, std::string name,
             PatternType pattern = PatternType::kLiteral) {
    put(ResourceType::kTopic, operation, std::move(name), pattern);
  }
  void allow_cluster(AclOperation operation) {
    put(ResourceType::kCluster, operation, std::string(kafka::kClusterName));
  }
  void put(ResourceType type, AclOperation operation, std::string name,
           PatternType pattern = PatternType::kLiteral) {
    const Acl acl{.resource_type = type,
                  .pattern_type = pattern,
                  .resource_name = std::move(name),
                  .principal = std::string(kAlice),
                  .host = "*",
                  .operation = operation,
                  .permission = AclPermission::kAllow};
    ASSERT_TRUE(logs_->admin().add_acls({&acl, 1}));
  }

  static Creation creation(std::string_view topic = "t") {
    return {.resource_type = 2,
            .resource_name = topic,
            .principal = kAlice,
            .host = "*",
            .operation = 3,
            .permission_type = 3};
  }
  static wire::DescribeAclsRequest everything() {
    return {.resource_type_filter = 1,
            .resource_name_filter = std::nullopt,
            .pattern_type_filter = 1,
            .principal_filter = std::nullopt,
            .host_filter = std::nullopt,
            .operation = 1,
            .permission_type = 1};
  }
  static wire::delete_acls_request::DeleteAclsFilter of_topic(std::string_view topic) {
    return {.resource_type_filter = 2,
            .resource_name_filter = topic,
            .pattern_type_filter = 3,
            .principal_filter = std::nullopt,
            .host_filter = std::nullopt,
            .operation = 1,
            .permission_type = 1};
  }

  ErrorCode metadata_error(std::string_view topic) {
    return ask<kafka::Metadata>({.topics = {{{.name = topic}}}}).topics.at(0).error_code;
  }
  static wire::ListOffsetsRequest offsets_of(const std::vector<std::string_view>& topics) {
    wire::ListOffsetsRequest request;
    for (const std::string_view topic : topics) {
      request.topics.push_back({.name = topic, .partitions = {{.timestamp = -1}}});
    }
    return request;
  }
  static wire::FetchRequest fetch(std::string_view topic) {
    wire::FetchRequest request;
    request.topics.push_back({.topic = topic, .partitions = {{.partition_max_bytes = 1 << 20}}});
    return request;
  }
  ErrorCode fetch_error(std::string_view topic) {
    const auto answer = ask<kafka::Fetch>(fetch(topic), 12);
    return answer.responses.at(0).partitions.at(0).error_code;
  }
};

// --- The APIs -----------------------------------------------------------------------------------

TEST_F(AclTest, AreMadeFoundAndDeleted) {
  speak_as(kRoot);
  const auto made = ask<kafka::CreateAcls>({.creations = {creation("t"), creation("u")}});
  ASSERT_THAT(made.results, SizeIs(2));
  EXPECT_EQ(made.results[0].error_code, ErrorCode::kNone);
  EXPECT_EQ(made.results[0].error_message, std::nullopt);
  const auto found = ask<kafka::DescribeAcls>(everything());
  ASSERT_THAT(found.resources, SizeIs(2));
  EXPECT_EQ(found.resources[0].resource_name, "t");
  EXPECT_EQ(found.resources[0].acls.at(0).principal, kAlice);
  const auto deleted = ask<kafka::DeleteAcls>({.filters = {of_topic("t")}});
  ASSERT_THAT(deleted.filter_results, SizeIs(1));
  ASSERT_THAT(deleted.filter_results[0].matching_acls, SizeIs(1));
  EXPECT_EQ(deleted.filter_results[0].matching_acls[0].resource_name, "t");
  EXPECT_THAT(ask<kafka::DescribeAcls>(everything()).resources, SizeIs(1));
}

TEST_F(AclTest, WithoutAnAuthorizerAreDisabled) {  // A1
  serve({});
  EXPECT_EQ(ask<kafka::DescribeAcls>(everything()).error_code, ErrorCode::kSecurityDisabled);
  EXPECT_EQ(ask<kafka::CreateAcls>({.creations = {creation()}}).results.at(0).error_code,
            ErrorCode::kSecurityDisabled);
  EXPECT_EQ(ask<kafka::DeleteAcls>({.filters = {of_topic("t")}}).filter_results.at(0).error_code,
            ErrorCode::kSecurityDisabled);
}

TEST_F(AclTest, ThatMakeNoSenseAreRefusedOneByOne) {
  speak_as(kRoot);
  Creation wrong = creation();
  wrong.operation = 9;  // CLUSTER_ACTION on a topic
  const auto made = ask<kafka::CreateAcls>({.creations = {wrong, creation()}});
  EXPECT_EQ(made.results.at(0).error_code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(made.results.at(1).error_code, ErrorCode::kNone);
  auto filter = everything();
  filter.operation = 99;
  EXPECT_EQ(ask<kafka::DescribeAcls>(filter).error_code, ErrorCode::kInvalidRequest);
}

TEST_F(AclTest, AreNotForThoseWhoMayNotAlterTheCluster) {
  EXPECT_EQ(ask<kafka::CreateAcls>({.creations = {creation()}}).results.at(0).error_code,
            ErrorCode::kClusterAuthorizationFailed);
  EXPECT_EQ(ask<kafka::DescribeAcls>(everything()).error_code,
            ErrorCode::kClusterAuthorizationFailed);
  allow_cluster(kAlter);
  EXPECT_EQ(ask<kafka::CreateAcls>({.creations = {creation()}}).results.at(0).error_code,
            ErrorCode::kNone);
  EXPECT_EQ(ask<kafka::DescribeAcls>(everything()).error_code, ErrorCode::kNone);  // A3
}

// --- What they keep clients from ----------------------------------------------------------------

TEST_F(AclTest, SaysOfEveryApiWhatItNeeds) {
  for (const kafka::ApiEntry& api : kafka::api_table()) {
    EXPECT_NE(kafka::needs_of(api.key), nullptr)
        << api.name << " is refused to everyone: it needs a row in screen.cc";
  }
}

TEST_F(AclTest, KeepsNobodyOutWhereTheDefaultIsToAllow) {  // A1
  create("t");
  EXPECT_EQ(fetch_error("t"), ErrorCode::kTopicAuthorizationFailed);
  serve_with_acls({.allow_if_no_acl = true});
  EXPECT_EQ(fetch_error("t"), ErrorCode::kNone);
  allow(kWrite, "t");  // somebody's, so that it is not everyone's any more
  EXPECT_EQ(fetch_error("t"), ErrorCode::kTopicAuthorizationFailed);
}

TEST_F(AclTest, KeepsNoSuperUserOut) {  // A1
  create("t");
  speak_as(kRoot);
  EXPECT_EQ(fetch_error("t"), ErrorCode::kNone);
}

TEST_F(AclTest, AnswersForTopicsThatMayBeAndRefusesTheOthers) {
  create("mine");
  create("yours");
  allow(kDescribe, "mi", PatternType::kPrefixed);
  const auto answer = ask<kafka::ListOffsets>(offsets_of({"yours", "mine", "nobodys"}));
  using Topic = wire::list_offsets_response::ListOffsetsTopicResponse;
  EXPECT_THAT(answer.topics,
              UnorderedElementsAre(Field(&Topic::name, "mine"), Field(&Topic::name, "yours"),
                                   Field(&Topic::name, "nobodys")));
  for (const Topic& topic : answer.topics) {
    EXPECT_EQ(topic.partitions.at(0).error_code,
              topic.name == "mine" ? ErrorCode::kNone : ErrorCode::kTopicAuthorizationFailed);
  }
}

TEST_F(AclTest, RevokedIsEnforcedFromTheNextRequestOn) {
  create("t");
  allow(kRead, "t");
  EXPECT_EQ(fetch_error("t"), ErrorCode::kNone);
  const auto settings = logs_->admin().settings();
  const std::vector<Acl> all(settings->acls.begin(), settings->acls.end());
  ASSERT_TRUE(logs_->admin().remove_acls(all));
  EXPECT_EQ(fetch_error("t"), ErrorCode::kTopicAuthorizationFailed);
}

TEST_F(AclTest, RevokedIsEnforcedInAFetchSession) {  // F14
  create("t");
  append("t", 1);
  allow(kRead, "t");
  wire::FetchRequest first = fetch("t");
  first.session_epoch = 0;
  const auto begun = ask<kafka::Fetch>(first, 12);
  ASSERT_NE(begun.session_id, 0);
  const auto settings = logs_->admin().settings();
  ASSERT_TRUE(logs_->admin().remove_acls({{*settings->acls.begin()}}));
  wire::FetchRequest next;  // names no topic
  next.session_id = begun.session_id;
  next.session_epoch = 1;
  const auto answer = ask<kafka::Fetch>(next, 12);
  EXPECT_EQ(answer.responses.at(0).partitions.at(0).error_code,
            ErrorCode::kTopicAuthorizationFailed);
}

TEST_F(AclTest, HidesTopicsFromMetadata) {
  create("mine");
  create("yours");
  allow(kDescribe, "mine");
  const auto all = ask<kafka::Metadata>({.topics = std::nullopt});
  EXPECT_THAT(all.topics, SizeIs(1));
  EXPECT_EQ(metadata_error("mine"), ErrorCode::kNone);
  EXPECT_EQ(metadata_error("yours"), ErrorCode::kTopicAuthorizationFailed);
  wire::MetadataRequest by_id;
  by_id.topics->push_back({.topic_id = topic("yours")->id, .name = std::nullopt});
  EXPECT_EQ(ask<kafka::Metadata>(by_id).topics.at(0).error_code, ErrorCode::kUnknownTopicId);
  const auto page = ask<kafka::DescribeTopicPartitions>({.response_partition_limit = 10});
  EXPECT_THAT(page.topics, SizeIs(1));
}

TEST_F(AclTest, MakesNoTopicForThoseWhoMayNot) {  // M2
  allow(kDescribe, "new");
  EXPECT_EQ(metadata_error("new"), ErrorCode::kTopicAuthorizationFailed);
  EXPECT_EQ(topic("new"), nullptr);
  allow(kCreate, "new");
  EXPECT_EQ(metadata_error("new"), ErrorCode::kNone);
  const auto created = ask<kafka::CreateTopics>(
      {.topics = {{.name = "other", .num_partitions = 1, .replication_factor = 1}}});
  EXPECT_EQ(created.topics.at(0).error_code, ErrorCode::kTopicAuthorizationFailed);
  allow_cluster(kCreate);
  const auto by_cluster = ask<kafka::CreateTopics>(
      {.topics = {{.name = "other", .num_partitions = 1, .replication_factor = 1}}});
  EXPECT_EQ(by_cluster.topics.at(0).error_code, ErrorCode::kNone);
  EXPECT_EQ(by_cluster.topics.at(0).topic_config_error_code, ErrorCode::kTopicAuthorizationFailed);
}

TEST_F(AclTest, DeletesOnlyWhatMayBeByNameAndById) {
  create("mine");
  create("yours");
  allow(kDelete, "mine");
  const auto answer = ask<kafka::DeleteTopics>(
      {.topics = {{.name = std::nullopt, .topic_id = topic("yours")->id}, {.name = "mine"}}});
  ASSERT_THAT(answer.responses, SizeIs(2));
  EXPECT_EQ(answer.responses[0].error_code, ErrorCode::kNone);
  EXPECT_EQ(answer.responses[1].error_code, ErrorCode::kTopicAuthorizationFailed);
  EXPECT_EQ(answer.responses[1].name, std::nullopt);
  EXPECT_NE(topic("yours"), nullptr);
}

TEST_F(AclTest, RefusesARequestOfTheClusterAsAWhole) {
  const auto dirs = ask<kafka::DescribeLogDirs>({.topics = std::nullopt});
  EXPECT_EQ(dirs.error_code, ErrorCode::kClusterAuthorizationFailed);
  allow_cluster(kDescribe);
  EXPECT_EQ(ask<kafka::DescribeLogDirs>({.topics = std::nullopt}).error_code, ErrorCode::kNone);
}

TEST_F(AclTest, ShowsAndChangesConfigsOfWhatMayBe) {
  create("t");
  const auto describe = [&](std::int8_t type, std::string_view name) {
    return ask<kafka::DescribeConfigs>(
               {.resources = {{.resource_type = type, .resource_name = name}}})
        .results.at(0)
        .error_code;
  };
  const auto alter = [&] {
    return ask<kafka::IncrementalAlterConfigs>(
               {.resources = {{.resource_type = 2,
                               .resource_name = "t",
                               .configs = {{.name = "retention.ms", .value = "1000"}}}}})
        .responses.at(0)
        .error_code;
  };
  EXPECT_EQ(describe(2, "t"), ErrorCode::kTopicAuthorizationFailed);
  EXPECT_EQ(describe(4, "1"), ErrorCode::kClusterAuthorizationFailed);
  EXPECT_EQ(alter(), ErrorCode::kTopicAuthorizationFailed);
  allow(kAlterConfigs, "t");
  EXPECT_EQ(describe(2, "t"), ErrorCode::kNone);  // A3
  EXPECT_EQ(alter(), ErrorCode::kNone);
}

TEST_F(AclTest, GivesProducerIdsToThoseWhoMayWriteSomething) {  // A5
  const auto init = [&] {
    return ask<kafka::InitProducerId>({.transactional_id = std::nullopt}).error_code;
  };
  EXPECT_EQ(init(), ErrorCode::kClusterAuthorizationFailed);
  allow(kWrite, "anything");
  EXPECT_EQ(init(), ErrorCode::kNone);
  EXPECT_EQ(ask<kafka::InitProducerId>({.transactional_id = "id"}).error_code,
            ErrorCode::kTransactionalIdAuthorizationFailed);
}

TEST_F(AclTest, TellsWhatMayBeDone) {
  create("t");
  allow(kRead, "t");
  const auto answer = ask<kafka::Metadata>(
      {.topics = {{{.name = "t"}}}, .include_topic_authorized_operations = true});
  EXPECT_EQ(answer.topics.at(0).topic_authorized_operations, (1 << 3) | (1 << 8));  // A3
  const auto cluster = ask<kafka::DescribeCluster>({.include_cluster_authorized_operations = true});
  EXPECT_EQ(cluster.cluster_authorized_operations, 0);
}

/// What answers for no topic by itself.
struct ConsumerGroupHeartbeat {
  using Request = wire::ConsumerGroupHeartbeatRequest;
  using Response = wire::ConsumerGroupHeartbeatResponse;
  static Response refuse(const Request& /*request*/, ErrorCode code) {
    return {.error_code = code};
  }
};

TEST_F(AclTest, RefusesAsAWholeWhatAnswersForNoTopicByItself) {
  const kafka::Call call{
      .broker = broker_,
      .peer = std::make_shared<kafka::Peer>(kafka::Peer{.principal = std::string(kAlice)}),
      .session = session_,
      .executor = executor_,
      .header = {},
      .frame = {}};
  wire::ConsumerGroupHeartbeatRequest request;
  request.group_id = "g";
  request.subscribed_topic_names = {{"mine", "yours"}};
  const auto refusal = [&] { return kafka::screen<ConsumerGroupHeartbeat>(call, request).whole; };
  EXPECT_EQ(refusal(), ErrorCode::kGroupAuthorizationFailed);
  put(ResourceType::kGroup, kRead, "g");
  allow(kDescribe, "mine");
  EXPECT_EQ(refusal(), ErrorCode::kTopicAuthorizationFailed);
  allow(kDescribe, "yours");
  request.subscribed_topic_names = {{"mine", "yours"}};
  EXPECT_EQ(refusal(), ErrorCode::kNone);
}

TEST_F(AclTest, AProduceThatIsNotAnsweredClosesTheConnectionWhenItMayNotBe) {  // W12
  create("t");
  wire::ProduceRequest request{.acks = 0};
  request.topic_data.push_back({.name = "t", .partition_data = {{}}});
  tell<kafka::Produce>(request, 12);
  EXPECT_TRUE(session_->closing().has_value());
}

}  // namespace
}  // namespace leat
