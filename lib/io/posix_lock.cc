#include "io/posix_lock.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <pthread.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "io/posix_error.h"
#include "io/posix_file.h"

namespace leat::io {
namespace {

constexpr int kFree = -1;
constexpr int kTaken = -2;  ///< By a lock whose descriptor is not stored yet.

/// The descriptors of the locks held. Slots are lock-free: a child of fork may do nothing but read
/// them.
class HeldLocks {
 public:
  static HeldLocks& instance() {
    static HeldLocks held;
    return held;
  }

  /// A slot, or null when all are taken.
  std::atomic<int>* take() {
    for (auto& slot : slots_) {
      int expected = kFree;
      if (slot.compare_exchange_strong(expected, kTaken)) return &slot;
    }
    return nullptr;
  }

 private:
  HeldLocks() {
    for (auto& slot : slots_) slot = kFree;
    // Without the handler (no memory for it) a child merely keeps the lock until it exits.
    (void)::pthread_atfork(nullptr, nullptr, [] { instance().close_in_child(); });
  }

  void close_in_child() {
    for (auto& slot : slots_) {
      if (const int descriptor = slot.exchange(kFree); descriptor >= 0) ::close(descriptor);
    }
  }

  std::array<std::atomic<int>, kFileLocksMax> slots_;
};

/// A slot of HeldLocks, given back by the destructor.
class Slot {
 public:
  Slot() : slot_(HeldLocks::instance().take()) {}
  Slot(Slot&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  Slot& operator=(Slot&&) = delete;
  ~Slot() {
    if (slot_ != nullptr) slot_->store(kFree);
  }
  [[nodiscard]] bool is_taken() const { return slot_ != nullptr; }
  void hold(int descriptor) { slot_->store(descriptor); }

 private:
  std::atomic<int>* slot_;
};

class PosixFileLock final : public FileLock {
 public:
  PosixFileLock(Descriptor descriptor, Slot slot)
      : descriptor_(std::move(descriptor)), slot_(std::move(slot)), owner_(::getpid()) {
    slot_.hold(descriptor_.number());
  }
  PosixFileLock(const PosixFileLock&) = delete;
  PosixFileLock& operator=(const PosixFileLock&) = delete;
  PosixFileLock(PosixFileLock&&) = delete;
  PosixFileLock& operator=(PosixFileLock&&) = delete;
  ~PosixFileLock() override {
    if (::getpid() != owner_) {
      (void)descriptor_
          .release();  // Closed by the fork handler; unlocking would free the parent's lock.
      return;
    }
    // Explicitly: a child made by vfork or clone, which runs no handlers, may share the
    // description.
    (void)::flock(descriptor_.number(), LOCK_UN);
    slot_.hold(
        kTaken);  // Before the close: a fork in between must not close a stranger's descriptor.
  }

 private:
  Descriptor descriptor_;
  Slot slot_;
  pid_t owner_;
};

}  // namespace

Result<std::unique_ptr<FileLock>> lock_file(const std::string& path) {
  Slot slot;
  if (!slot.is_taken()) {
    return Error(ErrorCode::kTooManyOpenFiles,
                 "flock of '" + path + "' failed: this process holds " +
                     std::to_string(kFileLocksMax) + " locks, the most it may");
  }
  LEAT_TRY(Descriptor descriptor, open_descriptor(path, O_RDWR | O_CREAT));
  while (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    return errno == EWOULDBLOCK ? locked_error(path) : posix_error(errno, "flock", path);
  }
  return std::make_unique<PosixFileLock>(std::move(descriptor), std::move(slot));
}

}  // namespace leat::io
