#pragma once

/// \file
/// A consumer's places in its partitions, and how it waits for more. Split by what is done:
/// consumer.cc polls and waits, consumer_positions.cc seeks and saves, consumer_groups.cc is a
/// group's member, subscription.cc pushes.
/// Threads as Consumer's: one at a time, but `wake`.

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
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "engine/consumed_batch.h"
#include "engine/cursors.h"
#include "engine/group_member.h"
#include "group/topic_pattern.h"
#include "partition/fetch.h"
#include "partition/partition.h"
#include "partition/waiters.h"
#include "service/group_service.h"
#include "service/waiter.h"

namespace leat::engine {

/// The word that a consumer sleeps on. Lifetime: that of the engine's scheduler is longer, since
/// who wakes holds a partition of it.
class SleepingConsumer final : public partition::Waiter {
 public:
  explicit SleepingConsumer(Scheduler& scheduler) : scheduler_(scheduler) {}
  void wake() noexcept override {
    // release: pairs with the acquire in `wakes`.
    wakes_.fetch_add(1, std::memory_order_release);
    scheduler_.wake(wakes_);
  }
  [[nodiscard]] std::uint32_t wakes() const noexcept {
    return wakes_.load(std::memory_order_acquire);
  }
  /// Sleeps unless `wakes` has changed from `seen`.
  void sleep(std::uint32_t seen, MonotonicTime until) noexcept {
    scheduler_.wait(wakes_, seen, until);
  }

 private:
  Scheduler& scheduler_;
  std::atomic<std::uint32_t> wakes_{0};
};

/// What a group rings: whoever waits for the consumer, itself or a subscription.
class GroupBell final : public service::Waiter {
 public:
  explicit GroupBell(std::shared_ptr<partition::Waiter> consumer) : consumer_(std::move(consumer)) {}
  void wake() noexcept override {
    consumer_->wake();
    std::shared_ptr<partition::Waiter> other;
    {
      const base::MutexLock lock(mutex_);
      other = other_.lock();
    }
    if (other) other->wake();
  }
  void ring_too(std::weak_ptr<partition::Waiter> other) {
    const base::MutexLock lock(mutex_);
    other_ = std::move(other);
  }

 private:
  const std::shared_ptr<partition::Waiter> consumer_;
  base::Mutex mutex_;
  std::weak_ptr<partition::Waiter> other_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::engine

namespace leat::inline v0 {

class Consumer::Impl final : private engine::GroupMemberEvents {
 public:
  /// What was found; null when nothing.
  using Found = std::unique_ptr<ConsumedBatch::Impl>;

  Impl(std::shared_ptr<Engine::Impl> engine, ConsumerOptions options);
  /// Commits, if it is to, and leaves the group.
  ~Impl() override;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;

  Result<void> assign(std::vector<TopicPartition> partitions);
  Result<void> assign_topic(std::string_view topic);
  [[nodiscard]] const std::vector<TopicPartition>& assignment() const { return names_; }

  Result<void> seek(const TopicPartition& partition, Offset offset);
  Result<void> seek_to_beginning(const TopicPartition& partition);
  Result<void> seek_to_end(const TopicPartition& partition);
  Result<void> seek_to_time(const TopicPartition& partition, Timestamp time);
  Result<void> seek_to_last(const TopicPartition& partition, std::int64_t count);
  Result<Position> position(const TopicPartition& partition);
  Result<void> set_paused(const TopicPartition& partition, bool paused);
  Result<std::vector<ConsumedRecord>> read_back(const TopicPartition& partition, std::size_t count,
                                                ConsumedBatch& lease);
  Result<void> save();

  Result<void> subscribe(std::vector<std::string> topics, RebalanceListener listener);
  Result<void> subscribe_pattern(std::string_view pattern, RebalanceListener listener);
  Result<void> unsubscribe();
  Result<void> commit();
  Result<void> commit(const OffsetsByPartition& offsets);
  void commit_async(std::function<void(const Result<void>&)> done);
  Result<OffsetsByPartition> committed(const std::vector<TopicPartition>& partitions);
  [[nodiscard]] GroupMetadata group_metadata() const;

  Result<ConsumedBatch> poll(std::chrono::nanoseconds timeout);
  Result<ConsumedBatch> try_poll();
  void wake() noexcept;
  Result<void> follow(const std::stop_token& stop, const OnBatch& on_batch);

  // For a subscription, which waits in its own way.

  /// In a group: joins, rebalances and commits as far as that needs no waiting. `arm` before it.
  Result<void> take_part();
  /// What is there now, without waiting.
  Result<Found> look();
  /// On a read-only engine: what the writer's process has appended since (nobody wakes us).
  Result<Found> look_again();
  /// `waiter` is woken by the next append to any partition that is not paused. Look again after it.
  void arm(const std::shared_ptr<partition::Waiter>& waiter);
  void disarm(const partition::Waiter* waiter);
  [[nodiscard]] const Environment& environment() const;
  [[nodiscard]] bool is_read_only() const;
  /// How long to wait before the `looks`th look at a read-only engine's files.
  [[nodiscard]] static std::chrono::nanoseconds back_off(std::uint32_t looks);

 private:
  struct Assigned {
    ConsumedBatch::Impl::Source name;
    partition::Reader reader;
    bool has_position = false;
    bool is_paused = false;
    std::optional<LeaderEpoch> epoch{};  ///< of the record before the position, once one was read
  };
  /// What a poll may still take.
  struct Room {
    std::size_t bytes;
    std::size_t records;
  };

  // Of the group.
  void revoked(const std::vector<TopicPartition>& partitions) override;
  void lost(const std::vector<TopicPartition>& partitions) override;
  Result<void> assigned(const std::vector<TopicPartition>& partitions) override;
  [[nodiscard]] std::optional<std::int32_t> partition_count(std::string_view topic) const override;
  Result<void> prepare_group();
  Result<void> become_member(std::vector<std::string> topics, RebalanceListener listener);
  [[nodiscard]] std::vector<std::string> topics_of_pattern() const;
  void look_at_topics();
  void commit_in_time();
  void drop(const std::vector<TopicPartition>& partitions);
  void tell(const std::function<void(const std::vector<TopicPartition>&)>& callback,
            const char* name, const std::vector<TopicPartition>& partitions);
  Result<OffsetsByPartition> positions();
  void start_commit(const OffsetsByPartition& offsets,
                    std::function<void(const Result<void>&)> done);

  Result<Assigned*> find(const TopicPartition& partition);
  Result<void> begin(Assigned& assigned);
  Result<void> reset(Assigned& assigned);
  /// Where a saved position stands in the log as it is now (S18).
  Result<Offset> recovered(Assigned& assigned, const Position& saved);
  /// Of the record before `offset`; `if_damaged`, or the current one, where that cannot be read.
  static Result<LeaderEpoch> epoch_before(const std::shared_ptr<partition::Partition>& partition,
                                          Offset offset,
                                          std::optional<LeaderEpoch> if_damaged = std::nullopt);
  static void go_to(Assigned& assigned, Offset offset);

  Result<void> read(Assigned& assigned, Found& found, Room& room);
  Result<log::Piece*> next_piece(Assigned& assigned, std::size_t bytes_max);
  [[nodiscard]] bool has_news() const noexcept;
  Found take_spare();
  void pass_turn(std::size_t partitions);
  Result<Found> wait_for_records(MonotonicTime deadline, const std::stop_token& stop);
  Result<Found> idle(std::uint32_t round, std::uint32_t wakes_seen, MonotonicTime deadline);
  Result<Found> park(std::uint32_t wakes_seen, MonotonicTime deadline);
  [[nodiscard]] MonotonicTime deadline_after(std::chrono::nanoseconds timeout) const;

  std::shared_ptr<Engine::Impl> engine_;
  const ConsumerOptions options_;
  const std::shared_ptr<engine::SleepingConsumer> sleeper_;
  const std::shared_ptr<engine::GroupBell> bell_ = std::make_shared<engine::GroupBell>(sleeper_);
  std::atomic<bool> is_cancelled_{false};
  std::vector<TopicPartition> names_;
  std::vector<Assigned> assigned_;
  std::size_t turn_ = 0;  // whose turn it is to be read first
  Found spare_;           // for what the next poll finds

  std::shared_ptr<service::GroupService> groups_;  // null until it is needed
  std::unique_ptr<engine::GroupMember> member_;    // null while it is subscribed to nothing
  RebalanceListener listener_;
  std::optional<group::TopicPattern> pattern_;
  std::uint64_t topics_seen_ = 0;  // of Engine::Impl::topics_version
  MonotonicTime next_commit_{};
  std::optional<Error> callback_error_;  // of a listener that threw: the next poll tells
};

}  // namespace leat::inline v0
