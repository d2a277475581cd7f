#pragma once

/// \file
/// Both stores by name, for the suites that hold either to the same conduct, and a scratch
/// directory.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/result.h"

#include "index/store.h"

namespace leat::index {

/// The code of a failed result, kNone of a good one.
template <class T>
ErrorCode code_of(const Result<T>& result) {
  return result ? ErrorCode::kNone : result.error().code();
}

/// A directory that goes with the object.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = ::testing::TempDir() + "leat-index-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ScratchDirectory(ScratchDirectory&&) = delete;
  ScratchDirectory& operator=(ScratchDirectory&&) = delete;

  [[nodiscard]] std::string file(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }

 private:
  std::string path_;
};

/// The names and sizes of the files in `directory`.
inline std::map<std::string, std::uintmax_t> listing(const std::string& directory) {
  std::map<std::string, std::uintmax_t> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::error_code gone;
    files[entry.path().filename().string()] = entry.file_size(gone);
  }
  return files;
}

/// Copies the directory of an open store: what a kill at this point leaves. The store's background
/// thread may be removing files meanwhile, so it copies until nothing moved while it did.
inline void copy_as_killed(const std::string& from, const std::string& to) {
  for (bool moved = true; moved;) {
    std::filesystem::remove_all(to);
    const auto before = listing(from);
    std::error_code vanished;
    std::filesystem::copy(from, to, vanished);
    moved = vanished || listing(from) != before;
  }
}

inline std::vector<Row> rows_of(Store& store, const Range& range = {}) {
  std::vector<Row> rows;
  const Result<void> scanned =
      store.scan(range, [&rows](std::string_view key, std::string_view value) {
        rows.push_back({std::string(key), std::string(value)});
        return true;
      });
  EXPECT_EQ(code_of(scanned), ErrorCode::kNone);
  return rows;
}

/// What gtest prints when rows differ.
inline void PrintTo(const Row& row, std::ostream* out) {
  *out << ::testing::PrintToString(row.key) << " = " << ::testing::PrintToString(row.value);
}

}  // namespace leat::index
