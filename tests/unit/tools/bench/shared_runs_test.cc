#include "tools/bench/shared_runs.h"

#include <memory>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/result.h"

#include "tools/bench/runner.h"

namespace leat::tools {
namespace {

struct Outcome {
  double rate;
  double tail;
};

/// Runs that give (1, 10), (2, 20), …
class SharedRunsOf : public ::testing::Test {
 protected:
  Measure rate() {
    return runs_->figure([](const Outcome& outcome) { return outcome.rate; });
  }
  Measure tail() {
    return runs_->figure([](const Outcome& outcome) { return outcome.tail; });
  }

  int taken_ = 0;
  std::shared_ptr<SharedRuns<Outcome>> runs_ =
      std::make_shared<SharedRuns<Outcome>>([this]() -> Result<Outcome> {
        ++taken_;
        return Outcome{.rate = 1.0 * taken_, .tail = 10.0 * taken_};
      });
};

TEST_F(SharedRunsOf, GiveEachRowEachRunOnce) {
  const Measure rate = this->rate();
  const Measure tail = this->tail();
  EXPECT_EQ(rate()->value, 1);
  EXPECT_EQ(rate()->value, 2);
  EXPECT_EQ(tail()->value, 10);
  EXPECT_EQ(tail()->value, 20);
  EXPECT_EQ(taken_, 2);
}

TEST_F(SharedRunsOf, AreTakenByWhicheverRowComesFirst) {
  const Measure tail = this->tail();
  EXPECT_EQ(tail()->value, 10);
  EXPECT_EQ(rate()()->value, 1);
  EXPECT_EQ(taken_, 1);
}

TEST(SharedRuns, TellWhatFailed) {
  const auto runs = std::make_shared<SharedRuns<Outcome>>(
      []() -> Result<Outcome> { return Error(ErrorCode::kIo, "no disk"); });
  const auto sample = runs->figure([](const Outcome& outcome) { return outcome.rate; })();
  ASSERT_FALSE(sample);
  EXPECT_EQ(sample.error().message(), "no disk");
}

}  // namespace
}  // namespace leat::tools
