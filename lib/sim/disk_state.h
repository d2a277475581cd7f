#pragma once

/// \file
/// What a SimulatedDisk and its open handles share.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/testing/simulated_disk.h"

#include "base/mutex.h"
#include "sim/faults.h"
#include "sim/tree.h"

namespace leat::testing {

/// The state of the disk under one mutex; inodes belong to it too. Every call goes: announce()
/// without the mutex, take the mutex, begin(), take effect.
class SimulatedDisk::Impl {
 public:
  base::Mutex mutex;
  sim::InodePtr root LEAT_GUARDED_BY(mutex) = make_root();
  sim::Faults faults LEAT_GUARDED_BY(mutex);
  /// Rises when handles die.
  std::uint64_t generation LEAT_GUARDED_BY(mutex) = 0;
  std::uint64_t sequence LEAT_GUARDED_BY(mutex) = 0;  ///< Mutations so far.
  std::uint64_t last_inode LEAT_GUARDED_BY(mutex) = 1;
  std::uint64_t power_off_at LEAT_GUARDED_BY(mutex) = UINT64_MAX;
  std::uint64_t capacity LEAT_GUARDED_BY(mutex) = UINT64_MAX;
  FileSystemTraits traits LEAT_GUARDED_BY(mutex){
      .mapped_stores_are_safe = true, .is_local = true, .name = "simulated"};
  DiskObserver observer LEAT_GUARDED_BY(mutex);
  /// Inodes mapped for writing, looked at by note_stores().
  std::vector<sim::InodePtr> mapped LEAT_GUARDED_BY(mutex);

  /// Tells the observer.
  void announce(DiskCall call, std::string_view path) LEAT_EXCLUDES(mutex);
  /// Counts the call and notes stores; the strike, if a fault hits it, is the caller's to carry
  /// out. Errors: kIo, the power is off.
  Result<std::optional<sim::Strike>> begin(DiskCall call, std::string_view path)
      LEAT_REQUIRES(mutex);
  /// As begin; a strike is an error.
  Result<void> begin_or_fail(DiskCall call, std::string_view path) LEAT_REQUIRES(mutex);
  void note_stores() LEAT_REQUIRES(mutex);
  /// Bytes by which files may still grow.
  [[nodiscard]] std::uint64_t room() LEAT_REQUIRES(mutex);
  /// Makes `tree` the disk, and all handles dead.
  void restart_with(sim::InodePtr tree) LEAT_REQUIRES(mutex);
  /// Everything but handles, faults and observer, over another tree.
  [[nodiscard]] std::shared_ptr<Impl> with_tree(sim::InodePtr tree) LEAT_REQUIRES(mutex);

  // Names. All REQUIRE the mutex.

  struct Place {
    sim::InodePtr directory;
    std::string name;
    [[nodiscard]] sim::InodePtr find() const;
  };
  /// Null when there is no such path.
  [[nodiscard]] sim::InodePtr find(std::string_view path) LEAT_REQUIRES(mutex);
  Result<sim::InodePtr> find_directory(std::string_view call, const std::string& path)
      LEAT_REQUIRES(mutex);
  Result<Place> find_place(std::string_view call, const std::string& path) LEAT_REQUIRES(mutex);
  /// Sets the name to `target`, null to remove it: one pending mutation.
  void set_entry(const Place& place, const sim::InodePtr& target, std::string text)
      LEAT_REQUIRES(mutex);
  void rename_entry(const Place& from, const Place& to, std::string text) LEAT_REQUIRES(mutex);
  Result<sim::InodePtr> open_inode(const std::string& path, OpenMode mode) LEAT_REQUIRES(mutex);
  [[nodiscard]] sim::InodePtr make_inode(const std::string& path, bool is_directory)
      LEAT_REQUIRES(mutex);

 private:
  static sim::InodePtr make_root();
};

/// Handles. They hold the state and the inode, and are dead in a later generation.
[[nodiscard]] std::unique_ptr<File> make_simulated_file(std::shared_ptr<SimulatedDisk::Impl> disk,
                                                        sim::InodePtr inode, std::string path,
                                                        bool is_writable, std::uint64_t generation);

}  // namespace leat::testing
