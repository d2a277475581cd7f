#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/testing/simulated_disk.h"

#include "base/mutex.h"
#include "base/try.h"
#include "io/guarded.h"
#include "io/posix_error.h"
#include "io/posix_region.h"
#include "sim/disk_state.h"
#include "sim/faults.h"
#include "sim/file_state.h"
#include "sim/tree.h"

namespace leat::testing {
namespace {

using io::posix_error;
using Impl = SimulatedDisk::Impl;

/// A call under the disk's mutex: what it works on, and the fault that hits it.
struct Call {
  sim::FileState& file;
  std::uint64_t& sequence;
  std::vector<sim::InodePtr>& mapped;
  std::uint64_t room;  ///< Bytes by which files may grow.
  std::optional<sim::Strike> strike;
};

/// What a file and a mapping know of the disk.
struct Handle {
  std::shared_ptr<Impl> disk;
  sim::InodePtr inode;
  std::string path;
  bool is_writable;
  std::uint64_t generation;

  /// Runs `effect(Call)` as a call of this kind.
  template <class T, class Effect>
  Result<T> run(DiskCall kind, Effect effect) const {
    disk->announce(kind, path);
    const base::MutexLock lock(disk->mutex);
    if (generation != disk->generation) {
      return Error(ErrorCode::kClosed,
                   std::string(name_of(kind)) + " of '" + path +
                       "' failed: it was open when the simulated machine went down");
    }
    LEAT_TRY(std::optional<sim::Strike> strike, disk->begin(kind, path));
    return effect(Call{.file = inode->file,
                       .sequence = disk->sequence,
                       .mapped = disk->mapped,
                       .room = disk->room(),
                       .strike = std::move(strike)});
  }
};

class SimulatedMapping final : public Mapping {
 public:
  SimulatedMapping(Handle handle, std::span<std::byte> range)
      : handle_(std::move(handle)), range_(range) {}
  SimulatedMapping(const SimulatedMapping&) = delete;
  SimulatedMapping& operator=(const SimulatedMapping&) = delete;
  SimulatedMapping(SimulatedMapping&&) = delete;
  SimulatedMapping& operator=(SimulatedMapping&&) = delete;
  ~SimulatedMapping() override {
    const base::MutexLock lock(handle_.disk->mutex);
    // After a crash the inode is no longer the disk's: its mutations count for nothing.
    std::uint64_t unheard = 0;
    const bool is_alive = handle_.generation == handle_.disk->generation;
    handle_.inode->file.unmap(handle_.is_writable, is_alive ? handle_.disk->sequence : unheard);
  }

  [[nodiscard]] std::byte* data() const noexcept override { return range_.data(); }
  [[nodiscard]] std::size_t size() const noexcept override { return range_.size(); }

  Result<void> populate_write(std::size_t at, std::size_t length) noexcept override {
    return populate("populate_write", at, length);
  }
  Result<void> populate_read(std::size_t at, std::size_t length) noexcept override {
    return populate("populate_read", at, length);
  }

  Result<void> sync(std::size_t at, std::size_t length) noexcept override {
    return io::guarded([&]() -> Result<void> {
      if (!contains(at, length)) return io::bad_range_error("msync", handle_.path);
      return handle_.run<void>(DiskCall::kMapSync, [&](Call call) -> Result<void> {
        if (!call.strike) {
          call.file.sync_range(at, length);
          return {};
        }
        call.file.fail_sync_range(at, length);
        return std::move(call.strike->error);
      });
    });
  }

 private:
  [[nodiscard]] bool contains(std::size_t at, std::size_t length) const {
    return length > 0 && at <= range_.size() && length <= range_.size() - at;
  }

  Result<void> populate(std::string_view name, std::size_t at, std::size_t length) noexcept {
    return io::guarded([&]() -> Result<void> {
      if (!contains(at, length)) return io::bad_range_error(name, handle_.path);
      return handle_.run<void>(DiskCall::kPopulate, [&](Call call) -> Result<void> {
        if (call.strike) return std::move(call.strike->error);
        if (at + length > io::round_up_to_page(call.file.size())) {
          return posix_error(EFAULT, name, handle_.path);
        }
        return {};
      });
    });
  }

  Handle handle_;  ///< is_writable tells of the mapping.
  std::span<std::byte> range_;
};

class SimulatedFile final : public File {
 public:
  explicit SimulatedFile(Handle handle) : handle_(std::move(handle)) {}
  using File::write;

  Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into) noexcept override {
    return run<std::size_t>(DiskCall::kRead, [&](Call call) -> Result<std::size_t> {
      if (call.strike && !call.strike->after_bytes) return std::move(call.strike->error);
      if (call.strike) into = into.first(std::min(into.size(), *call.strike->after_bytes));
      return call.file.read(position, into);
    });
  }

  Result<void> write(std::uint64_t position,
                     std::span<const std::span<const std::byte>> parts) noexcept override {
    return change(DiskCall::kWrite, [&](Call call) -> Result<void> {
      std::optional<Error> error;
      std::size_t count = 0;
      for (const auto part : parts) count += part.size();
      if (call.strike) {
        error = call.strike->error;
        count = std::min(count, call.strike->after_bytes.value_or(0));
      }
      if (const std::uint64_t fits = bytes_that_fit(call, position, count); fits < count) {
        if (!error) error = posix_error(ENOSPC, "pwritev", handle_.path);
        count = fits;
      }
      LEAT_TRY_VOID(call.file.write(position, first_bytes(parts, count), call.sequence));
      if (error) return *std::move(error);
      return {};
    });
  }

  Result<void> allocate(std::uint64_t position, std::uint64_t length) noexcept override {
    return change(DiskCall::kAllocate, [&](Call call) -> Result<void> {
      if (call.strike) return std::move(call.strike->error);
      if (length == 0) return posix_error(EINVAL, "fallocate", handle_.path);
      if (bytes_that_fit(call, position, length) < length) {
        return posix_error(ENOSPC, "fallocate", handle_.path);
      }
      return call.file.allocate(position, length, call.sequence);
    });
  }

  Result<void> truncate(std::uint64_t size) noexcept override {
    return change(DiskCall::kTruncate, [&](Call call) -> Result<void> {
      if (call.strike) return std::move(call.strike->error);
      return call.file.truncate(size, call.sequence);
    });
  }

  Result<void> sync() noexcept override {
    return run<void>(DiskCall::kSync, [](Call call) -> Result<void> {
      if (!call.strike) {
        call.file.sync();
        return {};
      }
      call.file.fail_sync();
      return std::move(call.strike->error);
    });
  }

  Result<std::uint64_t> size() noexcept override {
    return run<std::uint64_t>(DiskCall::kSize, [](Call call) -> Result<std::uint64_t> {
      if (call.strike) return std::move(call.strike->error);
      return call.file.size();
    });
  }

  Result<std::unique_ptr<Mapping>> map(std::size_t length, MapAccess access) noexcept override {
    using Mapped = std::unique_ptr<Mapping>;
    return run<Mapped>(DiskCall::kMap, [&](Call call) -> Result<Mapped> {
      if (call.strike) return std::move(call.strike->error);
      return map_locked(call, length, access == MapAccess::kReadWrite);
    });
  }

  Result<void> close() noexcept override {
    return run<void>(DiskCall::kClose, [this](Call call) -> Result<void> {
      is_open_ = false;  // As with close(2): it is gone even when an error is reported.
      if (call.strike) return std::move(call.strike->error);
      return {};
    });
  }

 private:
  template <class T, class Effect>
  Result<T> run(DiskCall kind, Effect effect) noexcept {
    return io::guarded([&]() -> Result<T> {
      if (!is_open_) return io::closed_error(name_of(kind), handle_.path);
      return handle_.run<T>(kind, std::move(effect));
    });
  }

  template <class Effect>
  Result<void> change(DiskCall kind, Effect effect) noexcept {
    return run<void>(kind, [&](Call call) -> Result<void> {
      if (!handle_.is_writable) return io::read_only_handle_error(name_of(kind), handle_.path);
      return effect(std::move(call));
    });
  }

  /// How many of `count` bytes at `position` the disk has room for.
  static std::uint64_t bytes_that_fit(const Call& call, std::uint64_t position,
                                      std::uint64_t count) {
    const std::uint64_t size = call.file.size();
    const std::uint64_t most = call.room > UINT64_MAX - size ? UINT64_MAX : size + call.room;
    return position >= most ? 0 : std::min(count, most - position);
  }

  static std::vector<std::span<const std::byte>> first_bytes(
      std::span<const std::span<const std::byte>> parts, std::size_t count) {
    std::vector<std::span<const std::byte>> first;
    for (const auto part : parts) {
      first.push_back(part.first(std::min(part.size(), count)));
      count -= first.back().size();
    }
    return first;
  }

  Result<std::unique_ptr<Mapping>> map_locked(Call& call, std::size_t length, bool is_writable) {
    if (is_writable && !handle_.is_writable)
      return io::read_only_handle_error("mmap", handle_.path);
    if (length == 0) return io::bad_range_error("mmap", handle_.path);
    LEAT_TRY(std::byte* const data, call.file.map(length, is_writable));
    if (is_writable) call.mapped.push_back(handle_.inode);
    Handle handle = handle_;
    handle.is_writable = is_writable;
    return std::make_unique<SimulatedMapping>(std::move(handle), std::span(data, length));
  }

  Handle handle_;
  bool is_open_ = true;
};

}  // namespace

std::unique_ptr<File> make_simulated_file(std::shared_ptr<Impl> disk, sim::InodePtr inode,
                                          std::string path, bool is_writable,
                                          std::uint64_t generation) {
  return std::make_unique<SimulatedFile>(Handle{.disk = std::move(disk),
                                                .inode = std::move(inode),
                                                .path = std::move(path),
                                                .is_writable = is_writable,
                                                .generation = generation});
}

}  // namespace leat::testing
