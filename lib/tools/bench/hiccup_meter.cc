#include "tools/bench/hiccup_meter.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <pthread.h>
#include <thread>
#include <utility>

#include "leat/environment.h"
#include "leat/types.h"

#include "base/histogram.h"
#include "io/posix_futex.h"

namespace leat::tools {

HiccupMeter::HiccupMeter(std::shared_ptr<const Clock> clock)
    : clock_(std::move(clock)), thread_([this] { watch(); }) {
  pthread_setname_np(thread_.native_handle(), "hiccups");
}

HiccupMeter::~HiccupMeter() { (void)stop(); }

const base::Histogram& HiccupMeter::stop() {
  stopping_.store(1, std::memory_order_relaxed);  // the join orders what the thread wrote
  io::futex_wake(stopping_);
  if (thread_.joinable()) thread_.join();
  return lateness_;
}

void HiccupMeter::watch() {
  constexpr std::chrono::milliseconds kNap{1};
  while (stopping_.load(std::memory_order_relaxed) == 0) {
    const MonotonicTime due = clock_->monotonic() + kNap;
    io::futex_wait(stopping_, 0, due);
    const std::chrono::nanoseconds late = clock_->monotonic() - due;
    if (late.count() >= 0) lateness_.add(static_cast<std::uint64_t>(late.count()));
  }
}

}  // namespace leat::tools
