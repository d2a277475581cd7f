#include "tools/bench/runner.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/result.h"

#include "tools/bench/row.h"

namespace leat::tools {
namespace {

/// Workloads whose samples are given, and the order in which they were asked.
class Runner : public ::testing::Test {
 protected:
  Measure gives(char name, std::vector<double> values) {
    return [this, name, values, next = std::size_t{0}]() mutable -> Result<Sample> {
      order_ += name;
      return Sample{.value = values.at(next++), .instructions = std::nullopt};
    };
  }
  static Measure fails() {
    return []() -> Result<Sample> { return Error(ErrorCode::kIo, "no disk"); };
  }
  static Workload workload(Measure measure, Measure beside = {}) {
    Workload made;
    made.id = "M1";
    made.measure = std::move(measure);
    made.beside = std::move(beside);
    return made;
  }

  std::string order_;
};

TEST_F(Runner, GivesTheMedianAndTheExtremesWithoutTheFirst) {
  const auto row = run(workload(gives('a', {1'000, 5, 1, 9})), 3);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->value, 5);
  EXPECT_EQ(row->lowest, 1);
  EXPECT_EQ(row->highest, 9);
  EXPECT_EQ(row->beside, std::nullopt);
}

TEST_F(Runner, GivesTheLowerMiddleOfAnEvenNumber) {
  EXPECT_EQ(run(workload(gives('a', {0, 4, 3, 1, 2})), 4)->value, 2);
}

TEST_F(Runner, TakesWhatIsBesideByTurns) {
  const auto row = run(workload(gives('a', {9, 2, 2}), gives('b', {9, 4, 4})), 2);
  ASSERT_TRUE(row);
  EXPECT_EQ(order_, "ababab");
  EXPECT_EQ(row->beside, 4);
  EXPECT_EQ(row->ratio(), 0.5);
}

TEST_F(Runner, GivesTheMedianOfInstructionsWhereTheyAreCounted) {
  double next = 0;
  const Measure counted = [&next]() -> Result<Sample> {
    return Sample{.value = 1, .instructions = next++};
  };
  EXPECT_EQ(run(workload(counted), 3)->instructions, 2);
  EXPECT_EQ(run(workload(gives('a', {1, 1})), 1)->instructions, std::nullopt);
}

TEST_F(Runner, TakesFewerOfWhatTakesLongAndNoneToWarmUp) {
  Workload slow = workload(gives('a', {5, 1, 9}));
  slow.samples_max = 2;
  EXPECT_EQ(run(slow, 7)->highest, 5);
  EXPECT_EQ(order_, "aa");
}

TEST_F(Runner, NamesTheRowThatFails) {
  const auto own = run(workload(fails()), 3);
  ASSERT_FALSE(own);
  EXPECT_EQ(own.error().code(), ErrorCode::kIo);
  EXPECT_EQ(own.error().message(), "benchmark M1: no disk");
  EXPECT_FALSE(run(workload(gives('a', {1}), fails()), 3));
}

TEST_F(Runner, StopsAtTheFirstFailure) {
  EXPECT_FALSE(run_all({workload(fails()), workload(gives('a', {1, 1}))}, 1));
  EXPECT_EQ(order_, "");
  EXPECT_EQ(run_all({workload(gives('a', {1, 1})), workload(gives('b', {1, 1}))}, 1)->size(), 2U);
}

}  // namespace
}  // namespace leat::tools
