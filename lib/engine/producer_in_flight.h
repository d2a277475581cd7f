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
  /// A record or a batch of them that counts until it `leave`s.
  struct Ticket {
    std::size_t bytes = 0;
    std::uint64_t round = 0;
  };

  InFlight(const Environment& environment, std::size_t bytes_max)
      : environment_(environment), bytes_max_(bytes_max) {}

  [[nodiscard]] std::size_t bytes_max() const { return bytes_max_; }

  /// Takes room for `bytes`, to be given back by `give_back` or with a ticket.
  /// Errors: kWouldBlock (no room now), kRecordTooLarge (there never is).
  Result<void> try_take(std::size_t bytes);
  /// The same ahead of need: false when there is no room, or someone waits for it.
  [[nodiscard]] bool take_ahead(std::size_t bytes);
  /// Waits for room. Errors: kTimedOut, kRecordTooLarge.
  Result<void> take(std::size_t bytes, MonotonicTime deadline);
  void give_back(std::size_t bytes);

  /// The round that something which begins now is in.
  std::uint64_t enter();
  /// Gives back the ticket's bytes too.
  void leave(const Ticket& ticket);

  /// Ends a round: what enters from now on is in another.
  std::uint64_t end_round();
  /// Returns when all of the rounds up to `round` has left. Errors: kTimedOut.
  Result<void> wait_for(std::uint64_t round, MonotonicTime deadline);

 private:
  bool is_done(std::uint64_t round);
  [[nodiscard]] bool fits(std::size_t bytes) const LEAT_REQUIRES(mutex_) {
    return bytes <= bytes_max_ - bytes_;
  }
  /// What some sleep on: nobody is woken by what is not for them.
  struct Change {
    std::atomic<std::uint32_t> word{0};
    std::uint32_t sleepers = 0;  // under the mutex
  };
  /// Sleeps until the change has come since `seen` was loaded; false when the deadline has passed.
  bool wait(Change& change, std::uint32_t seen, MonotonicTime deadline);
  void give(std::size_t bytes, const std::uint64_t* round);

  const Environment& environment_;  // the engine's; who acknowledges holds a partition of it
  const std::size_t bytes_max_;
  Change room_;         // something was given back
  Change oldest_over_;  // all of the oldest round have left
  base::Mutex mutex_;
  std::size_t bytes_ LEAT_GUARDED_BY(mutex_) = 0;
  std::uint64_t round_ LEAT_GUARDED_BY(mutex_) = 0;
  std::map<std::uint64_t, std::size_t> left_ LEAT_GUARDED_BY(mutex_);  // tickets by round
};

/// Tells a callback, if there is one; what it throws goes to the log.
void tell(const Environment& environment, const OnAck& on_ack,
          const Result<RecordMetadata>& outcome);

}  // namespace leat::engine
