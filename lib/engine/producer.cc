#include "leat/producer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/engine_impl.h"
#include "engine/guarded.h"
#include "engine/producer_backend.h"
#include "engine/producer_batches.h"
#include "engine/producer_in_flight.h"
#include "partition/append.h"
#include "partition/partition.h"
#include "record/batch_builder.h"
#include "record/layout.h"
#include "record/record_encoder.h"

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

/// Bytes of what the caller gives: in 64 bits, before any size is computed in 32 (B9).
std::uint64_t payload_of(const Record& record) {
  std::uint64_t bytes = std::uint64_t{record.key.size()} + record.value.size();
  for (const Header& header : record.headers) bytes += header.key.size() + header.value.size();
  return bytes;
}

/// Errors: kRecordTooLarge. A compressed one is measured when it is packed.
Result<void> check_size(const Record& record, const TopicOptions& options, bool is_compressed) {
  const auto size_max = static_cast<std::uint64_t>(options.max_message_bytes);
  const std::uint64_t payload = payload_of(record);
  std::uint64_t size = payload + record::kHeaderSize;
  if (size <= size_max) size = record::measure(record, {0, 0}).size + record::kHeaderSize;
  if (size <= size_max || (is_compressed && payload <= INT32_MAX / 2)) return {};
  return Error(ErrorCode::kRecordTooLarge,
               fmt::format("a record of {} bytes in its batch is over max.message.bytes={}", size,
                           size_max));
}

std::optional<int> level_of(const TopicOptions& topic, CompressionType compression) {
  switch (compression) {
    case CompressionType::kGzip:
      if (topic.compression_gzip_level < 0) return std::nullopt;
      return topic.compression_gzip_level;
    case CompressionType::kLz4:
      return topic.compression_lz4_level;
    case CompressionType::kZstd:
      return topic.compression_zstd_level;
    case CompressionType::kProducer:
    case CompressionType::kNone:
    case CompressionType::kSnappy:
      break;
  }
  return std::nullopt;
}

}  // namespace

EngineProducer::EngineProducer(std::shared_ptr<Engine::Impl> engine, ProducerOptions options)
    : engine_(std::move(engine)),
      options_(std::move(options)),
      chooser_(options_.partitioner, options_.batch_bytes, engine_->environment().random),
      in_flight_(std::make_shared<InFlight>(engine_->environment(), options_.buffer_bytes)),
      batches_(std::make_shared<Batches>(engine_->environment(), options_.linger,
                                         options_.batch_bytes, in_flight_)) {}

EngineProducer::~EngineProducer() { (void)close(); }  // documented: the error is dropped

// --- deciding
// ------------------------------------------------------------------------------------------

record::BatchOptions EngineProducer::batch_options(const TopicOptions& topic,
                                                   CompressionType compression) const {
  const bool has_append_time = topic.message_timestamp_type == TimestampType::kLogAppendTime;
  return {.compression = static_cast<record::Compression>(compression),
          .level = level_of(topic, compression),
          .timestamp_type = has_append_time ? record::TimestampType::kLogAppendTime
                                            : record::TimestampType::kCreateTime,
          .size_max =
              std::min(options_.batch_bytes, static_cast<std::size_t>(topic.max_message_bytes))};
}

Result<EngineProducer::Route> EngineProducer::route(std::string_view topic, const Record& record,
                                                    std::optional<PartitionId> partition) {
  if (is_closed_.load(std::memory_order_acquire)) {
    return Error(ErrorCode::kClosed, "the producer is closed");
  }
  LEAT_TRY(const auto served, engine_->topic(topic));
  const TopicOptions& options = served->options;
  const CompressionType compression = options.compression_type == CompressionType::kProducer
                                          ? options_.compression
                                          : options.compression_type;
  const bool is_compressed = compression > CompressionType::kNone;
  LEAT_TRY_VOID(check_size(record, options, is_compressed));
  if (record.timestamp) {
    LEAT_TRY_VOID(partition::check_timestamp(options, *record.timestamp,
                                             engine_->environment().clock->now()));
  }
  const auto count = static_cast<std::int32_t>(served->partitions.size());
  if (!partition) {
    LEAT_TRY(partition, chooser_.choose(topic, record, count));
  } else if (partition->value() < 0 || partition->value() >= count) {
    return Error(ErrorCode::kUnknownTopicOrPartition,
                 fmt::format("topic '{}' has partitions 0 to {}, not {}", topic, count - 1,
                             partition->value()));
  }
  Route route;
  route.to.partition = served->partitions[static_cast<std::size_t>(partition->value())];
  route.to.is_durable = options_.acks == Acks::kSync || options.durability() == Durability::kSync;
  route.to.batch = batch_options(options, is_compressed ? compression : CompressionType::kNone);
  route.is_direct = !is_compressed && options_.linger.count() == 0;
  route.has_append_time = options.message_timestamp_type == TimestampType::kLogAppendTime;
  return route;
}

MonotonicTime EngineProducer::deadline() const {
  const MonotonicTime now = engine_->environment().clock->monotonic();
  return options_.timeout > MonotonicTime::max() - now ? MonotonicTime::max()
                                                       : now + options_.timeout;
}

Result<InFlight::Ticket> EngineProducer::enter(const Record& record, bool may_wait) {
  const std::size_t bytes = record::measure(record, {0, 0}).size;
  auto ticket = in_flight_->try_enter(bytes);
  if (ticket || ticket.error().code() != ErrorCode::kWouldBlock) return ticket;
  // What lingers makes room.
  if (!may_wait) {
    batches_->flush_soon();
    return ticket;
  }
  batches_->flush();
  return in_flight_->enter(bytes, deadline());
}

// --- sending
// -------------------------------------------------------------------------------------------

Result<RecordMetadata> EngineProducer::append_now(const Route& route, const Record& record) {
  LEAT_TRY(const partition::Appended appended, partition::append(*route.to.partition, record));
  const Timestamp time =
      route.has_append_time ? appended.time : record.timestamp.value_or(appended.time);
  return RecordMetadata{route.to.partition->name().partition, appended.base_offset, time};
}

Result<RecordMetadata> EngineProducer::send(std::string_view topic, const Record& record) {
  return guarded([&]() -> Result<RecordMetadata> {
    LEAT_TRY(const Route route, this->route(topic, record, std::nullopt));
    if (!route.is_direct) {
      const Environment& environment = engine_->environment();
      const auto outcomes = std::make_shared<Outcomes>(*environment.scheduler, 1);
      LEAT_TRY_VOID(send_later(
          route, record, [outcomes](const auto& outcome) { outcomes->set(0, outcome); }, true,
          Batches::When::kDue));
      LEAT_TRY(const auto all, outcomes->wait(*environment.clock, deadline()));
      return all.front();
    }
    LEAT_TRY(const RecordMetadata metadata, append_now(route, record));
    if (route.to.is_durable) {
      LEAT_TRY_VOID(route.to.partition->make_durable(metadata.offset.next()));
    }
    return metadata;
  });
}

Result<void> EngineProducer::send_async(std::string_view topic, const Record& record, OnAck on_ack,
                                        bool may_wait) {
  return guarded([&]() -> Result<void> {
    LEAT_TRY(const Route route, this->route(topic, record, std::nullopt));
    return send_async(route, record, std::move(on_ack), may_wait);
  });
}

Result<void> EngineProducer::send_to(const TopicPartition& to, const Record& record, OnAck on_ack) {
  return guarded([&]() -> Result<void> {
    LEAT_TRY(const Route route, this->route(to.topic, record, to.partition));
    return send_async(route, record, std::move(on_ack), true);
  });
}

Result<void> EngineProducer::send_async(const Route& route, const Record& record, OnAck on_ack,
                                        bool may_wait) {
  if (!route.is_direct) {
    return send_later(route, record, std::move(on_ack), may_wait, Batches::When::kDue);
  }
  if (!route.to.is_durable) {
    LEAT_TRY(const RecordMetadata metadata, append_now(route, record));
    tell(engine_->environment(), on_ack, metadata);
    return {};
  }
  LEAT_TRY(const InFlight::Ticket ticket, enter(record, may_wait));
  const auto metadata = append_now(route, record);
  if (!metadata) {
    in_flight_->leave(ticket);
    return metadata.error();
  }
  route.to.partition->when_durable(metadata->offset.next(),
                                   [in_flight = in_flight_, on_ack = std::move(on_ack), ticket,
                                    metadata = *metadata](const Result<void>& outcome) {
                                     Result<RecordMetadata> told = metadata;
                                     if (!outcome) told = outcome.error();
                                     in_flight->acknowledge(on_ack, told, ticket);
                                   });
  return {};
}

Result<void> EngineProducer::send_later(const Route& route, const Record& record, OnAck on_ack,
                                        bool may_wait, Batches::When when) {
  LEAT_TRY(const InFlight::Ticket ticket, enter(record, may_wait));
  Timestamp time = engine_->environment().clock->now();
  if (!route.has_append_time) time = record.timestamp.value_or(time);
  auto added = batches_->add(
      route.to, record, {.on_ack = std::move(on_ack), .timestamp = time, .ticket = ticket}, when);
  if (!added) in_flight_->leave(ticket);
  return added;
}

Result<std::vector<RecordMetadata>> EngineProducer::send_all(std::string_view topic,
                                                             std::span<const Record> records) {
  return guarded([&]() -> Result<std::vector<RecordMetadata>> {
    // All are looked at before the first is sent.
    std::vector<Route> routes;
    routes.reserve(records.size());
    for (const Record& record : records) {
      LEAT_TRY(auto route, this->route(topic, record, std::nullopt));
      routes.push_back(std::move(route));
    }
    const Environment& environment = engine_->environment();
    const auto outcomes = std::make_shared<Outcomes>(*environment.scheduler, records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto told = [outcomes, i](const auto& outcome) { outcomes->set(i, outcome); };
      auto sent = send_later(routes[i], records[i], told, true, Batches::When::kLater);
      if (!sent) outcomes->set(i, sent.error());
    }
    batches_->flush();
    return outcomes->wait(*environment.clock, deadline());
  });
}

// --- ending
// --------------------------------------------------------------------------------------------

Result<void> EngineProducer::flush() {
  return guarded([&]() -> Result<void> {
    batches_->flush();
    return in_flight_->wait_for_all(deadline());
  });
}

Result<void> EngineProducer::close() {
  if (is_closed_.exchange(true, std::memory_order_acq_rel)) return {};
  batches_->refuse();
  auto flushed = flush();
  batches_->close();
  return flushed;
}

}  // namespace leat::engine
