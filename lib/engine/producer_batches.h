#pragma once

/// \file
/// Where the records of one sending thread wait for company (a lane of producer_lanes.h): one open
/// batch a partition, into which each is encoded at once, sent whole when it is full, when its time
/// has come, or when told to. Whoever finds batches to send sends them, on its own thread; one
/// thread at a time a partition, so that records keep their order. What is paid once a batch and
/// not once a record: locks that other threads take too, room in the buffer, the CRC, the append,
/// the acknowledgement.
///
/// Threads: thread-safe; fast for the one whose lane it is. Nothing is appended and no callback
/// runs under the lock.
/// Lifetime: shared with its timer; `close` lets go of the partitions.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "engine/engine_impl.h"
#include "engine/producer_in_flight.h"
#include "engine/producer_route.h"
#include "partition/partition.h"
#include "record/batch_builder.h"

namespace leat::engine {

/// A record's way back to its sender.
struct Sent {
  OnAck on_ack;
  Timestamp timestamp;
  std::int32_t offset_delta = 0;
};

/// Records under way together.
struct Batch {
  record::BatchBuilder builder;
  bool is_durable = false;
  bool has_append_time = false;
  std::optional<MonotonicTime> due{};  ///< absent: only `flush` ends its wait
  InFlight::Ticket ticket{};
  std::vector<Sent> sent{};  ///< those who want to know
};

/// The batches of one partition.
struct Accumulator {
  std::shared_ptr<partition::Partition> partition;
  std::optional<Batch> open{};
  std::vector<Batch> full{};     ///< the oldest first
  std::optional<Batch> spare{};  ///< one that was sent, for its memory
  bool is_sending = false;
  bool is_lingering = false;  ///< in the list of those that the timer looks at
};

/// What is to be sent.
struct Outgoing {
  /// When an added record is sent.
  enum class When : std::uint8_t {
    kDue,    ///< with its batch: full, or after `linger`; at once without
    kLater,  ///< with its batch when that is full, else by `flush`
  };
  std::string_view topic;
  const Record& record;
  std::optional<PartitionId> partition{};  ///< absent: chosen as Java does
  When when = When::kDue;
};

/// A record that is not to wait: whoever sends it appends it.
struct Direct {
  std::shared_ptr<partition::Partition> partition;
  bool is_durable = false;
  bool has_append_time = false;
};

/// Where a record goes.
struct Place {
  PartitionId partition;
  std::optional<Direct> direct{};  ///< there when it is not to wait
};

class alignas(64) Batches : public std::enable_shared_from_this<Batches> {
 public:
  /// REQUIRES: both outlive `close`.
  Batches(Engine::Impl& engine, const ProducerOptions& options, std::shared_ptr<InFlight> in_flight)
      : engine_(engine),
        environment_(engine.environment()),
        options_(options),
        in_flight_(std::move(in_flight)) {}

  /// What a record counts for in the buffer.
  [[nodiscard]] static std::size_t bytes_of(const Record& record) noexcept;

  /// Adds the record; its acknowledgement comes later, from any thread. False: it is not to wait,
  /// and `direct` says where it goes; nothing was done.
  /// `taken`: the room that the caller took for it in the buffer, kept if it is added.
  /// Errors: kClosed, Route's, kWouldBlock (no room), kRecordTooLarge; nothing was done then.
  Result<bool> add(const Outgoing& outgoing, OnAck& on_ack, Direct& direct, std::size_t taken = 0);
  /// Where the record would go. Errors: as `add`, but those of the buffer.
  Result<Place> place(const Outgoing& outgoing);

  /// Sends all there is, on this thread or on those that are sending already; gives back room that
  /// was taken ahead.
  void flush();
  /// Takes no more, and lets go of the partitions. REQUIRES: flushed.
  void close();
  /// From here on `add` is refused.
  void refuse();

 private:
  /// Errors: kClosed, those of Engine::Impl::topic.
  Result<Route*> find_route(std::string_view topic) LEAT_REQUIRES(mutex_);
  /// The partition's number. Errors: kUnknownTopicOrPartition, kRecordTooLarge, kInvalidTimestamp.
  Result<std::int32_t> admit(Route& route, const Outgoing& outgoing) LEAT_REQUIRES(mutex_);
  Result<Accumulator*> find_accumulator(Route& route, std::int32_t index) LEAT_REQUIRES(mutex_);
  Result<void> take_room(std::size_t bytes) LEAT_REQUIRES(mutex_);
  void put(Accumulator& accumulator, const Route& route, const Record& record, OnAck& on_ack)
      LEAT_REQUIRES(mutex_);
  void open(Accumulator& accumulator, const Route& route) LEAT_REQUIRES(mutex_);
  void close_open(Accumulator& accumulator) LEAT_REQUIRES(mutex_);
  void linger(Accumulator& accumulator) LEAT_REQUIRES(mutex_);
  void start_timer(std::chrono::nanoseconds delay) LEAT_REQUIRES(mutex_);
  void send_due(std::uint64_t timer);

  void send(Accumulator& accumulator);
  /// The next one, `sent` being done with; nullopt: there is none, and nobody sends any more.
  std::optional<Batch> next_to_send(Accumulator& accumulator, std::optional<Batch> sent);
  void send(partition::Partition& partition, Batch& batch);
  void acknowledge(PartitionId partition, const Result<Offset>& base, const std::vector<Sent>& sent,
                   const InFlight::Ticket& ticket) const;

  Engine::Impl& engine_;
  const Environment& environment_;
  const ProducerOptions& options_;
  const std::shared_ptr<InFlight> in_flight_;
  std::atomic<std::uint32_t> rests_{0};  // changes when a thread stops sending and all is refused

  base::Mutex mutex_;
  bool is_refusing_ LEAT_GUARDED_BY(mutex_) = false;
  std::size_t room_ LEAT_GUARDED_BY(mutex_) = 0;  // taken ahead in the buffer, not yet used
  std::map<std::string, Route, std::less<>> routes_ LEAT_GUARDED_BY(mutex_);
  std::string_view last_topic_ LEAT_GUARDED_BY(mutex_);
  Route* last_route_ LEAT_GUARDED_BY(mutex_) = nullptr;
  // Never erased before `close`: whoever sends has a reference. In an order that is the same in each run: `flush`
  // sends in it, and a simulated one can be repeated.
  std::map<std::pair<Uuid, PartitionId>, Accumulator> accumulators_ LEAT_GUARDED_BY(mutex_);
  std::vector<Accumulator*> lingering_ LEAT_GUARDED_BY(mutex_);
  std::optional<Scheduler::TimerId> timer_ LEAT_GUARDED_BY(mutex_);
  std::uint64_t timers_ LEAT_GUARDED_BY(mutex_) =
      0;  // a late one knows by it that it was cancelled
};

}  // namespace leat::engine
