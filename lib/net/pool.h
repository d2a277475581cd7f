#pragma once

/// \file
/// Threads that may wait for the disk, a few of them (K3).

#include <cstddef>
#include <functional>
#include <memory>

#include "net/asio.h"
#include "net/signals.h"

namespace leat::net {

class Pool {
 public:
  explicit Pool(std::size_t threads);
  /// Ends what runs; what has not begun is dropped.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  Pool(Pool&&) = delete;
  Pool& operator=(Pool&&) = delete;
  void run(std::function<void()> task);

 private:
  std::unique_ptr<SignalsBlocked> blocked_;
  asio::thread_pool threads_;
};

}  // namespace leat::net
