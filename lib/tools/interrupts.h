#pragma once

/// \file
/// SIGINT and SIGTERM as something that is waited for instead of something that strikes: no
/// handler, no global.

#include <functional>
#include <thread>

namespace leat::tools {

/// Takes SIGINT and SIGTERM for the whole process, if it lives before the first thread starts.
/// Signals that were ignored when the process began stay ignored. Thread-safe.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  Interrupts(Interrupts&&) = delete;
  Interrupts& operator=(Interrupts&&) = delete;

  /// Waits until `descriptor` can be read; false when a signal came first, or came ever.
  [[nodiscard]] bool wait_readable(int descriptor) const;
  [[nodiscard]] bool has_come() const { return wait(0); }
  /// Waits at most `timeout_ms` (-1: for ever) for a signal; whether one came, now or before.
  [[nodiscard]] bool wait(int timeout_ms) const;
  /// The same as a descriptor to be waited on.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// Calls `told` on a thread of its own when a signal comes or nobody reads stdout any more.
class InterruptWatch {
 public:
  InterruptWatch(const Interrupts& interrupts, std::function<void()> told);
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
  InterruptWatch(InterruptWatch&&) = delete;
  InterruptWatch& operator=(InterruptWatch&&) = delete;

 private:
  int end_;  // an eventfd: the watch is over
  std::jthread thread_;
};

}  // namespace leat::tools
