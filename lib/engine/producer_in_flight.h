#pragma once

/// \file
/// What a producer has sent and nobody has acknowledged yet: bounds its bytes (back-pressure), and
/// knows when all that was sent before a moment has been acknowledged. Thread-safe; shared with the
/// acknowledgements under way.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>

#include "leat/environment.h"
#include "leat/producer.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"

namespace leat::engine {

class InFlight {
 public:
  /// A record that counts until it `leave`s.
  struct Ticket {
    std::size_t bytes = 0;
    std::uint64_t round = 0;
  };

  InFlight(const Environment& environment, std::size_t bytes_max)
      : environment_(environment), bytes_max_(bytes_max) {}

  /// Errors: kWouldBlock (no room now), kRecordTooLarge (there never is).
  Result<Ticket> try_enter(std::size_t bytes);
  /// Waits for room. Errors: kTimedOut, kRecordTooLarge.
  Result<Ticket> enter(std::size_t bytes, MonotonicTime deadline);
  void leave(const Ticket& ticket);
  /// Gives the outcome to the callback, whose exceptions are logged, then counts the record out.
  void acknowledge(const OnAck& on_ack, const Result<RecordMetadata>& outcome,
                   const Ticket& ticket);
  /// Returns when all that entered before has left. Errors: kTimedOut.
  Result<void> wait_for_all(MonotonicTime deadline);

 private:
  /// No round up to `round` has a record left.
  bool is_done(std::uint64_t round);

  const Environment& environment_;  // the engine's; who acknowledges holds a partition of it
  const std::size_t bytes_max_;
  std::atomic<std::uint32_t> changes_{0};  // what `enter` and `wait_for_all` sleep on
  base::Mutex mutex_;
  std::size_t bytes_ LEAT_GUARDED_BY(mutex_) = 0;
  std::uint64_t round_ LEAT_GUARDED_BY(mutex_) = 0;  // ends with each `wait_for_all`
  std::map<std::uint64_t, std::size_t> left_ LEAT_GUARDED_BY(mutex_);  // records by round
};

/// Tells a callback, if there is one; what it throws goes to the log.
void tell(const Environment& environment, const OnAck& on_ack,
          const Result<RecordMetadata>& outcome);

}  // namespace leat::engine
