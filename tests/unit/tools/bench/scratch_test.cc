#include "tools/bench/scratch.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

namespace leat::tools {
namespace {

TEST(ScratchDirectory, GoesWithWhatIsInIt) {
  std::string path;
  {
    const auto directory = ScratchDirectory::make(::testing::TempDir());
    ASSERT_TRUE(directory) << directory.error().to_string();
    path = directory->path();
    EXPECT_TRUE(std::filesystem::create_directory(path + "/inner"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ScratchDirectory, IsGivenOnWhenMoved) {
  auto made = ScratchDirectory::make(::testing::TempDir());
  ASSERT_TRUE(made);
  std::optional<ScratchDirectory> moved(*std::move(made));
  EXPECT_TRUE(std::filesystem::exists(moved->path()));
}

TEST(ScratchDirectory, NamesTheParentThatIsNotThere) {
  const auto directory = ScratchDirectory::make("/not/there");
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code(), ErrorCode::kIo);
  EXPECT_NE(directory.error().message().find("/not/there"), std::string_view::npos);
}

TEST(ScratchFile, IsMappedWhereItsBytesAreAndGoesWithTheObject) {
  Setting setting{
      .clock = posix_clock(), .file_system = memory_file_system(), .directory = "/bench"};
  ASSERT_TRUE(setting.file_system->create_directory("/bench"));
  {
    auto file = ScratchFile::make(setting, 10'000);
    ASSERT_TRUE(file) << file.error().to_string();
    const auto map = file->map_populated();
    ASSERT_TRUE(map) << map.error().to_string();
    (*map)->data()[9'999] = std::byte{7};
    std::byte last{};
    EXPECT_EQ(*file->file().read(9'999, std::span(&last, 1)), 1U);
    EXPECT_EQ(last, std::byte{7});
  }
  EXPECT_TRUE(setting.file_system->list("/bench")->empty());
}

}  // namespace
}  // namespace leat::tools
