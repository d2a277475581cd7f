// Each test quotes the sentence of the crash model (simulated_disk.h) that it holds.
#include <cstddef>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/testing/simulated_disk.h"

#include "unit/io/result_matchers.h"
#include "unit/sim/disk_fixture.h"

namespace leat::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::size_t kSector = 512;

class CrashModel : public DiskFixture {
 protected:
  void write(File& file, std::uint64_t position, std::string_view content) {
    file.write(position, bytes(content)).value();
  }
  static void store(Mapping& mapping, std::size_t at, std::string_view content) {
    std::memcpy(mapping.data() + at, content.data(), content.size());
  }
};

/// Sectors of `content` as one letter each: "ab" for 512 a's and 512 b's.
std::string letters(const std::string& content) {
  std::string found;
  for (std::size_t at = 0; at < content.size(); at += kSector) {
    const std::string sector = content.substr(at, kSector);
    found += sector == std::string(sector.size(), sector[0]) ? sector[0] : '?';
  }
  return found;
}

std::string sectors(std::string_view wanted) {
  std::string content;
  for (const char letter : wanted) content += std::string(kSector, letter);
  return content;
}

// "A write is absent, whole, or torn at 512 bytes."

TEST_F(CrashModel, LosesOrKeepsAWriteOfOneSector) {
  auto file = durable("f", "old!");
  write(*file, 0, "new!");
  EXPECT_THAT(possible_contents("f"), UnorderedElementsAre("old!", "new!"));
}

TEST_F(CrashModel, TearsAWriteAtSectorsInAnyCombination) {
  auto file = durable("f", sectors("aaa"));
  write(*file, 0, sectors("bbb"));
  std::set<std::string> found;
  for (const std::string& content : possible_contents("f")) found.insert(letters(content));
  EXPECT_THAT(found, UnorderedElementsAre("aaa", "baa", "aba", "aab", "bba", "bab", "abb", "bbb"));
}

TEST_F(CrashModel, TearsAWriteAtAnyByteWhenAsked) {
  auto file = durable("f", "aaaa");
  write(*file, 0, "bbbb");
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CrashOptions options = CrashOptions::tear_one(0, seed);
    options.tear_at_any_byte = true;
    found.insert(after(options, "f"));
  }
  EXPECT_THAT(found, UnorderedElementsAre("aaaa", "baaa", "bbaa", "bbba", "bbbb"));
}

TEST_F(CrashModel, ReordersWritesToDifferentSectors) {
  auto file = durable("f", sectors("aa"));
  write(*file, 0, sectors("b"));
  write(*file, kSector, sectors("c"));
  EXPECT_EQ(letters(after(CrashOptions::keep_one(1), "f")), "ac");
}

// "in one sector a later write brings the earlier ones with it"

TEST_F(CrashModel, BringsEarlierWritesOfASectorAlong) {
  auto file = durable("f", "....");
  write(*file, 0, "a");
  write(*file, 2, "b");
  EXPECT_EQ(after(CrashOptions::keep_one(1), "f"), "a.b.");
  EXPECT_THAT(possible_contents("f"), UnorderedElementsAre("....", "a...", "a.b."));
}

// "The size of a file … may persist before or after the data."

TEST_F(CrashModel, PersistsTheSizeBeforeTheDataAsZeros) {
  auto file = durable("f", "head");
  write(*file, 4, "tail");
  EXPECT_THAT(possible_contents("f"),
              UnorderedElementsAre("head", std::string("head\0\0\0\0", 8), "headtail"));
}

TEST_F(CrashModel, PersistsTheDataBeforeTheSize) {
  auto file = durable("f", "head");
  write(*file, 4, "tail");
  ASSERT_THAT(disk().pending(), ElementsAre("size 8 of /f", "write of 4 bytes at 4 of /f"));
  EXPECT_EQ(after(CrashOptions::keep_one(1), "f"), "head");
}

TEST_F(CrashModel, ShowsStaleBytesInNewBlocksWhenAsked) {
  auto file = durable("f", std::string(4096, 'a'));
  write(*file, 4096, "tail");
  CrashOptions options = CrashOptions::keep_one(0);
  EXPECT_EQ(after(options, "f").substr(4096), std::string(4, '\0'));
  options.stale_bytes = true;
  EXPECT_NE(after(options, "f").substr(4096), std::string(4, '\0'));
  EXPECT_NE(after(options, "f").substr(4096), "tail");
}

TEST_F(CrashModel, ShowsZerosInAllocatedBlocksEvenThen) {
  auto file = durable("f", std::string(4096, 'a'));
  ASSERT_THAT(file->allocate(4096, 4096), IsOk());
  write(*file, 4096, "tail");
  CrashOptions options = CrashOptions::keep_one(0);
  options.stale_bytes = true;
  EXPECT_EQ(after(options, "f").substr(4096), std::string(4096, '\0'));
}

TEST_F(CrashModel, LosesOrKeepsATruncation) {
  auto file = durable("f", "content");
  ASSERT_THAT(file->truncate(3), IsOk());
  EXPECT_THAT(possible_contents("f"), UnorderedElementsAre("content", "con"));
}

TEST_F(CrashModel, NeverShowsOldBytesPastATruncationThatPersisted) {
  auto file = durable("f", "content");
  ASSERT_THAT(file->truncate(3), IsOk());
  ASSERT_THAT(file->truncate(7), IsOk());
  EXPECT_EQ(after(CrashOptions::keep_all(), "f"), std::string("con\0\0\0\0", 7));
}

// "A successful sync makes durable what was pending in its file, and nothing else."

TEST_F(CrashModel, KeepsWhatWasSynced) {
  auto file = durable("f", "old");
  write(*file, 0, "new and longer");
  ASSERT_THAT(file->sync(), IsOk());
  EXPECT_THAT(disk().pending(), IsEmpty());
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "new and longer");
}

TEST_F(CrashModel, LeavesWhatIsWrittenAfterTheSyncPending) {
  auto file = durable("f", "old");
  write(*file, 0, "mid");
  ASSERT_THAT(file->sync(), IsOk());
  write(*file, 0, "new");
  EXPECT_THAT(possible_contents("f"), UnorderedElementsAre("mid", "new"));
}

TEST_F(CrashModel, LeavesOtherFilesPending) {
  auto file = durable("f", "old");
  auto other = durable("g", "old");
  write(*file, 0, "new");
  write(*other, 0, "new");
  ASSERT_THAT(file->sync(), IsOk());
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "new");
  EXPECT_EQ(after(CrashOptions::lose_all(), "g"), "old");
}

// "Directory entries persist in any order until sync_directory of the directory."

TEST_F(CrashModel, LosesTheNameOfASyncedFileWithoutADirectorySync) {
  auto file = create("f", "content");
  ASSERT_THAT(file->sync(), IsOk());
  EXPECT_THAT(names_after(CrashOptions::lose_all()), IsEmpty());
  ASSERT_THAT(disk().sync_directory("/"), IsOk());
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "content");
}

TEST_F(CrashModel, KeepsTheNameOfAFileWithoutItsContent) {
  create("f", "content");
  ASSERT_THAT(disk().sync_directory("/"), IsOk());
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "");
}

TEST_F(CrashModel, ReordersEntries) {
  create("a", "");
  create("b", "");
  EXPECT_THAT(names_after(CrashOptions::keep_one(1)), ElementsAre("b"));
}

TEST_F(CrashModel, LosesOrKeepsARemoval) {
  durable("f", "content");
  ASSERT_THAT(disk().remove("/f"), IsOk());
  EXPECT_THAT(possible_contents("f"), UnorderedElementsAre("content", "(none)"));
  ASSERT_THAT(disk().sync_directory("/"), IsOk());
  EXPECT_THAT(possible_contents("f"), UnorderedElementsAre("(none)"));
}

TEST_F(CrashModel, LosesAFileWithTheUnsyncedNameOfItsDirectory) {
  ASSERT_THAT(disk().create_directory("/d"), IsOk());
  auto file = create("d/f", "content");
  ASSERT_THAT(file->sync(), IsOk());
  ASSERT_THAT(disk().sync_directory("/d"), IsOk());
  EXPECT_THAT(possible_contents("d/f"), UnorderedElementsAre("(none)", "content"));
  ASSERT_THAT(disk().sync_directory("/"), IsOk());
  EXPECT_THAT(possible_contents("d/f"), UnorderedElementsAre("content"));
}

// "A rename is one mutation, that of the target's directory."

TEST_F(CrashModel, RenamesWhollyOrNotAtAll) {
  durable("from", "new");
  durable("to", "old");
  ASSERT_THAT(disk().rename("/from", "/to"), IsOk());
  EXPECT_THAT(possible([](SimulatedDisk& image) {
                return content_on(image, "from") + "," + content_on(image, "to");
              }),
              UnorderedElementsAre("new,old", "(none),new"));
}

TEST_F(CrashModel, SaysNothingAboutTheContentOfARenamedFile) {
  durable("to", "old");
  create("from", "new");
  ASSERT_THAT(disk().rename("/from", "/to"), IsOk());
  ASSERT_THAT(disk().sync_directory("/"), IsOk());
  EXPECT_THAT(possible_contents("to"), UnorderedElementsAre("", std::string(3, '\0'), "new"));
}

TEST_F(CrashModel, MakesARenameAcrossDirectoriesDurableWithTheTarget) {
  ASSERT_THAT(disk().create_directory("/d"), IsOk());
  durable("f", "content");
  ASSERT_THAT(disk().rename("/f", "/d/f"), IsOk());
  ASSERT_THAT(disk().sync_directory("/"), IsOk());
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "content");
  ASSERT_THAT(disk().sync_directory("/d"), IsOk());
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "(none)");
  EXPECT_EQ(after(CrashOptions::lose_all(), "d/f"), "content");
}

TEST_F(CrashModel, NeverTakesBackASyncedEntryForAnOlderPendingOne) {
  ASSERT_THAT(disk().create_directory("/d"), IsOk());
  durable("f", "old");
  ASSERT_THAT(disk().rename("/f", "/d/f"), IsOk());  // Pending in /d.
  durable("f", "new");
  EXPECT_EQ(after(CrashOptions::keep_all(), "f"), "new");
}

TEST_F(CrashModel, KeepsTwoNamesOfAFileOneFile) {
  durable("a", "old");
  ASSERT_THAT(disk().link("/a", "/b"), IsOk());
  ASSERT_THAT(disk().sync_directory("/"), IsOk());
  disk().crash(CrashOptions::lose_all());
  ASSERT_THAT(open("a")->write(0, bytes("new")), IsOk());
  EXPECT_EQ(content("b"), "new");
}

// "each 8-byte word holds any version that it had since the last sync"

TEST_F(CrashModel, MixesTheVersionsOfMappedWords) {
  auto file = durable("f", std::string(16, '0'));
  auto mapping = file->map(16, MapAccess::kReadWrite).value();
  store(*mapping, 0, "11111111");
  store(*mapping, 8, "11111111");
  disk().note_stores();
  store(*mapping, 0, "22222222");
  store(*mapping, 8, "22222222");
  std::set<std::string> found;
  for (const std::string& content : possible_contents("f")) {
    found.insert({content[0], content[8]});
    EXPECT_EQ(content, std::string(8, content[0]) + std::string(8, content[8]));
  }
  EXPECT_THAT(found, UnorderedElementsAre("00", "01", "02", "10", "11", "12", "20", "21", "22"));
}

TEST_F(CrashModel, NotesStoresAtEachCall) {
  auto file = durable("f", std::string(8, '0'));
  auto mapping = file->map(8, MapAccess::kReadWrite).value();
  store(*mapping, 0, "11111111");
  ASSERT_THAT(disk().exists("/f"), IsOk());
  store(*mapping, 0, "22222222");
  ASSERT_THAT(disk().exists("/f"), IsOk());
  EXPECT_THAT(disk().pending(),
              ElementsAre("stores to 1 words from 0 of /f", "stores to 1 words from 0 of /f"));
}

TEST_F(CrashModel, NotesStoresWhenAFileIsUnmapped) {
  auto file = durable("f", std::string(8, '0'));
  auto mapping = file->map(8, MapAccess::kReadWrite).value();
  store(*mapping, 0, "11111111");
  mapping.reset();
  EXPECT_THAT(possible_contents("f"), UnorderedElementsAre("00000000", "11111111"));
}

TEST_F(CrashModel, SyncsTheMappedPagesOfARangeAndTheSize) {
  auto file = durable("f", "");
  ASSERT_THAT(file->allocate(0, 8192), IsOk());
  auto mapping = file->map(8192, MapAccess::kReadWrite).value();
  store(*mapping, 0, "first");
  store(*mapping, 4096, "second");
  ASSERT_THAT(mapping->sync(0, 5), IsOk());
  const std::string content = after(CrashOptions::lose_all(), "f");
  EXPECT_EQ(content.size(), 8192U);
  EXPECT_EQ(content.substr(0, 5), "first");
  EXPECT_EQ(content.substr(4096, 6), std::string(6, '\0'));
}

TEST_F(CrashModel, SyncsMappedStoresWithTheFile) {
  auto file = durable("f", std::string(8, '0'));
  auto mapping = file->map(8, MapAccess::kReadWrite).value();
  store(*mapping, 0, "11111111");
  ASSERT_THAT(file->sync(), IsOk());
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "11111111");
}

TEST_F(CrashModel, MixesWritesAndStoresToOneFile) {
  auto file = durable("f", std::string(16, '0'));
  auto mapping = file->map(16, MapAccess::kReadWrite).value();
  store(*mapping, 0, "11111111");
  write(*file, 8, "22222222");
  // The write takes the sector with it, and so the store that came before.
  EXPECT_THAT(possible_contents("f"),
              UnorderedElementsAre("0000000000000000", "1111111100000000", "1111111122222222"));
}

// "A failed sync leaves what was pending in limbo."

TEST_F(CrashModel, ShowsWhatAFailedSyncLostUntilTheCacheIsEvicted) {
  auto file = durable("f", "A");
  write(*file, 0, "B");
  disk().fail({.call = DiskCall::kSync, .path_contains = "f"});
  EXPECT_THAT(file->sync(), IsError(ErrorCode::kIo));
  EXPECT_THAT(file->sync(), IsOk());  // It lies, as ext4 and xfs do.
  EXPECT_EQ(content("f"), "B");
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "A");
  disk().evict_limbo();
  EXPECT_EQ(content("f"), "A");
  EXPECT_EQ(after(CrashOptions::keep_all(), "f"), "A");
}

TEST_F(CrashModel, MakesLaterWritesDurableButNotWhatIsInLimbo) {
  auto file = durable("f", sectors("aa"));
  write(*file, 0, sectors("b"));
  disk().fail({.call = DiskCall::kSync});
  EXPECT_THAT(file->sync(), IsError(ErrorCode::kIo));
  write(*file, kSector, sectors("c"));
  ASSERT_THAT(file->sync(), IsOk());
  std::set<std::string> found;
  for (const std::string& content : possible_contents("f")) found.insert(letters(content));
  EXPECT_THAT(found, UnorderedElementsAre("ac", "bc"));
  EXPECT_EQ(letters(content("f")), "bc");
}

TEST_F(CrashModel, LeavesMappedStoresInLimboToo) {
  auto file = durable("f", std::string(8, 'A'));
  auto mapping = file->map(8, MapAccess::kReadWrite).value();
  store(*mapping, 0, "BBBBBBBB");
  disk().fail({.call = DiskCall::kMapSync});
  EXPECT_THAT(mapping->sync(0, 8), IsError(ErrorCode::kIo));
  EXPECT_THAT(mapping->sync(0, 8), IsOk());
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "AAAAAAAA");
  disk().evict_limbo();
  EXPECT_EQ(text({mapping->data(), 8}), "AAAAAAAA");
}

TEST_F(CrashModel, LeavesEntriesOfAFailedDirectorySyncInLimbo) {
  create("f", "");
  disk().fail({.call = DiskCall::kSyncDirectory});
  EXPECT_THAT(disk().sync_directory("/"), IsError(ErrorCode::kIo));
  EXPECT_THAT(disk().sync_directory("/"), IsOk());
  EXPECT_THAT(names_after(CrashOptions::lose_all()), IsEmpty());
  EXPECT_THAT(names(), ElementsAre("f"));
}

// Crash and kill

TEST_F(CrashModel, MakesTheImageOfACrashTheDurableContent) {
  auto file = durable("f", "old");
  write(*file, 0, "new");
  disk().crash(CrashOptions::keep_all());
  EXPECT_EQ(disk().pending_count(), 0U);
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "new");
}

TEST_F(CrashModel, KeepsThePageCacheAndWhatIsPendingWhenTheProcessDies) {
  auto file = durable("f", "old!");
  auto mapping = file->map(4, MapAccess::kReadWrite).value();
  store(*mapping, 0, "new!");
  disk().kill();
  EXPECT_EQ(content("f"), "new!");
  EXPECT_EQ(after(CrashOptions::lose_all(), "f"), "old!");
}

TEST_F(CrashModel, LeavesOpenHandlesDead) {
  auto file = durable("f", "content!");
  auto mapping = file->map(8, MapAccess::kReadWrite).value();
  auto lock = disk().lock("/LOCK").value();
  disk().crash(CrashOptions::keep_all());
  EXPECT_THAT(file->write(0, bytes("x")), IsError(ErrorCode::kClosed));
  EXPECT_THAT(file->sync(), IsError(ErrorCode::kClosed));
  EXPECT_THAT(mapping->sync(0, 8), IsError(ErrorCode::kClosed));
  store(*mapping, 0, "ignored!");
  mapping.reset();
  EXPECT_EQ(content("f"), "content!");
  auto next = disk().lock("/LOCK");
  EXPECT_THAT(next, IsOk());
  lock.reset();
  EXPECT_THAT(disk().lock("/LOCK"), IsError(ErrorCode::kLocked));
}

TEST_F(CrashModel, TurnsThePowerOffAtAMutation) {
  auto file = durable("f", "....");
  disk().power_off_at(disk().mutation_count() + 2);
  ASSERT_THAT(file->write(0, bytes("a")), IsOk());
  ASSERT_THAT(file->write(1, bytes("b")), IsOk());
  EXPECT_THAT(file->write(2, bytes("c")), IsErrorSaying(ErrorCode::kIo, "power is off"));
  EXPECT_THAT(file->sync(), IsError(ErrorCode::kIo));
  disk().crash(CrashOptions::keep_all());
  EXPECT_EQ(content("f"), "ab..");
}

TEST_F(CrashModel, GivesTheSameImageForTheSameSeed) {
  auto file = durable("f", sectors("aaaaaaaa"));
  write(*file, 0, sectors("bbbbbbbb"));
  write(*file, kSector, sectors("cccc"));
  create("g", "new");
  std::set<std::string> different;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto options = CrashOptions::random(seed);
    EXPECT_EQ(after(options, "f"), after(options, "f")) << "seed " << seed;
    different.insert(after(options, "f"));
  }
  EXPECT_THAT(different, SizeIs(Ge(10U)));
}

TEST_F(CrashModel, KeepsSnapshotsApart) {
  auto file = durable("f", "old");
  write(*file, 0, "new");
  const auto snapshot = disk().snapshot();
  ASSERT_THAT(file->sync(), IsOk());
  EXPECT_EQ(content_on(*snapshot, "f"), "new");
  EXPECT_EQ(snapshot->pending_count(), 1U);
  snapshot->crash(CrashOptions::lose_all());
  EXPECT_EQ(content_on(*snapshot, "f"), "old");
  EXPECT_EQ(content("f"), "new");
}

// Enumeration

TEST(CrashesWorthTrying, TriesEveryCombinationOfAFew) {
  std::set<std::string> combinations;
  for (const CrashOptions& options : crashes_worth_trying(3, 8, 1)) {
    std::string fates;
    for (std::size_t i = 0; i < 3; ++i) fates += options.fate(i) == Fate::kKept ? 'k' : 'l';
    combinations.insert(fates);
  }
  EXPECT_THAT(combinations, SizeIs(8));
}

TEST(CrashesWorthTrying, TriesTheTellingOnesOfMany) {
  const auto crashes = crashes_worth_trying(40, 200, 1);
  EXPECT_THAT(crashes, SizeIs(200));
  std::set<std::string> fates;
  for (const CrashOptions& options : crashes) {
    std::string of_each;
    for (std::size_t i = 0; i < 40; ++i) {
      of_each += options.fate ? "lkt"[static_cast<std::size_t>(options.fate(i))] : 'l';
    }
    fates.insert(of_each);
  }
  EXPECT_THAT(fates, Contains(std::string(40, 'l')));
  EXPECT_THAT(fates, Contains(std::string(40, 'k')));
  EXPECT_THAT(fates, Contains("l" + std::string(39, 'k')));
  EXPECT_THAT(fates, Contains(std::string(39, 'k') + "t"));
  EXPECT_THAT(fates, Contains(std::string(20, 'k') + std::string(20, 'l')));
}

TEST(CrashesWorthTrying, KnowsOnlyOneWayToLoseNothing) {
  EXPECT_THAT(crashes_worth_trying(0, 64, 1), SizeIs(1));
}

}  // namespace
}  // namespace leat::testing
