#pragma once

/// \file
/// Files to measure in, removed afterwards.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

namespace leat::tools {

/// What a measure is given of the world.
struct Setting {
  std::shared_ptr<Clock> clock;
  std::shared_ptr<FileSystem> file_system;
  std::string directory;  ///< exists; on the disk that is to be measured
  bool quick = false;     ///< fewer and smaller samples
  /// How to run this program again, for a row that kills it (victim.h); empty: it cannot be.
  std::vector<std::string> self = {};
  /// This process is the one to be killed: the measure does its work in `directory` and ends.
  bool is_victim = false;
};

/// A directory of its own under another; removed with everything in it. Move-only.
class ScratchDirectory {
 public:
  /// Errors: kIo when it cannot be made in `parent`.
  [[nodiscard]] static Result<ScratchDirectory> make(const std::string& parent);
  ScratchDirectory(ScratchDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchDirectory& operator=(ScratchDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// A file of allocated zeros, removed with the object. Move-only.
class ScratchFile {
 public:
  /// Errors: those of FileSystem::open and File::allocate.
  [[nodiscard]] static Result<ScratchFile> make(const Setting& setting, std::size_t bytes);
  ScratchFile(ScratchFile&& other) noexcept = default;
  ScratchFile& operator=(ScratchFile&& other) noexcept = default;
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile();

  [[nodiscard]] File& file() { return *file_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Maps the whole of it, every page writable without a fault, as an active segment's are (S8).
  /// Errors: those of File::map and Mapping::populate_write.
  [[nodiscard]] Result<std::unique_ptr<Mapping>> map_populated();

 private:
  ScratchFile(std::shared_ptr<FileSystem> file_system, std::string path, std::unique_ptr<File> file,
              std::size_t size)
      : file_system_(std::move(file_system)),
        path_(std::move(path)),
        file_(std::move(file)),
        size_(size) {}

  std::shared_ptr<FileSystem> file_system_;
  std::string path_;
  std::unique_ptr<File> file_;
  std::size_t size_;
};

}  // namespace leat::tools
