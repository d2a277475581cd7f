#pragma once

/// \file
/// Counting the calls of a simulated disk, and deciding which of them fail.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/error.h"
#include "leat/testing/simulated_disk.h"

namespace leat::sim {

/// What is to happen to a call.
struct Strike {
  Error error;
  std::optional<std::size_t> after_bytes;
};

/// Not thread-safe.
class Faults {
 public:
  void arm(testing::DiskFault fault) {
    armed_.push_back({.fault = std::move(fault), .fitting = 0});
  }
  void clear() { armed_.clear(); }
  /// Counts a call; what it is struck by, if by anything. Of several faults the one armed first
  /// wins.
  [[nodiscard]] std::optional<Strike> count(testing::DiskCall call, std::string_view path);

  [[nodiscard]] std::uint64_t calls(testing::DiskCall call) const {
    return calls_[static_cast<std::size_t>(call)];
  }
  [[nodiscard]] std::uint64_t fired() const { return fired_; }

 private:
  struct Armed {
    testing::DiskFault fault;
    std::uint64_t fitting;  ///< Calls that fitted so far.
  };
  static constexpr std::size_t kKinds = static_cast<std::size_t>(testing::DiskCall::kLock) + 1;

  std::vector<Armed> armed_;
  std::array<std::uint64_t, kKinds> calls_{};  ///< [kAny] counts all.
  std::uint64_t fired_ = 0;
};

}  // namespace leat::sim
