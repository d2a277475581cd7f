#pragma once

/// \file
/// One open file over a descriptor, as environment.h's `File` wants it, and the descriptor itself.

#include <memory>
#include <string>
#include <utility>

#include "leat/environment.h"
#include "leat/result.h"

namespace leat::io {

/// An owned file descriptor, never 0, 1 or 2: a host that closed its stdio would else print into
/// our files (G30).
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  /// Gives up the descriptor without closing it.
  [[nodiscard]] int release() { return std::exchange(number_, -1); }
  /// errno, or 0. The descriptor is gone either way.
  [[nodiscard]] int close();

 private:
  int number_ = -1;
};

/// open(2) with O_CLOEXEC, mode 0600, moved up to 3 or above, repeated after EINTR.
[[nodiscard]] Result<Descriptor> open_descriptor(const std::string& path, int flags);

/// The file `descriptor` is open on. `path` is for error texts.
[[nodiscard]] std::unique_ptr<File> make_posix_file(Descriptor descriptor, std::string path,
                                                    bool writable);

}  // namespace leat::io
