#pragma once

/// \file
/// The Producer of this engine. Without linger and compression a record is appended at once, on the
/// caller's thread (idea 4: no hop); else it waits in a batch (producer_batches.h). Thread-safe.

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
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
#include "engine/producer_partitions.h"

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
  /// A record that may be sent, and how.
  struct Route {
    Destination to;
    bool is_direct = false;
    bool has_append_time = false;
  };
  /// `partition`: absent, it is chosen. Errors: all that can be told before anything is appended.
  Result<Route> route(std::string_view topic, const Record& record,
                      std::optional<PartitionId> partition);
  [[nodiscard]] record::BatchOptions batch_options(const TopicOptions& topic,
                                                   CompressionType compression) const;
  Result<void> send_async(const Route& route, const Record& record, OnAck on_ack, bool may_wait);
  Result<void> send_later(const Route& route, const Record& record, OnAck on_ack, bool may_wait,
                          Batches::When when);
  Result<RecordMetadata> append_now(const Route& route, const Record& record);
  Result<InFlight::Ticket> enter(const Record& record, bool may_wait);
  [[nodiscard]] MonotonicTime deadline() const;

  // In this order: the engine goes last.
  const std::shared_ptr<Engine::Impl> engine_;
  const ProducerOptions options_;
  PartitionChooser chooser_;
  const std::shared_ptr<InFlight> in_flight_;
  const std::shared_ptr<Batches> batches_;
  std::atomic<bool> is_closed_{false};
};

}  // namespace leat::engine
