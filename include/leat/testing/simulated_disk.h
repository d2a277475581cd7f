#pragma once

/// \file
/// A disk in memory that can lose power, fail, and fill up: a `FileSystem` over the crash model
/// below.
///
/// Two images of every file and directory are kept: what the running system sees (the page cache),
/// and what is durable. Between them lie *pending mutations*, in order: a write, a change of a
/// file's size, a group of stores through a mapping, a change of directory entries. A crash decides
/// the fate of each one.
///
///   - A write is absent, whole, or torn at 512 bytes (at any byte if asked). Sectors are
///     independent of each other; in one sector a later write brings the earlier ones with it,
///     since the page is written whole.
///   - The size of a file is a mutation of its own: it may persist before or after the data.
///     Bytes that then belong to the file but were never written read as zeros, or as stale
///     bytes if asked and if the range was not `allocate`d.
///   - Stores through a mapping: each 8-byte word holds any version that it had since the last
///     sync. The versions are those seen at each call of the file system and at
///     `note_stores()`.
///   - Directory entries persist in any order until `sync_directory` of the directory. A rename
///     is one mutation, that of the target's directory. The sync of a file says nothing about
///     its name.
///   - A successful sync makes durable what was pending in its file (a mapping's: in the pages
///     of its range, and the size), and nothing else.
///   - A failed sync leaves what was pending in limbo: readers see it, the disk may not have
///     it, and later syncs succeed without making it durable (measured on ext4 and xfs).
///     `evict_limbo()` is the day when the page cache forgets it.
///
/// Thread-safe as far as calls go; stores through mappings are read by every call, so keep other
/// threads from storing meanwhile. Each call compares the files mapped for writing with what they
/// were: keep them small (≤ 1 MiB) where many images are made.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

namespace leat::testing {

/// What became of a pending mutation: not on the disk, wholly, or in part (which part is drawn from
/// the seed). A change of size or of directory entries cannot be torn: kTorn then decides by the
/// seed.
enum class Fate : std::uint8_t { kLost, kKept, kTorn };

/// One way for the power to go.
struct CrashOptions {
  /// The fate of the pending mutation with this index, in [0, pending_count()). Empty: all lost.
  std::function<Fate(std::size_t index)> fate = {};
  std::uint64_t seed = 0;    ///< Draws the parts of torn mutations and the stale bytes.
  bool stale_bytes = false;  ///< New blocks that were never written hold garbage instead of zeros.
  bool tear_at_any_byte = false;  ///< A torn write ends inside a sector.

  [[nodiscard]] static CrashOptions lose_all();
  [[nodiscard]] static CrashOptions keep_all();
  [[nodiscard]] static CrashOptions keep_first(std::size_t count);
  [[nodiscard]] static CrashOptions drop_one(std::size_t index);
  [[nodiscard]] static CrashOptions keep_one(std::size_t index);
  [[nodiscard]] static CrashOptions tear_one(std::size_t index, std::uint64_t seed);
  /// Bit i of `kept` is the fate of mutation i.
  [[nodiscard]] static CrashOptions keep(std::vector<bool> kept);
  /// Every fate, and the rest of the options, drawn from the seed.
  [[nodiscard]] static CrashOptions random(std::uint64_t seed);
};

/// The crashes worth trying with `pending` mutations: every combination of lost and kept while
/// these are at most `images_max`, else all lost, all kept, each prefix, each one dropped, kept and
/// torn; filled up to `images_max` with random ones in either case (tearing included), cut off
/// there.
[[nodiscard]] std::vector<CrashOptions> crashes_worth_trying(std::size_t pending,
                                                             std::size_t images_max,
                                                             std::uint64_t seed);

/// A kind of call.
enum class DiskCall : std::uint8_t {
  kAny,
  kOpen,
  kRead,
  kWrite,
  kAllocate,
  kTruncate,
  kSync,
  kSize,
  kMap,
  kClose,
  kPopulate,
  kMapSync,
  kRemove,
  kRename,
  kLink,
  kCreateDirectory,
  kRemoveDirectory,
  kList,
  kSyncDirectory,
  kExists,
  kIdentity,
  kTraits,
  kLock,
};

/// "write", for messages.
[[nodiscard]] std::string_view name_of(DiskCall call) noexcept;

/// A fault, armed by value: the `nth` call from now that fits, and the `times - 1` fitting ones
/// after it.
///   disk.fail({.call = DiskCall::kSync, .path_contains = ".log", .nth = 3});
struct DiskFault {
  static constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();
  DiskCall call = DiskCall::kAny;
  std::string path_contains = {};
  std::uint64_t nth = 1;
  ErrorCode error = ErrorCode::kIo;
  std::uint64_t times = 1;
  /// A write does this many bytes before it fails; a read returns at most this many, and does not
  /// fail.
  std::optional<std::size_t> after_bytes = {};
};

/// Called before each call takes effect, with no lock held: an explorer makes its images here.
using DiskObserver = std::function<void(DiskCall call, std::string_view path)>;

class SimulatedDisk final : public FileSystem {
 public:
  /// An empty disk with a root directory. Paths have no working directory: "a" is "/a".
  SimulatedDisk();
  ~SimulatedDisk() override;
  SimulatedDisk(const SimulatedDisk&) = delete;
  SimulatedDisk& operator=(const SimulatedDisk&) = delete;
  SimulatedDisk(SimulatedDisk&&) = delete;
  SimulatedDisk& operator=(SimulatedDisk&&) = delete;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) noexcept override;
  Result<void> remove(const std::string& path) noexcept override;
  Result<void> rename(const std::string& from, const std::string& to) noexcept override;
  Result<void> link(const std::string& from, const std::string& to) noexcept override;
  Result<void> create_directory(const std::string& path) noexcept override;
  Result<void> remove_directory(const std::string& path) noexcept override;
  Result<std::vector<DirectoryEntry>> list(const std::string& path) noexcept override;
  Result<void> sync_directory(const std::string& path) noexcept override;
  Result<bool> exists(const std::string& path) noexcept override;
  Result<FileIdentity> identity(const std::string& path) noexcept override;
  Result<FileSystemTraits> traits(const std::string& path) noexcept override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) noexcept override;

  // Crashing. Open files, mappings and locks are dead afterwards: their calls fail with kClosed,
  // their memory stays, and what is stored there reaches no disk.

  /// The power goes: the disk becomes the image that `options` choose, all of it durable.
  void crash(const CrashOptions& options);
  /// The process dies: the page cache stays, and so does what is pending.
  void kill();
  /// From the moment when `mutation_count()` is `count` every call fails with kIo and changes
  /// nothing.
  void power_off_at(std::uint64_t count);
  /// The disk that crash(options) would leave, as a new one; this one goes on.
  [[nodiscard]] std::shared_ptr<SimulatedDisk> image(const CrashOptions& options) const;
  /// A copy of everything but open handles, faults and the observer.
  [[nodiscard]] std::shared_ptr<SimulatedDisk> snapshot() const;

  // Pending mutations.

  /// Records the stores made through mappings since the last call as one mutation a file.
  void note_stores();
  /// How many mutations there have been, ever.
  [[nodiscard]] std::uint64_t mutation_count() const;
  /// How many wait for a sync (those in limbo wait for ever).
  [[nodiscard]] std::size_t pending_count() const;
  /// Each of them in words, in order: "write of 64 bytes at 128 of /d/x.log".
  [[nodiscard]] std::vector<std::string> pending() const;
  /// The page cache forgets what is in limbo: readers see what the disk has.
  void evict_limbo();

  // Faults.

  void fail(DiskFault fault);
  /// The `k`-th call from now fails (the first is 1), and, if `times` says so, those after it.
  void fail_call(std::uint64_t k, ErrorCode error, std::uint64_t times = 1);
  void clear_faults();
  /// How often a fault has struck.
  [[nodiscard]] std::uint64_t faults_fired() const;
  /// The sizes of all files together may not grow past this: kStorageFull, after writing what fits.
  void set_capacity(std::uint64_t bytes);
  void set_traits(FileSystemTraits traits);

  /// Calls so far, of one kind or of all.
  [[nodiscard]] std::uint64_t calls(DiskCall call = DiskCall::kAny) const;
  void set_observer(DiskObserver observer);

  class Impl;

 private:
  explicit SimulatedDisk(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace leat::testing
