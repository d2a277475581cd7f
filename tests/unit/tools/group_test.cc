// leat group, over a directory and over a broker; leat consume --group.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.h"

namespace leat::testing {
namespace {

using ::testing::HasSubstr;

class GroupCommandTest : public CommandTest {
 protected:
  GroupCommandTest() {
    must({"produce", "t", "--dir", path("d")}, "1\n2\n3\n4\n5\n");
    must(consume("--count", "2"));
  }
  [[nodiscard]] std::vector<std::string> consume(const std::string& option,
                                                 const std::string& value = {}) const {
    std::vector<std::string> words{"consume", "t", "--dir",       path("d"),
                                   "--group", "g", "--no-follow", option};
    if (!value.empty()) words.push_back(value);
    return words;
  }
  /// `leat group WORDS`, on the directory or, while it is served, on the broker.
  [[nodiscard]] std::vector<std::string> group(std::vector<std::string> words) const {
    words.insert(words.begin(), "group");
    if (server_) {
      words.insert(words.end(), {"--bootstrap", bootstrap_});
    } else {
      words.insert(words.end(), {"--dir", path("d")});
    }
    return words;
  }
  /// What it says on stderr.
  [[nodiscard]] std::string fails(const std::vector<std::string>& words) const {
    const auto ended = run(words);
    EXPECT_EQ(ended.code, 1);
    return ended.err;
  }
  [[nodiscard]] nlohmann::json json(std::vector<std::string> words) const {
    words.emplace_back("--json");
    return nlohmann::json::parse(must(group(std::move(words))), nullptr, false);
  }
  [[nodiscard]] std::int64_t committed() const {
    return json({"describe", "g"})["partitions"][0]["current_offset"];
  }
  void serve() {
    server_.emplace(std::vector<std::string>{"serve", "--exit-with-stdin", "--dir", path("d"),
                                             "--listen", "127.0.0.1:0"},
                    path("served"));
    bootstrap_ = nlohmann::json::parse(server_->read_line(), nullptr, false)["bootstrap"];
  }

  std::string bootstrap_;
  std::optional<RunningCommand> server_;
};

TEST_F(GroupCommandTest, AGroupGoesOnWhereItStands) {
  must({"produce", "t", "--dir", path("d")}, "6\n");
  EXPECT_EQ(must({"consume", "t", "--dir", path("d"), "--group", "new", "--no-follow"}),
            "1\n2\n3\n4\n5\n6\n");
  EXPECT_EQ(must({"consume", "t", "--dir", path("d"), "--group", "new", "--no-follow"}), "");
}

TEST_F(GroupCommandTest, ShowsGroupsAndTheirLag) {
  for (const bool over_the_network : {false, true}) {
    if (over_the_network) serve();
    EXPECT_EQ(json({"list"})["groups"][0]["group"], "g");
    const auto described = json({"describe", "g"});
    EXPECT_EQ(described["state"], "Empty");
    EXPECT_EQ(described["partitions"][0]["log_end_offset"], 5);
    EXPECT_EQ(described["sum_offset_lag"].get<std::int64_t>(),
              5 - described["partitions"][0]["current_offset"].get<std::int64_t>());
    EXPECT_THAT(must(group({"describe", "g"})), HasSubstr("CURRENT-OFFSET"));
  }
}

TEST_F(GroupCommandTest, ResetsAGroup) {
  for (const bool over_the_network : {false, true}) {
    if (over_the_network) serve();
    must(group({"reset", "g", "--to-offset", "4"}));
    EXPECT_EQ(committed(), 4);
    must(group({"reset", "g", "--shift-by", "-3"}));
    EXPECT_EQ(committed(), 1);
    must(group({"reset", "g", "--to-latest", "--dry-run"}));
    EXPECT_EQ(committed(), 1);
    must(group({"reset", "g", "--topic", "t:0", "--to-latest"}));
    EXPECT_EQ(committed(), 5);
    must(group({"reset", "g", "--by-duration", "1h"}));
    EXPECT_EQ(committed(), 0);
    EXPECT_THAT(fails(group({"reset", "g", "--to-offset", "9"})), HasSubstr("[0, 5]"));
    EXPECT_THAT(fails(group({"reset", "g", "--by-duration", "soon"})), HasSubstr("30s"));
    EXPECT_THAT(fails(group({"reset", "nobody", "--to-latest"})), HasSubstr("--topic"));
  }
}

TEST_F(GroupCommandTest, DeletesAGroup) {
  serve();
  must(group({"delete", "g"}));
  EXPECT_THAT(fails(group({"delete", "g"})), HasSubstr("GROUP_ID_NOT_FOUND"));
  EXPECT_THAT(fails(group({"describe", "g"})), HasSubstr("GROUP_ID_NOT_FOUND"));
}

TEST_F(GroupCommandTest, WantsOneWayToReset) {
  EXPECT_EQ(run(group({"reset", "g"})).code, 2);
  EXPECT_EQ(run(group({"reset", "g", "--to-latest", "--to-earliest"})).code, 2);
}

}  // namespace
}  // namespace leat::testing
