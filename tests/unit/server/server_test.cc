// The connection: frames, versions, order, limits, the end.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/log_service.h"
#include "service/admin_service.h"
#include "service/log_service.h"
#include "unit/server/served.h"

namespace leat::server {
namespace {

using ServerTest = Served;

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

TEST_F(ServerTest, ApiVersionsTellsWhatIsServed) {
  auto client = connect();
  const auto answer = client.call<wire::ApiVersionsResponse>(
      wire::ApiVersionsRequest{.client_software_name = "test", .client_software_version = "1"}, 4);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ((*answer)->error_code, ErrorCode::kNone);
  const auto& keys = (*answer)->api_keys;
  EXPECT_TRUE(std::ranges::is_sorted(keys, {}, &wire::api_versions_response::ApiVersion::api_key));
  EXPECT_EQ(keys.front().api_key, 0);
  EXPECT_EQ(keys.front().min_version, 0);  // Produce: refused there, but looked for (KAFKA-18659)
  EXPECT_EQ(keys.front().max_version, 13);
}

TEST_F(ServerTest, AnUnknownVersionOfApiVersionsIsAnsweredAtVersion0) {  // W5
  auto client = connect();
  // Version 9 with a body that is none: it is not looked at.
  ASSERT_THAT(client.send_bytes(bytes({0, 0, 0, 12, 0, 18, 0, 9, 0, 0, 0, 7, 255, 255, 99, 99})),
              IsOk());
  const auto answer = client.receive<wire::ApiVersionsResponse>(0);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ((*answer)->error_code, ErrorCode::kUnsupportedVersion);
  EXPECT_FALSE((*answer)->api_keys.empty());
}

TEST_F(ServerTest, ApiVersionsRefusesANameThatIsNone) {  // W6
  auto client = connect();
  const auto answer = client.call<wire::ApiVersionsResponse>(
      wire::ApiVersionsRequest{.client_software_name = "a b", .client_software_version = "1"}, 3);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ((*answer)->error_code, ErrorCode::kInvalidRequest);
}

struct Closing {
  const char* what;
  std::vector<std::byte> frame;
};
class ServerCloses : public Served, public ::testing::WithParamInterface<Closing> {};

TEST_P(ServerCloses, WhoSendsWhatIsNoRequest) {  // W4, W8, security.md 4
  auto client = connect();
  ASSERT_THAT(client.send_bytes(GetParam().frame), IsOk());
  EXPECT_THAT(client.receive_frame(), IsError(ErrorCode::kNetworkException));
  EXPECT_THAT(connect().call<wire::MetadataResponse>(wire::MetadataRequest(), 12), IsOk())
      << "the others are served";
}
INSTANTIATE_TEST_SUITE_P(
    Frames, ServerCloses,
    ::testing::Values(
        Closing{"SizeZero", bytes({0, 0, 0, 0})},
        Closing{"SizeNegative", bytes({255, 255, 255, 255})},
        Closing{"SizeTooLarge", bytes({127, 255, 255, 255})},
        Closing{"NoHeader", bytes({0, 0, 0, 2, 0, 18})},
        Closing{"UnknownKey", bytes({0, 0, 0, 10, 3, 0, 0, 0, 0, 0, 0, 1, 255, 255})},
        Closing{"UnknownVersion", bytes({0, 0, 0, 10, 0, 3, 0, 99, 0, 0, 0, 1, 255, 255})},
        Closing{"ProduceVersion2", bytes({0, 0, 0, 10, 0, 0, 0, 2, 0, 0, 0, 1, 255, 255})},
        Closing{"BodyCutShort", bytes({0, 0, 0, 12, 0, 3, 0, 0, 0, 0, 0, 1, 255, 255, 0, 0})},
        Closing{"BytesBehindTheBody",
                bytes({0, 0, 0, 15, 0, 3, 0, 0, 0, 0, 0, 1, 255, 255, 0, 0, 0, 0, 1})}),
    [](const auto& closing) { return closing.param.what; });

TEST_F(ServerTest, ARequestMayComeByteByByte) {
  ASSERT_THAT(engine_->create_topic("t", 3), IsOk());
  auto client = connect();
  const auto frame =
      net::encode_request(wire::MetadataRequest{.topics = std::nullopt}, 12, 5, "client");
  ASSERT_THAT(frame, IsOk());
  for (const std::byte& byte : *frame) ASSERT_THAT(client.send_bytes({&byte, 1}), IsOk());
  const auto answer = client.receive<wire::MetadataResponse>(12);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ((*answer)->topics.at(0).partitions.size(), 3U);
}

TEST_F(ServerTest, AnswersComeInTheOrderOfTheRequests) {  // W3
  ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  auto client = connect();
  // The first waits; the second is served meanwhile, and answered after it.
  ASSERT_THAT(client.send(fetch("t", 0, 60'000), kByName), IsOk());
  const auto batch = batch_of({"a"});
  ASSERT_THAT(client.send(produce("t", batch), 9), IsOk());
  const auto first = client.receive<wire::FetchResponse>(kByName);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(values(only(first->response).records), std::vector<std::string>{"a"});
  EXPECT_THAT(client.receive<wire::ProduceResponse>(9), IsOk());
}

TEST_F(ServerTest, AThousandRequestsAtOnceAreAllAnswered) {  // security.md 9
  ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  auto client = connect();
  const auto batch = batch_of({"a"});
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(client.send(produce("t", batch), 9), IsOk());
  for (int i = 0; i < 1000; ++i) {
    const auto answer = client.receive<wire::ProduceResponse>(9);
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ(only(answer->response).base_offset, Offset{i});
  }
}

TEST_F(ServerTest, MetadataMakesATopicAndTellsItAtOnce) {  // M2, M9
  auto client = connect();
  wire::MetadataRequest request;
  request.topics->push_back({.name = "made"});
  const auto answer = client.call<wire::MetadataResponse>(request, 12);
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ((*answer)->topics.size(), 1U);
  EXPECT_EQ((*answer)->topics[0].error_code, ErrorCode::kNone);
  ASSERT_EQ((*answer)->topics[0].partitions.size(), 1U);
  EXPECT_EQ((*answer)->topics[0].partitions[0].leader_id, 1);
  EXPECT_EQ((*answer)->brokers.at(0).port, address().port);  // M7
  EXPECT_EQ((*answer)->brokers.at(0).host, "127.0.0.1");
  EXPECT_EQ((*answer)->cluster_id->size(), 22U);  // M8
}

TEST_F(ServerTest, MetadataMakesNothingWhereItMayNot) {  // M2
  auto client = connect();
  wire::MetadataRequest request;
  request.topics->push_back({.name = "absent"});
  request.allow_auto_topic_creation = false;
  const auto answer = client.call<wire::MetadataResponse>(request, 12);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ((*answer)->topics.at(0).error_code, ErrorCode::kUnknownTopicOrPartition);
  request.allow_auto_topic_creation = true;
  serve({.configs = {{"auto.create.topics.enable", "false"}}});
  const auto again = connect().call<wire::MetadataResponse>(request, 12);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ((*again)->topics.at(0).error_code, ErrorCode::kUnknownTopicOrPartition);
}

TEST_F(ServerTest, AConnectionThatIdlesIsClosed) {  // W9
  serve({.configs = {{"connections.max.idle.ms", "20"}}});
  auto client = connect();
  EXPECT_THAT(client.receive_frame(), IsError(ErrorCode::kNetworkException));
}

TEST_F(ServerTest, OneConnectionTooManyIsClosed) {  // security.md 11
  serve({.configs = {{"max.connections", "1"}}});
  auto first = connect();
  ASSERT_THAT(first.call<wire::MetadataResponse>(wire::MetadataRequest(), 12), IsOk());
  auto second = connect();
  EXPECT_THAT(second.receive_frame(), IsError(ErrorCode::kNetworkException));
  EXPECT_THAT(first.call<wire::MetadataResponse>(wire::MetadataRequest(), 12), IsOk());
}

TEST_F(ServerTest, StoppingAnswersWhatItHas) {
  ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  auto client = connect();
  ASSERT_THAT(client.call<wire::MetadataResponse>(wire::MetadataRequest(), 12), IsOk());
  ASSERT_THAT(client.send(fetch("t", 0, 600'000), kByName), IsOk());
  const auto batch = batch_of({"a"});
  auto other = connect();
  ASSERT_THAT(other.call<wire::ProduceResponse>(produce("t", batch), 9), IsOk());
  EXPECT_THAT(server_->stop(), IsOk());
  EXPECT_THAT(client.receive<wire::FetchResponse>(kByName), IsOk());
  EXPECT_THAT(client.receive_frame(), IsError(ErrorCode::kNetworkException));
}

TEST_F(ServerTest, NodesShareTheLogAndLeadAPartEach) {  // K7, B19
  ASSERT_THAT(engine_->create_topic("t", 3), IsOk());
  serve({.nodes = 3});
  auto client = connect(0);
  wire::MetadataRequest request;
  request.topics->push_back({.name = "t"});
  const auto metadata = client.call<wire::MetadataResponse>(request, 12);
  ASSERT_THAT(metadata, IsOk());
  EXPECT_EQ((*metadata)->brokers.size(), 3U);
  const auto batch = batch_of({"a"});
  std::set<std::int32_t> leaders;
  for (const auto& partition : (*metadata)->topics.at(0).partitions) {
    leaders.insert(partition.leader_id);
    const std::int32_t index = partition.partition_index.value();
    auto right = connect(static_cast<std::size_t>(partition.leader_id - 1));
    const auto stored = right.call<wire::ProduceResponse>(produce("t", batch, 1, index), 12);
    ASSERT_THAT(stored, IsOk());
    EXPECT_EQ(only(stored->response).error_code, ErrorCode::kNone);
    auto wrong = connect(static_cast<std::size_t>(partition.leader_id % 3));
    const auto refused = wrong.call<wire::ProduceResponse>(produce("t", batch, 1, index), 12);
    ASSERT_THAT(refused, IsOk());
    EXPECT_EQ(only(refused->response).error_code, ErrorCode::kNotLeaderOrFollower);
    EXPECT_EQ(only(refused->response).current_leader.leader_id, partition.leader_id);
    EXPECT_EQ((*refused)->node_endpoints.at(0).port,
              address(static_cast<std::size_t>(partition.leader_id - 1)).port);
  }
  EXPECT_EQ(leaders, (std::set<std::int32_t>{1, 2, 3}));
}

TEST_F(ServerTest, AclsTellClientsApartByAddress) {  // A2
  serve({.listen = "[::]:0",
         .allow_insecure = true,
         .configs = {
             {"authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"},
             {"allow.everyone.if.no.acl.found", "true"}}});
  ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  const std::uint16_t port = address().port;
  const auto produced = [&](const char* host) {
    auto client = net::Client::connect({host, port});
    EXPECT_THAT(client, IsOk());
    const auto batch = batch_of({"a"});
    const auto answer = client->call<wire::ProduceResponse>(produce("t", batch), 9);
    EXPECT_THAT(answer, IsOk());
    return only(answer->response).error_code;
  };
  EXPECT_EQ(produced("127.0.0.1"), ErrorCode::kNone);
  const service::Acl acl{.resource_type = service::ResourceType::kTopic,
                         .resource_name = "t",
                         .principal = "User:ANONYMOUS",
                         .host = "::1",
                         .operation = service::AclOperation::kWrite,
                         .permission = service::AclPermission::kAllow};
  ASSERT_THAT(engine::log_service(*engine_).value()->admin().add_acls({&acl, 1}), IsOk());
  EXPECT_EQ(produced("::1"), ErrorCode::kNone);
  EXPECT_EQ(produced("127.0.0.1"), ErrorCode::kTopicAuthorizationFailed);
  service::Acl mapped = acl;
  mapped.host = "127.0.0.1";  // as it is, not as IPv6 maps it
  ASSERT_THAT(engine::log_service(*engine_).value()->admin().add_acls({&mapped, 1}), IsOk());
  EXPECT_EQ(produced("127.0.0.1"), ErrorCode::kNone);
}

TEST(KafkaServer, ListensOnLoopbackUnlessToldOtherwise) {  // K12, security.md 1
  auto engine = Engine::memory();
  ASSERT_THAT(engine, IsOk());
  EXPECT_THAT(KafkaServer::serve(*engine, {.listen = "0.0.0.0:0"}),
              IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(KafkaServer::serve(*engine, {.listen = "0.0.0.0:0", .allow_insecure = true}), IsOk());
  EXPECT_THAT(KafkaServer::serve(*engine, {.listen = "[::1]:0"}), IsOk());
}

TEST(KafkaServer, SaysWhatIsWrongWithItsOptions) {
  auto engine = Engine::memory();
  ASSERT_THAT(engine, IsOk());
  EXPECT_THAT(KafkaServer::serve(*engine, {.listen = "nonsense"}),
              IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(KafkaServer::serve(*engine, {.nodes = 0}), IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(KafkaServer::serve(*engine, {.configs = {{"no.such", "1"}}}),
              IsError(ErrorCode::kInvalidConfig));
  const auto server = KafkaServer::serve(*engine);
  ASSERT_THAT(server, IsOk());
  EXPECT_THAT(KafkaServer::serve(*engine, {.listen = server->bootstrap()}),
              IsError(ErrorCode::kNetworkException));
}

TEST(KafkaServer, OutlivesItsEngine) {
  auto engine = Engine::memory();
  ASSERT_THAT(engine, IsOk());
  ASSERT_THAT(engine->create_topic("t", 1), IsOk());
  auto server = KafkaServer::serve(*engine);
  ASSERT_THAT(server, IsOk());
  auto client = net::Client::connect(*net::parse_host_port(server->bootstrap()));
  ASSERT_THAT(client, IsOk());
  ASSERT_THAT(engine->close(), IsOk());
  wire::MetadataRequest request;
  request.topics->push_back({.name = "new"});
  const auto answer = client->call<wire::MetadataResponse>(request, 12);
  ASSERT_THAT(answer, IsOk());
  EXPECT_NE((*answer)->topics.at(0).error_code, ErrorCode::kNone);
}

}  // namespace
}  // namespace leat::server
