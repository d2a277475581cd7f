#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/result.h"

#include "index/keys.h"
#include "index/store.h"
#include "stores.h"

namespace leat::index {
namespace {

/// Open, write, damage, open again.
class OpenStore : public ::testing::Test {
 protected:
  void open() { open(directory_.file("index")); }
  void open(const std::string& path) {
    opened_ = {};
    Result<OpenedStore> opened = open_store(path);
    ASSERT_TRUE(opened) << opened.error().to_string();
    opened_ = *std::move(opened);
  }
  void put(std::string key) {
    WriteBatch batch;
    batch.put(std::move(key), "value");
    ASSERT_TRUE(opened_.store->apply(batch));
  }
  void close() {
    ASSERT_TRUE(opened_.store->close());
    opened_ = {};
  }
  bool has(const std::string& key) { return opened_.store->get(key)->has_value(); }
  [[nodiscard]] std::string index() const { return directory_.file("index"); }

  /// The files of the store whose name begins or ends with `part`.
  [[nodiscard]] std::vector<std::filesystem::path> files(const std::string& part) const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(index())) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(part) || name.ends_with(part)) found.push_back(entry.path());
    }
    return found;
  }
  /// Overwrites the middle half of each such file.
  void damage(const std::string& part) {
    const auto damaged = files(part);
    ASSERT_FALSE(damaged.empty());
    for (const auto& path : damaged) {
      const auto size = std::filesystem::file_size(path);
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(size / 4));
      file << std::string(size / 2 + 1, '\x55');
    }
  }
  void expect_rebuilt_and_empty() {
    EXPECT_NE(opened_.rebuilt, std::nullopt);
    EXPECT_EQ(rows_of(*opened_.store).size(), 1U) << "the version row";
    put("again");
    EXPECT_TRUE(has("again"));
  }

  ScratchDirectory directory_;
  OpenedStore opened_;
};

TEST_F(OpenStore, BeginsWithAVersionRowOnly) {
  open();
  EXPECT_EQ(opened_.rebuilt, std::nullopt);
  EXPECT_EQ(rows_of(*opened_.store), (std::vector<Row>{{encode(kVersionKey), "\x01"}}));
}

#if LEAT_HAS_ROCKSDB

TEST_F(OpenStore, ServesTheRowsOfTheLastTime) {
  open();
  put("key");
  close();
  open();
  EXPECT_EQ(opened_.rebuilt, std::nullopt);
  EXPECT_TRUE(has("key"));
}

TEST_F(OpenStore, KeepsTheRowsOfACheckpointThroughAKill) {
  open();
  put("before");
  ASSERT_TRUE(opened_.store->checkpoint());
  put("behind");
  copy_as_killed(index(), directory_.file("killed"));
  open(directory_.file("killed"));
  EXPECT_EQ(opened_.rebuilt, std::nullopt);
  EXPECT_TRUE(has("before"));
  EXPECT_FALSE(has("behind"));
}

TEST_F(OpenStore, MakesItsDirectoryForItsOwnerOnly) {  // G28
  open();
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(index()).permissions(), perms::owner_all);
}

TEST_F(OpenStore, WritesNoLogOfItsOwn) {
  open();
  put("key");
  ASSERT_TRUE(opened_.store->checkpoint());
  EXPECT_TRUE(files("LOG").empty());
  for (const auto& path : files(".log")) EXPECT_EQ(std::filesystem::file_size(path), 0U) << path;
}

TEST_F(OpenStore, RebuildsWhenTheVersionIsAnother) {
  open();
  put("key");
  WriteBatch batch;
  batch.put(encode(kVersionKey), "\x02");
  ASSERT_TRUE(opened_.store->apply(batch));
  close();
  open();
  expect_rebuilt_and_empty();
  EXPECT_NE(opened_.rebuilt->find("another format"), std::string::npos) << *opened_.rebuilt;
}

TEST_F(OpenStore, RebuildsWhenTheVersionRowIsMissing) {
  open();
  put("key");
  WriteBatch batch;
  batch.erase(encode(kVersionKey));
  ASSERT_TRUE(opened_.store->apply(batch));
  close();
  open();
  expect_rebuilt_and_empty();
}

TEST_F(OpenStore, RebuildsWhenAFileIsDamaged) {
  for (const std::string part : {"MANIFEST", "CURRENT", ".sst"}) {
    SCOPED_TRACE(part);
    open();
    put("key");
    close();
    damage(part);
    open();
    expect_rebuilt_and_empty();
    close();
  }
}

TEST_F(OpenStore, RebuildsWhenAFileIsMissing) {
  for (const std::string part : {"MANIFEST", ".sst"}) {
    SCOPED_TRACE(part);
    open();
    put("key");
    close();
    for (const auto& path : files(part)) std::filesystem::remove(path);
    open();
    expect_rebuilt_and_empty();
    close();
  }
}

TEST_F(OpenStore, LeavesForeignFilesAloneWhenItRebuilds) {
  open();
  close();
  std::ofstream(index() + "/mine.txt") << "mine";
  damage("CURRENT");
  open();
  EXPECT_NE(opened_.rebuilt, std::nullopt);
  EXPECT_TRUE(std::filesystem::exists(index() + "/mine.txt"));
}

TEST_F(OpenStore, IsLockedWhileAnotherIsOpenAndHarmsItNot) {
  open();
  put("key");
  const Result<OpenedStore> second = open_store(index());
  EXPECT_EQ(code_of(second), ErrorCode::kLocked);
  EXPECT_EQ(code_of(destroy_store(index())), ErrorCode::kLocked);
  ASSERT_TRUE(opened_.store->checkpoint());
  EXPECT_TRUE(has("key"));
}

TEST_F(OpenStore, FailsWhenTheParentIsMissing) {
  const Result<OpenedStore> opened = open_store(directory_.file("not/there"));
  EXPECT_EQ(code_of(opened), ErrorCode::kIo);
  EXPECT_NE(opened.error().message().find("not/there"), std::string_view::npos);
}

TEST_F(OpenStore, FailsWhenTheDirectoryIsAFile) {
  std::ofstream(index()) << "a file";
  EXPECT_EQ(code_of(open_store(index())), ErrorCode::kIo);
  EXPECT_TRUE(std::filesystem::is_regular_file(index()));
}

TEST_F(OpenStore, DestroyRemovesTheStoreAndItsDirectory) {
  open();
  put("key");
  close();
  ASSERT_TRUE(destroy_store(index()));
  EXPECT_FALSE(std::filesystem::exists(index()));
  ASSERT_TRUE(destroy_store(index())) << "nothing to destroy is no error";
}

#endif

}  // namespace
}  // namespace leat::index
