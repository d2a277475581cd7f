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

Result<InFlight::Ticket> InFlight::try_enter(std::size_t bytes) {
  if (bytes > bytes_max_) {
    return Error(
        ErrorCode::kRecordTooLarge,
        fmt::format("a record of {} bytes does not fit into buffer_bytes={}", bytes, bytes_max_));
  }
  const base::MutexLock lock(mutex_);
  if (bytes_ + bytes > bytes_max_) {
    return Error(
        ErrorCode::kWouldBlock,
        fmt::format("{} of buffer_bytes={} are waiting to be acknowledged", bytes_, bytes_max_));
  }
  bytes_ += bytes;
  ++left_[round_];
  return Ticket{bytes, round_};
}

Result<InFlight::Ticket> InFlight::enter(std::size_t bytes, MonotonicTime deadline) {
  while (true) {
    const std::uint32_t seen = changes_.load(std::memory_order_acquire);
    auto ticket = try_enter(bytes);
    if (ticket || ticket.error().code() != ErrorCode::kWouldBlock) return ticket;
    if (environment_.clock->monotonic() >= deadline) {
      return Error(ErrorCode::kTimedOut,
                   fmt::format("no room within the timeout: {}", ticket.error().message()));
    }
    environment_.scheduler->wait(changes_, seen, deadline);
  }
}

void InFlight::leave(const Ticket& ticket) {
  {
    const base::MutexLock lock(mutex_);
    bytes_ -= ticket.bytes;
    if (--left_[ticket.round] == 0) left_.erase(ticket.round);
  }
  // release: pairs with the acquire loads of those who wait.
  changes_.fetch_add(1, std::memory_order_release);
  environment_.scheduler->wake(changes_);
}

void InFlight::acknowledge(const OnAck& on_ack, const Result<RecordMetadata>& outcome,
                           const Ticket& ticket) {
  tell(environment_, on_ack, outcome);
  leave(ticket);
}

bool InFlight::is_done(std::uint64_t round) {
  const base::MutexLock lock(mutex_);
  return left_.empty() || left_.begin()->first > round;
}

Result<void> InFlight::wait_for_all(MonotonicTime deadline) {
  std::uint64_t round = 0;
  {
    const base::MutexLock lock(mutex_);
    round = round_++;
  }
  while (true) {
    const std::uint32_t seen = changes_.load(std::memory_order_acquire);
    if (is_done(round)) return {};
    if (environment_.clock->monotonic() >= deadline) {
      return Error(ErrorCode::kTimedOut,
                   "records are still unacknowledged at the end of the timeout");
    }
    environment_.scheduler->wait(changes_, seen, deadline);
  }
}

}  // namespace leat::engine
