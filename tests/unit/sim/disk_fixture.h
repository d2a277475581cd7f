#pragma once

/// \file
/// The language of the simulated disk's tests: a disk, names in its root, and images of it as text.

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/testing/simulated_disk.h"

#include "unit/io/file_system_conformance.h"

namespace leat::testing {

class DiskFixture : public FileSystemFixture {
 protected:
  DiskFixture() : DiskFixture(std::make_shared<SimulatedDisk>()) {}

  [[nodiscard]] SimulatedDisk& disk() { return *disk_; }

  /// A file whose content, size and name are durable.
  std::unique_ptr<File> durable(std::string_view name, std::string_view content) {
    auto file = create(name, content);
    file->sync().value();
    disk_->sync_directory("/").value();
    return file;
  }

  /// What `name` holds on `other`; "(none)" when it is not there.
  static std::string content_on(SimulatedDisk& other, std::string_view name) {
    auto file = other.open("/" + std::string(name), OpenMode::kRead);
    return file ? content(**file) : "(none)";
  }
  std::string after(const CrashOptions& options, std::string_view name) {
    return content_on(*disk_->image(options), name);
  }
  std::vector<std::string> names_after(const CrashOptions& options) {
    const auto entries = disk_->image(options)->list("/").value();
    std::vector<std::string> found;
    for (const DirectoryEntry& entry : entries) found.push_back(entry.name);
    return found;
  }

  /// All that a look at the disk can show after a power failure now: every combination of fates,
  /// and many random ones.
  std::set<std::string> possible(const std::function<std::string(SimulatedDisk&)>& look,
                                 std::size_t images = 400) {
    std::set<std::string> found;
    for (CrashOptions& options : crashes_worth_trying(disk_->pending_count(), images, kSeed)) {
      options.stale_bytes = false;  // Tests that want garbage ask for it.
      options.tear_at_any_byte = false;
      found.insert(look(*disk_->image(options)));
    }
    return found;
  }
  std::set<std::string> possible_contents(std::string_view name) {
    return possible([name](SimulatedDisk& image) { return content_on(image, name); });
  }

  static constexpr std::uint64_t kSeed = 20261121;

 private:
  explicit DiskFixture(std::shared_ptr<SimulatedDisk> disk)
      : FileSystemFixture(disk, ""), disk_(std::move(disk)) {}
  std::shared_ptr<SimulatedDisk> disk_;
};

}  // namespace leat::testing
