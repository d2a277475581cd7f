#include "unit/io/file_system_conformance.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/error.h"

#include "unit/io/result_matchers.h"

namespace leat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t kMegabyte = 1024 * 1024;

bool is_zeros(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

void store(Mapping& mapping, std::size_t at, std::string_view content) {
  std::memcpy(mapping.data() + at, content.data(), content.size());
}

// Opening and names

TEST_P(FileSystemConformance, OpensOnlyWhatIsThereUnlessAskedToCreate) {
  EXPECT_THAT(file_system().open(path("f"), OpenMode::kRead), IsError(ErrorCode::kNotFound));
  EXPECT_THAT(file_system().open(path("f"), OpenMode::kReadWrite), IsError(ErrorCode::kNotFound));
  EXPECT_THAT(file_system().open(path("f"), OpenMode::kCreate), IsOk());
  EXPECT_THAT(file_system().open(path("f"), OpenMode::kReadWrite), IsOk());
}

TEST_P(FileSystemConformance, KeepsTheContentOfAFileOpenedWithCreate) {
  create("f", "kept");
  EXPECT_EQ(content(*open("f", OpenMode::kCreate)), "kept");
}

TEST_P(FileSystemConformance, RefusesToCreateNewWhatIsThere) {
  create("f", "");
  EXPECT_THAT(file_system().open(path("f"), OpenMode::kCreateNew),
              IsError(ErrorCode::kAlreadyExists));
}

TEST_P(FileSystemConformance, NamesCallPathAndReasonInItsErrors) {
  const auto opened = file_system().open(path("missing"), OpenMode::kRead);
  EXPECT_THAT(opened, IsErrorSaying(ErrorCode::kNotFound, "open of '" + path("missing") + "'"));
  EXPECT_THAT(opened, IsErrorSaying(ErrorCode::kNotFound, "ENOENT"));
}

TEST_P(FileSystemConformance, RefusesToOpenADirectoryAsAFile) {
  ASSERT_THAT(file_system().create_directory(path("d")), IsOk());
  EXPECT_THAT(file_system().open(path("d"), OpenMode::kRead), IsError(ErrorCode::kIo));
}

TEST_P(FileSystemConformance, FindsNothingBelowAMissingDirectoryOrAFile) {
  create("f", "");
  EXPECT_THAT(file_system().open(path("d/f"), OpenMode::kCreate), IsError(ErrorCode::kNotFound));
  EXPECT_THAT(file_system().open(path("f/f"), OpenMode::kCreate), IsError(ErrorCode::kNotFound));
  EXPECT_THAT(file_system().exists(path("f/f")), IsOkAnd(false));
}

TEST_P(FileSystemConformance, TellsWhetherAPathExists) {
  EXPECT_THAT(file_system().exists(path("f")), IsOkAnd(false));
  create("f", "");
  EXPECT_THAT(file_system().exists(path("f")), IsOkAnd(true));
}

TEST_P(FileSystemConformance, RemovesAFile) {
  create("f", "");
  EXPECT_THAT(file_system().remove(path("f")), IsOk());
  EXPECT_THAT(file_system().remove(path("f")), IsError(ErrorCode::kNotFound));
}

TEST_P(FileSystemConformance, KeepsARemovedFileForThoseWhoHaveItOpen) {
  auto file = create("f", "still here");
  ASSERT_THAT(file_system().remove(path("f")), IsOk());
  EXPECT_EQ(content(*file), "still here");
}

TEST_P(FileSystemConformance, RenamesOverAnExistingFile) {
  create("from", "new");
  create("to", "old");
  ASSERT_THAT(file_system().rename(path("from"), path("to")), IsOk());
  EXPECT_EQ(content("to"), "new");
  EXPECT_THAT(names(), ElementsAre("to"));
}

TEST_P(FileSystemConformance, LeavesAHandleOfAReplacedFileWithTheOldContent) {
  create("from", "new");
  auto old = create("to", "old");
  ASSERT_THAT(file_system().rename(path("from"), path("to")), IsOk());
  EXPECT_EQ(content(*old), "old");
}

TEST_P(FileSystemConformance, RenamesADirectoryWithAllThatIsInIt) {
  ASSERT_THAT(file_system().create_directory(path("d")), IsOk());
  create("d/f", "inside");
  ASSERT_THAT(file_system().rename(path("d"), path("e")), IsOk());
  EXPECT_EQ(content("e/f"), "inside");
}

TEST_P(FileSystemConformance, RefusesToRenameWhatIsNotThere) {
  EXPECT_THAT(file_system().rename(path("a"), path("b")), IsError(ErrorCode::kNotFound));
}

TEST_P(FileSystemConformance, RefusesToMoveADirectoryBelowItself) {
  ASSERT_THAT(file_system().create_directory(path("d")), IsOk());
  EXPECT_THAT(file_system().rename(path("d"), path("d/e")), IsError(ErrorCode::kIo));
}

TEST_P(FileSystemConformance, LinksASecondNameToTheSameFile) {
  auto file = create("a", "one");
  ASSERT_THAT(file_system().link(path("a"), path("b")), IsOk());
  ASSERT_THAT(file->write(0, bytes("two")), IsOk());
  EXPECT_EQ(content("b"), "two");
  ASSERT_THAT(file_system().remove(path("a")), IsOk());
  EXPECT_EQ(content("b"), "two");
}

TEST_P(FileSystemConformance, RefusesToLinkOverAnExistingName) {
  create("a", "");
  create("b", "");
  EXPECT_THAT(file_system().link(path("a"), path("b")), IsError(ErrorCode::kAlreadyExists));
}

TEST_P(FileSystemConformance, ListsNamesInOrderWithTheirKinds) {
  create("b", "");
  ASSERT_THAT(file_system().create_directory(path("a")), IsOk());
  create("c", "");
  const auto entries = file_system().list(path("")).value();
  EXPECT_THAT(names(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(entries[0].kind, EntryKind::kDirectory);
  EXPECT_EQ(entries[1].kind, EntryKind::kFile);
}

TEST_P(FileSystemConformance, RefusesToListWhatIsNotADirectory) {
  create("f", "");
  EXPECT_THAT(file_system().list(path("f")), IsError(ErrorCode::kNotFound));
  EXPECT_THAT(file_system().list(path("missing")), IsError(ErrorCode::kNotFound));
}

TEST_P(FileSystemConformance, CreatesADirectoryOnce) {
  EXPECT_THAT(file_system().create_directory(path("d")), IsOk());
  EXPECT_THAT(file_system().create_directory(path("d")), IsError(ErrorCode::kAlreadyExists));
  EXPECT_THAT(file_system().create_directory(path("x/y")), IsError(ErrorCode::kNotFound));
}

TEST_P(FileSystemConformance, RemovesOnlyEmptyDirectories) {
  ASSERT_THAT(file_system().create_directory(path("d")), IsOk());
  create("d/f", "");
  EXPECT_THAT(file_system().remove_directory(path("d")), IsError(ErrorCode::kAlreadyExists));
  ASSERT_THAT(file_system().remove(path("d/f")), IsOk());
  EXPECT_THAT(file_system().remove_directory(path("d")), IsOk());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_P(FileSystemConformance, SyncsADirectoryThatIsThere) {
  EXPECT_THAT(file_system().sync_directory(path("")), IsOk());
  EXPECT_THAT(file_system().sync_directory(path("d")), IsError(ErrorCode::kNotFound));
}

TEST_P(FileSystemConformance, IdentifiesAFileAcrossRenames) {
  create("a", "");
  create("b", "");
  const auto a = file_system().identity(path("a")).value();
  EXPECT_NE(a, file_system().identity(path("b")).value());
  ASSERT_THAT(file_system().rename(path("a"), path("c")), IsOk());
  EXPECT_THAT(file_system().identity(path("c")), IsOkAnd(a));
  EXPECT_THAT(file_system().identity(path("a")), IsError(ErrorCode::kNotFound));
}

TEST_P(FileSystemConformance, NamesItsKindInItsTraits) {
  EXPECT_FALSE(file_system().traits(path("")).value().name.empty());
  EXPECT_THAT(file_system().traits(path("missing")), IsError(ErrorCode::kNotFound));
}

// Content

TEST_P(FileSystemConformance, ReadsBackWhatWasWritten) {
  auto file = create("f", "0123456789");
  std::array<std::byte, 4> into{};
  EXPECT_THAT(file->read(3, into), IsOkAnd(4U));
  EXPECT_EQ(text(into), "3456");
}

TEST_P(FileSystemConformance, ReadsShortOnlyAtTheEnd) {
  auto file = create("f", "0123456789");
  std::array<std::byte, 4> into{};
  EXPECT_THAT(file->read(8, into), IsOkAnd(2U));
  EXPECT_THAT(file->read(10, into), IsOkAnd(0U));
  EXPECT_THAT(file->read(1000, into), IsOkAnd(0U));
}

TEST_P(FileSystemConformance, WritesAllPartsOneAfterAnother) {
  // More parts than one system call takes, some of them empty.
  std::string expected;
  std::vector<std::string> pieces;
  for (int i = 0; i < 3000; ++i) pieces.push_back(i % 7 == 0 ? "" : std::to_string(i));
  std::vector<std::span<const std::byte>> parts;
  for (const std::string& piece : pieces) {
    expected += piece;
    parts.push_back(bytes(piece));
  }
  auto file = open("f");
  ASSERT_THAT(file->write(0, std::span<const std::span<const std::byte>>(parts)), IsOk());
  EXPECT_EQ(content(*file), expected);
}

TEST_P(FileSystemConformance, WritesNothingForNoParts) {
  auto file = open("f");
  EXPECT_THAT(file->write(7, bytes("")), IsOk());
  EXPECT_THAT(file->size(), IsOkAnd(0U));
}

TEST_P(FileSystemConformance, FillsAGapBeforeAWriteWithZeros) {
  auto file = open("f");
  ASSERT_THAT(file->write(100'000, bytes("x")), IsOk());
  EXPECT_EQ(content(*file), std::string(100'000, '\0') + "x");
}

TEST_P(FileSystemConformance, AllocatesZerosAndGrowsTheFile) {
  auto file = create("f", "head");
  ASSERT_THAT(file->allocate(0, kMegabyte), IsOk());
  EXPECT_THAT(file->size(), IsOkAnd(kMegabyte));
  EXPECT_EQ(content(*file).substr(0, 6), std::string("head\0\0", 6));
  EXPECT_THAT(file->allocate(0, 0), IsError(ErrorCode::kIo));
}

TEST_P(FileSystemConformance, NeverShrinksAFileByAllocating) {
  auto file = create("f", "a long head");
  ASSERT_THAT(file->allocate(0, 4), IsOk());
  EXPECT_EQ(content(*file), "a long head");
}

TEST_P(FileSystemConformance, ForgetsWhatWasPastATruncation) {
  auto file = create("f", "0123456789");
  ASSERT_THAT(file->truncate(4), IsOk());
  EXPECT_EQ(content(*file), "0123");
  ASSERT_THAT(file->truncate(6), IsOk());
  EXPECT_EQ(content(*file), std::string("0123\0\0", 6));
}

TEST_P(FileSystemConformance, RefusesChangesThroughAReadHandle) {
  create("f", "content");
  auto file = open("f", OpenMode::kRead);
  EXPECT_THAT(file->write(0, bytes("x")), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_THAT(file->truncate(0), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_THAT(file->allocate(0, 1), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_THAT(file->map(1, MapAccess::kReadWrite), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_EQ(content("f"), "content");
}

TEST_P(FileSystemConformance, RefusesEverythingAfterClose) {
  auto file = create("f", "content");
  EXPECT_THAT(file->sync(), IsOk());
  EXPECT_THAT(file->close(), IsOk());
  std::array<std::byte, 1> into{};
  EXPECT_THAT(file->read(0, into), IsError(ErrorCode::kClosed));
  EXPECT_THAT(file->write(0, bytes("x")), IsError(ErrorCode::kClosed));
  EXPECT_THAT(file->sync(), IsError(ErrorCode::kClosed));
  EXPECT_THAT(file->size(), IsError(ErrorCode::kClosed));
  EXPECT_THAT(file->map(1, MapAccess::kRead), IsError(ErrorCode::kClosed));
  EXPECT_THAT(file->close(), IsError(ErrorCode::kClosed));
}

// Mappings

TEST_P(FileSystemConformance, ShowsStoresOfAMappingToReads) {
  auto file = open("f");
  ASSERT_THAT(file->allocate(0, 64 * 1024), IsOk());
  auto mapping = file->map(64 * 1024, MapAccess::kReadWrite).value();
  store(*mapping, 5000, "stored");
  std::array<std::byte, 6> into{};
  EXPECT_THAT(file->read(5000, into), IsOkAnd(6U));
  EXPECT_EQ(text(into), "stored");
}

TEST_P(FileSystemConformance, ShowsWritesToAMapping) {
  auto file = create("f", std::string(10'000, 'a'));
  auto mapping = file->map(10'000, MapAccess::kRead).value();
  ASSERT_THAT(file->write(9'000, bytes("written")), IsOk());
  EXPECT_EQ(text({mapping->data() + 8'999, 8}), "awritten");
}

TEST_P(FileSystemConformance, MapsPastTheEndOfAFileThatThenGrowsIntoTheMapping) {
  auto file = create("f", "head");
  auto mapping = file->map(kMegabyte, MapAccess::kReadWrite).value();
  ASSERT_EQ(mapping->size(), kMegabyte);
  ASSERT_THAT(file->allocate(0, kMegabyte), IsOk());
  store(*mapping, kMegabyte - 4, "tail");
  ASSERT_THAT(file->write(100, bytes("middle")), IsOk());
  EXPECT_EQ(text({mapping->data(), 4}), "head");
  EXPECT_EQ(text({mapping->data() + 100, 6}), "middle");
  EXPECT_EQ(content(*file).substr(kMegabyte - 4), "tail");
}

TEST_P(FileSystemConformance, SharesTheBytesOfTwoMappings) {
  auto file = create("f", std::string(8192, 'a'));
  auto writer = file->map(8192, MapAccess::kReadWrite).value();
  auto reader = open("f", OpenMode::kRead)->map(4096, MapAccess::kRead).value();
  store(*writer, 7, "shared");
  EXPECT_EQ(text({reader->data() + 7, 6}), "shared");
}

TEST_P(FileSystemConformance, KeepsAMappingAfterItsFileIsClosedAndRemoved) {
  auto file = create("f", std::string(5000, 'a'));
  auto mapping = file->map(5000, MapAccess::kReadWrite).value();
  ASSERT_THAT(file->close(), IsOk());
  ASSERT_THAT(file_system().remove(path("f")), IsOk());
  store(*mapping, 10, "b");
  EXPECT_EQ(text({mapping->data() + 9, 3}), "aba");
}

TEST_P(FileSystemConformance, LeavesInTheFileWhatAMappingStored) {
  {
    auto file = create("f", std::string(5000, 'a'));
    store(*file->map(5000, MapAccess::kReadWrite).value(), 0, "stored");
  }
  EXPECT_EQ(content("f").substr(0, 7), "storeda");
}

TEST_P(FileSystemConformance, PopulatesAndSyncsAllocatedRanges) {
  auto file = open("f");
  ASSERT_THAT(file->allocate(0, kMegabyte), IsOk());
  auto mapping = file->map(kMegabyte, MapAccess::kReadWrite).value();
  EXPECT_THAT(mapping->populate_write(100, 300'000), IsOk());
  EXPECT_THAT(mapping->populate_read(300'000, kMegabyte - 300'000), IsOk());
  store(*mapping, 5000, "stored");
  EXPECT_THAT(mapping->sync(5000, 6), IsOk());
  EXPECT_TRUE(is_zeros({mapping->data(), 5000}));
}

TEST_P(FileSystemConformance, ReportsPopulatingPastTheEndOfTheFileInsteadOfASignal) {
  auto file = create("f", "short");
  auto mapping = file->map(kMegabyte, MapAccess::kReadWrite).value();
  EXPECT_THAT(mapping->populate_write(0, kMegabyte), IsError(ErrorCode::kIo));
  EXPECT_THAT(mapping->populate_read(0, kMegabyte), IsError(ErrorCode::kIo));
}

TEST_P(FileSystemConformance, RefusesRangesOutsideAMapping) {
  auto file = create("f", std::string(8192, 'a'));
  auto mapping = file->map(8192, MapAccess::kReadWrite).value();
  EXPECT_THAT(mapping->sync(8192, 1), IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(mapping->sync(0, 8193), IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(mapping->populate_write(0, 0), IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(mapping->populate_read(8191, 2), IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(mapping->sync(8191, 1), IsOk());
  EXPECT_THAT(file->map(0, MapAccess::kRead), IsError(ErrorCode::kInvalidArgument));
}

// Locks

TEST_P(FileSystemConformance, LocksAFileOnceUntilTheLockIsDropped) {
  auto lock = file_system().lock(path("LOCK"));
  ASSERT_THAT(lock, IsOk());
  EXPECT_THAT(file_system().lock(path("LOCK")), IsErrorSaying(ErrorCode::kLocked, path("LOCK")));
  lock->reset();
  EXPECT_THAT(file_system().lock(path("LOCK")), IsOk());
}

TEST_P(FileSystemConformance, LetsOthersReadAndWriteALockedFile) {
  auto lock = file_system().lock(path("LOCK")).value();
  ASSERT_THAT(open("LOCK")->write(0, bytes("pid 7")), IsOk());
  EXPECT_EQ(content("LOCK"), "pid 7");
}

}  // namespace
}  // namespace leat::testing
