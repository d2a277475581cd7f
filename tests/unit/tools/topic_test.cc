// leat topic, as a process.

#include <nlohmann/json.hpp>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.h"

namespace leat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class TopicCommand : public CommandTest {
 protected:
  [[nodiscard]] Json describe(const std::string& topic) const {
    return Json::parse(must({"topic", "describe", topic, "--dir", data(), "--json"}));
  }
};

TEST_F(TopicCommand, CreateMakesTheDirectoryAndItsParents) {
  const std::string deep = path("a/b/data");
  must({"topic", "create", "orders", "--dir", deep, "--partitions", "4"});
  EXPECT_THAT(must({"topic", "list", "--dir", deep}), HasSubstr("orders"));
}

TEST_F(TopicCommand, DescribeTellsPartitionsAndOffsets) {
  create("orders", "2");
  must({"produce", "orders", "--dir", data(), "--partition", "1"}, "a\nb\nc\n");
  const Json topic = describe("orders");
  ASSERT_EQ(topic["partitions"].size(), 2U);
  EXPECT_EQ(topic["partitions"][0]["log_end_offset"], 0);
  EXPECT_EQ(topic["partitions"][1]["log_end_offset"], 3);
  EXPECT_EQ(topic["partitions"][1]["high_watermark"], 3);
  EXPECT_EQ(topic["partitions"][1]["durable_offset"], 3);
  EXPECT_EQ(topic["partitions"][1]["log_start_offset"], 0);
}

TEST_F(TopicCommand, ListIsSortedAndReadByPrograms) {
  create("b");
  create("a", "3");
  const Json list = Json::parse(must({"topic", "list", "--dir", data(), "--json"}));
  ASSERT_EQ(list["topics"].size(), 2U);
  EXPECT_EQ(list["topics"][0]["name"], "a");
  EXPECT_EQ(list["topics"][0]["partitions"], 3);
}

TEST_F(TopicCommand, CreateSetsConfigsAndDescribeShowsThoseThatDiffer) {
  must({"topic", "create", "orders", "--dir", data(), "--config", "retention.ms=1000", "--config",
        "flush.messages=1"});
  EXPECT_EQ(describe("orders")["configs"],
            Json({{"retention.ms", "1000"}, {"flush.messages", "1"}}));
}

TEST_F(TopicCommand, AlterSetsAndUnsetsConfigsAndAddsPartitions) {
  must({"topic", "create", "orders", "--dir", data(), "--config", "retention.ms=1000"});
  must({"topic", "alter", "orders", "--dir", data(), "--config", "retention.bytes=5000000",
        "--delete-config", "retention.ms", "--partitions", "3"});
  const Json topic = describe("orders");
  EXPECT_EQ(topic["configs"], Json({{"retention.bytes", "5000000"}}));
  EXPECT_EQ(topic["partitions"].size(), 3U);
}

TEST_F(TopicCommand, DeleteRemovesTheTopic) {
  create("orders");
  create("kept");
  must({"topic", "delete", "orders", "--dir", data()});
  EXPECT_THAT(must({"topic", "list", "--dir", data()}), Not(HasSubstr("orders")));
}

TEST_F(TopicCommand, ListAndDescribeWorkBesideAWriter) {
  create("orders");
  RunningCommand writer = start({"produce", "orders", "--dir", data()});
  RunningCommand reader({"consume", "orders", "--dir", data()}, path("reader-stderr"));
  writer.write("first\n");
  ASSERT_EQ(reader.read_line(), "first");  // the writer has it open, for sure
  EXPECT_THAT(must({"topic", "list", "--dir", data()}), HasSubstr("orders"));
  EXPECT_EQ(describe("orders")["partitions"][0]["log_end_offset"], 1);
}

TEST_F(TopicCommand, SaysThatThereAreNoTopicsYet) {
  create("orders");
  must({"topic", "delete", "orders", "--dir", data()});
  const Ended ended = run({"topic", "list", "--dir", data()});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("there are no topics yet"));
}

}  // namespace
}  // namespace leat::testing
