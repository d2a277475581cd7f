#pragma once

/// \file
/// What the protocol asks of whoever runs it: a thread for each connection, and a pool for what
/// waits for the disk (K2, K3).

#include <functional>

namespace leat::kafka {

/// The thread of a connection: a reactor's. `post` comes from any thread, never runs inline, and
/// drops the task once the reactor has stopped.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void post(std::function<void()> task) noexcept = 0;
  /// Whether the caller is on that thread.
  [[nodiscard]] virtual bool is_here() const noexcept = 0;
};

/// Runs `task` on a thread that may wait for the disk.
using RunBlocking = std::function<void(std::function<void()> task)>;

}  // namespace leat::kafka
