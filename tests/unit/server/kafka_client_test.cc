// The client of --bootstrap, against a server of ours.

#include "net/kafka_client.h"

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/server/served.h"

namespace leat::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class KafkaClientTest : public Served {
 protected:
  [[nodiscard]] net::KafkaClient client(const std::string& bootstrap) const {
    auto client = net::KafkaClient::connect(bootstrap);
    EXPECT_THAT(client, IsOk());
    return *std::move(client);
  }
  [[nodiscard]] net::KafkaClient client() const { return client(server_->bootstrap()); }
  static TopicPartition at(std::int32_t partition) { return {"t", PartitionId{partition}}; }
  /// All values of "t" behind the beginning.
  static std::vector<std::string> read(net::KafkaClient& client, std::int32_t partitions) {
    std::vector<net::KafkaClient::Position> positions;
    for (std::int32_t i = 0; i < partitions; ++i) positions.push_back({PartitionId{i}, Offset{0}});
    std::vector<std::string> read;
    const auto done = client.fetch("t", positions, std::chrono::seconds(10), [&](const auto& data) {
      for (std::string& value : values(data.records)) read.push_back(std::move(value));
      return Result<void>();
    });
    EXPECT_THAT(done, IsOk());
    return read;
  }
};

TEST_F(KafkaClientTest, TellsTheTopicsSorted) {
  ASSERT_THAT(engine_->create_topic("b", 1), IsOk());
  ASSERT_THAT(engine_->create_topic("a", 3), IsOk());
  const auto topics = client().topics();
  ASSERT_THAT(topics, IsOk());
  ASSERT_EQ(topics->size(), 2U);
  EXPECT_EQ((*topics)[0].name, "a");
  EXPECT_EQ((*topics)[0].partitions.size(), 3U);
  EXPECT_EQ((*topics)[1].name, "b");
}

TEST_F(KafkaClientTest, GoesToTheLeaderOfEachPartition) {  // K7, B19: another one would refuse
  ASSERT_THAT(engine_->create_topic("t", 3), IsOk());
  serve({.nodes = 3});
  auto client = this->client();
  for (std::int32_t i = 0; i < 3; ++i) {
    const auto base = client.produce(at(i), batch_of({std::to_string(i)}), -1);
    ASSERT_THAT(base, IsOk());
    EXPECT_EQ(*base, Offset{0});
  }
  EXPECT_THAT(read(client, 3), UnorderedElementsAre("0", "1", "2"));
}

TEST_F(KafkaClientTest, AsksAgainWhereALeaderIsGone) {
  ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  auto client = this->client();
  const auto first = client.produce(at(0), batch_of({"a"}), 1);
  ASSERT_THAT(first, IsOk());
  const auto second = client.produce(at(0), batch_of({"b"}), 1);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(*second, Offset{1}) << "by the connection there is";
}

TEST_F(KafkaClientTest, SendsWithoutAnAnswerAtAcks0) {
  ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  auto client = this->client();
  const auto none = client.produce(at(0), batch_of({"a"}), 0);
  ASSERT_THAT(none, IsOk());
  EXPECT_EQ(*none, std::nullopt);
  EXPECT_THAT(read(client, 1), ElementsAre("a")) << "on the same connection, so behind it";
}

TEST_F(KafkaClientTest, NamesTheNearestOfAnUnknownTopic) {
  ASSERT_THAT(engine_->create_topic("orders", 1), IsOk());
  auto client = this->client();
  const auto topic = client.topic("order");
  ASSERT_THAT(topic, IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(std::string(topic.error().message()), HasSubstr("did you mean 'orders'?"));
}

TEST_F(KafkaClientTest, HasATopicMadeWhereThatIsWanted) {  // M2
  auto client = this->client();
  EXPECT_THAT(client.topic("new"), IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(client.topic_or_new("new"), IsOk());
  EXPECT_THAT(client.topic("new"), IsOk());
}

TEST_F(KafkaClientTest, RefusesAPartitionThatIsNotThere) {
  ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  auto client = this->client();
  EXPECT_THAT(client.produce(at(1), batch_of({"a"}), 1),
              IsError(ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(KafkaClientTest, FindsOffsetsByTimeAndPlace) {
  ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  auto client = this->client();
  ASSERT_THAT(client.produce(at(0), batch_of({"a", "b"}), 1), IsOk());  // dated 1000
  EXPECT_EQ(*client.offset_at(at(0), -2), Offset{0});
  EXPECT_EQ(*client.offset_at(at(0), -1), Offset{2});
  EXPECT_EQ(*client.offset_at(at(0), 1'000), Offset{0});
  EXPECT_EQ(*client.offset_at(at(0), 1'001), std::nullopt);
}

TEST_F(KafkaClientTest, TakesTheFirstAddressThatAnswers) {
  auto client = this->client("127.0.0.1:1," + server_->bootstrap());
  EXPECT_THAT(client.topics(), IsOk());
}

TEST(KafkaClient, SaysWhereItCannotConnect) {
  const auto client = net::KafkaClient::connect("127.0.0.1:1");
  ASSERT_THAT(client, IsError(ErrorCode::kNetworkException));
  EXPECT_THAT(std::string(client.error().message()), HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(net::KafkaClient::connect(""), IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(net::KafkaClient::connect("localhost"), IsError(ErrorCode::kInvalidArgument));
}

}  // namespace
}  // namespace leat::server
