#pragma once

/// \file
/// One suite for every `FileSystem`: what environment.h promises, run over the posix, the memory
/// and the simulated one. A binary that lists file_system_conformance_test.cc says which by
/// INSTANTIATE_TEST_SUITE_P(Name, FileSystemConformance, Values(…)).

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/result.h"

namespace leat::testing {

/// How to make a file system, and whether its files are the host's (they then go below a new
/// directory).
struct FileSystemUnderTest {
  const char* name;
  std::shared_ptr<FileSystem> (*make)();
  bool is_on_host;
};
inline void PrintTo(const FileSystemUnderTest& tested, std::ostream* out) { *out << tested.name; }

inline std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}
inline std::string text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A directory below the system's temporary one, removed with all in it at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "leat-io-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The language of file tests: paths are short names below a directory of the test's own.
class FileSystemFixture : public ::testing::Test {
 protected:
  explicit FileSystemFixture(std::shared_ptr<FileSystem> file_system, std::string root)
      : file_system_(std::move(file_system)), root_(std::move(root)) {}

  [[nodiscard]] FileSystem& file_system() { return *file_system_; }
  [[nodiscard]] std::string path(std::string_view name) const {
    return root_ + "/" + std::string(name);
  }

  std::unique_ptr<File> open(std::string_view name, OpenMode mode = OpenMode::kCreate) {
    return file_system_->open(path(name), mode).value();
  }
  /// A new file with `content`, open for reading and writing.
  std::unique_ptr<File> create(std::string_view name, std::string_view content) {
    auto file = open(name, OpenMode::kCreateNew);
    file->write(0, bytes(content)).value();
    return file;
  }
  static std::string content(File& file) {
    std::vector<std::byte> buffer(file.size().value());
    buffer.resize(file.read(0, buffer).value());
    return text(buffer);
  }
  std::string content(std::string_view name) { return content(*open(name, OpenMode::kRead)); }
  std::vector<std::string> names() {
    std::vector<std::string> found;
    const auto entries = file_system_->list(root_ + "/").value();
    for (const DirectoryEntry& entry : entries) found.push_back(entry.name);
    return found;
  }

 private:
  std::shared_ptr<FileSystem> file_system_;
  std::string root_;
};

/// Where the tests work: a directory of their own on the host, or one in the file system under
/// test. A base, so that it is there before the fixture that is given its path.
class ConformanceRoot {
 protected:
  explicit ConformanceRoot(bool is_on_host)
      : directory_(is_on_host ? std::make_unique<TemporaryDirectory>() : nullptr) {}
  [[nodiscard]] std::string root() const { return directory_ ? directory_->path() : "/test"; }

 private:
  std::unique_ptr<TemporaryDirectory> directory_;
};

class FileSystemConformance : private ConformanceRoot,
                              public FileSystemFixture,
                              public ::testing::WithParamInterface<FileSystemUnderTest> {
 protected:
  FileSystemConformance()
      : ConformanceRoot(GetParam().is_on_host), FileSystemFixture(GetParam().make(), root()) {}
  void SetUp() override {
    if (!GetParam().is_on_host) file_system().create_directory("/test").value();
  }
};

}  // namespace leat::testing
