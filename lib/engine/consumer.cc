// Polling and waiting, and the façade.

#include "leat/consumer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/consumed_batch.h"
#include "engine/consumer_impl.h"
#include "engine/engine_impl.h"
#include "engine/guarded.h"
#include "log/segment_reader.h"
#include "partition/instance.h"
#include "partition/partition.h"
#include "partition/waiters.h"

namespace leat::inline v0 {
namespace {

/// A spinning consumer looks at the clock once in so many looks, about three microseconds: the clock costs more
/// than a look, and what comes meanwhile waits for it.
constexpr std::uint32_t kLooksPerClock = 1024;
constexpr std::chrono::milliseconds kBackOffMax{10};

}  // namespace

Consumer::Impl::Impl(std::shared_ptr<Engine::Impl> engine, ConsumerOptions options)
    : engine_(std::move(engine)),
      options_(std::move(options)),
      sleeper_(std::make_shared<engine::SleepingConsumer>(*engine_->environment().scheduler)) {}

const Environment& Consumer::Impl::environment() const { return engine_->environment(); }
bool Consumer::Impl::is_read_only() const { return engine_->instance().gate.is_read_only(); }

// --- looking
// -------------------------------------------------------------------------------------------

Result<log::Piece*> Consumer::Impl::next_piece(Assigned& assigned, std::size_t bytes_max) {
  if (!assigned.has_position) LEAT_TRY_VOID(reset(assigned));
  auto piece = assigned.reader.next(bytes_max);
  if (piece || piece.error().code() != ErrorCode::kOffsetOutOfRange) return piece;
  if (options_.offset_reset == OffsetReset::kNone) return piece;
  LEAT_TRY_VOID(reset(assigned));
  return assigned.reader.next(bytes_max);
}

Result<void> Consumer::Impl::read(Assigned& assigned, Found& found, Room& room) {
  while (room.bytes > 0 && room.records > 0) {
    LEAT_TRY(log::Piece* const piece, next_piece(assigned, room.bytes));
    if (piece == nullptr) return {};
    if (found && !found->empty() && piece->bytes.size() > room.bytes) {  // larger than what is left
      assigned.reader.seek(piece->first);
      room.bytes = 0;
      return {};
    }
    if (!found) found = take_spare();
    auto added = found->add(*piece, assigned.name, room.records);
    if (added.stopped_at) assigned.reader.seek(*added.stopped_at);
    if (added.records > 0) {
      assigned.epoch = added.epoch;
      room.bytes -= std::min(room.bytes, piece->bytes.size());
      if (room.records != ConsumedBatch::Impl::kAllRecords) room.records -= added.records;
    }
    if (added.error) return *std::move(added.error);
    if (assigned.reader.is_caught_up()) return {};  // what came since waits for the next poll
  }
  return {};
}

Consumer::Impl::Found Consumer::Impl::take_spare() {
  if (spare_) return std::move(spare_);
  return std::make_unique_for_overwrite<ConsumedBatch::Impl>();
}

bool Consumer::Impl::has_news() const noexcept {
  return std::ranges::any_of(assigned_, [](const Assigned& assigned) {
    return !assigned.is_paused && assigned.reader.has_news();
  });
}

Result<Consumer::Impl::Found> Consumer::Impl::look() {
  Found found;
  Room room{.bytes = std::max<std::size_t>(options_.max_poll_bytes, 1),
            .records = options_.max_poll_records == 0 ? ConsumedBatch::Impl::kAllRecords
                                                      : options_.max_poll_records};
  const std::size_t count = assigned_.size();
  for (std::size_t i = 0; i < count && room.bytes > 0 && room.records > 0; ++i) {
    const std::size_t at = turn_ + i;
    Assigned& assigned = assigned_[at < count ? at : at - count];  // a division costs more than the rest
    if (assigned.is_paused) continue;
    auto read = this->read(assigned, found, room);
    if (read) continue;
    // What was read before it is given first; the error comes again with the next poll.
    if (!found || found->empty()) {
      pass_turn(i + 1);
      return std::move(read).error();
    }
    break;
  }
  if (!found || found->empty()) return Found();
  pass_turn(1);
  return found;
}

void Consumer::Impl::pass_turn(std::size_t partitions) {
  turn_ += partitions;
  if (turn_ >= assigned_.size()) turn_ -= assigned_.size();
}

Result<Consumer::Impl::Found> Consumer::Impl::look_again() {
  LEAT_TRY_VOID(engine_->refresh());
  return look();
}

// --- waiting
// -------------------------------------------------------------------------------------------

MonotonicTime Consumer::Impl::deadline_after(std::chrono::nanoseconds timeout) const {
  const MonotonicTime now = environment().clock->monotonic();
  return timeout > MonotonicTime::max() - now ? MonotonicTime::max() : now + timeout;
}

std::chrono::nanoseconds Consumer::Impl::back_off(std::uint32_t looks) {
  return std::min(std::chrono::milliseconds(looks + 1), kBackOffMax);
}

void Consumer::Impl::arm(const std::shared_ptr<partition::Waiter>& waiter) {
  for (Assigned& assigned : assigned_) {
    if (!assigned.is_paused) assigned.reader.partition().waiters().arm(waiter);
  }
  if (member_) bell_->ring_too(waiter);
  partition::Waiters::settle();
}

void Consumer::Impl::disarm(const partition::Waiter* waiter) {
  for (Assigned& assigned : assigned_) assigned.reader.partition().waiters().disarm(waiter);
}

Result<Consumer::Impl::Found> Consumer::Impl::park(std::uint32_t wakes_seen,
                                                   MonotonicTime deadline) {
  arm(sleeper_);
  auto found = look();  // what came before the writers saw us armed wakes nobody
  if (found && !*found) {
    const MonotonicTime longest = deadline_after(partition::Waiters::sleep_max());
    sleeper_->sleep(wakes_seen, std::min(deadline, longest));
  }
  disarm(sleeper_.get());
  return found;
}

Result<Consumer::Impl::Found> Consumer::Impl::idle(std::uint32_t round, std::uint32_t wakes_seen,
                                                   MonotonicTime deadline) {
  if (is_read_only()) {
    sleeper_->sleep(wakes_seen, std::min(deadline, deadline_after(back_off(round))));
    return look_again();
  }
  switch (options_.idle) {
    case Idle::kSpin:
      return Found();
    case Idle::kYield:
      std::this_thread::yield();
      return Found();
    case Idle::kPark:
      return park(wakes_seen, deadline);
  }
  return Found();
}

Result<Consumer::Impl::Found> Consumer::Impl::wait_for_records(MonotonicTime deadline,
                                                               const std::stop_token& stop) {
  const bool spins = options_.idle == Idle::kSpin && !is_read_only();
  // Before there is news, not when it has come.
  if (spins && !spare_) spare_ = std::make_unique_for_overwrite<ConsumedBatch::Impl>();
  for (std::uint32_t round = 0;; ++round) {
    // Before anything is looked at: a wake from here on ends the sleep at once.
    const std::uint32_t wakes = sleeper_->wakes();
    if (is_cancelled_.load(std::memory_order_relaxed) && is_cancelled_.exchange(false)) {
      return Error(ErrorCode::kCancelled, "Consumer::wake ended the poll");
    }
    if (stop.stop_requested()) return Found();
    LEAT_TRY_VOID(take_part());
    // A thorough look, which finds closed gates and deleted topics too, as often as the clock.
    if (spins && round % kLooksPerClock != 0 && !has_news()) continue;
    LEAT_TRY(auto found, look());
    if (found) return found;
    if (round % kLooksPerClock == 0 || options_.idle != Idle::kSpin) {
      if (environment().clock->monotonic() >= deadline) return Found();
    }
    LEAT_TRY(found, idle(round, wakes, deadline));
    if (found) return found;
  }
}

Result<ConsumedBatch> Consumer::Impl::poll(std::chrono::nanoseconds timeout) {
  LEAT_TRY_VOID(engine_->instance().gate.check());
  if (assigned_.empty() && !member_) {
    return Error(ErrorCode::kInvalidArgument,
                 "nothing is assigned; call assign() or subscribe() before poll()");
  }
  LEAT_TRY(auto found, wait_for_records(deadline_after(timeout), {}));
  return ConsumedBatch(std::move(found));
}

Result<ConsumedBatch> Consumer::Impl::try_poll() {
  LEAT_TRY_VOID(engine_->instance().gate.check());
  LEAT_TRY_VOID(take_part());
  LEAT_TRY(auto found, is_read_only() ? look_again() : look());
  if (!found) return Error(ErrorCode::kWouldBlock, "there is nothing to read now");
  return ConsumedBatch(std::move(found));
}

void Consumer::Impl::wake() noexcept {
  is_cancelled_.store(true);
  sleeper_->wake();
}

Result<void> Consumer::Impl::follow(const std::stop_token& stop, const OnBatch& on_batch) {
  const std::stop_callback wake_up(stop, [this] { sleeper_->wake(); });
  while (!stop.stop_requested()) {
    LEAT_TRY_VOID(engine_->instance().gate.check());
    LEAT_TRY(auto found, wait_for_records(MonotonicTime::max(), stop));
    if (!found) continue;
    const ConsumedBatch batch(std::move(found));
    LEAT_TRY(const bool goes_on, engine::call_user("on_batch", [&] { return on_batch(batch); }));
    if (!goes_on) break;
  }
  return {};
}

// --- the façade
// ----------------------------------------------------------------------------------------

Consumer::Consumer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Consumer::Consumer(Consumer&&) noexcept = default;
Consumer& Consumer::operator=(Consumer&&) noexcept = default;
Consumer::~Consumer() = default;

Result<void> Consumer::assign(std::vector<TopicPartition> partitions) {
  return engine::guarded([&] { return impl_->assign(std::move(partitions)); });
}
Result<void> Consumer::assign_topic(std::string_view topic) {
  return engine::guarded([&] { return impl_->assign_topic(topic); });
}
const std::vector<TopicPartition>& Consumer::assignment() const { return impl_->assignment(); }
Result<void> Consumer::seek(const TopicPartition& partition, Offset offset) {
  return engine::guarded([&] { return impl_->seek(partition, offset); });
}
Result<void> Consumer::seek_to_beginning(const TopicPartition& partition) {
  return engine::guarded([&] { return impl_->seek_to_beginning(partition); });
}
Result<void> Consumer::seek_to_end(const TopicPartition& partition) {
  return engine::guarded([&] { return impl_->seek_to_end(partition); });
}
Result<void> Consumer::seek_to_time(const TopicPartition& partition, Timestamp time) {
  return engine::guarded([&] { return impl_->seek_to_time(partition, time); });
}
Result<void> Consumer::seek_to_last(const TopicPartition& partition, std::int64_t count) {
  return engine::guarded([&] { return impl_->seek_to_last(partition, count); });
}
Result<Position> Consumer::position(const TopicPartition& partition) const {
  return engine::guarded([&] { return impl_->position(partition); });
}
Result<void> Consumer::pause(const TopicPartition& partition) {
  return engine::guarded([&] { return impl_->set_paused(partition, true); });
}
Result<void> Consumer::resume(const TopicPartition& partition) {
  return engine::guarded([&] { return impl_->set_paused(partition, false); });
}
Result<ConsumedBatch> Consumer::poll(std::chrono::nanoseconds timeout) {
  return engine::guarded([&] { return impl_->poll(timeout); });
}
Result<ConsumedBatch> Consumer::try_poll() {
  return engine::guarded([&] { return impl_->try_poll(); });
}
void Consumer::wake() noexcept { impl_->wake(); }
Result<std::vector<ConsumedRecord>> Consumer::read_back(const TopicPartition& partition,
                                                        std::size_t count, ConsumedBatch& lease) {
  return engine::guarded([&] { return impl_->read_back(partition, count, lease); });
}
Result<void> Consumer::follow(const std::stop_token& stop, const OnBatch& on_batch) {
  return engine::guarded([&] { return impl_->follow(stop, on_batch); });
}
Result<void> Consumer::subscribe(std::vector<std::string> topics, RebalanceListener listener) {
  return engine::guarded([&] { return impl_->subscribe(std::move(topics), std::move(listener)); });
}
Result<void> Consumer::subscribe_pattern(std::string_view pattern, RebalanceListener listener) {
  return engine::guarded([&] { return impl_->subscribe_pattern(pattern, std::move(listener)); });
}
Result<void> Consumer::unsubscribe() {
  return engine::guarded([&] { return impl_->unsubscribe(); });
}
Result<void> Consumer::commit() {
  return engine::guarded([&] { return impl_->commit(); });
}
Result<void> Consumer::commit(const OffsetsByPartition& offsets) {
  return engine::guarded([&] { return impl_->commit(offsets); });
}
void Consumer::commit_async(std::function<void(const Result<void>&)> done) {
  const auto started = engine::guarded([&]() -> Result<void> {
    impl_->commit_async(done);
    return {};
  });
  if (!started && done) done(started);
}
Result<OffsetsByPartition> Consumer::committed(const std::vector<TopicPartition>& partitions) {
  return engine::guarded([&] { return impl_->committed(partitions); });
}
GroupMetadata Consumer::group_metadata() const { return impl_->group_metadata(); }
Result<void> Consumer::save() {
  return engine::guarded([&] { return impl_->save(); });
}

}  // namespace leat::inline v0
