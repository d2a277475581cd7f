#pragma once

/// \file
/// `Consumer`: reads partitions that it is assigned. Batches are views into the log under a lease:
/// no copy.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::inline v0 {

/// A record with the partition it came from.
struct ConsumedRecord : RecordView {
  const TopicPartition* source = nullptr;  ///< valid as long as the batch
  [[nodiscard]] const std::string& topic() const { return source->topic; }
  [[nodiscard]] PartitionId partition() const { return source->partition; }
};

/// What one `poll` gave: records in offset order within each partition, and the lease that keeps
/// their bytes. Move-only. Views stay valid while it lives, even when the topic is deleted
/// meanwhile (S25).
class ConsumedBatch {
 public:
  class Impl;

  /// Decodes records in place as it goes.
  class Iterator {
   public:
    using value_type = ConsumedRecord;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;
    Iterator() = default;
    explicit Iterator(const Impl* batch);
    const ConsumedRecord& operator*() const { return record_; }
    const ConsumedRecord* operator->() const { return &record_; }
    Iterator& operator++() {
      advance();
      return *this;
    }
    void operator++(int) { advance(); }
    friend bool operator==(const Iterator& at, std::default_sentinel_t) {
      return at.batch_ == nullptr;
    }

   private:
    void advance();
    void enter_run();
    void enter_batch();
    void enter_records(Offset base, Timestamp base_time, std::optional<Timestamp> append_time);
    const Impl* batch_ = nullptr;
    std::size_t run_ = 0;
    const std::byte* at_ = nullptr;         // the next record
    const std::byte* batch_end_ = nullptr;  // of the record's batch
    const std::byte* run_end_ = nullptr;    // of the batches that lie side by side
    Offset base_offset_;
    Timestamp base_timestamp_;
    bool is_append_time_ = false;
    ConsumedRecord record_;
  };

  class Range {
   public:
    explicit Range(const Impl* batch) : batch_(batch) {}
    [[nodiscard]] Iterator begin() const {
      return batch_ == nullptr ? Iterator() : Iterator(batch_);
    }
    [[nodiscard]] static std::default_sentinel_t end() { return {}; }

   private:
    const Impl* batch_;
  };

  ConsumedBatch();
  explicit ConsumedBatch(std::unique_ptr<Impl> impl);
  ConsumedBatch(const ConsumedBatch&) = delete;
  ConsumedBatch& operator=(const ConsumedBatch&) = delete;
  ConsumedBatch(ConsumedBatch&&) noexcept;
  ConsumedBatch& operator=(ConsumedBatch&&) noexcept;
  ~ConsumedBatch();

  [[nodiscard]] bool empty() const;
  /// Bytes of the log that this batch spans.
  [[nodiscard]] std::size_t size_in_bytes() const;
  [[nodiscard]] Range records() const& { return Range(empty() ? nullptr : impl_.get()); }
  [[nodiscard]] Range records() const&& = delete;  ///< the views would outlive their lease

 private:
  std::unique_ptr<Impl> impl_;
};

/// How to wait for records: burn a core, give it up in between, or sleep until woken.
enum class Idle : std::uint8_t { kSpin, kYield, kPark };

/// Where to begin in a partition without a position, and after it was lost to retention.
enum class OffsetReset : std::uint8_t { kEarliest, kLatest, kNone };

/// How a group's partitions are shared out; all members must have one in common. By Kafka's names:
/// range, roundrobin, sticky, cooperative-sticky. With the last alone a rebalance takes only what
/// moves; with any other among them all is given back first, as in Java.
enum class Assignor : std::uint8_t { kRange, kRoundRobin, kSticky, kCooperativeSticky };

struct ConsumerOptions {
  /// The consumer group; empty: none. Members in this process and on the network may share one.
  std::string group = {};
  /// Makes it a static member (KIP-345): back under this name, even after a restart, it gets what it
  /// had without a rebalance.
  std::optional<std::string> group_instance_id = std::nullopt;
  /// What it subscribes to from the start; `subscribe` changes it.
  std::vector<std::string> topics = {};
  /// The preferred one first.
  std::vector<Assignor> assignors = {Assignor::kRange, Assignor::kCooperativeSticky};
  /// A member in this process is alive until it ends. A static one that has gone without a word
  /// keeps its partitions for so long.
  std::chrono::milliseconds session_timeout = std::chrono::seconds(45);
  /// Who does not poll for so long while others wait for it is out of the group.
  std::chrono::milliseconds max_poll_interval = std::chrono::minutes(5);
  /// Commits what earlier polls gave, at a poll this long after the last time, at a rebalance and at
  /// the end; nullopt: never, `commit` does.
  std::optional<std::chrono::milliseconds> auto_commit_interval = std::chrono::seconds(5);
  /// Told to the coordinator; part of the member id.
  std::string client_id = "leat";

  Idle idle = Idle::kPark;
  OffsetReset offset_reset = OffsetReset::kEarliest;
  /// Bytes of the log a poll returns at most, but always at least one batch.
  std::size_t max_poll_bytes = std::size_t{1024} * 1024;
  /// Records a poll returns at most; 0: no bound but the bytes.
  std::size_t max_poll_records = 0;
  /// A name under which `save` keeps the positions across restarts; empty: none.
  std::string cursor = {};
};

/// The offsets of a partition: log start <= last stable <= high watermark <= log end.
struct PartitionOffsets {
  Offset log_start;
  Offset last_stable;
  Offset high_watermark;
  Offset log_end;
  Offset durable;  ///< everything below survives power loss
  LeaderEpoch leader_epoch;
  friend bool operator==(const PartitionOffsets&, const PartitionOffsets&) = default;
};

/// Where a consumer stands in a partition.
struct Position {
  Offset offset;      ///< of the next record
  LeaderEpoch epoch;  ///< of the record before it
  friend bool operator==(const Position&, const Position&) = default;
};

/// An offset with what is kept beside it.
struct OffsetAndMetadata {
  Offset offset;  ///< of the next record to read
  LeaderEpoch leader_epoch{-1};
  std::string metadata = {};
  friend bool operator==(const OffsetAndMetadata&, const OffsetAndMetadata&) = default;
};
using OffsetsByPartition = std::map<TopicPartition, OffsetAndMetadata>;

/// Told by `poll`, on its thread, of what it may read. Each may be empty, and call the consumer.
struct RebalanceListener {
  /// These are its own from now on, at the offsets that the group has committed.
  std::function<void(const std::vector<TopicPartition>&)> on_assigned = {};
  /// These are about to be another's: what has been done can be committed.
  std::function<void(const std::vector<TopicPartition>&)> on_revoked = {};
  /// These may be another's already: nothing can be committed. Empty: `on_revoked` is called.
  std::function<void(const std::vector<TopicPartition>&)> on_lost = {};
};

/// Who a consumer is in its group.
struct GroupMetadata {
  std::string group;
  std::string member_id;         ///< "" while it is not in
  std::int32_t generation = -1;  ///< -1 while it is not in
  std::optional<std::string> instance_id;
};

/// Runs a task on a thread of the caller's choosing.
using Executor = std::function<void(std::function<void()>)>;
/// Gets each batch; return false to end.
using OnBatch = std::function<bool(const ConsumedBatch&)>;

/// A running `Consumer::push`. Ends it, and waits for a callback in progress, when destroyed.
class Subscription {
 public:
  class Impl;
  explicit Subscription(std::shared_ptr<Impl> impl);
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  Subscription(Subscription&&) noexcept;
  Subscription& operator=(Subscription&&) noexcept;
  ~Subscription();
  /// Ends it. From inside the callback it returns at once.
  void cancel() noexcept;
  /// Why it ended; nullopt while it runs or when it was cancelled.
  [[nodiscard]] std::optional<Error> error() const;

 private:
  std::shared_ptr<Impl> impl_;
};

/// Reads the partitions it is assigned. Not thread-safe (but `wake`); move-only. Any number of
/// consumers may read a partition; none slows the writer.
class Consumer {
 public:
  class Impl;
  explicit Consumer(std::unique_ptr<Impl> impl);
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;
  Consumer(Consumer&&) noexcept;
  Consumer& operator=(Consumer&&) noexcept;
  ~Consumer();

  /// Replaces the assignment. Each partition begins at the saved cursor, if there is one, else
  /// where `offset_reset` says. Errors: kUnknownTopicOrPartition.
  Result<void> assign(std::vector<TopicPartition> partitions);
  /// Assigns all partitions that the topic has now.
  Result<void> assign_topic(std::string_view topic);
  [[nodiscard]] const std::vector<TopicPartition>& assignment() const;

  // Groups: by `ConsumerOptions::group`. `poll` joins, rebalances and calls the listener.

  /// Reads its share of these topics, whether they are there yet or not, in place of what it read
  /// before. Errors: kInvalidArgument without a group.
  Result<void> subscribe(std::vector<std::string> topics, RebalanceListener listener = {});
  /// The same of all topics, now and later, whose whole name matches the RE2 `pattern`; internal ones
  /// are left out. Errors: also kInvalidRegularExpression.
  Result<void> subscribe_pattern(std::string_view pattern, RebalanceListener listener = {});
  /// Leaves the group.
  Result<void> unsubscribe();
  /// Commits the positions: of everything that polls have given. Durable at the level of
  /// `__consumer_offsets` when it returns. Errors: kIllegalGeneration, kUnknownMemberId,
  /// kFencedInstanceId, kRebalanceInProgress (partitions have moved, or are about to),
  /// kInvalidArgument without a group, kStorageFull and others of the log.
  Result<void> commit();
  Result<void> commit(const OffsetsByPartition& offsets);
  /// The same, without waiting; `done` is called once, from any thread.
  void commit_async(std::function<void(const Result<void>&)> done = {});
  /// What the group has committed; partitions without are left out.
  Result<OffsetsByPartition> committed(const std::vector<TopicPartition>& partitions);
  [[nodiscard]] GroupMetadata group_metadata() const;

  /// The next record read is the first at or after `offset`. Errors: kOffsetOutOfRange, told with
  /// the range; kUnknownTopicOrPartition when not assigned (of all seeks).
  Result<void> seek(const TopicPartition& partition, Offset offset);
  Result<void> seek_to_beginning(const TopicPartition& partition);
  Result<void> seek_to_end(const TopicPartition& partition);
  /// To the first record whose timestamp is at or after `time`, else to the end.
  Result<void> seek_to_time(const TopicPartition& partition, Timestamp time);
  /// So that `count` records, or all there are, lie between the position and the end.
  Result<void> seek_to_last(const TopicPartition& partition, std::int64_t count);
  [[nodiscard]] Result<Position> position(const TopicPartition& partition) const;

  /// Paused partitions are not polled; their positions stay.
  Result<void> pause(const TopicPartition& partition);
  Result<void> resume(const TopicPartition& partition);

  /// Returns records as soon as there are any, or an empty batch after `timeout`. A torn or damaged
  /// batch is kCorruptMessage, told with its offsets; `seek` past it to go on (G22). Errors:
  /// kOffsetOutOfRange with OffsetReset::kNone, kUnknownTopicOrPartition (deleted), kIo, kForked,
  /// kClosed, kCancelled (by `wake`).
  Result<ConsumedBatch> poll(std::chrono::nanoseconds timeout);
  /// What is there now; kWouldBlock when nothing is.
  Result<ConsumedBatch> try_poll();
  /// Ends a `poll` in progress on another thread, or the next one, with kCancelled. Thread-safe.
  void wake() noexcept;

  /// The `count` records before the position, newest first, without moving it: reading backwards is
  /// `read_back`, `seek` to the oldest offset of the batch, and again. The views are valid while
  /// the returned batch lives.
  Result<std::vector<ConsumedRecord>> read_back(const TopicPartition& partition, std::size_t count,
                                                ConsumedBatch& lease);

  /// Gives every batch to `on_batch` as it appears, waiting as `idle` says, until that returns
  /// false or `stop` is requested.
  Result<void> follow(const std::stop_token& stop, const OnBatch& on_batch);
  /// As `follow`, but on the threads of `executor`, which gets a task whenever there are records.
  /// The consumer belongs to the subscription from here on.
  static Result<Subscription> push(Consumer consumer, Executor executor, OnBatch on_batch);

  /// Saves the positions under the name `ConsumerOptions::cursor`, durably.
  /// Errors: kInvalidArgument without a name.
  Result<void> save();

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace leat::inline v0
