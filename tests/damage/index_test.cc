// The index may be damaged or gone: the state is the same (G6, G23). RocksDB's own files, on a real
// disk.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <ios>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/types.h"

#include "damage/arguments.h"
#include "support/temp_directory.h"
#include "unit/io/result_matchers.h"

namespace leat::damage {
namespace {

using leat::testing::IsOk;

std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_all(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

/// A closed directory with sealed segments; damages its index, opens it, and puts the index back.
class Index : public ::testing::Test {
 protected:
  Index() {
    auto engine = Engine::open({.directory = directory_}).value();
    (void)engine.create_topic("rows", 2, {{"internal.segment.bytes", "4000"}}).value();
    for (std::int32_t partition = 0; partition < 2; ++partition) {
      auto appender = engine.appender("rows", PartitionId{partition}).value();
      for (int n = 0; n < 200; ++n) {
        (void)appender.append(Record{.value = std::string(80, 'v') + std::to_string(n)}).value();
      }
    }
    engine.close().value();
    hash_ = hash();
    std::filesystem::copy(directory_ + "/index", kept_);
  }

  /// Opens, compares, closes.
  std::uint64_t hash() {
    auto engine = Engine::open({.directory = directory_});
    EXPECT_THAT(engine, IsOk());
    if (!engine) return 0;
    const auto hash = engine->state_hash();
    EXPECT_THAT(hash, IsOk());
    EXPECT_THAT(engine->close(), IsOk());
    return hash ? *hash : 0;
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(kept_)) {
      if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
  }
  void expect_same_state_after(const std::string& what, const std::function<void()>& damage) {
    if (HasFailure()) return;
    SCOPED_TRACE(what);
    std::filesystem::remove_all(directory_ + "/index");
    std::filesystem::copy(kept_, directory_ + "/index");
    damage();
    EXPECT_EQ(hash(), hash_);
    ++cases_;
  }
  /// Each file with what `change` makes of it.
  void expect_same_state_with(const std::string& what,
                              const std::function<std::string(std::string)>& change) {
    for (const std::string& name : files()) {
      expect_same_state_after(name + " " + what, [&] {
        const std::string path = directory_ + "/index/" + name;
        write_all(path, change(read_all(path)));
      });
    }
  }
  void TearDown() override { std::printf("%d cases\n", cases_); }

  support::TempDirectory home_;
  std::string directory_ = home_ / "engine";
  std::string kept_ = home_ / "index";
  std::uint64_t hash_ = 0;
  int cases_ = 0;
};

TEST_F(Index, MayBeGoneWholly) {
  expect_same_state_after("all", [&] { std::filesystem::remove_all(directory_ + "/index"); });
}

TEST_F(Index, MayLoseEachFile) {
  for (const std::string& name : files()) {
    expect_same_state_after(name, [&] { std::filesystem::remove(directory_ + "/index/" + name); });
  }
}

TEST_F(Index, MayHaveFlippedBitsInEachFile) {
  const std::size_t places = all_bits() ? 64 : 4;
  for (std::size_t place = 0; place < places; ++place) {
    expect_same_state_with("flipped", [&](std::string bytes) {
      if (bytes.empty()) return bytes;
      char& byte = bytes[(bytes.size() - 1) * place / places];
      byte = static_cast<char>(byte ^ (1 << place % 8));
      return bytes;
    });
  }
}

TEST_F(Index, MayHaveEachFileCutOrZeroed) {
  expect_same_state_with("emptied", [](const std::string&) { return std::string(); });
  expect_same_state_with("cut",
                         [](std::string bytes) { return bytes.substr(0, bytes.size() / 2); });
  expect_same_state_with("zeroed",
                         [](std::string bytes) { return std::string(bytes.size(), '\0'); });
  expect_same_state_with("with a zeroed middle", [](std::string bytes) {
    return bytes.replace(bytes.size() / 3, bytes.size() / 3, bytes.size() / 3, '\0');
  });
}

}  // namespace
}  // namespace leat::damage
