// Topics and configs: what Kafka would refuse is refused, and what was done lasts.

#include "leat/admin.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "support/records.h"
#include "unit/io/result_matchers.h"

namespace leat {
namespace {

using support::partition_of;
using support::read_values;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsError;
using testing::IsErrorSaying;
using testing::IsOk;
using testing::IsOkAnd;

class AdminTest : public ::testing::Test {
 protected:
  Engine open() {
    return Engine::open({.directory = "/d", .environment = world_.environment()}).value();
  }
  void reopen() {
    ASSERT_THAT(engine_.close(), IsOk());
    engine_ = open();
  }
  std::string config(const std::string& topic, const std::string& name) {
    const auto configs = engine_.admin().describe_configs(topic);
    EXPECT_THAT(configs, IsOk());
    return std::ranges::find(*configs, name, &ConfigEntry::name)->value.value_or("none");
  }
  void append(const std::string& topic, const std::string& value, std::int32_t partition = 0) {
    auto appender = engine_.appender(topic, PartitionId{partition});
    ASSERT_THAT(appender, IsOk());
    ASSERT_THAT(appender->append(Record{.value = value}), IsOk());
  }

  testing::SimulatedWorld world_{1};
  Engine engine_ = open();
};

TEST_F(AdminTest, RefusesTheNamesThatKafkaRefuses) {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a b"), std::string("a/b"),
        std::string("ä"), std::string(250, 'a'), std::string("a\0b", 3)}) {
    EXPECT_THAT(engine_.create_topic(name),
                IsErrorSaying(ErrorCode::kInvalidTopicException, "topic name"))
        << name;
  }
  EXPECT_THAT(engine_.create_topic(std::string(249, 'a')), IsOk());
  EXPECT_THAT(engine_.create_topic("a.B_9-z"), IsOk());
}

TEST_F(AdminTest, RefusesNamesThatCollideInMetrics) {
  EXPECT_THAT(engine_.create_topic("a.b"), IsOk());
  EXPECT_THAT(engine_.create_topic("a_b"), IsErrorSaying(ErrorCode::kInvalidTopicException, "a.b"));
  EXPECT_THAT(engine_.create_topic("a.b"), IsError(ErrorCode::kTopicAlreadyExists));
}

TEST_F(AdminTest, RefusesPartitionCountsOutOfRange) {
  for (const std::int32_t count :
       {0, -2, kPartitionsMax + 1, std::numeric_limits<std::int32_t>::max()}) {
    EXPECT_THAT(engine_.create_topic("t", count),
                IsErrorSaying(ErrorCode::kInvalidPartitions, std::to_string(count)));
  }
  EXPECT_THAT(engine_.create_topic("t", 100'001),
              IsErrorSaying(ErrorCode::kInvalidPartitions, "leat.max.partitions"));
  EXPECT_THAT(engine_.admin().list_topics(), IsOkAnd(IsEmpty()));
}

TEST_F(AdminTest, NamesTheNearestOptionToAnUnknownOne) {
  EXPECT_THAT(engine_.create_topic("t", 1, {{"retention.sm", "1"}}),
              IsErrorSaying(ErrorCode::kInvalidConfig, "retention.ms"));
  ASSERT_THAT(engine_.create_topic("t", 1), IsOk());
  EXPECT_THAT(engine_.admin().alter_configs("t", {}, {"retention.sm"}),
              IsErrorSaying(ErrorCode::kInvalidConfig, "retention.ms"));
}

TEST_F(AdminTest, TellsTheRangeOfAValueOutsideOfIt) {
  EXPECT_THAT(engine_.create_topic("t", 1, {{"segment.bytes", "10"}}),
              IsErrorSaying(ErrorCode::kInvalidConfig, "1048576"));
}

TEST_F(AdminTest, DescribesATopic) {
  const auto id = engine_.create_topic("t", 3);
  ASSERT_THAT(id, IsOk());
  const auto described = engine_.admin().describe_topic("t");
  ASSERT_THAT(described, IsOk());
  EXPECT_EQ(described->id, *id);
  EXPECT_EQ(described->partitions.size(), 3U);
  EXPECT_FALSE(described->is_internal);
  EXPECT_THAT(engine_.admin().describe_topic("u"),
              IsErrorSaying(ErrorCode::kUnknownTopicOrPartition, "u"));
}

TEST_F(AdminTest, AddsPartitionsThatLast) {
  ASSERT_THAT(engine_.create_topic("t", 2), IsOk());
  EXPECT_THAT(engine_.admin().add_partitions("t", 2), IsError(ErrorCode::kInvalidPartitions));
  EXPECT_THAT(engine_.appender("t", PartitionId{4}),
              IsErrorSaying(ErrorCode::kUnknownTopicOrPartition, "0 to 1"));
  ASSERT_THAT(engine_.admin().add_partitions("t", 5), IsOk());
  append("t", "x", 4);
  reopen();
  EXPECT_THAT(read_values(engine_, partition_of("t", 4)), IsOkAnd(ElementsAre("x")));
}

TEST_F(AdminTest, AltersConfigsAllOrNone) {
  ASSERT_THAT(engine_.create_topic("t", 1, {{"retention.ms", "1000"}}), IsOk());
  EXPECT_THAT(
      engine_.admin().alter_configs("t", {{"retention.ms", "2000"}, {"segment.bytes", "1"}}),
      IsError(ErrorCode::kInvalidConfig));
  EXPECT_EQ(config("t", "retention.ms"), "1000");
  EXPECT_THAT(engine_.admin().alter_configs("t", {{"segment.bytes", "2000000"}}, {"retention.ms"}),
              IsOk());
  reopen();
  EXPECT_EQ(config("t", "retention.ms"), "604800000");
  EXPECT_EQ(config("t", "segment.bytes"), "2000000");
}

TEST_F(AdminTest, FindsNothingOfADeletedTopicInItsNamesake) {
  ASSERT_THAT(engine_.create_topic("t", 1, {{"retention.ms", "1000"}}), IsOk());
  append("t", "old");
  {
    auto consumer = engine_.consumer({.cursor = "c"});
    ASSERT_THAT(consumer->assign_topic("t"), IsOk());
    ASSERT_THAT(consumer->seek_to_end(partition_of("t")), IsOk());
    ASSERT_THAT(consumer->save(), IsOk());
  }
  auto appender = engine_.appender("t", PartitionId{0});
  ASSERT_THAT(engine_.admin().delete_topic("t"), IsOk());
  EXPECT_THAT(appender->append(Record{.value = "x"}), IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(engine_.admin().delete_topic("t"), IsError(ErrorCode::kUnknownTopicOrPartition));
  ASSERT_THAT(engine_.create_topic("t", 1), IsOk());
  append("t", "new");
  reopen();
  EXPECT_THAT(read_values(engine_, partition_of("t")), IsOkAnd(ElementsAre("new")));
  EXPECT_EQ(config("t", "retention.ms"), "604800000");
  auto consumer = engine_.consumer({.cursor = "c"});
  ASSERT_THAT(consumer->assign_topic("t"), IsOk());
  EXPECT_EQ(consumer->position(partition_of("t"))->offset, Offset{0});
}

TEST_F(AdminTest, KeepsInternalTopicsApart) {
  ASSERT_THAT(engine_.create_topic("t", 1), IsOk());
  auto consumer = engine_.consumer({.cursor = "c"});
  ASSERT_THAT(consumer->assign_topic("t"), IsOk());
  ASSERT_THAT(consumer->save(), IsOk());
  EXPECT_THAT(engine_.admin().list_topics(), IsOkAnd(ElementsAre("t")));
  const auto all = engine_.admin().list_all_topics();
  ASSERT_THAT(all, IsOkAnd(::testing::SizeIs(2)));
  const std::string internal = all->at(0) == "t" ? all->at(1) : all->at(0);
  EXPECT_TRUE(engine_.admin().describe_topic(internal)->is_internal);
  EXPECT_THAT(engine_.admin().delete_topic(internal),
              IsErrorSaying(ErrorCode::kInvalidTopicException, "internal"));
}

TEST_F(AdminTest, RemovesWhatADeletionLeftAtTheNextOpen) {  // S21
  ASSERT_THAT(engine_.create_topic("t", 1), IsOk());
  append("t", "x");
  world_.disk().fail({.call = testing::DiskCall::kRemove, .path_contains = ".log"});
  (void)engine_.admin().delete_topic("t");  // the files stay; the record is durable
  world_.disk().clear_faults();
  const auto logs = [&] { return world_.disk().list("/d/logs").value().size(); };
  ASSERT_EQ(logs(), 2U);
  reopen();
  EXPECT_EQ(logs(), 1U);  // the catalog's own
  EXPECT_THAT(engine_.admin().list_topics(), IsOkAnd(IsEmpty()));
}

}  // namespace
}  // namespace leat
