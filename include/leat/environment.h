#pragma once

/// \file
/// The seams: everything that differs between a test and the world is an argument (idea 5).
/// `Clock`, `FileSystem` (with `File` and `Mapping`) and `Scheduler` are interfaces; an
/// `Environment` carries one of each into an engine. Leat brings POSIX and in-memory ones, and
/// simulated ones in `leat/testing/`. All methods may be called from any thread unless said
/// otherwise; none throws.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

namespace leat::inline v0 {

/// Time. `now()` is wall time at about the price of CLOCK_REALTIME_COARSE (S7): it may stand still
/// for one `tick()`, and may step when the host's clock is set. `monotonic()` never goes back.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const noexcept = 0;
  [[nodiscard]] virtual MonotonicTime monotonic() const noexcept = 0;
  /// How stale `now()` may be.
  [[nodiscard]] virtual std::chrono::nanoseconds tick() const noexcept = 0;
};

/// A range of a file in memory. Unmapped by the destructor; what was stored stays in the file.
class Mapping {
 public:
  virtual ~Mapping() = default;
  [[nodiscard]] virtual std::byte* data() const noexcept = 0;
  [[nodiscard]] virtual std::size_t size() const noexcept = 0;
  /// Makes the pages of [at, at + length) writable without a fault; the range must be allocated.
  /// A full or failing disk comes back as kStorageFull or kIo instead of as a signal (S8).
  virtual Result<void> populate_write(std::size_t at, std::size_t length) noexcept = 0;
  /// Reads the pages of [at, at + length) in; a bad disk comes back as kIo (S25).
  virtual Result<void> populate_read(std::size_t at, std::size_t length) noexcept = 0;
  /// Makes stores to [at, at + length) durable (msync MS_SYNC; rounded out to pages).
  virtual Result<void> sync(std::size_t at, std::size_t length) noexcept = 0;
};

enum class MapAccess : std::uint8_t { kRead, kReadWrite };

/// An open file. Closed by the destructor; `close()` reports what the system says.
class File {
 public:
  virtual ~File() = default;
  /// Reads into `into` from `position`; returns the bytes read, fewer only at the end of the file.
  virtual Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into) noexcept = 0;
  /// Writes all of `parts`, one after another, at `position`, or fails (possibly having written
  /// some).
  virtual Result<void> write(std::uint64_t position,
                             std::span<const std::span<const std::byte>> parts) noexcept = 0;
  /// Reserves blocks of [position, position + length), zeros, growing the file (fallocate).
  virtual Result<void> allocate(std::uint64_t position, std::uint64_t length) noexcept = 0;
  virtual Result<void> truncate(std::uint64_t size) noexcept = 0;
  /// Makes content and size durable (fdatasync).
  virtual Result<void> sync() noexcept = 0;
  virtual Result<std::uint64_t> size() noexcept = 0;
  /// Maps [0, length), which may reach past the end of the file: only allocated parts may be
  /// touched.
  virtual Result<std::unique_ptr<Mapping>> map(std::size_t length, MapAccess access) noexcept = 0;
  virtual Result<void> close() noexcept = 0;

  /// `write` of one part.
  Result<void> write(std::uint64_t position, std::span<const std::byte> bytes) noexcept {
    return write(position, std::span(&bytes, 1));
  }
};

enum class OpenMode : std::uint8_t {
  kRead,       ///< must exist
  kReadWrite,  ///< must exist
  kCreate,     ///< read-write, made if missing
  kCreateNew,  ///< read-write, kAlreadyExists if there
};

/// What a directory's file system can do; asked once at open.
struct FileSystemTraits {
  /// False on copy-on-write, network and FUSE file systems: `write` everywhere (S8).
  bool mapped_stores_are_safe = true;
  /// False on NFS, 9p, SMB: refused unless allowed (G33).
  bool is_local = true;
  std::string name;  ///< "ext2/3/4", "xfs", "tmpfs", "memory", …
};

/// An exclusive lock on a file, held until destroyed or the process dies.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

/// Who a path is, across renames and mounts (G32).
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

enum class EntryKind : std::uint8_t { kFile, kDirectory, kOther };
struct DirectoryEntry {
  std::string name;
  EntryKind kind = EntryKind::kOther;
};

/// A tree of files. Paths are '/'-separated; creating, renaming and removing an entry is durable
/// only after `sync_directory` of the directory that holds it. Files are made 0600, directories
/// 0700 (G28).
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) noexcept = 0;
  virtual Result<void> remove(const std::string& path) noexcept = 0;
  /// Atomic for the name `to`, which is replaced if there.
  virtual Result<void> rename(const std::string& from, const std::string& to) noexcept = 0;
  /// A second name for the same file; kAlreadyExists if `to` is there.
  virtual Result<void> link(const std::string& from, const std::string& to) noexcept = 0;
  /// kAlreadyExists if there.
  virtual Result<void> create_directory(const std::string& path) noexcept = 0;
  /// Must be empty.
  virtual Result<void> remove_directory(const std::string& path) noexcept = 0;
  /// Entries without "." and "..", sorted by name.
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) noexcept = 0;
  /// Makes the entries of a directory durable.
  virtual Result<void> sync_directory(const std::string& path) noexcept = 0;
  virtual Result<bool> exists(const std::string& path) noexcept = 0;
  virtual Result<FileIdentity> identity(const std::string& path) noexcept = 0;
  virtual Result<FileSystemTraits> traits(const std::string& path) noexcept = 0;
  /// Locks `path` (made if missing) exclusively without waiting; kLocked when another open file
  /// description has it, in this process or another, whichever copy of the library made it (G29).
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) noexcept = 0;
};

/// Runs tasks, timers and waits. The thread one has a few named threads, all signals blocked,
/// asleep when there is nothing to do; the simulated one is stepped by a test, in an order drawn
/// from a seed.
class Scheduler {
 public:
  using Task = std::function<void()>;
  using TimerId = std::uint64_t;
  virtual ~Scheduler() = default;
  /// Runs `task` soon, once, never inline.
  virtual void post(Task task) noexcept = 0;
  /// Runs `task` once, `delay` from now on the monotonic clock.
  virtual TimerId post_after(std::chrono::nanoseconds delay, Task task) noexcept = 0;
  /// True when the timer had not begun to run and now never will.
  virtual bool cancel(TimerId timer) noexcept = 0;
  /// Blocks while `word` is `expected`, until woken or `deadline`; may return early. A futex.
  virtual void wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                    MonotonicTime deadline) noexcept = 0;
  /// Wakes every `wait` on `word`.
  virtual void wake(const std::atomic<std::uint32_t>& word) noexcept = 0;
  /// Ends what runs, drops what has not begun, and returns when no task runs any more.
  virtual void stop() noexcept = 0;
};

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };
/// Where the library's words go; it prints nothing itself. Called from any thread; must not call
/// back.
using LogSink = std::function<void(LogLevel level, std::string_view text)>;
/// Told the named step a job is about to take ("roll.before_create", …): tests kill there.
using StepObserver = std::function<void(std::string_view step)>;

/// What an engine is given of the world. A member left empty becomes the real thing.
struct Environment {
  std::shared_ptr<Clock> clock;
  std::shared_ptr<FileSystem> file_system;
  std::shared_ptr<Scheduler> scheduler;
  LogSink log;
  StepObserver on_step;
  std::function<std::uint64_t()> random;  ///< for ids; not for secrets
  std::string boot_id;  ///< changes at every boot of the host; empty: ask the kernel
};

/// The real ones.
[[nodiscard]] std::shared_ptr<Clock> posix_clock();
[[nodiscard]] std::shared_ptr<FileSystem> posix_file_system();
/// Files in memory only: nothing survives the object. Locks and mappings work.
[[nodiscard]] std::shared_ptr<FileSystem> memory_file_system();
/// `threads` workers named `<name>-0`…, and one timer; threads start with the first task.
[[nodiscard]] std::shared_ptr<Scheduler> thread_scheduler(std::string name, int threads);
/// `given` with every empty member filled with the real thing.
[[nodiscard]] Environment with_defaults(Environment given);

}  // namespace leat::inline v0
