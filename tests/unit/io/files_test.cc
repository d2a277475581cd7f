// What is done with whole files and their names, on a disk that loses power and fails.

#include "io/files.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/testing/simulated_disk.h"

#include "unit/io/file_system_conformance.h"
#include "unit/io/result_matchers.h"
#include "unit/sim/disk_fixture.h"

namespace leat::io {
namespace {

using testing::DiskCall;
using ::testing::ElementsAre;
using testing::IsError;
using testing::IsOk;
using testing::IsOkAnd;

class Files : public testing::DiskFixture {
 protected:
  Result<void> replace(std::string_view content) {
    return replace_file(disk(), "/d", "f", testing::bytes(content));
  }
  /// A directory whose name is durable, with a file "old" in it.
  void make_old() {
    ASSERT_THAT(disk().create_directory("/d"), IsOk());
    ASSERT_THAT(disk().sync_directory("/"), IsOk());
    ASSERT_THAT(replace("old"), IsOk());
  }
  Result<std::uint64_t> copy(std::string_view from, Stretch stretch, std::string_view to) {
    return copy_stretch(*open(from), stretch, *open(to), 0);
  }
};

TEST(ParentOf, IsTheDirectoryThatHoldsTheName) {
  EXPECT_EQ(parent_of("a/b/c"), "a/b");
  EXPECT_EQ(parent_of("a"), ".");
  EXPECT_EQ(parent_of("/a"), "/");
  EXPECT_EQ(parent_of("/"), "/");
}

TEST(ParentOf, PassesOverSlashesAtTheEnd) {
  EXPECT_EQ(parent_of("a/b/"), "a");
  EXPECT_EQ(parent_of("a//b//"), "a");
  EXPECT_EQ(parent_of("a/"), ".");
  EXPECT_EQ(parent_of("//a/"), "/");
}

TEST_F(Files, CreateIfMissingTakesADirectoryThatIsThere) {
  ASSERT_THAT(create_if_missing(disk(), "/d"), IsOk());
  EXPECT_THAT(create_if_missing(disk(), "/d"), IsOk());
  EXPECT_THAT(names(), ElementsAre("d"));
}

TEST_F(Files, CreateIfMissingTellsEveryOtherError) {
  EXPECT_THAT(create_if_missing(disk(), "/none/d"), IsError(ErrorCode::kNotFound));
}

TEST_F(Files, ReplaceFileSurvivesPowerLossOnceItReturned) {
  make_old();
  ASSERT_THAT(replace("new"), IsOk());
  EXPECT_THAT(possible_contents("d/f"), ElementsAre("new"));
}

TEST_F(Files, ReplaceFileLeavesTheOldOrTheNewWhenThePowerGoesOnTheWay) {
  make_old();
  std::set<std::string> seen;
  disk().set_observer([&](DiskCall, std::string_view) { seen.merge(possible_contents("d/f")); });
  ASSERT_THAT(replace("new"), IsOk());
  disk().set_observer({});
  EXPECT_THAT(seen, ElementsAre("new", "old"));
}

TEST_F(Files, ReplaceFileMayBeTriedAgainWhenTheWriteFoundTheDiskFull) {
  make_old();
  disk().fail({.call = DiskCall::kWrite, .error = ErrorCode::kStorageFull});
  EXPECT_THAT(replace("new"), IsError(ErrorCode::kStorageFull));
  EXPECT_EQ(content("d/f"), "old");
}

TEST_F(Files, ReplaceFileIsNotToBeTriedAgainWhenASyncFoundTheDiskFull) {  // S12
  make_old();
  for (const DiskCall sync : {DiskCall::kSync, DiskCall::kSyncDirectory}) {
    disk().fail({.call = sync, .error = ErrorCode::kStorageFull});
    EXPECT_THAT(replace("new"), IsError(ErrorCode::kIo)) << testing::name_of(sync);
  }
}

TEST_F(Files, CopyStretchCopiesThatPartOnly) {
  create("from", "0123456789");
  EXPECT_THAT(copy("from", {.position = 2, .bytes = 5}, "to"), IsOkAnd(5U));
  EXPECT_EQ(content("to"), "23456");
}

TEST_F(Files, CopyStretchEndsWhereTheFileDoes) {
  create("from", "0123456789");
  EXPECT_THAT(copy("from", {.position = 7, .bytes = 100}, "to"), IsOkAnd(3U));
  EXPECT_EQ(content("to"), "789");
}

TEST_F(Files, CopyStretchWritesFromThePositionOn) {
  create("from", "0123456789");
  create("to", "abcdef");
  EXPECT_THAT(copy_stretch(*open("from"), {.position = 4, .bytes = 2}, *open("to"), 3),
              IsOkAnd(2U));
  EXPECT_EQ(content("to"), "abc45f");
}

TEST_F(Files, CopyStretchGoesOnBeyondItsBuffer) {
  std::string large;
  for (std::uint32_t i = 0; large.size() <= std::size_t{2} << 20U; ++i) large += std::to_string(i);
  create("from", large);
  EXPECT_THAT(copy("from", {.position = 0, .bytes = large.size()}, "to"), IsOkAnd(large.size()));
  EXPECT_TRUE(content("to") == large);
}

}  // namespace
}  // namespace leat::io
