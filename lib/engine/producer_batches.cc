#include "engine/producer_batches.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "engine/guarded.h"
#include "engine/producer_in_flight.h"
#include "engine/producer_route.h"
#include "log/log_options.h"
#include "log/segment_writer.h"
#include "partition/append.h"
#include "partition/partition.h"

namespace leat::engine {
namespace {

/// A record's own bytes beside key, value and headers.
constexpr std::size_t kRecordOverhead = 7;
/// Of the buffer, the share that a lane may take ahead of need: many lanes leave room for records.
constexpr std::size_t kShare = 256;

MonotonicTime later(MonotonicTime now, std::chrono::nanoseconds delay) {
  return delay > MonotonicTime::max() - now ? MonotonicTime::max() : now + delay;
}

Direct direct_of(const Accumulator& accumulator, const Route& route) {
  return {.partition = accumulator.partition,
          .is_durable = route.is_durable(),
          .has_append_time = route.has_append_time()};
}

}  // namespace

std::size_t Batches::bytes_of(const Record& record) noexcept {
  return static_cast<std::size_t>(log::payload_of(record)) + kRecordOverhead;
}

// --- where a record goes
// --------------------------------------------------------------------------------

Result<Route*> Batches::find_route(std::string_view topic) {
  if (is_refusing_) return Error(ErrorCode::kClosed, "the producer is closed");
  auto found = routes_.find(topic);
  if (found == routes_.end() || !found->second.is_current()) {
    if (found != routes_.end()) routes_.erase(found);
    last_route_ = nullptr;
    LEAT_TRY(Route route, Route::find(engine_, options_, topic));
    found = routes_.emplace(std::string(topic), std::move(route)).first;
  }
  last_topic_ = found->first;
  last_route_ = &found->second;
  return last_route_;
}

Result<std::int32_t> Batches::admit(Route& route, const Outgoing& outgoing) {
  if (outgoing.partition) LEAT_TRY_VOID(route.check_partition(outgoing.topic, *outgoing.partition));
  LEAT_TRY_VOID(route.check(outgoing.record, *environment_.clock));
  return outgoing.partition ? outgoing.partition->value() : route.choose(outgoing.record);
}

Result<Place> Batches::place(const Outgoing& outgoing) {
  const base::MutexLock lock(mutex_);
  LEAT_TRY(Route* const route, find_route(outgoing.topic));
  LEAT_TRY(const std::int32_t index, admit(*route, outgoing));
  Place place{.partition = PartitionId{index}};
  if (outgoing.when == Outgoing::When::kDue && route->is_direct()) {
    LEAT_TRY(const Accumulator* const accumulator, find_accumulator(*route, index));
    place.direct = direct_of(*accumulator, *route);
  }
  return place;
}

Result<Accumulator*> Batches::find_accumulator(Route& route, std::int32_t index) {
  Accumulator*& known = route.accumulator(index);
  if (known != nullptr) return known;
  auto partition = route.partition(index);
  if (!partition)
    return Error(ErrorCode::kUnknownTopicOrPartition, "the topic has just been deleted");
  const partition::Identity& identity = partition->identity();
  Accumulator& accumulator = accumulators_[{identity.log_id, identity.name.partition}];
  // Once: who sends reads it without the lock, also after the topic has grown and its route is a new one.
  if (!accumulator.partition) accumulator.partition = std::move(partition);
  known = &accumulator;
  return known;
}

// --- gathering
// ------------------------------------------------------------------------------------------

Result<bool> Batches::add(const Outgoing& outgoing, OnAck& on_ack, Direct& direct,
                          std::size_t taken) {
  Accumulator* due = nullptr;
  {
    const base::MutexLock lock(mutex_);
    // What is the same as for the record before is not looked up, nor wrapped into Results.
    Route* route = last_route_;
    const bool is_known =
        route != nullptr && last_topic_ == outgoing.topic && !is_refusing_ && route->is_current();
    if (!is_known) {
      LEAT_TRY(route, find_route(outgoing.topic));
    }
    std::int32_t index = 0;
    if (!outgoing.partition && route->is_harmless(outgoing.record)) [[likely]] {
      index = route->choose(outgoing.record);
    } else {
      LEAT_TRY(index, admit(*route, outgoing));
    }
    Accumulator* accumulator = route->accumulator(index);
    if (accumulator == nullptr) {
      LEAT_TRY(accumulator, find_accumulator(*route, index));
    }
    const bool is_due = outgoing.when == Outgoing::When::kDue;
    if (is_due && route->is_direct()) {
      direct = direct_of(*accumulator, *route);
      return false;
    }
    const std::size_t bytes = bytes_of(outgoing.record);
    if (room_ + taken < bytes) LEAT_TRY_VOID(take_room(bytes));
    put(*accumulator, *route, outgoing.record, on_ack);
    room_ = room_ + taken - bytes;
    const bool is_at_once = is_due && options_.linger.count() == 0;
    if (is_at_once || !accumulator->full.empty()) due = accumulator;
    if (is_due && !is_at_once && accumulator->open) linger(*accumulator);
  }
  if (due != nullptr) send(*due);
  return true;
}

Result<void> Batches::take_room(std::size_t bytes) {
  const std::size_t ahead = std::min(options_.batch_bytes, in_flight_->bytes_max() / kShare);
  if (room_ + ahead >= bytes && in_flight_->take_ahead(ahead)) {
    room_ += ahead;
    return {};
  }
  // All of it: whether there ever is room is a matter of the whole.
  LEAT_TRY_VOID(in_flight_->try_take(bytes));
  room_ += bytes;
  return {};
}

void Batches::put(Accumulator& accumulator, const Route& route, const Record& record,
                  OnAck& on_ack) {
  Timestamp time = environment_.clock->now();
  if (record.timestamp && !route.has_append_time()) time = *record.timestamp;
  if (!accumulator.open || !accumulator.open->builder.append(record, time)) {
    close_open(accumulator);
    open(accumulator, route);
    (void)accumulator.open->builder.append(record, time);  // the first one always fits
  }
  Batch& batch = *accumulator.open;
  batch.ticket.bytes += bytes_of(record);
  if (on_ack) batch.sent.push_back({std::move(on_ack), time, batch.builder.record_count() - 1});
  if (batch.builder.size_in_bytes() >= options_.batch_bytes) close_open(accumulator);
}

void Batches::open(Accumulator& accumulator, const Route& route) {
  accumulator.open = std::exchange(accumulator.spare, std::nullopt);
  if (!accumulator.open) accumulator.open.emplace();
  Batch& batch = *accumulator.open;
  batch.builder.reset(route.batch());
  batch.is_durable = route.is_durable();
  batch.has_append_time = route.has_append_time();
  batch.due.reset();
  batch.ticket = {.bytes = 0, .round = in_flight_->enter()};
  batch.sent.clear();
}

void Batches::close_open(Accumulator& accumulator) {
  if (!accumulator.open) return;
  accumulator.full.push_back(*std::move(accumulator.open));
  accumulator.open.reset();
}

// --- lingering
// ------------------------------------------------------------------------------------------

void Batches::linger(Accumulator& accumulator) {
  Batch& batch = *accumulator.open;
  if (batch.due) [[likely]]
    return;
  batch.due = later(environment_.clock->monotonic(), options_.linger);
  if (!std::exchange(accumulator.is_lingering, true)) lingering_.push_back(&accumulator);
  // Batches become due in the order in which they were begun: one timer does for all.
  if (!timer_) start_timer(options_.linger);
}

void Batches::start_timer(std::chrono::nanoseconds delay) {
  timer_ = environment_.scheduler->post_after(delay, [weak = weak_from_this(), timer = ++timers_] {
    if (const auto self = weak.lock()) self->send_due(timer);
  });
}

void Batches::send_due(std::uint64_t timer) {
  std::vector<Accumulator*> due;
  {
    const base::MutexLock lock(mutex_);
    if (!timer_ || timer != timers_) return;  // cancelled too late to be kept from running
    timer_.reset();
    const MonotonicTime now = environment_.clock->monotonic();
    MonotonicTime next = MonotonicTime::max();
    std::vector<Accumulator*> rest;
    for (Accumulator* const accumulator : lingering_) {
      const auto at = accumulator->open ? accumulator->open->due : std::nullopt;
      if (at && *at > now) {
        next = std::min(next, *at);
        rest.push_back(accumulator);
        continue;
      }
      accumulator->is_lingering = false;
      if (at) due.push_back(accumulator);
      if (at) close_open(*accumulator);
    }
    lingering_ = std::move(rest);
    if (!lingering_.empty()) start_timer(next - now);
  }
  for (Accumulator* const accumulator : due) send(*accumulator);
}

// --- sending
// --------------------------------------------------------------------------------------------

void Batches::send(Accumulator& accumulator) {
  {
    const base::MutexLock lock(mutex_);
    if (accumulator.is_sending || !accumulator.partition) return;
    accumulator.is_sending = true;
  }
  std::optional<Batch> batch;
  while ((batch = next_to_send(accumulator, std::exchange(batch, std::nullopt)))) {
    send(*accumulator.partition, *batch);
  }
}

std::optional<Batch> Batches::next_to_send(Accumulator& accumulator, std::optional<Batch> sent) {
  const base::MutexLock lock(mutex_);
  // A batch of one large record is not kept for its memory.
  if (sent && sent->builder.size_in_bytes() <= 2 * options_.batch_bytes) {
    accumulator.spare = std::move(sent);
  }
  // Without linger, what gathered while the last batch was sent goes as the next one.
  if (accumulator.full.empty() && options_.linger.count() == 0) close_open(accumulator);
  if (!accumulator.full.empty()) {
    std::optional<Batch> batch(std::move(accumulator.full.front()));
    accumulator.full.erase(accumulator.full.begin());
    return batch;
  }
  accumulator.is_sending = false;
  if (is_refusing_) {  // else nobody waits for it
    rests_.fetch_add(1, std::memory_order_release);
    environment_.scheduler->wake(rests_);
  }
  return std::nullopt;
}

void Batches::send(partition::Partition& partition, Batch& batch) {
  std::optional<Timestamp> append_time;
  if (batch.has_append_time) {
    append_time = environment_.clock->now();
    for (Sent& sent : batch.sent) sent.timestamp = *append_time;
  }
  const Result<Offset> base = guarded([&]() -> Result<Offset> {
    LEAT_TRY(const auto validated,
             batch.builder.finish_validated(append_time, log::kDecompressedBytesMax));
    LEAT_TRY(const partition::Appended appended, partition::append(partition, validated));
    return appended.base_offset;
  });
  const PartitionId id = partition.name().partition;
  if (!base || !batch.is_durable) return acknowledge(id, base, batch.sent, batch.ticket);
  partition.when_durable(*base + batch.builder.record_count(),
                         [self = shared_from_this(), id, base, ticket = batch.ticket,
                          sent = std::make_shared<const std::vector<Sent>>(std::move(batch.sent))](
                             const Result<void>& outcome) {
                           self->acknowledge(id, outcome ? base : Result<Offset>(outcome.error()),
                                             *sent, ticket);
                         });
}

void Batches::acknowledge(PartitionId partition, const Result<Offset>& base,
                          const std::vector<Sent>& sent, const InFlight::Ticket& ticket) const {
  for (const Sent& one : sent) {
    if (base) {
      tell(environment_, one.on_ack,
           RecordMetadata{partition, *base + one.offset_delta, one.timestamp});
    } else {
      tell(environment_, one.on_ack, base.error());
    }
  }
  in_flight_->leave(ticket);
}

// --- ending
// ---------------------------------------------------------------------------------------------

void Batches::flush() {
  std::vector<Accumulator*> all;
  std::size_t unused = 0;
  {
    const base::MutexLock lock(mutex_);
    for (auto& [log, accumulator] : accumulators_) {
      close_open(accumulator);
      accumulator.is_lingering = false;
      if (!accumulator.full.empty()) all.push_back(&accumulator);
    }
    lingering_.clear();
    if (timer_) (void)environment_.scheduler->cancel(*timer_);  // or it finds itself cancelled
    timer_.reset();
    unused = std::exchange(room_, 0);
  }
  if (unused != 0) in_flight_->give_back(unused);
  for (Accumulator* const accumulator : all) send(*accumulator);
}

void Batches::refuse() {
  const base::MutexLock lock(mutex_);
  is_refusing_ = true;
}

void Batches::close() {
  while (true) {
    const std::uint32_t rests = rests_.load(std::memory_order_acquire);
    {
      const base::MutexLock lock(mutex_);
      const bool is_sending = std::any_of(accumulators_.begin(), accumulators_.end(),
                                          [](const auto& one) { return one.second.is_sending; });
      if (!is_sending) {
        for (auto& [log, accumulator] : accumulators_) {
          accumulator.partition.reset();  // who is about to send finds nothing
          accumulator.open.reset();
          accumulator.full.clear();
        }
        last_route_ = nullptr;
        routes_.clear();
        return;
      }
    }
    environment_.scheduler->wait(rests_, rests,
                                 environment_.clock->monotonic() + std::chrono::seconds(1));
  }
}

}  // namespace leat::engine
