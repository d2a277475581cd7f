// leat serve as a process, and the other subcommands over --bootstrap.

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.h"

namespace leat::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class RemoteTest : public CommandTest {
 protected:
  /// Serves until the test ends; returns once it is ready.
  void serve(const std::vector<std::string>& more = {"--memory", "--listen", "127.0.0.1:0"}) {
    std::vector<std::string> words{"serve", "--exit-with-stdin"};
    words.insert(words.end(), more.begin(), more.end());
    server_.emplace(words, path("served"));
    const auto ready = nlohmann::json::parse(server_->read_line(), nullptr, false);
    ASSERT_TRUE(ready.is_object()) << server_->finish().err;
    bootstrap_ = ready["bootstrap"];
  }
  [[nodiscard]] std::vector<std::string> over(std::vector<std::string> words) const {
    words.insert(words.end(), {"--bootstrap", bootstrap_});
    return words;
  }
  [[nodiscard]] nlohmann::json json(std::vector<std::string> words) const {
    words.emplace_back("--json");
    return nlohmann::json::parse(must(over(std::move(words))), nullptr, false);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
  }

  std::string bootstrap_;
  std::optional<RunningCommand> server_;
};

TEST_F(RemoteTest, LinesComeBackAsTheyWereSent) {
  serve();
  must(over({"produce", "lines"}), "a\n\nb\n");
  EXPECT_EQ(must(over({"consume", "lines", "--no-follow"})), "a\n\nb\n");
}

TEST_F(RemoteTest, KeysHeadersAndCompressionGoAlong) {
  serve();
  must(over({"produce", "t", "--key-separator", ":", "--header", "h=1", "--compression", "zstd"}),
       "k:v\nw\n");
  EXPECT_EQ(must(over({"consume", "t", "--no-follow", "--format", "%o %k=%s %h\\n"})),
            "0 k=v h=1\n1 =w h=1\n");
}

TEST_F(RemoteTest, AKeyGoesWhereTheEngineItselfPutsIt) {  // murmur2, as Java's
  serve({"--dir", data(), "--listen", "127.0.0.1:0"});
  must(over({"topic", "create", "t", "--partitions", "5"}));
  const std::string lines = "a:1\nb:2\nc:3\nd:4\ne:5\nf:6\n";
  must(over({"produce", "t", "--key-separator", ":"}), lines);
  EXPECT_EQ(server_->finish().code, 0);
  must({"produce", "t", "--dir", data(), "--key-separator", ":"}, lines);
  for (const char* const partition : {"0", "1", "2", "3", "4"}) {
    const std::string all = consume("t", {"--partition", partition});
    EXPECT_EQ(all.substr(0, all.size() / 2), all.substr(all.size() / 2)) << partition;
  }
}

TEST_F(RemoteTest, ConsumesFromWhereItIsTold) {
  serve();
  must(over({"produce", "t"}), "a\nb\nc\n");
  EXPECT_EQ(must(over({"consume", "t", "--no-follow", "--from", "1"})), "b\nc\n");
  EXPECT_EQ(must(over({"consume", "t", "--no-follow", "--from", "end"})), "");
  EXPECT_EQ(must(over({"consume", "t", "--no-follow", "--from", "@0"})), "a\nb\nc\n");
  EXPECT_EQ(must(over({"consume", "t", "--count", "2"})), "a\nb\n");
}

TEST_F(RemoteTest, FollowsWhatIsProduced) {
  serve();
  must(over({"produce", "t"}), "a\n");
  RunningCommand consumer(over({"consume", "t"}), path("stderr"));
  EXPECT_EQ(consumer.read_line(), "a");
  RunningCommand producer(over({"produce", "t"}), path("stderr"));
  producer.write("b\n");
  EXPECT_EQ(consumer.read_line(), "b") << "sent though the producer's input is still open";
  consumer.signal(SIGTERM);
  EXPECT_EQ(consumer.finish().code, 0);
}

TEST_F(RemoteTest, GoesToEveryBroker) {
  serve({"--memory", "--listen", "127.0.0.1:0", "--nodes", "3", "--topic", "t:6"});
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += std::to_string(i) + ":\n";
  must(over({"produce", "t", "--key-separator", ":"}), lines);
  const std::string all = must(over({"consume", "t", "--no-follow", "--format", "%k\\n"}));
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 100);
}

TEST_F(RemoteTest, TopicsAreMadeShownChangedAndDeleted) {
  serve();
  EXPECT_EQ(json({"topic", "create", "t", "--partitions", "3", "--config",
                  "retention.ms=1000"})["partitions"],
            3);
  must(over({"produce", "t", "--partition", "1"}), "a\nb\n");
  const auto topic = json({"topic", "describe", "t"});
  EXPECT_EQ(topic["partitions"].size(), 3U);
  EXPECT_EQ(topic["partitions"][1]["high_watermark"], 2);
  EXPECT_EQ(topic["configs"]["retention.ms"], "1000");
  must(over({"topic", "alter", "t", "--partitions", "4", "--delete-config", "retention.ms"}));
  const auto altered = json({"topic", "describe", "t"});
  EXPECT_EQ(altered["partitions"].size(), 4U);
  EXPECT_TRUE(altered["configs"].empty());
  EXPECT_EQ(json({"topic", "list"})["topics"][0]["name"], "t");
  must(over({"topic", "delete", "t"}));
  EXPECT_TRUE(json({"topic", "list"})["topics"].empty());
}

TEST_F(RemoteTest, SaysWhatIsWrong) {
  serve();
  must(over({"produce", "orders"}), "a\n");
  for (const auto& words : {std::vector<std::string>{"consume", "order", "--no-follow"},
                            {"topic", "describe", "order"},
                            {"topic", "delete", "order"},
                            {"produce", "order", "--no-create"}}) {
    const Ended ended = run(over(words));
    EXPECT_EQ(ended.code, 1);
    EXPECT_THAT(ended.err, HasSubstr("did you mean 'orders'?"));
  }
  EXPECT_THAT(run(over({"topic", "create", "orders"})).err, HasSubstr("TOPIC_ALREADY_EXISTS"));
  EXPECT_THAT(
      run(over({"consume", "orders", "--from", "9", "--no-follow", "--partition", "7"})).err,
      HasSubstr("no partition 7"));
}

TEST_F(RemoteTest, ServesByAPropertiesFile) {
  write("p", "# as people have it\nlog.dirs=" + data() +
                 "\nlisteners=PLAINTEXT://127.0.0.1:0\nnum.partitions=3\nprocess.roles=broker\n");
  serve({"--properties", path("p")});
  must(over({"topic", "create", "t"}));
  EXPECT_EQ(json({"topic", "describe", "t"})["partitions"].size(), 3U);
  EXPECT_THAT(server_->finish().err, HasSubstr("process.roles"));
  EXPECT_EQ(consume("t"), "") << "in the directory that log.dirs names";
}

TEST_F(RemoteTest, TheCommandLineStandsAboveTheEnvironmentAndThatAboveTheFile) {
  write("p", "num.partitions=2\nauto.create.topics.enable=true\n");
  ::setenv("KAFKA_NUM_PARTITIONS", "3", 1);
  ::setenv("KAFKA_LISTENERS", "PLAINTEXT://192.0.2.1:9", 1);
  serve({"--memory", "--listen", "127.0.0.1:0", "--properties", path("p")});
  must(over({"topic", "create", "t"}));
  EXPECT_EQ(json({"topic", "describe", "t"})["partitions"].size(), 3U);
  serve({"--memory", "--listen", "127.0.0.1:0", "--properties", path("p"), "--config",
         "num.partitions=4"});
  must(over({"topic", "create", "t"}));
  EXPECT_EQ(json({"topic", "describe", "t"})["partitions"].size(), 4U);
  ::unsetenv("KAFKA_NUM_PARTITIONS");
  ::unsetenv("KAFKA_LISTENERS");
}

TEST_F(RemoteTest, APropertyThatIsUnknownIsNamedWithItsLine) {
  write("p", "\nnum.partition=2\n");
  const Ended ended = run({"serve", "--memory", "--properties", path("p")});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("p:2"), HasSubstr("did you mean 'num.partitions'?")));
  EXPECT_THAT(run({"serve", "--memory", "--properties", path("none")}).err,
              HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace leat::testing
