// leat demo: the main job, whole.

#include <cstdint>
#include <nlohmann/json.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.h"

namespace leat::testing {
namespace {

using ::testing::HasSubstr;

class DemoCommand : public CommandTest {};

TEST_F(DemoCommand, LosesNothingThatWasAcknowledgedAndLeavesACleanDirectory) {
  const auto report = nlohmann::json::parse(must({"demo", "--dir", data(), "--json"}));
  EXPECT_EQ(report["lost"], 0);
  EXPECT_GT(report["checked"], 0);
  EXPECT_GT(report["after"]["records"], 0);
  // The follower saw each record of the second part; the word count every record there ever was.
  EXPECT_EQ(report["latency_ns"]["count"], report["after"]["records"]);
  EXPECT_GE(report["records_read"], report["checked"].get<std::uint64_t>() +
                                        report["after"]["records"].get<std::uint64_t>());
  EXPECT_GT(report["words"], report["records_read"]);
  EXPECT_GT(report["keys"], 0);
  EXPECT_THAT(must({"verify", data()}), HasSubstr("clean: 1 topic"));
}

}  // namespace
}  // namespace leat::testing
