#include "leat/testing/simulated_disk.h"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/error.h"

#include "unit/io/file_system_conformance.h"
#include "unit/io/result_matchers.h"
#include "unit/sim/disk_fixture.h"

namespace leat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Values;

INSTANTIATE_TEST_SUITE_P(
    Simulated, FileSystemConformance,
    Values(FileSystemUnderTest{
        "simulated", [] { return std::shared_ptr<FileSystem>(std::make_shared<SimulatedDisk>()); },
        false}));

using SimulatedDiskTest = DiskFixture;

TEST_F(SimulatedDiskTest, FailsTheNthCallThatFits) {
  auto log = create("a.log", "");
  auto other = create("a.sum", "");
  disk().fail({.call = DiskCall::kSync, .path_contains = ".log", .nth = 2});
  EXPECT_THAT(log->sync(), IsOk());
  EXPECT_THAT(other->sync(), IsOk());
  EXPECT_THAT(log->sync(), IsErrorSaying(ErrorCode::kIo, "sync of '/a.log'"));
  EXPECT_THAT(log->sync(), IsOk());
  EXPECT_EQ(disk().faults_fired(), 1U);
}

TEST_F(SimulatedDiskTest, FailsAsManyTimesAsItIsTold) {
  auto file = create("f", "");
  disk().fail({.call = DiskCall::kWrite, .error = ErrorCode::kStorageFull, .times = 2});
  EXPECT_THAT(file->write(0, bytes("x")), IsError(ErrorCode::kStorageFull));
  EXPECT_THAT(file->write(0, bytes("x")), IsError(ErrorCode::kStorageFull));
  EXPECT_THAT(file->write(0, bytes("x")), IsOk());
  disk().fail({.call = DiskCall::kWrite, .times = DiskFault::kForever});
  for (int i = 0; i < 10; ++i) EXPECT_THAT(file->write(0, bytes("x")), IsError(ErrorCode::kIo));
  disk().clear_faults();
  EXPECT_THAT(file->write(0, bytes("x")), IsOk());
}

TEST_F(SimulatedDiskTest, FailsAnyCallByItsNumber) {
  auto file = create("f", "content");
  disk().fail_call(2, ErrorCode::kTooManyOpenFiles);
  EXPECT_THAT(file->size(), IsOk());
  EXPECT_THAT(disk().open("/f", OpenMode::kRead), IsError(ErrorCode::kTooManyOpenFiles));
  EXPECT_THAT(disk().open("/f", OpenMode::kRead), IsOk());
}

TEST_F(SimulatedDiskTest, CountsCallsByKind) {
  auto file = create("f", "");  // Opens and writes.
  const auto before = disk().calls();
  ASSERT_THAT(file->sync(), IsOk());
  ASSERT_THAT(file->sync(), IsOk());
  EXPECT_EQ(disk().calls(DiskCall::kSync), 2U);
  EXPECT_EQ(disk().calls(DiskCall::kOpen), 1U);
  EXPECT_EQ(disk().calls(), before + 2);
}

TEST_F(SimulatedDiskTest, ChangesNothingInACallThatFails) {
  create("f", "content");
  disk().fail({.times = DiskFault::kForever});
  EXPECT_THAT(disk().remove("/f"), IsError(ErrorCode::kIo));
  EXPECT_THAT(disk().rename("/f", "/g"), IsError(ErrorCode::kIo));
  EXPECT_THAT(disk().link("/f", "/g"), IsError(ErrorCode::kIo));
  EXPECT_THAT(disk().create_directory("/d"), IsError(ErrorCode::kIo));
  EXPECT_THAT(disk().lock("/LOCK"), IsError(ErrorCode::kIo));
  disk().clear_faults();
  EXPECT_THAT(names(), ElementsAre("f"));
  EXPECT_EQ(content("f"), "content");
}

TEST_F(SimulatedDiskTest, WritesAndReadsShortWhenAsked) {
  auto file = create("f", "");
  disk().fail({.call = DiskCall::kWrite, .after_bytes = 3});
  EXPECT_THAT(file->write(0, bytes("content")), IsError(ErrorCode::kIo));
  EXPECT_EQ(content("f"), "con");
  disk().fail({.call = DiskCall::kRead, .after_bytes = 2});
  EXPECT_EQ(content("f"), "co");
}

TEST_F(SimulatedDiskTest, FillsUpAtItsCapacity) {  // G24
  disk().set_capacity(10);
  auto file = create("f", "1234");
  EXPECT_THAT(file->allocate(0, 11), IsError(ErrorCode::kStorageFull));
  EXPECT_THAT(file->write(4, bytes("56789abc")), IsErrorSaying(ErrorCode::kStorageFull, "ENOSPC"));
  EXPECT_EQ(content("f"), "123456789a");
  EXPECT_THAT(file->write(0, bytes("over")), IsOk());
  EXPECT_THAT(create("g", "")->write(0, bytes("x")), IsError(ErrorCode::kStorageFull));
  ASSERT_THAT(file->truncate(0), IsOk());
  EXPECT_THAT(open("g")->write(0, bytes("x")), IsOk());
}

TEST_F(SimulatedDiskTest, CountsAFileWithTwoNamesOnce) {
  disk().set_capacity(10);
  create("a", "12345");
  ASSERT_THAT(disk().link("/a", "/b"), IsOk());
  EXPECT_THAT(create("c", "")->write(0, bytes("12345")), IsOk());
}

TEST_F(SimulatedDiskTest, TellsItsObserverBeforeEachCallTakesEffect) {
  auto file = create("f", "old");
  std::vector<std::string> seen;
  disk().set_observer([&](DiskCall call, std::string_view path) {
    seen.push_back(std::string(name_of(call)) + " " + std::string(path) + " " +
                   content_on(*disk().snapshot(), "f"));
  });
  ASSERT_THAT(file->write(0, bytes("new")), IsOk());
  ASSERT_THAT(file->sync(), IsOk());
  EXPECT_THAT(seen, ElementsAre("write /f old", "sync /f new"));
}

TEST_F(SimulatedDiskTest, TakesTheTraitsOfAnotherFileSystem) {  // G33
  disk().set_traits({.mapped_stores_are_safe = false, .is_local = false, .name = "nfs"});
  EXPECT_EQ(disk().traits("/").value().name, "nfs");
  EXPECT_FALSE(disk().traits("/").value().is_local);
}

TEST_F(SimulatedDiskTest, KeepsTheIdentityOfAFileAcrossACrash) {  // G32
  durable("f", "");
  const auto before = disk().identity("/f").value();
  disk().crash(CrashOptions::lose_all());
  EXPECT_THAT(disk().identity("/f"), IsOkAnd(before));
}

}  // namespace
}  // namespace leat::testing
