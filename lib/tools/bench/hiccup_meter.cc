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

namespace leat::tools {

HiccupMeter::HiccupMeter(std::shared_ptr<const Clock> clock)
    : clock_(std::move(clock)), thread_([this] { watch(); }) {
  pthread_setname_np(thread_.native_handle(), "hiccups");
}

HiccupMeter::~HiccupMeter() { (void)stop(); }

const base::Histogram& HiccupMeter::stop() {
  stopping_.store(true, std::memory_order_relaxed);  // the join orders what the thread wrote
  if (thread_.joinable()) thread_.join();
  return lateness_;
}

void HiccupMeter::watch() {
  constexpr std::chrono::milliseconds kNap{1};
  while (!stopping_.load(std::memory_order_relaxed)) {
    const MonotonicTime began = clock_->monotonic();
    std::this_thread::sleep_for(kNap);
    const std::chrono::nanoseconds late = clock_->monotonic() - began - kNap;
    lateness_.add(late.count() > 0 ? static_cast<std::uint64_t>(late.count()) : 0);
  }
}

}  // namespace leat::tools
