#pragma once

/// \file
/// One partition: its log, who may write to it, what is durable, and who waits for it. State and locks only:
/// what is done with them is in append.h and fetch.h.
///
/// Threads: everything may be called from any thread, but the members of the fast lane, which belong to the one
/// owner (S4). Lock order: hold -> store; nothing is held across a sync or a callback.
/// Lifetime: shared; never moves. The Instance outlives it.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "index/keys.h"
#include "leat/consumer.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/log.h"
#include "partition/bias.h"
#include "partition/instance.h"
#include "partition/producers.h"
#include "partition/sealed_index.h"
#include "partition/turn.h"
#include "partition/waiters.h"

namespace leat::partition {

/// Who a partition is.
struct Identity {
  TopicPartition name;
  Uuid log_id;
  index::LogNumber number;
};

/// Called when an append is durable, or with why it never will be.
using OnDurable = std::function<void(const Result<void>&)>;

class Partition : public std::enable_shared_from_this<Partition> {
 public:
  Partition(Instance& instance, Identity identity, const TopicOptions& options, LeaderEpoch epoch,
            Offset log_start);
  ~Partition();
  Partition(const Partition&) = delete;
  Partition& operator=(const Partition&) = delete;
  Partition(Partition&&) = delete;
  Partition& operator=(Partition&&) = delete;

  [[nodiscard]] const TopicPartition& name() const { return identity_.name; }
  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] Instance& instance() const { return instance_; }
  [[nodiscard]] Waiters& waiters() { return waiters_; }
  /// DIR/logs/<log id>/<partition>.
  [[nodiscard]] const std::string& directory() const { return directory_; }

  /// Opens the log if it is not yet: lists its directory. Errors: kIo, kUnsupportedFormat.
  Result<log::Log*> log();
  /// Opens it after an unclean stop (S16). Before any other call.
  /// `durable`: how far the journal knows all to be so.
  Result<log::LogRecovery> recover(bool host_rebooted, const std::optional<log::DurableMark>& durable);
  [[nodiscard]] bool is_opened() const { return log_ptr_.load(std::memory_order_acquire) != nullptr; }

  [[nodiscard]] bool is_deleted() const { return deleted_.load(std::memory_order_acquire); }
  /// Errors: kUnknownTopicOrPartition once deleted; else as Gate's.
  [[nodiscard]] Result<void> check(bool writing) const;
  /// Whether `check` finds nothing, without its reasons: for readers, at every look.
  [[nodiscard]] bool is_served() const noexcept {
    return instance_.gate.is_open_for_all() && !deleted_.load(std::memory_order_acquire);
  }
  Result<PartitionOffsets> offsets();
  [[nodiscard]] Durability durability() const {
    return static_cast<Durability>(durability_.load(std::memory_order_relaxed));
  }
  [[nodiscard]] TopicOptions options() const;
  Result<void> set_options(const TopicOptions& options);

  /// The partition held: its log's writer's side may be used until destroyed.
  class Hold {
   public:
    /// Errors: as Bias::revoke.
    static Result<Hold> take(Partition& partition, Bias::Patience patience = Bias::Patience::kLong);
    ~Hold();
    Hold(Hold&& other) noexcept : partition_(std::exchange(other.partition_, nullptr)) {}
    Hold& operator=(Hold&&) = delete;
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    explicit Hold(Partition& partition) : partition_(&partition) {}
    Partition* partition_;
  };

  /// The holder's, or the owner's inside, once it is opened.
  [[nodiscard]] Producers& producers() { return producers_; }

  // The fast lane (S4).

  /// Errors: kBusy when there is an owner.
  Result<void> acquire_ownership();
  void release_ownership();
  [[nodiscard]] Bias& bias() { return bias_; }
  /// REQUIRES: is_opened().
  [[nodiscard]] log::Log& opened_log() const { return *log_ptr_.load(std::memory_order_relaxed); }

  /// Whether each record must have a key, since the topic is compacted (B10).
  [[nodiscard]] bool needs_keys() const noexcept {
    return needs_keys_.load(std::memory_order_relaxed);
  }

  /// The owner's, inside: whether an append is nothing but that: the gate is open, the topic there, no sync is
  /// awaited (S10), no key asked for (B10) and no clock is to be started.
  [[nodiscard]] bool is_plain_sailing() const noexcept {
    return is_served() && appends_are_plain_.load(std::memory_order_relaxed) && is_dirty_;
  }

  /// Whoever appended calls it, still inside: starts the clock of an `interval` topic.
  void note_append() {
    if (!is_dirty_) [[unlikely]] note_first_append();
    // By steps, so that appends to many partitions do not share a line; the fast lane comes by once a batch.
    if (opened_log().appended_bytes() - counted_bytes_ >= kCountStep) count_unsynced();
  }
  /// Whoever appended calls it, outside: waits for a sync when too much is unsynced (S12).
  void relieve() {
    if (instance_.unsynced.are_many()) [[unlikely]] sync_for_room();
  }
  /// A broken invariant poisons the instance; other errors are the caller's alone.
  void note_failure(const Error& error) {
    if (error.code() == ErrorCode::kInternal) instance_.gate.poison(error);
  }
  /// The holder's: gives a partition that is appended to often a mapping, while the budget lasts (S8).
  void map_if_busy() {
    if (!has_map_share_) [[unlikely]] ask_for_map();
  }
  /// Gives the mapping up, and with nothing unsynced the descriptor, if nothing was appended since it was last
  /// asked; true when it did. From a job.
  bool unmap_if_idle();

  // Durability (partition_sync.cc).

  /// Returns when everything below `offset` is durable: the caller syncs for all who wait, or waits for who
  /// does (group commit, S10). Errors: any failure poisons the instance (S12).
  Result<void> make_durable(Offset offset);
  /// The same for all that was appended so far.
  Result<void> flush();
  /// Calls `done` when everything below `offset` is durable, from a job.
  void when_durable(Offset offset, OnDurable done);
  /// Syncs the partition's own files, whatever the journal has, unless `is_done` comes first. Errors: as
  /// `make_durable`; kBusy, kUnknownTopicOrPartition, with nothing lost.
  Result<void> sync_files(const std::function<bool()>& is_done = {});
  /// By a job, which tells who waits.
  void sync_files_soon();

  // For GroupCommit.

  /// False when it is due already.
  [[nodiscard]] bool become_due() { return !is_due_.exchange(true, std::memory_order_acq_rel); }
  /// It is due no longer: what is appended from here on is for the next commit.
  void begin_commit() { is_due_.store(false, std::memory_order_release); }
  /// What to commit, and Log::appended_bytes by then; false when it cannot be had now.
  [[nodiscard]] bool take_sync_point(log::SyncPoint& point, std::int64_t& appended_bytes);
  void end_commit(std::int64_t appended_bytes);
  /// Whether anyone waits by `when_durable`.
  [[nodiscard]] bool is_awaited();
  void complete_durable(const Result<void>& outcome);

  // Retention.

  /// Seals what may be deleted below `before`, to which log start may then be raised (S23); returns that, or log
  /// start where it is higher. Errors: kOffsetOutOfRange above the high watermark (M13).
  Result<Offset> deletable(Offset before);
  /// Forgets and unlinks what lies below `to`, which is durable in the catalog.
  Result<void> delete_below(Offset to);
  Result<void> roll();
  /// Closes the open batch, since someone wants it whole (S2); not while a claim is open.
  Result<void> close_batch();
  /// The topic was deleted: no call finds anything any more; files go with `remove_files`.
  void mark_deleted();
  Result<void> remove_files();

  /// Makes all durable, seals what was rolled, truncates and closes the files (S9).
  Result<void> close();
  /// Seals everything that is complete now.
  Result<void> seal_all();

 private:
  Result<log::Log*> open_log(bool recover, bool host_rebooted,
                             const std::optional<log::DurableMark>& durable);
  void check_rows(log::Log& log);
  static constexpr std::int64_t kCountStep = std::int64_t{64} << 10U;
  static constexpr std::uint32_t kBusyAppends = 16;  // from which a partition counts as busy (S8)
  void note_first_append();
  void count_unsynced();
  void sync_for_room();
  void ask_for_map();
  /// The holder's. It is asked for again after so many appends.
  void give_map_up(std::uint32_t appends);
  bool take_map_share();
  void seal_soon();
  void sync_soon();
  Result<void> sync_once();
  void write_streams();
  /// The holder's: takes the point, and what it leaves behind is clean.
  void note_sync_point(log::SyncPoint& point, std::int64_t& appended_bytes);
  /// Tells who waits; what is only busy is tried again.
  Result<void> tell_durable(const Result<void>& outcome);
  void publish_options(const TopicOptions& options);
  [[nodiscard]] Result<void> check_not_deleted() const;
  Result<void> remove_directory();
  /// Does `work` in turn, unless `is_done` comes first. Any failure but a harmless one poisons.
  Result<void> with_sync_turn(const std::function<Result<void>()>& work,
                              const std::function<bool()>& is_done = {});

  Instance& instance_;
  const Identity identity_;
  const std::string directory_;
  const LeaderEpoch epoch_;
  const Offset log_start_at_open_;
  std::unique_ptr<StoredIndex> stored_index_;
  // Of options_, for those who hold nothing.
  std::atomic<std::uint8_t> durability_;
  std::atomic<bool> needs_keys_;
  std::atomic<bool> appends_are_plain_;
  std::atomic<bool> deleted_{false};

  Producers producers_;
  base::Mutex open_mutex_;
  std::atomic<log::Log*> log_ptr_{nullptr};
  std::unique_ptr<log::Log> log_ LEAT_GUARDED_BY(open_mutex_);

  Waiters waiters_;
  Bias bias_;

  // The hold, and what belongs to the holder. Not annotated: the owner of the fast lane holds by `bias_`.
  mutable base::Mutex mutex_;
  TopicOptions options_;
  bool is_owned_ = false;
  bool has_map_share_ = false;
  std::uint32_t appends_to_map_ = kBusyAppends;  // before a mapping is asked for
  std::int64_t bytes_seen_ = -1;  // of Log::appended_bytes, when it was last asked whether it is idle
  bool is_dirty_ = false;  // something was appended since the last sync
  std::int64_t counted_bytes_ = 0;  // of Log::appended_bytes, in Instance::unsynced
  std::atomic<std::int64_t> durable_bytes_{0};  // of those, durable

  std::atomic<bool> is_due_{false};       // for the next group commit
  std::atomic<bool> sync_is_due_{false};  // of its files
  Turn sync_turn_;

  base::Mutex pending_mutex_;
  struct Pending {
    Offset offset;
    OnDurable done;
  };
  std::vector<Pending> pending_ LEAT_GUARDED_BY(pending_mutex_);
};

}  // namespace leat::partition
