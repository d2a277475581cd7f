#pragma once

/// \file
/// A thread that serves connections (K3). It waits for sockets and timers, never for the disk.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>

#include "leat/environment.h"
#include "leat/result.h"

#include "kafka/executor.h"
#include "net/asio.h"

namespace leat::net {

/// Bytes as they come from sockets; requests that are still served keep it.
struct ReadBuffer {
  explicit ReadBuffer(std::size_t room)
      : bytes(std::make_unique_for_overwrite<std::byte[]>(room)), size(room) {}
  std::unique_ptr<std::byte[]> bytes;
  std::size_t size;
  std::size_t used = 0;  ///< of a reactor's: who keeps it looks no further than this
};

class Reactor : public kafka::Executor {
 public:
  /// `spin`: how long it looks for work before it sleeps.
  Reactor(LogSink log, std::chrono::nanoseconds spin);
  ~Reactor() override;
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;
  Reactor(Reactor&&) = delete;
  Reactor& operator=(Reactor&&) = delete;

  /// How many a process is best served by: one a core, at most 4 (K3).
  [[nodiscard]] static std::int32_t default_count();
  /// Errors: kIo when there is no thread to be had.
  Result<void> start();
  /// Ends the thread and does what was posted before, on the caller's; what is posted later is
  /// dropped. Not from its own thread.
  void stop();

  void post(std::function<void()> task) noexcept override;
  [[nodiscard]] bool is_here() const noexcept override;
  [[nodiscard]] asio::io_context& context() { return context_; }
  /// A buffer with room behind `used`. Requests that wait share it: each takes its own bytes only.
  /// On the thread of the reactor.
  [[nodiscard]] const std::shared_ptr<ReadBuffer>& read_buffer();

 private:
  /// Runs what is ready, on the caller's thread; false when nothing was.
  bool run_left() noexcept;
  void run();
  void run_spinning();

  const LogSink log_;
  const std::chrono::nanoseconds spin_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::shared_ptr<ReadBuffer> read_buffer_;
  std::atomic<bool> is_stopped_{false};
  std::thread thread_;
};

}  // namespace leat::net
