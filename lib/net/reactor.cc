#include "net/reactor.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <pthread.h>
#include <system_error>
#include <thread>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "net/signals.h"

namespace leat::net {
namespace {

constexpr std::size_t kReadBufferBytes = std::size_t{256} << 10U;
/// With less room than this a read would take too little at a time.
constexpr std::size_t kReadRoomMin = std::size_t{64} << 10U;

}  // namespace

Reactor::Reactor(LogSink log, std::chrono::nanoseconds spin)
    : log_(std::move(log)), spin_(spin), work_(asio::make_work_guard(context_)) {}

Reactor::~Reactor() { stop(); }

std::int32_t Reactor::default_count() {
  return std::clamp(static_cast<std::int32_t>(std::thread::hardware_concurrency()), 1, 4);
}

Result<void> Reactor::start() {
  const SignalsBlocked blocked;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    return Error(ErrorCode::kIo, fmt::format("no thread for the network: {}", error.what()));
  }
  ::pthread_setname_np(thread_.native_handle(), "leat-net");
  return {};
}

void Reactor::stop() {
  is_stopped_.store(true, std::memory_order_release);
  context_.stop();
  if (thread_.joinable()) thread_.join();
  // What is left holds connections, and they hold the reactor: closes, and waits that they end.
  constexpr int kRoundsMax = 1000;
  context_.restart();
  for (int i = 0; i < kRoundsMax && run_left(); ++i) {
  }
}

bool Reactor::run_left() noexcept {
  try {
    return context_.poll() > 0;
  } catch (const std::exception& error) {
    if (log_)
      log_(LogLevel::kError, fmt::format("a request of the network failed: {}", error.what()));
    return true;
  }
}

bool Reactor::is_here() const noexcept {
  return thread_.get_id() == std::this_thread::get_id();
}

void Reactor::post(std::function<void()> task) noexcept {
  if (is_stopped_.load(std::memory_order_acquire)) return;
  try {
    asio::post(context_, std::move(task));
  } catch (const std::exception& error) {
    if (log_)
      log_(LogLevel::kError, fmt::format("a task of the network is lost: {}", error.what()));
  }
}

void Reactor::run() {
  while (!context_.stopped()) {
    // What a handler throws ends that handler alone: memory is short, and its connection gets
    // nothing.
    try {
      if (spin_ > std::chrono::nanoseconds::zero()) {
        run_spinning();
      } else {
        context_.run();
      }
    } catch (const std::exception& error) {
      if (log_)
        log_(LogLevel::kError, fmt::format("a request of the network failed: {}", error.what()));
    }
  }
}

void Reactor::run_spinning() {
  asio::steady_timer::clock_type::time_point idle_since = asio::steady_timer::clock_type::now();
  while (!context_.stopped()) {
    if (context_.poll() > 0) {
      idle_since = asio::steady_timer::clock_type::now();
    } else if (asio::steady_timer::clock_type::now() - idle_since >= spin_) {
      context_.run_one();
      idle_since = asio::steady_timer::clock_type::now();
    }
  }
}

const std::shared_ptr<ReadBuffer>& Reactor::read_buffer() {
  if (read_buffer_ != nullptr && read_buffer_.use_count() == 1) read_buffer_->used = 0;
  if (read_buffer_ == nullptr || read_buffer_->size - read_buffer_->used < kReadRoomMin) {
    read_buffer_ = std::make_shared<ReadBuffer>(kReadBufferBytes);
  }
  return read_buffer_;
}

}  // namespace leat::net
