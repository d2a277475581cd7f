#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/error.h"

#include "io/memory_content.h"
#include "unit/io/file_system_conformance.h"
#include "unit/io/result_matchers.h"

namespace leat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Values;

INSTANTIATE_TEST_SUITE_P(Memory, FileSystemConformance,
                         Values(FileSystemUnderTest{"memory", &memory_file_system, false}));

class MemoryFileSystemTest : public FileSystemFixture {
 protected:
  MemoryFileSystemTest() : FileSystemFixture(memory_file_system(), "") {}
};

TEST_F(MemoryFileSystemTest, TakesRelativeAndUntidyPathsFromTheRoot) {
  create("f", "found");
  EXPECT_THAT(file_system().exists("f"), IsOkAnd(true));
  EXPECT_THAT(file_system().exists("//./d/..//f"), IsOkAnd(true));
  EXPECT_THAT(file_system().exists("/../f"), IsOkAnd(true));
  EXPECT_THAT(names(), ElementsAre("f"));
}

TEST_F(MemoryFileSystemTest, KeepsTheRoot) {
  EXPECT_THAT(file_system().create_directory("/"), IsError(ErrorCode::kAlreadyExists));
  EXPECT_THAT(file_system().remove_directory("/"), IsError(ErrorCode::kIo));
}

TEST_F(MemoryFileSystemTest, GrowsAMappedFileOnlyWithinItsReservedMemory) {
  auto file = create("f", "x");
  auto mapping = file->map(4096, MapAccess::kRead).value();
  constexpr std::size_t kReserved = io::MemoryContent::kReservedBytesMin;
  EXPECT_THAT(file->truncate(kReserved), IsOk());
  EXPECT_THAT(file->truncate(kReserved + 1),
              IsErrorSaying(ErrorCode::kStorageFull, "unmap it first"));
  EXPECT_THAT(file->map(kReserved + 1, MapAccess::kRead), IsError(ErrorCode::kTooManyOpenFiles));
  mapping.reset();
  EXPECT_THAT(file->map(kReserved + 1, MapAccess::kRead), IsOk());
  EXPECT_THAT(file->truncate(kReserved + 1), IsOk());
  EXPECT_EQ(content(*file)[0], 'x');
}

TEST_F(MemoryFileSystemTest, RefusesAFileThatNoFileSystemCouldHold) {
  auto file = open("f");
  constexpr auto kEnd = std::numeric_limits<std::uint64_t>::max();
  EXPECT_THAT(file->write(kEnd, bytes("x")), IsError(ErrorCode::kStorageFull));
  EXPECT_THAT(file->allocate(1, kEnd), IsError(ErrorCode::kStorageFull));
  EXPECT_THAT(file->truncate(kEnd / 2), IsError(ErrorCode::kOutOfMemory));
  EXPECT_THAT(file->size(), IsOkAnd(0U));
}

TEST_F(MemoryFileSystemTest, ServesManyThreads) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kWrites = 200;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      auto file = open("own-" + std::to_string(t));
      auto shared = open("shared");
      for (std::size_t i = 0; i < kWrites; ++i) {
        file->write(i, bytes("x")).value();
        shared->write(i * kThreads + t, bytes("y")).value();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(content("shared"), std::string(kThreads * kWrites, 'y'));
  EXPECT_THAT(names(), ElementsAre("own-0", "own-1", "own-2", "own-3", "shared"));
}

TEST(MemoryContent, MovesFromTheHeapToARegionWithoutLosingBytes) {
  io::MemoryContent content;
  const std::string head = "head";
  const std::array parts{bytes(head)};
  ASSERT_THAT(content.write(0, parts), IsOk());
  ASSERT_THAT(content.resize(io::MemoryContent::kHeapBytesMax + 1), IsOk());
  EXPECT_EQ(text(content.bytes().first(5)), std::string("head\0", 5));
  ASSERT_THAT(content.resize(io::MemoryContent::kReservedBytesMin + 1), IsOk());
  EXPECT_EQ(text(content.bytes().first(5)), std::string("head\0", 5));
}

TEST(MemoryContent, ShowsZerosWhereAShrunkRegionGrowsAgain) {
  io::MemoryContent content;
  constexpr std::size_t kSize = 1'000'000;
  ASSERT_THAT(content.resize(kSize), IsOk());
  for (std::byte& byte : content.bytes()) byte = std::byte{1};
  ASSERT_THAT(content.resize(5001), IsOk());
  ASSERT_THAT(content.resize(kSize), IsOk());
  EXPECT_EQ(content.bytes()[5000], std::byte{1});
  for (const std::byte byte : content.bytes().subspan(5001)) ASSERT_EQ(byte, std::byte{0});
}

}  // namespace
}  // namespace leat::testing
