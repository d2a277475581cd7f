#pragma once

/// \file
/// Ways to publish: `Appender` (one partition, one thread, the fast lane) and `Producer` (a topic's
/// partitions by key, batching, compression, back-pressure, from any thread).

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::inline v0 {

/// The fast lane: appends to one partition from one thread at a time, without a lock (S4).
/// At most one exists a partition. Move-only; not thread-safe; must not outlive its Engine's
/// `close`, after which every call returns kClosed.
class Appender {
 public:
  class Impl;
  explicit Appender(std::unique_ptr<Impl> impl);
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  Appender(Appender&&) noexcept;
  Appender& operator=(Appender&&) noexcept;
  ~Appender();

  /// Appends a record and returns its offset. Readable by every consumer when this returns, at the
  /// topic's durability: on a `sync` topic it has been synced (S10).
  /// Errors: kRecordTooLarge (over max.message.bytes), kInvalidRecord (no key on a compacted topic:
  /// B10), kStorageFull (retriable), kStorageReadOnly, kInvalidTimestamp, kForked, kClosed.
  Result<Offset> append(const Record& record) noexcept;
  /// Appends the records as one whole batch (G4: all or none after a crash); returns the offset of
  /// the first. REQUIRES: not empty.
  Result<Offset> append(std::span<const Record> records) noexcept;

  /// Gives `size` bytes of the log to fill in place: the value of a record with `key`. Nothing is
  /// readable until `commit`. One claim at a time; others who need the partition wait for it, so
  /// fill and commit at once. A second `claim` drops the first. Errors: as for `append`.
  Result<std::span<std::byte>> claim(std::size_t size, BytesView key = nullptr) noexcept;
  /// Publishes the claimed record and returns its offset. Errors: kInvalidArgument without a claim.
  Result<Offset> commit() noexcept;
  /// Gives the claim up.
  void abandon() noexcept;

  /// Makes all appended so far durable now, whatever the topic's level.
  Result<void> flush() noexcept;

 private:
  std::unique_ptr<Impl> impl_;
};

/// When a send is acknowledged. A call may ask for more than the topic's level, never for less
/// (S10).
enum class Acks : std::uint8_t {
  kTopic,  ///< at the topic's level: `process`, `interval` or `sync`
  kSync,   ///< when durable
};

/// Where a record went.
struct RecordMetadata {
  PartitionId partition;
  Offset offset;
  Timestamp timestamp;
};

/// Chooses the partition of a record: returns [0, partitions).
using Partitioner = std::function<PartitionId(std::string_view topic, const Record& record,
                                              std::int32_t partitions)>;

struct ProducerOptions {
  Acks acks = Acks::kTopic;
  /// Compression of what this producer batches; a topic's own compression.type prevails.
  CompressionType compression = CompressionType::kNone;
  /// How long a batch waits for company. 0 with no compression appends at once, on the caller's
  /// thread.
  std::chrono::milliseconds linger{0};
  /// Bytes at which a batch is full.
  std::size_t batch_bytes = std::size_t{16} * 1024;
  /// Bytes of records waiting; a full buffer blocks `send` and refuses `try_send` (back-pressure).
  std::size_t buffer_bytes = std::size_t{32} * 1024 * 1024;
  /// How long `send` may wait for room and for its acknowledgement.
  std::chrono::milliseconds timeout{60'000};
  /// Empty: Java's default, murmur2 of the key, sticky for null keys.
  Partitioner partitioner = {};
};

/// Called once with the outcome of an asynchronous send, on a thread of the engine's scheduler or
/// on the sender's own, never under a lock. Must not block.
using OnAck = std::function<void(const Result<RecordMetadata>&)>;

/// What a Producer talks to; Leat's own engine is one backend.
class ProducerBackend {
 public:
  virtual ~ProducerBackend() = default;
  virtual Result<RecordMetadata> send(std::string_view topic, const Record& record) = 0;
  virtual Result<void> send_async(std::string_view topic, const Record& record, OnAck on_ack,
                                  bool may_wait) = 0;
  virtual Result<std::vector<RecordMetadata>> send_all(std::string_view topic,
                                                       std::span<const Record> records) = 0;
  virtual Result<void> send_to(const TopicPartition& to, const Record& record, OnAck on_ack) = 0;
  virtual Result<void> flush() = 0;
  virtual Result<void> close() = 0;
};

/// Publishes to any topic, choosing partitions by key. Thread-safe; move-only.
///
/// Order within a partition: the records of one thread keep theirs; what was acknowledged comes
/// before what is sent after it. Two threads that lean on each other without waiting for
/// acknowledgements have an order between them only with `linger` 0 and no compression: otherwise
/// each thread fills batches of its own.
class Producer {
 public:
  explicit Producer(std::unique_ptr<ProducerBackend> backend) : backend_(std::move(backend)) {}

  /// Publishes and waits for the acknowledgement.
  /// Errors: kUnknownTopicOrPartition, kRecordTooLarge, kInvalidRecord (B10), kTimedOut,
  /// kStorageFull, kStorageReadOnly, kClosed.
  Result<RecordMetadata> send(std::string_view topic, const Record& record) {
    return backend_->send(topic, record);
  }
  /// Publishes without waiting for the acknowledgement, which `on_ack` gets (it may be empty).
  /// Waits for room in the buffer at most `timeout`. An error here means that `on_ack` will not be
  /// called.
  Result<void> send_async(std::string_view topic, const Record& record, OnAck on_ack = {}) {
    return backend_->send_async(topic, record, std::move(on_ack), true);
  }
  /// As `send_async`, but a full buffer is kWouldBlock at once.
  Result<void> try_send(std::string_view topic, const Record& record, OnAck on_ack = {}) {
    return backend_->send_async(topic, record, std::move(on_ack), false);
  }
  /// Publishes many and waits for all; the results are in the order of `records`.
  Result<std::vector<RecordMetadata>> send_all(std::string_view topic,
                                               std::span<const Record> records) {
    return backend_->send_all(topic, records);
  }
  /// Publishes to a given partition, whatever the key.
  Result<void> send_to(const TopicPartition& to, const Record& record, OnAck on_ack = {}) {
    return backend_->send_to(to, record, std::move(on_ack));
  }
  /// Sends what is batched and waits until everything sent before is acknowledged.
  Result<void> flush() { return backend_->flush(); }
  /// `flush`, then no more. The destructor does the same and drops the error.
  Result<void> close() { return backend_->close(); }

 private:
  std::unique_ptr<ProducerBackend> backend_;
};

}  // namespace leat::inline v0
