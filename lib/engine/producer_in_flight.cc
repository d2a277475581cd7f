#include "engine/producer_in_flight.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "engine/guarded.h"

namespace leat::engine {

void tell(const Environment& environment, const OnAck& on_ack,
          const Result<RecordMetadata>& outcome) {
  if (!on_ack) return;
  const auto told = call_user("on_ack", [&] { on_ack(outcome); });
  if (!told && environment.log) environment.log(LogLevel::kError, told.error().message());
}

// --- room
// -------------------------------------------------------------------------------------------------

bool InFlight::take_ahead(std::size_t bytes) {
  const base::MutexLock lock(mutex_);
  if (room_.sleepers != 0 || !fits(bytes)) return false;
  bytes_ += bytes;
  return true;
}

Result<void> InFlight::try_take(std::size_t bytes) {
  if (bytes > bytes_max_) {
    return Error(
        ErrorCode::kRecordTooLarge,
        fmt::format("a record of {} bytes does not fit into buffer_bytes={}", bytes, bytes_max_));
  }
  const base::MutexLock lock(mutex_);
  if (!fits(bytes)) {
    return Error(
        ErrorCode::kWouldBlock,
        fmt::format("{} of buffer_bytes={} are waiting to be acknowledged", bytes_, bytes_max_));
  }
  bytes_ += bytes;
  return {};
}

Result<void> InFlight::take(std::size_t bytes, MonotonicTime deadline) {
  while (true) {
    const std::uint32_t seen = room_.word.load(std::memory_order_acquire);
    auto taken = try_take(bytes);
    if (taken || taken.error().code() != ErrorCode::kWouldBlock) return taken;
    if (wait(room_, seen, deadline)) continue;
    return Error(ErrorCode::kTimedOut,
                 fmt::format("no room within the timeout: {}", taken.error().message()));
  }
}

void InFlight::give_back(std::size_t bytes) { give(bytes, nullptr); }

// --- rounds
// -----------------------------------------------------------------------------------------------

std::uint64_t InFlight::enter() {
  const base::MutexLock lock(mutex_);
  ++left_[round_];
  return round_;
}

void InFlight::leave(const Ticket& ticket) { give(ticket.bytes, &ticket.round); }

std::uint64_t InFlight::end_round() {
  const base::MutexLock lock(mutex_);
  return round_++;
}

bool InFlight::is_done(std::uint64_t round) {
  const base::MutexLock lock(mutex_);
  return left_.empty() || left_.begin()->first > round;
}

Result<void> InFlight::wait_for(std::uint64_t round, MonotonicTime deadline) {
  while (true) {
    const std::uint32_t seen = oldest_over_.word.load(std::memory_order_acquire);
    if (is_done(round)) return {};
    if (wait(oldest_over_, seen, deadline)) continue;
    return Error(ErrorCode::kTimedOut,
                 "records are still unacknowledged at the end of the timeout");
  }
}

// --- sleeping
// ---------------------------------------------------------------------------------------------

bool InFlight::wait(Change& change, std::uint32_t seen, MonotonicTime deadline) {
  if (environment_.clock->monotonic() >= deadline) return false;
  {
    const base::MutexLock lock(mutex_);
    ++change.sleepers;
  }
  // Whoever brings the change after this sees the sleeper; who did before has changed the word.
  environment_.scheduler->wait(change.word, seen, deadline);
  const base::MutexLock lock(mutex_);
  --change.sleepers;
  return true;
}

void InFlight::give(std::size_t bytes, const std::uint64_t* round) {
  bool wakes_room = false;
  bool wakes_oldest = false;
  {
    const base::MutexLock lock(mutex_);
    // release: pairs with the acquire loads of those who wait. Under the lock, so that who is not
    // yet counted as a sleeper finds it changed.
    const auto bring = [](Change& change) {
      change.word.fetch_add(1, std::memory_order_release);
      return change.sleepers != 0;
    };
    bytes_ -= bytes;
    wakes_room = bring(room_);
    const auto left = round == nullptr ? left_.end() : left_.find(*round);
    if (left != left_.end() && --left->second == 0) {
      const bool is_oldest = left == left_.begin();
      left_.erase(left);
      if (is_oldest) wakes_oldest = bring(oldest_over_);
    }
  }
  if (wakes_room) environment_.scheduler->wake(room_.word);
  if (wakes_oldest) environment_.scheduler->wake(oldest_over_.word);
}

}  // namespace leat::engine
