#pragma once

// What this thread has asked of the heap, for tests of bounds.

#include <cstddef>

namespace leat::wire::testing {

/// Counts from its beginning on, but nothing under ThreadSanitizer. REQUIRES: the test has
/// allocations.cc, which replaces `new`.
class Allocations {
 public:
  Allocations() : before_(total()) {}
  /// Bytes asked for since then, those given back included.
  [[nodiscard]] std::size_t bytes() const { return total() - before_; }

 private:
  static std::size_t total();
  std::size_t before_;
};

}  // namespace leat::wire::testing
