#pragma once

/// \file
/// A real file system on a device that can be made to fail: an image, served by nbdkit with its
/// error filter, as a file by nbdfuse, a loop device over it, mounted. Needs root, FUSE and loop
/// devices.

#include <memory>
#include <string>

#include "support/child.h"
#include "support/temp_directory.h"

namespace leat::crash {

/// What fails while the trigger file is there.
struct Faults {
  bool writes = false;
  bool flushes = false;
  bool reads = false;
  int percent = 100;          ///< of those writes and reads; flushes all do, with EIO
  std::string error = "EIO";  ///< or ENOSPC
};

/// Everything that it made is gone with it; what a killed test leaves goes by itself (its mounts
/// are those of this process and its children alone). Its calls throw std::runtime_error.
class FailingDevice {
 public:
  /// What is not here of what it needs; empty when all is.
  static std::string missing();
  /// Mounts one of each file system with nothing failing: why that cannot be done here, though all
  /// is there; empty when it can.
  static std::string rehearse() noexcept;

  /// An empty image with a file system, "ext4" or "xfs", not mounted.
  FailingDevice(std::string file_system, Faults faults);
  ~FailingDevice();
  FailingDevice(const FailingDevice&) = delete;
  FailingDevice& operator=(const FailingDevice&) = delete;
  FailingDevice(FailingDevice&&) = delete;
  FailingDevice& operator=(FailingDevice&&) = delete;

  /// Mounts it where the trigger decides what fails.
  void mount();
  /// Mounts the image itself, which never fails.
  void mount_healed();
  /// Unmounts, and forgets what only the page cache has.
  void unmount();
  /// Mends the file system, unmounted, as a boot would. REQUIRES: unmounted.
  void check();

  void fail() const;
  void heal() const;
  /// The file that makes it fail by being there.
  [[nodiscard]] std::string trigger() const { return place_ / "trigger"; }
  /// Where an engine's directory may be.
  [[nodiscard]] std::string directory() const { return place_ / "mounted/log"; }

 private:
  void serve();
  void mount_loop(const std::string& backing);
  void stop_serving() noexcept;

  support::TempDirectory place_;
  std::string file_system_;
  Faults faults_;
  std::string image_ = place_ / "image";
  std::string loop_ = {};  ///< "/dev/loop3" while mounted
  std::unique_ptr<support::Child> server_;
};

}  // namespace leat::crash
