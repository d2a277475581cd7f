#include "tools/bench/instruction_counter.h"

#include <cstdint>
#include <linux/perf_event.h>
#include <optional>
#include <sys/syscall.h>
#include <unistd.h>

namespace leat::tools {

InstructionCounter::InstructionCounter() noexcept {
  perf_event_attr event{};
  event.type = PERF_TYPE_HARDWARE;
  event.size = sizeof event;
  event.config = PERF_COUNT_HW_INSTRUCTIONS;
  event.exclude_kernel = 1;
  event.exclude_hv = 1;
  constexpr int kThisThread = 0;
  constexpr int kAnyProcessor = -1;
  constexpr int kNoGroup = -1;
  descriptor_ = static_cast<int>(::syscall(SYS_perf_event_open, &event, kThisThread, kAnyProcessor,
                                           kNoGroup, PERF_FLAG_FD_CLOEXEC));
}

InstructionCounter::~InstructionCounter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<std::uint64_t> InstructionCounter::read() const noexcept {
  std::uint64_t count = 0;
  if (descriptor_ < 0 || ::read(descriptor_, &count, sizeof count) != sizeof count) {
    return std::nullopt;
  }
  return count;
}

}  // namespace leat::tools
