#pragma once

/// \file
/// How quiet the machine was: a thread that sleeps a millisecond at a time notes how late it wakes.
/// What it saw stands in the report: a row beside a long hiccup is worth less.

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "leat/environment.h"

#include "base/histogram.h"

namespace leat::tools {

/// Measures from its construction until stop(). Thread: "hiccups".
class HiccupMeter {
 public:
  explicit HiccupMeter(std::shared_ptr<const Clock> clock);
  ~HiccupMeter();
  HiccupMeter(const HiccupMeter&) = delete;
  HiccupMeter& operator=(const HiccupMeter&) = delete;
  HiccupMeter(HiccupMeter&&) = delete;
  HiccupMeter& operator=(HiccupMeter&&) = delete;

  /// Ends the thread; the nanoseconds by which each sleep was too long. Idempotent.
  [[nodiscard]] const base::Histogram& stop();

 private:
  void watch();

  std::shared_ptr<const Clock> clock_;
  std::atomic<std::uint32_t> stopping_ = 0;
  base::Histogram lateness_;  // the thread's until it is joined
  std::thread thread_;
};

}  // namespace leat::tools
