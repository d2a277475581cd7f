// server.properties and the environment of the container images.

#include "server/properties.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/io/result_matchers.h"

namespace leat::server {
namespace {

using leat::testing::IsError;
using leat::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<std::string> pairs(std::string_view text) {
  const auto properties = parse_properties(text, "f");
  EXPECT_THAT(properties, IsOk());
  std::vector<std::string> pairs;
  for (const Property& property : *properties)
    pairs.push_back(property.name + "|" + property.value);
  return pairs;
}

TEST(ParseProperties, TakesTheThreeSeparatorsOfJava) {
  EXPECT_THAT(pairs("a=1\nb : 2\nc 3\nd=\ne"), ElementsAre("a|1", "b|2", "c|3", "d|", "e|"));
}

TEST(ParseProperties, LeavesCommentsAndBlankLinesOut) {
  EXPECT_THAT(pairs("# a=1\n\n  ! b=2\r\n \t \n  c = 3  \r\n"), ElementsAre("c|3"));
}

TEST(ParseProperties, ContinuesALineBehindABackslash) {
  EXPECT_THAT(pairs("listeners=A://:1,\\\n    B://:2\nb=2"),
              ElementsAre("listeners|A://:1,B://:2", "b|2"));
  EXPECT_THAT(pairs("a=x\\\\\nb=2"), ElementsAre("a|x\\", "b|2")) << "that one is escaped";
  EXPECT_THAT(pairs("a=1\\"), ElementsAre("a|1")) << "nothing follows";
}

TEST(ParseProperties, KeepsWhatIsEscaped) {
  EXPECT_THAT(pairs("a\\=b=c\\:d\\\\e"), ElementsAre("a=b|c:d\\e"));
  EXPECT_THAT(parse_properties("a=\\u0041", "f"), IsError(ErrorCode::kInvalidConfig));
}

TEST(ParseProperties, TellsTheLineThatAPropertyBeginsOn) {
  const auto properties = parse_properties("#\na=1\\\n2\nb=3", "server.properties");
  ASSERT_THAT(properties, IsOk());
  EXPECT_THAT(*properties, ElementsAre(Property{"a", "12", "server.properties:2"},
                                       Property{"b", "3", "server.properties:4"}));
}

TEST(ParseProperties, RefusesAValueWithoutAName) {
  const auto properties = parse_properties("\n=1", "f");
  ASSERT_THAT(properties, IsError(ErrorCode::kInvalidConfig));
  EXPECT_THAT(std::string(properties.error().message()), HasSubstr("f:2"));
}

std::vector<std::string> of_environment(const std::vector<std::string_view>& variables) {
  std::vector<std::string> names;
  for (const Property& property : properties_of_environment(variables)) {
    names.push_back(property.name + "|" + property.value);
  }
  return names;
}

TEST(PropertiesOfEnvironment, AreNamedAsTheImagesNameThem) {
  EXPECT_THAT(
      of_environment({"KAFKA_NUM_PARTITIONS=3", "KAFKA_CFG_NODE_ID=7", "KAFKA_A__B___C=x=y"}),
      ElementsAre("num.partitions|3", "node.id|7", "a_b-c|x=y"));
}

TEST(PropertiesOfEnvironment, LeaveOutWhatIsNoConfig) {
  EXPECT_THAT(
      of_environment({"HOME=/", "KAFKA_HEAP_OPTS=-Xmx1g", "KAFKA_OPTS=", "KAFKA_LOG4J_LOGGERS=x",
                      "KAFKA_PORT=tcp://10.0.0.1:9092", "KAFKA_SERVICE_HOST=10.0.0.1",
                      "KAFKA_PORT_9092_TCP=tcp://10.0.0.1:9092", "KAFKA_VERSION=4.3", "KAFKA_=1",
                      "KAFKA_BOOTSTRAP_SERVERS=a:1"}),
      IsEmpty());
}

Result<ServerProperties> sorted(std::string_view text) {
  const auto properties = parse_properties(text, "f");
  EXPECT_THAT(properties, IsOk());
  return sort_properties(*properties);
}
std::string refused(std::string_view text) {
  const auto properties = sorted(text);
  EXPECT_THAT(properties, IsError(ErrorCode::kInvalidConfig)) << text;
  return properties ? "" : std::string(properties.error().message());
}

TEST(SortProperties, TakesKafkasOwnFile) {
  const auto properties = sorted(R"(
process.roles=broker,controller
node.id=3
controller.quorum.voters=3@localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
inter.broker.listener.name=PLAINTEXT
advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
num.network.threads=3
num.io.threads=8
socket.send.buffer.bytes=102400
socket.receive.buffer.bytes=102400
socket.request.max.bytes=104857600
log.dirs=/tmp/kraft-combined-logs
num.partitions=1
num.recovery.threads.per.data.dir=1
offsets.topic.replication.factor=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.retention.hours=168
log.segment.bytes=1073741824
log.retention.check.interval.ms=300000
)");
  ASSERT_THAT(properties, IsOk());
  EXPECT_THAT(properties->engine,
              UnorderedElementsAre(Pair("num.partitions", "1"), Pair("log.retention.hours", "168"),
                                   Pair("log.segment.bytes", "1073741824"),
                                   Pair("log.retention.check.interval.ms", "300000")));
  EXPECT_THAT(properties->server,
              UnorderedElementsAre(Pair("socket.request.max.bytes", "104857600")));
  EXPECT_EQ(properties->node_id, 3);
  EXPECT_EQ(properties->directory, "/tmp/kraft-combined-logs");
  EXPECT_EQ(properties->listen, "0.0.0.0:9092");
  EXPECT_EQ(properties->advertised, "localhost:9092");
  EXPECT_EQ(properties->ignored.size(), 15U);
  EXPECT_TRUE(properties->ignored.contains("process.roles"));
  EXPECT_THAT(properties->unserved, IsEmpty());
}

TEST(SortProperties, TakesThePresetOfOneNode) {  // rules.md 3.3
  const auto properties = sorted(
      "offsets.topic.replication.factor=1\ntransaction.state.log.replication.factor=1\n"
      "transaction.state.log.min.isr=1\nshare.coordinator.state.topic.replication.factor=1\n"
      "share.coordinator.state.topic.min.isr=1\ngroup.initial.rebalance.delay.ms=0\n"
      "offsets.topic.num.partitions=1\ntransaction.state.log.num.partitions=1\n"
      "log.cleaner.dedupe.buffer.size=2097152\ngroup.min.session.timeout.ms=100");
  ASSERT_THAT(properties, IsOk());
  EXPECT_THAT(properties->engine,
              UnorderedElementsAre(Pair("group.initial.rebalance.delay.ms", "0"),
                                   Pair("group.min.session.timeout.ms", "100"),
                                   Pair("offsets.topic.num.partitions", "1")));
  EXPECT_EQ(properties->ignored.size(), 7U);
}

TEST(SortProperties, TakesAFamilyByItsPrefix) {
  const auto properties = sorted("zookeeper.connect=a:2181\nssl.keystore.location=x\nsasl.any=1");
  ASSERT_THAT(properties, IsOk());
  EXPECT_EQ(properties->ignored.size(), 3U);
}

TEST(SortProperties, LetsTheLastWin) {
  const auto properties = sorted("num.partitions=1\nnode.id=1\nnum.partitions=2\nnode.id=2");
  ASSERT_THAT(properties, IsOk());
  EXPECT_THAT(properties->engine, ElementsAre(Pair("num.partitions", "2")));
  EXPECT_EQ(properties->node_id, 2);
}

TEST(SortProperties, RefusesAnUnknownNameWithTheNearestAndItsPlace) {
  EXPECT_THAT(refused("\nnum.partition=1"), AllOf(HasSubstr("f:2"), HasSubstr("'num.partitions'")));
  EXPECT_THAT(refused("proces.roles=broker"), HasSubstr("'process.roles'"));
  EXPECT_THAT(refused("max.connection=1"), HasSubstr("'max.connections'"));
  EXPECT_THAT(refused("listener=A://:1"), HasSubstr("'listeners'"));
}

TEST(SortProperties, RefusesAValueOutOfItsRangeWithItsPlace) {
  EXPECT_THAT(refused("num.partitions=0"), AllOf(HasSubstr("f:1"), HasSubstr("num.partitions")));
  EXPECT_THAT(refused("max.connections=x"), AllOf(HasSubstr("f:1"), HasSubstr("max.connections")));
  EXPECT_THAT(refused("node.id=one"), AllOf(HasSubstr("f:1"), HasSubstr("node.id")));
  EXPECT_THAT(refused("log.dirs=/a,/b"), AllOf(HasSubstr("f:1"), HasSubstr("2 directories")));
}

TEST(SortProperties, PrefersTheNewNameOfTwo) {
  const auto properties = sorted("node.id=5\nbroker.id=4\nlog.dirs=/new\nlog.dir=/old");
  ASSERT_THAT(properties, IsOk());
  EXPECT_EQ(properties->node_id, 5);
  EXPECT_EQ(properties->directory, "/new");
  const auto old = sorted("broker.id=4\nlog.dir=/old");
  ASSERT_THAT(old, IsOk());
  EXPECT_EQ(old->node_id, 4);
  EXPECT_EQ(old->directory, "/old");
  const auto any = sorted("broker.id=-1");
  ASSERT_THAT(any, IsOk());
  EXPECT_EQ(any->node_id, std::nullopt);
}

TEST(SortProperties, ServesTheFirstPlaintextListener) {
  const auto properties = sorted(
      "listeners=CONTROLLER://:1,SEALED://:2,INSIDE://kafka:3,OUTSIDE://:4\n"
      "listener.security.protocol.map=SEALED:SSL,INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT\n"
      "advertised.listeners=OUTSIDE://localhost:4,INSIDE://kafka:33");
  ASSERT_THAT(properties, IsOk());
  EXPECT_EQ(properties->listen, "kafka:3");
  EXPECT_EQ(properties->advertised, "kafka:33");
  EXPECT_THAT(properties->unserved, UnorderedElementsAre("SEALED", "OUTSIDE"));
}

TEST(SortProperties, RefusesListenersThatItCannotServe) {
  EXPECT_THAT(refused("listeners=SSL://:9093"), AllOf(HasSubstr("f:1"), HasSubstr("no TLS")));
  EXPECT_THAT(refused("listeners=localhost:9092"), HasSubstr("NAME://HOST:PORT"));
  EXPECT_THAT(refused("listeners=PLAINTEXT://localhost"), HasSubstr("port"));
  EXPECT_THAT(refused("advertised.listeners=PLAINTEXT://localhost"), HasSubstr("port"));
}

TEST(SortProperties, RefusesToDropAnAuthorizer) {
  EXPECT_THAT(refused("authorizer.class.name=com.example.Authorizer"),
              HasSubstr("org.apache.kafka.metadata.authorizer.StandardAuthorizer"));
  const auto properties = sorted(
      "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
      "super.users=User:a;User:b");
  ASSERT_THAT(properties, IsOk());
  EXPECT_THAT(properties->server, ::testing::SizeIs(2));
  EXPECT_THAT(sorted("authorizer.class.name="), IsOk());
}

}  // namespace
}  // namespace leat::server
