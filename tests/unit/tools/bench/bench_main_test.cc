#include "tools/bench/bench_main.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/result.h"

#include "tools/bench/limits.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"

namespace leat::tools {
namespace {

/// A run of the command line over rows A and B; B fails.
class BenchMain : public ::testing::Test {
 protected:
  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"bench", "--dir", ::testing::TempDir()});
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return bench_main(
        static_cast<int>(argv.size()), argv.data(),
        [this](const Setting& setting) { return workloads(setting); }, out_, errors_);
  }

  std::vector<Workload> workloads(const Setting& setting) {
    setting_ = setting;
    Workload good;
    good.id = "A";
    good.measure = [this]() -> Result<Sample> {
      ++samples_;
      EXPECT_TRUE(std::filesystem::exists(setting_.directory));
      return Sample{.value = 42, .instructions = std::nullopt};
    };
    Workload bad;
    bad.id = "B";
    bad.measure = []() -> Result<Sample> { return Error(ErrorCode::kIo, "no disk"); };
    return {good, bad};
  }

  std::ostringstream out_;
  std::ostringstream errors_;
  Setting setting_;
  int samples_ = 0;
};

TEST_F(BenchMain, PrintsATable) {
  EXPECT_EQ(run({"--only", "A", "--samples", "2"}), 0);
  EXPECT_NE(out_.str().find("42.0"), std::string::npos) << out_.str();
  EXPECT_EQ(samples_, 3) << "one to warm up";
  EXPECT_EQ(errors_.str(), "");
}

TEST_F(BenchMain, PrintsJson) {
  EXPECT_EQ(run({"--only", "A", "--json", "--quick"}), 0);
  const auto report = nlohmann::json::parse(out_.str());
  EXPECT_EQ(report.at("rows").at(0).at("value"), 42);
  EXPECT_GT(report.at("machine").at("cores"), 0);
  EXPECT_TRUE(setting_.quick);
}

TEST_F(BenchMain, LeavesNoFileBehind) {
  EXPECT_EQ(run({"--only", "A"}), 0);
  EXPECT_FALSE(std::filesystem::exists(setting_.directory));
}

TEST_F(BenchMain, TellsWhatFailed) {
  EXPECT_EQ(run({}), 1);
  EXPECT_NE(errors_.str().find("benchmark B: no disk"), std::string::npos) << errors_.str();
  EXPECT_EQ(out_.str(), "");
}

TEST_F(BenchMain, RefusesARowThatIsNotThere) {
  EXPECT_EQ(run({"--only", "C"}), 1);
  EXPECT_NE(errors_.str().find("there is no row C; there are A, B"), std::string::npos) << errors_.str();
}

TEST_F(BenchMain, RefusesAnOptionThatItDoesNotKnow) {
  EXPECT_EQ(run({"--fast"}), 2);
  EXPECT_EQ(run({"--samples", "0"}), 2);
  EXPECT_NE(errors_.str(), "");
}

TEST_F(BenchMain, DoesTheWorkOfAVictimWhereItIsTold) {
  EXPECT_EQ(run({"--only", "A", "--victim"}), 1);
  EXPECT_TRUE(setting_.is_victim);
  EXPECT_EQ(setting_.directory, ::testing::TempDir());
  EXPECT_NE(errors_.str().find("no row that ends its process"), std::string::npos) << errors_.str();
}

TEST_F(BenchMain, ExplainsItself) {
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_NE(out_.str().find("--quick"), std::string::npos);
}

TEST(Limits, HaveIdsOfTheirOwn) {
  std::string ids;
  for (const Workload& limit : limit_workloads({})) ids += limit.id + " ";
  EXPECT_EQ(ids, "L1 L2 L3 L4 L5 L6 L7 ");
}

}  // namespace
}  // namespace leat::tools
