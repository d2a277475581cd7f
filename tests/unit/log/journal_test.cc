// The journal: frames, halves, marks, and what a crash or damage leaves of it (S13, S14).

#include "log/journal.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/testing/simulated_disk.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "log/journal_frame.h"
#include "log/journal_reader.h"
#include "unit/io/result_matchers.h"

namespace leat::log {
namespace {

using leat::testing::IsError;
using leat::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr PartitionKey kFirst{.log = 7, .partition = 0};
constexpr PartitionKey kSecond{.log = 7, .partition = 1};
constexpr std::uint64_t kSalt = 0x5a17;

void add(FrameBuilder& frame, const PartitionKey& partition, const DurableMark& end,
         const std::string& text) {
  const auto into = frame.add_entry(partition, end, static_cast<std::uint32_t>(text.size()));
  std::ranges::copy(base::as_bytes(text), into.begin());
}

std::string text_of(const JournalEntry& entry) {
  return {reinterpret_cast<const char*>(entry.bytes.data()), entry.bytes.size()};
}

TEST(JournalFrame, GivesBackWhatWasAdded) {
  FrameBuilder builder;
  add(builder, kFirst, {Offset{100}, 5, Offset{102}}, "hello");
  add(builder, kSecond, {Offset{0}, 70'000, Offset{9}}, "x");
  builder.add_mark(kSecond, {Offset{0}, 69'000, Offset{8}});
  const auto bytes = builder.finish({.generation = 3, .number = 4}, kSalt);
  EXPECT_EQ(bytes.size(), kFrameAlign);
  const auto frame = decode_frame(bytes, kSalt);
  ASSERT_THAT(frame, IsOk());
  EXPECT_EQ(frame->number, (FrameNumber{3, 4}));
  ASSERT_EQ(frame->entries.size(), 2);
  EXPECT_EQ(frame->entries[0].partition, kFirst);
  EXPECT_EQ(frame->entries[0].position(), 0);
  EXPECT_EQ(text_of(frame->entries[0]), "hello");
  EXPECT_EQ(frame->entries[1].end, (DurableMark{Offset{0}, 70'000, Offset{9}}));
  EXPECT_EQ(frame->entries[1].position(), 69'999);
  ASSERT_EQ(frame->marks.size(), 1);
  EXPECT_EQ(frame->marks[0].mark, (DurableMark{Offset{0}, 69'000, Offset{8}}));
}

TEST(JournalFrame, IsRefusedWithAnyByteChanged) {
  FrameBuilder builder;
  add(builder, kFirst, {Offset{0}, 5, Offset{1}}, "hello");
  const auto bytes = builder.finish({.generation = 1, .number = 0}, kSalt);
  std::vector<std::byte> changed(bytes.begin(), bytes.end());
  for (std::byte& byte : changed) {
    byte ^= std::byte{1};
    EXPECT_THAT(decode_frame(changed, kSalt), IsError(ErrorCode::kCorruptMessage));
    byte ^= std::byte{1};
  }
  EXPECT_THAT(decode_frame(changed, kSalt), IsOk());
}

// Somebody may publish the very bytes of a frame as a record: it is one only with the salt of this
// journal.
TEST(JournalFrame, IsRefusedWithAnotherSalt) {
  FrameBuilder builder;
  add(builder, kFirst, {Offset{0}, 5, Offset{1}}, "hello");
  EXPECT_THAT(decode_frame(builder.finish({.generation = 1, .number = 0}, kSalt), kSalt + 1),
              IsError(ErrorCode::kCorruptMessage));
}

TEST(JournalHeader, OfANewerVersionIsRefused) {
  auto header = encode_journal_header({.salt = kSalt, .half = 1});
  EXPECT_EQ(decode_journal_header(header)->salt, kSalt);
  EXPECT_EQ(decode_journal_header(header)->half, 1);
  header[4] = std::byte{2};
  EXPECT_THAT(decode_journal_header(header), IsError(ErrorCode::kCorruptMessage));
  base::store_le<std::uint64_t>(&header[24], base::xxh3(std::span(header).first(24)));
  EXPECT_THAT(decode_journal_header(header), IsError(ErrorCode::kUnsupportedFormat));
}

/// A journal over a simulated disk, and what is read back of it.
class JournalTest : public ::testing::Test {
 protected:
  static constexpr const char* kDirectory = "/j/journal";

  JournalTest() {
    EXPECT_THAT(disk().create_directory("/j"), IsOk());
    EXPECT_THAT(disk().sync_directory("/"), IsOk());
    begin();
  }
  leat::testing::SimulatedDisk& disk() { return world_.disk(); }
  /// Two halves of 8 frames of a page each.
  void begin() {
    environment_ = world_.environment();
    journal_ = std::make_unique<Journal>(environment_, kDirectory, 2 * 9 * kFrameAlign);
  }
  Result<void> write(const std::string& text, std::int64_t offset) {
    builder_.clear();
    add(builder_, kFirst,
        {Offset{0}, static_cast<std::uint32_t>(offset * 10 + 10), Offset{offset + 1}}, text);
    if (!journal_->has_room(builder_.size_with(0)) && !journal_->turn_over()) {
      return Error(ErrorCode::kStorageFull, "both halves are in use");
    }
    return journal_->write(builder_);
  }
  std::vector<std::string> read() {
    std::vector<std::string> texts;
    marks_.clear();
    damage_.clear();
    const auto reader = JournalReader::open(disk(), kDirectory);
    EXPECT_THAT(reader, IsOk());
    if (!reader) return texts;
    for (const auto& damage : reader->damage())
      damage_.push_back(std::to_string(damage.half) + ": " + damage.what);
    EXPECT_THAT(reader->for_each([&](const Frame& frame) -> Result<void> {
      for (const JournalEntry& entry : frame.entries) texts.push_back(text_of(entry));
      for (const MarkedPartition& marked : frame.marks)
        marks_.push_back(marked.mark.offset.value());
      return {};
    }),
                IsOk());
    return texts;
  }
  void flip(int half, std::uint64_t position) {
    const auto file =
        disk().open(std::string(kDirectory) + "/" + std::to_string(half), OpenMode::kReadWrite);
    ASSERT_THAT(file, IsOk());
    std::array<std::byte, 1> byte{};
    ASSERT_THAT((*file)->read(position, byte), IsOk());
    byte[0] ^= std::byte{0x10};
    ASSERT_THAT((*file)->write(position, byte), IsOk());
  }
  void lose_power() {
    journal_.reset();
    world_.crash(leat::testing::CrashOptions{});
  }

  leat::testing::SimulatedWorld world_{1};
  Environment environment_;
  std::unique_ptr<Journal> journal_;
  FrameBuilder builder_;
  std::vector<std::int64_t> marks_;
  std::vector<std::string> damage_;
};

TEST_F(JournalTest, HasNoFilesBeforeItsFirstFrame) {
  EXPECT_FALSE(*disk().exists(kDirectory));
  EXPECT_THAT(read(), IsEmpty());
}

TEST_F(JournalTest, KeepsWhatWasWrittenThroughALossOfPower) {
  ASSERT_THAT(write("a", 0), IsOk());
  ASSERT_THAT(write("b", 1), IsOk());
  lose_power();
  EXPECT_THAT(read(), ElementsAre("a", "b"));
  EXPECT_THAT(damage_, IsEmpty());
}

TEST_F(JournalTest, ReadsBothHalvesInOrder) {
  for (int i = 0; i < 10; ++i) ASSERT_THAT(write(std::to_string(i), i), IsOk());
  EXPECT_EQ(journal_->half(), 1);
  EXPECT_THAT(read(), ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
}

TEST_F(JournalTest, IsFullUntilAHalfIsFree) {
  for (int i = 0; i < 16; ++i) ASSERT_THAT(write(std::to_string(i), i), IsOk());
  EXPECT_THAT(write("16", 16), IsError(ErrorCode::kStorageFull));
  journal_->free(0);
  EXPECT_THAT(write("16", 16), IsOk());
  // What stood there before is no longer read, and is no damage.
  EXPECT_THAT(read(), ElementsAre("8", "9", "10", "11", "12", "13", "14", "15", "16"));
  EXPECT_THAT(damage_, IsEmpty());
}

TEST_F(JournalTest, CarriesMarksIntoTheNextHalf) {
  journal_->note_synced(kSecond, {Offset{0}, 100, Offset{42}});
  for (int i = 0; i < 16; ++i) ASSERT_THAT(write(std::to_string(i), i), IsOk());
  (void)read();
  EXPECT_THAT(marks_, ElementsAre(42, 42));
  journal_->free(0);
  ASSERT_THAT(write("16", 16), IsOk());
  journal_->forget(kSecond.log);
  journal_->free(1);
  for (int i = 17; i < 26; ++i) ASSERT_THAT(write(std::to_string(i), i), IsOk());
  (void)read();
  EXPECT_THAT(marks_, ElementsAre(42)) << "a deleted log is carried no further";
}

TEST_F(JournalTest, AMarkNeverGoesBack) {
  journal_->note_synced(kSecond, {Offset{0}, 100, Offset{42}});
  journal_->note_synced(kSecond, {Offset{0}, 90, Offset{40}});
  ASSERT_THAT(write("a", 0), IsOk());
  (void)read();
  EXPECT_THAT(marks_, ElementsAre(42));
}

TEST_F(JournalTest, TellsOfADamagedFrameAndReadsTheOthers) {
  for (int i = 0; i < 4; ++i) ASSERT_THAT(write(std::to_string(i), i), IsOk());
  flip(0, 2 * kFrameAlign + 40);
  EXPECT_THAT(read(), ElementsAre("0", "2", "3"));
  EXPECT_THAT(damage_, ElementsAre(HasSubstr("0: frames 1 to 1")));
}

TEST_F(JournalTest, ReadsOnWithOneHeaderDamaged) {
  ASSERT_THAT(write("a", 0), IsOk());
  flip(0, 9);
  EXPECT_THAT(read(), ElementsAre("a"));
  EXPECT_THAT(damage_, ElementsAre("0: its header is damaged"));
}

TEST_F(JournalTest, ReadsOnWithOneHalfGoneOrInTheOthersPlace) {
  ASSERT_THAT(write("a", 0), IsOk());
  ASSERT_THAT(disk().remove(std::string(kDirectory) + "/1"), IsOk());
  EXPECT_THAT(read(), ElementsAre("a"));
  EXPECT_THAT(damage_, ElementsAre("1: is not there"));
  ASSERT_THAT(disk().link(std::string(kDirectory) + "/0", std::string(kDirectory) + "/1"), IsOk());
  EXPECT_THAT(read(), ElementsAre("a", "a")) << "redone twice is redone";
  EXPECT_THAT(damage_, ElementsAre("1: is the other half"));
}

TEST_F(JournalTest, IsGoneWhenItWasRemoved) {
  ASSERT_THAT(write("a", 0), IsOk());
  ASSERT_THAT(remove_journal(disk(), kDirectory), IsOk());
  lose_power();
  EXPECT_THAT(read(), IsEmpty());
}

TEST_F(JournalTest, AFailedSyncIsNoSuccess) {
  ASSERT_THAT(write("a", 0), IsOk());
  disk().fail({.call = leat::testing::DiskCall::kSync, .error = ErrorCode::kStorageFull});
  EXPECT_THAT(write("b", 1), IsError(ErrorCode::kIo));
}

}  // namespace
}  // namespace leat::log
