// What a failed sync and a full disk do to an engine, step by step (G20, G24).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/testing/simulated_disk.h"

#include "sim/judge.h"
#include "sim/scenario.h"
#include "unit/io/result_matchers.h"

namespace leat::simtest {
namespace {

using leat::testing::DiskCall;
using leat::testing::DiskFault;
using leat::testing::IsError;
using leat::testing::IsOk;

/// What is synced: the journal, or without one the segment (S13); and where the log ends after a reopen: the segment
/// has forgotten what it refused, but not what only the journal did (G4: wholly there or not).
struct Synced {
  const char* path;
  std::int64_t journal_bytes;
  Offset end;
};
class FailedSync : public ::testing::TestWithParam<Synced> {};
INSTANTIATE_TEST_SUITE_P(Of, FailedSync,
                         ::testing::Values(Synced{"journal", 1 << 20, Offset{3}},
                                           Synced{".log", 0, Offset{2}}),
                         [](const auto& test) { return test.index == 0 ? "TheJournal" : "ASegment"; });

TEST_P(FailedSync, PoisonsTheInstanceUntilItIsReopened) {
  Scenario s(1);
  EngineOptions options;
  options.journal_bytes = GetParam().journal_bytes;
  s.set_options(options);
  s.open();
  s.create("plain", false);
  s.create("synced", true);
  s.append("plain", 2);
  s.append("synced", 2);
  s.world().disk().fail({.call = DiskCall::kSync, .path_contains = GetParam().path});
  s.world().disk().fail({.call = DiskCall::kMapSync, .path_contains = GetParam().path});
  s.append("synced", 1);
  ASSERT_EQ(s.errors().size(), 1U);
  s.world().disk().clear_faults();

  // No sync is tried again, nothing is acknowledged any more (S12, G20); reads go on.
  const auto syncs =
      s.world().disk().calls(DiskCall::kSync) + s.world().disk().calls(DiskCall::kMapSync);
  EXPECT_EQ(s.engine()->health().state, HealthState::kPoisoned);
  EXPECT_THAT(s.engine()->health().reason, ::testing::Not(::testing::IsEmpty()));
  EXPECT_THAT(s.engine()->flush(), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_THAT(s.engine()->create_topic("more"), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_THAT(s.engine()->appender("more", PartitionId{0}), ::testing::Not(IsOk()));
  EXPECT_THAT(s.engine()->offsets({"plain", PartitionId{0}}), IsOk());
  s.run_jobs();
  EXPECT_EQ(s.world().disk().calls(DiskCall::kSync) + s.world().disk().calls(DiskCall::kMapSync),
            syncs);
  s.close();
  s.world().disk().evict_limbo();  // the page cache forgets what the disk refused

  auto reopened = Engine::open({.directory = kDirectory, .environment = s.world().environment()});
  ASSERT_THAT(reopened, IsOk());
  EXPECT_EQ(reopened->health().state, HealthState::kHealthy);
  EXPECT_EQ(reopened->offsets({"synced", PartitionId{0}})->high_watermark, GetParam().end);
}

TEST(FullDisk, IsRetriableAndNotAPoison) {
  Scenario s(1);
  s.open();
  s.create("plain", false);
  s.append("plain", 2);
  s.world().disk().fail(
      {.call = DiskCall::kWrite, .error = ErrorCode::kStorageFull, .times = DiskFault::kForever});
  s.world().disk().fail({.call = DiskCall::kAllocate,
                         .error = ErrorCode::kStorageFull,
                         .times = DiskFault::kForever});
  s.append("plain", 200, 500);
  ASSERT_FALSE(s.errors().empty());
  for (const Error& error : s.errors()) EXPECT_EQ(error.code(), ErrorCode::kStorageFull);
  EXPECT_EQ(s.engine()->health().state, HealthState::kHealthy);
  s.world().disk().clear_faults();
  const auto failures = s.errors().size();
  s.append("plain", 3);  // without a restart
  EXPECT_EQ(s.errors().size(), failures);
  s.close();
  expect_kept(s.world().disk().snapshot(), Death::kPower, s.truth());
}

TEST(Recovery, MakesTheNamesAboveWhatItKeptDurable) {
  Scenario s(1);
  s.open();
  s.create("plain", false);
  s.append("plain", 3);
  s.kill();  // before the first sync of its directories
  s.open();
  s.close();
  ASSERT_TRUE(s.errors().empty());
  expect_kept(s.world().disk().image(leat::testing::CrashOptions::lose_all()), Death::kPower,
              s.truth());
}

}  // namespace
}  // namespace leat::simtest
