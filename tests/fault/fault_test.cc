// Each call of the file system fails, once and for ever, in each way it can (T3): the error is told
// or the call done legally another way, a failed sync is final (G20), nothing that was acknowledged
// is lost, what is there is right, and nothing stays open. One script: engine_fault_test
// --script='roll and seal'

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/testing/simulated_disk.h"

#include "fault/scripts.h"
#include "fault/watched_disk.h"
#include "sim/judge.h"
#include "sim/scenario.h"

namespace leat::fault {
namespace {

using leat::testing::CrashOptions;
using leat::testing::DiskCall;
using leat::testing::DiskFault;
using simtest::Death;
using simtest::Scenario;

std::string g_script;  // NOLINT: set by main

/// A way to fail, and the calls that can.
struct Kind {
  const char* name;
  ErrorCode error;
  std::uint64_t times;
  std::vector<DiskCall> calls;  ///< empty: all
  std::optional<std::size_t> after_bytes = {};

  [[nodiscard]] bool fits(DiskCall call) const {
    if (calls.empty()) return true;
    for (const DiskCall one : calls) {
      if (one == call) return true;
    }
    return false;
  }
  friend void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }
};

std::vector<Kind> kinds() {
  using enum DiskCall;
  const std::vector<DiskCall> full{kOpen,         kWrite, kAllocate, kTruncate,        kPopulate,
                                   kRename,       kLink,  kSync,     kCreateDirectory, kMapSync,
                                   kSyncDirectory};
  const std::vector<DiskCall> no_handles{kOpen, kMap, kList, kLock};
  const std::vector<DiskCall> read_only{
      kOpen,   kWrite, kAllocate, kTruncate,        kRemove,
      kRename, kLink,  kLock,     kCreateDirectory, kRemoveDirectory};
  constexpr std::uint64_t kEver = DiskFault::kForever;
  return {{"IoOnce", ErrorCode::kIo, 1, {}},
          {"IoForEver", ErrorCode::kIo, kEver, {}},
          {"FullOnce", ErrorCode::kStorageFull, 1, full},
          {"FullForEver", ErrorCode::kStorageFull, kEver, full},
          {"NoHandlesOnce", ErrorCode::kTooManyOpenFiles, 1, no_handles},
          {"NoHandlesForEver", ErrorCode::kTooManyOpenFiles, kEver, no_handles},
          {"ReadOnlyOnce", ErrorCode::kStorageReadOnly, 1, read_only},
          {"ReadOnlyForEver", ErrorCode::kStorageReadOnly, kEver, read_only},
          {"ShortWriteOnce", ErrorCode::kIo, 1, {kWrite}, 5},
          {"ShortWriteForEver", ErrorCode::kStorageFull, kEver, {kWrite}, 5}};
}

/// One play of a script, with the fault at one call of it.
class Play {
 public:
  explicit Play(const Script& script) : script_(script), scenario_(1) {
    scenario_.wrap_disk([seen = seen_](std::shared_ptr<FileSystem> disk) {
      seen->reset_syncs();
      return watch(std::move(disk), seen);
    });
    script_.before(scenario_);
    if (const bool before_is_fine = scenario_.errors().empty(); !before_is_fine) {
      ADD_FAILURE() << scenario_.errors().front().to_string();
    }
  }

  /// The calls of the act, without a fault.
  std::vector<DiskCall> calls() {
    std::vector<DiskCall> all;
    disk().set_observer([&](DiskCall call, std::string_view) { all.push_back(call); });
    script_.act(scenario_);
    disk().set_observer({});
    for (const Error& error : scenario_.errors()) ADD_FAILURE() << error.to_string();
    return all;
  }

  /// The act, in which the `k`-th call fails. Returns whether anybody was told.
  bool act(std::uint64_t k, const Kind& kind) {
    std::uint64_t number = 0;
    disk().set_observer([&](DiskCall call, std::string_view) {
      if (++number == k) arm(call, kind);
    });
    std::uint64_t acks = 0;
    seen_->on_failed_sync = [&] { acks = scenario_.acks(); };
    script_.act(scenario_);
    scenario_.run_jobs();
    disk().set_observer({});
    const bool is_ours = seen_->sync_failed && seen_->failed_path.starts_with(simtest::kDirectory);
    bool is_told = !scenario_.errors().empty();
    if (scenario_.engine()) {
      is_told = is_told || scenario_.engine()->health().state == HealthState::kPoisoned;
      if (is_ours) {
        EXPECT_EQ(scenario_.engine()->health().state, HealthState::kPoisoned) << seen_->failed_path;
        EXPECT_EQ(scenario_.acks(), acks) << "acknowledged after a failed sync";
      }
    }
    if (is_ours) {
      EXPECT_TRUE(is_told) << "nobody was told of the failed sync of " << seen_->failed_path;
      EXPECT_EQ(seen_->retries, 0U)
          << "the failed sync of " << seen_->failed_path << " was tried again";
    }
    return is_told;
  }

  void expect_nothing_lost(std::uint64_t k) {
    scenario_.abandon();
    EXPECT_TRUE(seen_->nothing_open()) << seen_->open_files << " files, " << seen_->mappings
                                       << " mappings, " << seen_->locks << " locks";
    disk().clear_faults();
    {
      SCOPED_TRACE("process death");
      expect_kept(disk().snapshot(), Death::kProcess, scenario_.truth());
    }
    SCOPED_TRACE("power loss");
    const auto how = k % 3 == 0 ? CrashOptions::random(k) : CrashOptions::lose_all();
    expect_kept(disk().image(how), Death::kPower, scenario_.truth());
  }

 private:
  leat::testing::SimulatedDisk& disk() { return scenario_.world().disk(); }
  void arm(DiskCall call, const Kind& kind) {
    if (kind.times == 1 || kind.calls.empty()) {
      disk().fail({.call = kind.times == 1 ? call : DiskCall::kAny,
                   .error = kind.error,
                   .times = kind.times,
                   .after_bytes = kind.after_bytes});
      return;
    }
    for (const DiskCall one : kind.calls) {
      disk().fail(
          {.call = one, .error = kind.error, .times = kind.times, .after_bytes = kind.after_bytes});
    }
  }

  const Script& script_;
  std::shared_ptr<Watch> seen_ = std::make_shared<Watch>();
  Scenario scenario_;
};

class EachCall : public ::testing::TestWithParam<Kind> {};

TEST_P(EachCall, FailsWithoutLoss) {
  const Kind& kind = GetParam();
  const auto started = std::chrono::steady_clock::now();
  std::uint64_t cases = 0;
  std::map<DiskCall, std::uint64_t> untold;
  for (const Script& script : scripts()) {
    if (!g_script.empty() && script.name != g_script) continue;
    const std::vector<DiskCall> calls = Play(script).calls();
    for (std::uint64_t k = 1; k <= calls.size(); ++k) {
      const DiskCall call = calls[k - 1];
      if (!kind.fits(call)) continue;
      SCOPED_TRACE(script.name + ": call " + std::to_string(k) + ", " +
                   std::string(leat::testing::name_of(call)));
      ++cases;
      Play play(script);
      if (!play.act(k, kind)) ++untold[call];
      play.expect_nothing_lost(k);
      if (HasFailure()) return;
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  std::printf("%s: %llu cases of %zu scripts, %.0f a second; done another way:", kind.name,
              static_cast<unsigned long long>(cases), scripts().size(),
              static_cast<double>(cases) / took.count());
  for (const auto& [call, count] : untold) {
    std::printf(" %s %llu", std::string(leat::testing::name_of(call)).c_str(),
                static_cast<unsigned long long>(count));
  }
  std::printf("\n");
}

INSTANTIATE_TEST_SUITE_P(, EachCall, ::testing::ValuesIn(kinds()),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace leat::fault

int main(int count, char** words) {
  ::testing::InitGoogleTest(&count, words);
  for (const std::string_view word : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
    if (word.starts_with("--script=")) leat::fault::g_script = word.substr(9);
  }
  return RUN_ALL_TESTS();
}
