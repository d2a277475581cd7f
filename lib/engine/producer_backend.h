#pragma once

/// \file
/// The Producer of this engine. Without linger and compression a record is appended at once, on the
/// caller's thread (idea 4: no hop); else it waits in a batch of its thread's lane
/// (producer_lanes.h, producer_batches.h). Thread-safe.

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "engine/engine_impl.h"
#include "engine/producer_batches.h"
#include "engine/producer_in_flight.h"
#include "engine/producer_lanes.h"

namespace leat::engine {

class EngineProducer final : public ProducerBackend {
 public:
  EngineProducer(std::shared_ptr<Engine::Impl> engine, ProducerOptions options);
  ~EngineProducer() override;
  EngineProducer(const EngineProducer&) = delete;
  EngineProducer& operator=(const EngineProducer&) = delete;
  EngineProducer(EngineProducer&&) = delete;
  EngineProducer& operator=(EngineProducer&&) = delete;

  Result<RecordMetadata> send(std::string_view topic, const Record& record) override;
  Result<void> send_async(std::string_view topic, const Record& record, OnAck on_ack,
                          bool may_wait) override;
  Result<std::vector<RecordMetadata>> send_all(std::string_view topic,
                                               std::span<const Record> records) override;
  Result<void> send_to(const TopicPartition& to, const Record& record, OnAck on_ack) override;
  Result<void> flush() override;
  Result<void> close() override;

 private:
  /// Batches::place in this thread's lane.
  Result<Place> place(Outgoing outgoing);
  /// Batches::add in this thread's lane, with room made first if need be and `may_wait`; what it
  /// says, and what the user's partitioner does.
  Result<bool> add(const Outgoing& outgoing, OnAck& on_ack, Direct& direct, bool may_wait);
  /// Asks the user's partitioner, if there is one and nothing is chosen yet.
  Result<void> choose(Outgoing& outgoing);
  Result<void> take_room(std::size_t bytes, bool may_wait);
  Result<void> send_async(const Outgoing& outgoing, OnAck on_ack, bool may_wait);
  Result<RecordMetadata> append_now(const Direct& direct, const Record& record);
  Result<void> append_now(const Direct& direct, const Record& record, OnAck on_ack, bool may_wait);
  [[nodiscard]] MonotonicTime deadline() const;

  // In this order: the engine goes last.
  const std::shared_ptr<Engine::Impl> engine_;
  const ProducerOptions options_;
  const std::shared_ptr<InFlight> in_flight_;
  const std::shared_ptr<Lanes> lanes_;
  std::atomic<bool> is_closed_{false};
};

}  // namespace leat::engine
