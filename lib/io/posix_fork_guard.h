#pragma once

/// \file
/// Telling a child of fork() from the process that opened things (S26, G30).

#include <atomic>
#include <cstdint>

#include "leat/result.h"

namespace leat::io {

/// A word that fork() wipes in the child (MADV_WIPEONFORK, Linux 4.14): asking is one plain load,
/// so every entry point can. Thread-safe. Made where the owner is opened; moves are cheap.
class ForkGuard {
 public:
  /// Errors: kTooManyOpenFiles (no map left), kIo (the kernel has no MADV_WIPEONFORK).
  [[nodiscard]] static Result<ForkGuard> open();

  ForkGuard(ForkGuard&& other) noexcept : word_(other.word_) { other.word_ = nullptr; }
  ForkGuard& operator=(ForkGuard&& other) noexcept {
    std::atomic<std::uint32_t>* word = other.word_;
    other.word_ = word_;
    word_ = word;
    return *this;
  }
  ForkGuard(const ForkGuard&) = delete;
  ForkGuard& operator=(const ForkGuard&) = delete;
  ~ForkGuard();

  /// True in a child of fork() made after open(). REQUIRES: not moved from.
  [[nodiscard]] bool forked() const noexcept { return word_->load(std::memory_order_relaxed) == 0; }

 private:
  explicit ForkGuard(std::atomic<std::uint32_t>* word) : word_(word) {}
  std::atomic<std::uint32_t>* word_;
};

}  // namespace leat::io
