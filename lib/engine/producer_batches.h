#pragma once

/// \file
/// Where a producer's records wait for company: one open batch a partition, sent whole when it is
/// full, when its time has come, or when told to. Whoever finds batches to send sends them, on its
/// own thread; one thread at a time a partition, so that records keep their order.
///
/// Threads: thread-safe. Nothing is appended and no callback runs under the lock.
/// Lifetime: shared with its timers; `close` lets go of the partitions.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "leat/environment.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "engine/producer_in_flight.h"
#include "partition/partition.h"
#include "record/batch_builder.h"

namespace leat::engine {

/// Where a record goes, and how.
struct Destination {
  std::shared_ptr<partition::Partition> partition;
  record::BatchOptions batch;  ///< what a batch begun now is like
  bool is_durable = false;     ///< acknowledged when synced (S10)
};

/// A record's way back to its sender.
struct Sent {
  OnAck on_ack;
  Timestamp timestamp;
  InFlight::Ticket ticket;
};

class Batches : public std::enable_shared_from_this<Batches> {
 public:
  Batches(const Environment& environment, std::chrono::milliseconds linger, std::size_t batch_bytes,
          std::shared_ptr<InFlight> in_flight)
      : environment_(environment),
        linger_(linger),
        batch_bytes_(batch_bytes),
        in_flight_(std::move(in_flight)) {}

  /// When an added record is sent.
  enum class When : std::uint8_t {
    kDue,    ///< with its batch: full, or after `linger`; at once without
    kLater,  ///< with its batch when that is full, else by `flush`
  };
  /// Adds a record; its acknowledgement comes later, from any thread. Errors: kClosed.
  Result<void> add(const Destination& to, const Record& record, Sent sent, When when);
  /// Sends all there is, on this thread or on those that are sending already.
  void flush();
  /// The same from a job.
  void flush_soon();
  /// Takes no more, and lets go of the partitions. REQUIRES: flushed.
  void close();
  /// From here on `add` is refused.
  void refuse();

 private:
  struct Batch {
    record::BatchBuilder builder;
    bool is_durable = false;
    bool has_append_time = false;
    std::vector<Sent> sent;
  };
  struct Accumulator {
    std::shared_ptr<partition::Partition> partition;
    std::optional<Batch> open{};
    std::deque<Batch> full{};
    bool is_sending = false;
    std::optional<Scheduler::TimerId> timer{};
  };
  using AccumulatorPtr = std::shared_ptr<Accumulator>;

  void add_to(Accumulator& accumulator, const Destination& to, const Record& record, Sent sent)
      LEAT_REQUIRES(mutex_);
  void close_open(Accumulator& accumulator) LEAT_REQUIRES(mutex_);
  void start_timer(const AccumulatorPtr& accumulator) LEAT_REQUIRES(mutex_);
  void send(const AccumulatorPtr& accumulator);
  std::optional<Batch> next_to_send(Accumulator& accumulator);
  void send(partition::Partition& partition, Batch batch);

  const Environment& environment_;
  const std::chrono::milliseconds linger_;
  const std::size_t batch_bytes_;
  const std::shared_ptr<InFlight> in_flight_;
  std::atomic<bool> flush_is_due_{false};
  std::atomic<std::uint32_t> rests_{0};  // changes when a thread stops sending

  base::Mutex mutex_;
  bool is_refusing_ LEAT_GUARDED_BY(mutex_) = false;
  std::map<const partition::Partition*, AccumulatorPtr> accumulators_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::engine
