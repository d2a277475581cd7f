// What a host does to a library: a second copy of it, forks, closed standard streams, permissions
// that are taken away, storms of signals (T15; G25, G28-G30, G33).

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/types.h"

#include "crash/settings.h"
#include "support/child.h"
#include "support/records.h"
#include "support/temp_directory.h"
#include "unit/io/result_matchers.h"

namespace leat::crash {
namespace {

using support::partition_of;
using support::read_values;
using ::testing::ElementsAre;
using testing::IsError;
using testing::IsOk;
using testing::IsOkAnd;

/// What run_child says in a process of its own: 0 is well.
int in_child(const std::string& name, const std::string& directory) {
  support::Child child({"/proc/self/exe", "--child=" + name, directory});
  const int status = child.wait();
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

class Host : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::chmod(parent_.path().c_str(), 0755), 0); }

  Result<Engine> open(Mode mode = Mode::kReadWrite) {
    return Engine::open({.directory = directory_, .mode = mode});
  }
  /// A topic with one record, closed.
  void make() {
    auto engine = open();
    ASSERT_THAT(engine, IsOk());
    ASSERT_THAT(engine->create_topic("t", 1), IsOk());
    ASSERT_THAT(engine->producer()->send("t", {.value = "a"}), IsOk());
    ASSERT_THAT(engine->close(), IsOk());
  }

  support::TempDirectory parent_;
  std::string directory_ = parent_ / "log";
};

#ifdef LEAT_SECOND_COPY
TEST_F(Host, WithASecondCopyOfTheLibraryIsToldWhoHoldsTheLock) {  // G29
  make();
  void* const copy = ::dlopen(LEAT_SECOND_COPY, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(copy, nullptr) << ::dlerror();
  using Open = int (*)(const char*, char*, std::size_t);
  const auto open_there = reinterpret_cast<Open>(::dlsym(copy, "open_in_second_copy"));
  ASSERT_NE(open_there, nullptr);
  std::array<char, 500> message{};
  {
    const auto engine = open();
    ASSERT_THAT(engine, IsOk());
    EXPECT_EQ(open_there(directory_.c_str(), message.data(), message.size()),
              static_cast<int>(ErrorCode::kLocked));
    EXPECT_THAT(message.data(), ::testing::HasSubstr("pid " + std::to_string(::getpid())));
    EXPECT_THAT(open(), IsError(ErrorCode::kLocked));  // nor did the attempt give the lock back
  }
  EXPECT_EQ(open_there(directory_.c_str(), message.data(), message.size()), 0) << message.data();
}
#endif

TEST_F(Host, MayForkAndCloseWhileTheChildLives) {  // G30: it does not keep the lock
  auto engine = open();
  ASSERT_THAT(engine, IsOk());
  std::array<int, 2> until_told{};
  ASSERT_EQ(::pipe(until_told.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(until_told[1]);
    char nothing = 0;
    ::_exit(static_cast<int>(::read(until_told[0], &nothing, 1)));
  }
  EXPECT_THAT(engine->close(), IsOk());
  EXPECT_THAT(open(), IsOk());
  ::close(until_told[0]);
  ::close(until_told[1]);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(Host, MayStartAProgramAndCloseWhileThatRuns) {  // S26: descriptors end at exec
  auto engine = open();
  ASSERT_THAT(engine, IsOk());
  support::Child program({"/bin/cat"});
  EXPECT_THAT(engine->close(), IsOk());
  EXPECT_THAT(open(), IsOk());
}

TEST_F(Host, WithoutStandardStreamsLosesNoRecordToWhatIsPrinted) {  // G30: descriptors are >= 3
  EXPECT_EQ(in_child("closed streams", directory_), 0);
  const auto engine = open();
  ASSERT_THAT(engine, IsOk());
  EXPECT_TRUE(engine->recovery().was_clean);
  EXPECT_THAT(engine->recovery().notes, ::testing::IsEmpty());
  EXPECT_THAT(read_values(*engine, partition_of("t")), IsOkAnd(ElementsAre("a", "b")));
}

TEST_F(Host, WithoutPermissionIsToldSoAndMayReadWhatItMay) {  // G28
  make();
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become someone else";
  // The owner's alone: someone else gets in neither way.
  EXPECT_EQ(in_child("nobody, shut out", directory_), 0);
  // Readable: who opens read-only reads, who wants to write is told.
  ASSERT_EQ(std::system(("chmod -R a+rX " + directory_).c_str()),
            0);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(in_child("nobody, reading", directory_), 0);
  EXPECT_THAT(open(), IsOk());
}

TEST_F(Host, OnAReadOnlyMountMayRead) {  // G28
  make();
  if (::mount(parent_.path().c_str(), parent_.path().c_str(), nullptr, MS_BIND, nullptr) != 0) {
    GTEST_SKIP() << "mounting is refused here: " << std::strerror(errno);
  }
  if (::mount(nullptr, parent_.path().c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY,
              nullptr) == 0) {
    EXPECT_THAT(open(), IsError(ErrorCode::kStorageReadOnly));
    const auto reading = open(Mode::kReadOnly);
    EXPECT_THAT(reading, IsOk());
    if (reading) {
      EXPECT_THAT(read_values(*reading, partition_of("t")), IsOkAnd(ElementsAre("a")));
    }
  }
  EXPECT_EQ(::umount2(parent_.path().c_str(), MNT_DETACH), 0);
  EXPECT_THAT(open(), IsOk());
}

TEST_F(Host, WhosePermissionsAreTakenAwayLosesNothingAcknowledged) {  // G25, G28
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become someone else";
  ASSERT_EQ(::chmod(parent_.path().c_str(), 0777), 0);
  EXPECT_EQ(in_child("nobody, chmod", directory_), 0);
}

// --- a storm of signals

std::atomic<std::uint64_t> g_signals;  // NOLINT: a handler's

class Storm : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    struct sigaction action{};
    action.sa_handler = [](int) { g_signals.fetch_add(1, std::memory_order_relaxed); };
    ASSERT_EQ(::sigaction(SIGALRM, &action, &before_), 0);  // without SA_RESTART
    const itimerval often{.it_interval = {0, 200}, .it_value = {0, 200}};
    ASSERT_EQ(::setitimer(ITIMER_REAL, &often, nullptr), 0);
  }
  void TearDown() override {
    const itimerval never{};
    (void)::setitimer(ITIMER_REAL, &never, nullptr);
    (void)::sigaction(SIGALRM, &before_, nullptr);
  }

  struct sigaction before_{};
};

TEST_F(Storm, OfSignalsBreaksNoAppendNoSyncAndNoRecovery) {
  std::vector<std::string> expected;
  for (int round = 0; round < g_storm_rounds; ++round) {
    auto engine = open();
    ASSERT_THAT(engine, IsOk());
    EXPECT_EQ(engine->recovery().was_clean, round == 0 || round % 3 == 1);
    if (round == 0) {
      ASSERT_THAT(engine->create_topic("t", 1, {{"internal.segment.bytes", "16384"}}), IsOk());
    }
    auto appender = engine->appender("t", PartitionId{0});
    ASSERT_THAT(appender, IsOk());
    for (int n = 0; n < 100; ++n) {
      expected.push_back(std::to_string(expected.size()) + std::string(100, 'v'));
      ASSERT_THAT(appender->append({.value = expected.back()}), IsOk());
      if (n % 10 == 0) {
        ASSERT_THAT(appender->flush(), IsOk());
      }
    }
    ASSERT_THAT(engine->producer()->send("t", {.value = "p"}), IsOk());
    expected.emplace_back("p");
    EXPECT_THAT(read_values(*engine, partition_of("t")), IsOkAnd(expected));
    if (round % 3 == 0) {
      EXPECT_THAT(engine->close(), IsOk());
    }
  }
  const auto engine = open();
  ASSERT_THAT(engine, IsOk());
  EXPECT_THAT(read_values(*engine, partition_of("t")), IsOkAnd(expected));
  EXPECT_GT(g_signals.load(), 0U);
}

}  // namespace
}  // namespace leat::crash
