#include "tools/bench/victim.h"

#include <csignal>

#include <gtest/gtest.h>

#include "leat/error.h"

#include "tools/bench/scratch.h"

namespace leat::tools {
namespace {

TEST(Victim, DiesOfTheSignalThatNobodyCanRefuse) {
  EXPECT_EXIT(die(), ::testing::KilledBySignal(SIGKILL), "");
}

TEST(Victim, IsAnErrorWhenItEndsByItself) {
  Setting setting;
  setting.self = {"--gtest_brief=1", "--gtest_filter=-*"};  // this program: runs nothing
  const auto killed = run_victim(setting, "E15", ::testing::TempDir());
  ASSERT_FALSE(killed);
  EXPECT_EQ(killed.error().code(), ErrorCode::kIo);
}

}  // namespace
}  // namespace leat::tools
