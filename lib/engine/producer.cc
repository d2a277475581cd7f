#include "leat/producer.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/engine_impl.h"
#include "engine/guarded.h"
#include "engine/producer_backend.h"
#include "engine/producer_batches.h"
#include "engine/producer_in_flight.h"
#include "engine/producer_lanes.h"
#include "engine/producer_partitions.h"
#include "partition/append.h"

namespace leat::engine {
namespace {

/// What became of records sent together; shared with their acknowledgements, which may come after
/// the timeout.
class Outcomes {
 public:
  Outcomes(Scheduler& scheduler, std::size_t count)
      : scheduler_(scheduler), left_(static_cast<std::uint32_t>(count)), outcomes_(count) {}

  void set(std::size_t i, const Result<RecordMetadata>& outcome) {
    outcomes_[i] = outcome;
    // release: pairs with the acquire in `wait`, which reads all outcomes.
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) scheduler_.wake(left_);
  }

  /// Errors: kTimedOut; else the first error among the outcomes.
  Result<std::vector<RecordMetadata>> wait(const Clock& clock, MonotonicTime deadline) {
    for (auto left = left_.load(std::memory_order_acquire); left != 0;
         left = left_.load(std::memory_order_acquire)) {
      if (clock.monotonic() >= deadline) {
        return Error(ErrorCode::kTimedOut,
                     "not acknowledged within the timeout; it may be published all the same");
      }
      scheduler_.wait(left_, left, deadline);
    }
    std::vector<RecordMetadata> all;
    all.reserve(outcomes_.size());
    for (const auto& outcome : outcomes_) {
      if (!outcome) return Error(ErrorCode::kInternal, "acknowledged without an outcome");
      LEAT_TRY(const RecordMetadata metadata, *outcome);
      all.push_back(metadata);
    }
    return all;
  }

 private:
  Scheduler& scheduler_;
  std::atomic<std::uint32_t> left_;
  std::vector<std::optional<Result<RecordMetadata>>> outcomes_;
};

}  // namespace

EngineProducer::EngineProducer(std::shared_ptr<Engine::Impl> engine, ProducerOptions options)
    : engine_(std::move(engine)),
      options_(std::move(options)),
      in_flight_(std::make_shared<InFlight>(engine_->environment(), options_.buffer_bytes)),
      lanes_(std::make_shared<Lanes>(*engine_, options_, in_flight_)) {}

EngineProducer::~EngineProducer() { (void)close(); }  // documented: the error is dropped

MonotonicTime EngineProducer::deadline() const {
  const MonotonicTime now = engine_->environment().clock->monotonic();
  return options_.timeout > MonotonicTime::max() - now ? MonotonicTime::max()
                                                       : now + options_.timeout;
}

// --- gathering
// -----------------------------------------------------------------------------------------

Result<void> EngineProducer::choose(Outgoing& outgoing) {
  // Without a lock: it is the user's, and may do what it likes.
  if (!options_.partitioner || outgoing.partition) [[likely]]
    return {};
  LEAT_TRY(const auto served, engine_->topic(outgoing.topic));
  LEAT_TRY(outgoing.partition, ask(options_.partitioner, outgoing.topic, outgoing.record,
                                   static_cast<std::int32_t>(served->partitions.size())));
  return {};
}

Result<Place> EngineProducer::place(Outgoing outgoing) {
  LEAT_TRY_VOID(engine_->instance().gate.check());  // before any lock: after fork() one may be held
  LEAT_TRY_VOID(choose(outgoing));
  return lanes_->mine().place(outgoing);
}

Result<bool> EngineProducer::add(const Outgoing& outgoing, OnAck& on_ack, Direct& direct,
                                 bool may_wait) {
  const partition::Gate& gate = engine_->instance().gate;
  if (!gate.is_open_for_all()) [[unlikely]]
    LEAT_TRY_VOID(gate.check());  // as above
  if (options_.partitioner && !outgoing.partition) [[unlikely]] {
    Outgoing chosen = outgoing;
    LEAT_TRY_VOID(choose(chosen));
    return add(chosen, on_ack, direct, may_wait);
  }
  Batches& lane = lanes_->mine();
  auto added = lane.add(outgoing, on_ack, direct);
  if (added || added.error().code() != ErrorCode::kWouldBlock) [[likely]]
    return added;
  const std::size_t bytes = Batches::bytes_of(outgoing.record);
  LEAT_TRY_VOID(take_room(bytes, may_wait));
  added = lane.add(outgoing, on_ack, direct, bytes);
  if (!added || !*added) in_flight_->give_back(bytes);
  return added;
}

Result<void> EngineProducer::take_room(std::size_t bytes, bool may_wait) {
  auto taken = in_flight_->try_take(bytes);
  if (taken || taken.error().code() != ErrorCode::kWouldBlock) return taken;
  // What lingers makes room.
  if (!may_wait) {
    lanes_->flush_soon();
    return taken;
  }
  lanes_->flush();
  return in_flight_->take(bytes, deadline());
}

// --- sending
// -------------------------------------------------------------------------------------------

Result<RecordMetadata> EngineProducer::append_now(const Direct& direct, const Record& record) {
  LEAT_TRY(const partition::Appended appended, partition::append(*direct.partition, record));
  const Timestamp time =
      direct.has_append_time ? appended.time : record.timestamp.value_or(appended.time);
  return RecordMetadata{direct.partition->name().partition, appended.base_offset, time};
}

Result<void> EngineProducer::append_now(const Direct& direct, const Record& record, OnAck on_ack,
                                        bool may_wait) {
  if (!direct.is_durable) {
    LEAT_TRY(const RecordMetadata metadata, append_now(direct, record));
    tell(engine_->environment(), on_ack, metadata);
    return {};
  }
  const std::size_t bytes = Batches::bytes_of(record);
  LEAT_TRY_VOID(take_room(bytes, may_wait));
  const InFlight::Ticket ticket{.bytes = bytes, .round = in_flight_->enter()};
  const auto metadata = append_now(direct, record);
  if (!metadata) {
    in_flight_->leave(ticket);
    return metadata.error();
  }
  direct.partition->when_durable(
      metadata->offset.next(),
      [engine = engine_.get(), in_flight = in_flight_, on_ack = std::move(on_ack), ticket,
       metadata = *metadata](const Result<void>& outcome) {
        Result<RecordMetadata> told = metadata;
        if (!outcome) told = outcome.error();
        tell(engine->environment(), on_ack, told);
        in_flight->leave(ticket);
      });
  return {};
}

Result<RecordMetadata> EngineProducer::send(std::string_view topic, const Record& record) {
  return guarded([&]() -> Result<RecordMetadata> {
    LEAT_TRY(Place place, this->place({.topic = topic, .record = record}));
    if (place.direct) {
      LEAT_TRY(const RecordMetadata metadata, append_now(*place.direct, record));
      if (place.direct->is_durable) {
        LEAT_TRY_VOID(place.direct->partition->make_durable(metadata.offset.next()));
      }
      return metadata;
    }
    const Environment& environment = engine_->environment();
    const auto outcomes = std::make_shared<Outcomes>(*environment.scheduler, 1);
    OnAck told = [outcomes](const auto& outcome) { outcomes->set(0, outcome); };
    const Outgoing outgoing{.topic = topic, .record = record, .partition = place.partition};
    LEAT_TRY_VOID(send_async(outgoing, std::move(told), true));
    LEAT_TRY(const auto all, outcomes->wait(*environment.clock, deadline()));
    return all.front();
  });
}

Result<void> EngineProducer::send_async(std::string_view topic, const Record& record, OnAck on_ack,
                                        bool may_wait) {
  return guarded(
      [&] { return send_async({.topic = topic, .record = record}, std::move(on_ack), may_wait); });
}

Result<void> EngineProducer::send_to(const TopicPartition& to, const Record& record, OnAck on_ack) {
  return guarded([&] {
    return send_async({.topic = to.topic, .record = record, .partition = to.partition},
                      std::move(on_ack), true);
  });
}

Result<void> EngineProducer::send_async(const Outgoing& outgoing, OnAck on_ack, bool may_wait) {
  Direct direct;
  LEAT_TRY(const bool is_added, add(outgoing, on_ack, direct, may_wait));
  if (is_added) return {};
  return append_now(direct, outgoing.record, std::move(on_ack), may_wait);
}

Result<std::vector<RecordMetadata>> EngineProducer::send_all(std::string_view topic,
                                                             std::span<const Record> records) {
  return guarded([&]() -> Result<std::vector<RecordMetadata>> {
    // All are looked at before the first is sent.
    std::vector<Outgoing> all;
    all.reserve(records.size());
    for (const Record& record : records) {
      all.push_back({.topic = topic, .record = record, .when = Outgoing::When::kLater});
      LEAT_TRY(const Place place, this->place(all.back()));
      all.back().partition = place.partition;
    }
    const Environment& environment = engine_->environment();
    const auto outcomes = std::make_shared<Outcomes>(*environment.scheduler, records.size());
    Direct none;  // nothing that may wait is direct
    for (std::size_t i = 0; i < all.size(); ++i) {
      OnAck told = [outcomes, i](const auto& outcome) { outcomes->set(i, outcome); };
      const auto added = add(all[i], told, none, true);
      if (!added) outcomes->set(i, added.error());
    }
    lanes_->flush();
    return outcomes->wait(*environment.clock, deadline());
  });
}

// --- ending
// --------------------------------------------------------------------------------------------

Result<void> EngineProducer::flush() {
  return guarded([&]() -> Result<void> {
    if (engine_->instance().gate.forked()) return engine_->instance().gate.check();
    // In this order: what begins after the lanes were flushed is not waited for.
    const std::uint64_t round = in_flight_->end_round();
    lanes_->flush();
    return in_flight_->wait_for(round, deadline());
  });
}

Result<void> EngineProducer::close() {
  if (is_closed_.exchange(true, std::memory_order_acq_rel)) return {};
  // After fork() a lock may be held for ever by a thread that is not there.
  if (engine_->instance().gate.forked()) return engine_->instance().gate.check();
  lanes_->refuse();
  auto flushed = flush();
  lanes_->close();
  return flushed;
}

}  // namespace leat::engine
