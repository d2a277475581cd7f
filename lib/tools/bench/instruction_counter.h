#pragma once

/// \file
/// How many instructions this thread executed: the figure that a noisy neighbour does not change.

#include <cstdint>
#include <optional>

namespace leat::tools {

/// The processor's count of user-mode instructions of the thread that made it, from there on.
/// Many virtual machines and containers have none: every read is then nullopt.
class InstructionCounter {
 public:
  InstructionCounter() noexcept;
  ~InstructionCounter();
  InstructionCounter(const InstructionCounter&) = delete;
  InstructionCounter& operator=(const InstructionCounter&) = delete;
  InstructionCounter(InstructionCounter&&) = delete;
  InstructionCounter& operator=(InstructionCounter&&) = delete;

  [[nodiscard]] std::optional<std::uint64_t> read() const noexcept;

 private:
  int descriptor_;
};

}  // namespace leat::tools
