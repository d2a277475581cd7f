#include "partition/partition.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "base/uuid.h"
#include "log/journal_frame.h"
#include "log/log.h"
#include "log/log_options.h"
#include "log/segment.h"
#include "log/segment_sum.h"
#include "partition/instance.h"
#include "partition/sealed_index.h"

namespace leat::partition {

Partition::Partition(Instance& instance, Identity identity, const TopicOptions& options,
                     LeaderEpoch epoch, Offset log_start)
    : instance_(instance),
      identity_(std::move(identity)),
      directory_(fmt::format("{}/logs/{}/{}", instance.directory, base::to_hex(identity_.log_id),
                             identity_.name.partition.value())),
      epoch_(epoch),
      log_start_at_open_(log_start),
      producers_(instance),
      options_(options),
      sync_turn_(instance.environment) {
  publish_options(options);
  bias_.prepare();
  if (instance_.store) {
    stored_index_ = std::make_unique<StoredIndex>(instance_, identity_.number,
                                                  identity_.name.partition);
  }
}

Partition::~Partition() {
  instance_.maps.give_back(*this);
  instance_.unsynced.add(durable_bytes_.load(std::memory_order_relaxed) - counted_bytes_);
}

// --- opening -------------------------------------------------------------------------------------------

Result<log::Log*> Partition::log() {
  if (log::Log* const log = log_ptr_.load(std::memory_order_acquire)) [[likely]] return log;
  return open_log(false, false, std::nullopt);
}

Result<log::LogRecovery> Partition::recover(bool host_rebooted,
                                            const std::optional<log::DurableMark>& durable) {
  LEAT_TRY(log::Log* const log, open_log(true, host_rebooted, durable));
  if (log->has_unsealed()) seal_soon();
  return log->recovery();
}

Result<log::Log*> Partition::open_log(bool recover, bool host_rebooted,
                                      const std::optional<log::DurableMark>& durable) {
  const base::MutexLock lock(open_mutex_);
  if (log_) return log_.get();
  LEAT_TRY(log_, log::Log::open(instance_.environment,
                                {.directory = directory_,
                                 .cut_directory = instance_.directory + "/cut",
                                 .shared = instance_.shared},
                                log::log_options(options()),
                                {.epoch = epoch_,
                                 .log_start = log_start_at_open_,
                                 .recover = recover,
                                 .host_rebooted = host_rebooted,
                                 .read_only = instance_.gate.is_read_only(),
                                 .is_synced_each = false,
                                 .durable = durable,
                                 .follower = instance_.gate.is_read_only() ? nullptr : &producers_,
                                 .is_closed = instance_.is_closed},
                                stored_index_.get()));
  log_->on_roll([this] { seal_soon(); });
  if (!instance_.gate.is_read_only()) check_rows(*log_);
  log_ptr_.store(log_.get(), std::memory_order_release);
  return log_.get();
}

/// Rows that disagree with the log are rebuilt from it (S20).
void Partition::check_rows(log::Log& log) {
  if (!stored_index_) return;
  std::vector<log::SegmentSum> sealed;
  for (const auto& segment : log.segments()) {
    if (!segment->is_sealed()) continue;
    const auto sum = segment->sum();
    if (sum) sealed.push_back(**sum);
  }
  if (stored_index_->agrees_with(sealed)) return;
  stored_index_->remove_all();
  for (const auto& segment : log.segments()) {
    if (!segment->is_sealed()) continue;
    const auto sum = segment->sum();
    const auto entries = log.scan_entries(*segment);
    if (sum && entries) stored_index_->add(**sum, *entries);
  }
}

Result<void> Partition::check(bool writing) const {
  LEAT_TRY_VOID(writing ? instance_.gate.check_writable() : instance_.gate.check());
  return check_not_deleted();
}

Result<void> Partition::check_not_deleted() const {
  if (!deleted_.load(std::memory_order_acquire)) [[likely]] return {};
  return Error(ErrorCode::kUnknownTopicOrPartition,
               fmt::format("topic {} was deleted", identity_.name.topic));
}

Result<PartitionOffsets> Partition::offsets() {
  LEAT_TRY_VOID(check(false));
  LEAT_TRY(log::Log* const log, this->log());
  // The end last: what is appended meanwhile only makes it later than the others.
  PartitionOffsets offsets;
  offsets.durable = log->durable_offset();
  offsets.log_start = log->log_start();
  offsets.high_watermark = log->high_watermark();
  offsets.last_stable = offsets.high_watermark;
  offsets.log_end = std::max(log->log_end(), offsets.high_watermark);
  offsets.leader_epoch = epoch_;
  return offsets;
}

TopicOptions Partition::options() const {
  const base::MutexLock lock(mutex_);
  return options_;
}

void Partition::publish_options(const TopicOptions& options) {
  const bool compacts = options.cleanup_policy == CleanupPolicy::kCompact ||
                        options.cleanup_policy == CleanupPolicy::kCompactDelete;
  durability_.store(static_cast<std::uint8_t>(options.durability()), std::memory_order_relaxed);
  needs_keys_.store(compacts, std::memory_order_relaxed);
  appends_are_plain_.store(!compacts && options.durability() != Durability::kSync,
                           std::memory_order_relaxed);
}

Result<void> Partition::set_options(const TopicOptions& options) {
  LEAT_TRY(const Hold hold, Hold::take(*this));
  options_ = options;
  publish_options(options);
  if (log::Log* const log = log_ptr_.load(std::memory_order_acquire)) {
    log->close_batch();
    log->set_options(log::log_options(options));
  }
  if (std::exchange(is_dirty_, false)) note_append();  // what is unsynced has a clock now
  return {};
}

// --- the hold ------------------------------------------------------------------------------------------

Result<Partition::Hold> Partition::Hold::take(Partition& partition, Bias::Patience patience)
    LEAT_NO_THREAD_SAFETY_ANALYSIS {
  partition.mutex_.lock();
  if (partition.is_owned_) {
    const Environment& environment = partition.instance_.environment;
    if (auto left = partition.bias_.revoke(*environment.scheduler, *environment.clock, patience);
        !left) {
      partition.mutex_.unlock();
      return std::move(left).error();
    }
  }
  return Hold(partition);
}

Partition::Hold::~Hold() LEAT_NO_THREAD_SAFETY_ANALYSIS {
  if (partition_ == nullptr) return;
  if (partition_->is_owned_) partition_->bias_.restore();
  partition_->mutex_.unlock();
}

Result<void> Partition::acquire_ownership() {
  LEAT_TRY_VOID(check(true));
  LEAT_TRY(log::Log* const log, this->log());
  const base::MutexLock lock(mutex_);
  if (is_owned_) {
    return Error(ErrorCode::kBusy, fmt::format("{}-{} has an Appender already; there is at most one",
                                               identity_.name.topic, identity_.name.partition.value()));
  }
  is_owned_ = true;
  log->want_mapped(take_map_share());
  return {};
}

void Partition::release_ownership() {
  const base::MutexLock lock(mutex_);
  is_owned_ = false;
}

void Partition::ask_for_map() {
  if (--appends_to_map_ != 0) return;
  appends_to_map_ = kBusyAppends;
  if (take_map_share()) opened_log().want_mapped(true);
}

/// Where all shares are given, a job takes one from whoever has been idle since it was last looked at: who asks
/// again later finds it.
bool Partition::take_map_share() {
  if (has_map_share_ || !instance_.may_map) return has_map_share_;
  has_map_share_ = instance_.maps.take(*this);
  const Environment& environment = instance_.environment;
  if (has_map_share_ || !instance_.maps.is_time_to_look(environment.clock->monotonic())) {
    return has_map_share_;
  }
  environment.scheduler->post([self = shared_from_this()] {
    for (const auto& handle : self->instance_.maps.holders()) {
      if (const auto holder = handle.lock()) (void)holder->unmap_if_idle();
    }
  });
  return false;
}

bool Partition::unmap_if_idle() {
  const auto hold = Hold::take(*this);
  if (!hold || !has_map_share_ || instance_.gate.is_closed()) return false;  // a claim is open: not idle
  log::Log& log = opened_log();
  const std::int64_t bytes = log.appended_bytes();
  if (std::exchange(bytes_seen_, bytes) != bytes) return false;
  give_map_up(kBusyAppends);
  log.release_file();
  return true;
}

void Partition::give_map_up(std::uint32_t appends) {
  opened_log().want_mapped(false);
  opened_log().unmap();
  appends_to_map_ = appends;
  has_map_share_ = false;
  instance_.maps.give_back(*this);
}

// --- what is deleted -----------------------------------------------------------------------------------

Result<Offset> Partition::deletable(Offset before) {
  LEAT_TRY_VOID(check(true));
  LEAT_TRY(log::Log* const log, this->log());
  if (before > log->high_watermark() || before.value() < 0) {
    return Error(ErrorCode::kOffsetOutOfRange,
                 fmt::format("records before {} cannot be deleted: {}-{} ends at {}", before.value(),
                             identity_.name.topic, identity_.name.partition.value(),
                             log->high_watermark().value()));
  }
  // A full disk keeps a segment from being sealed, but not older ones from being deleted (G24).
  auto sealed = seal_all();
  if (!sealed && sealed.error().code() != ErrorCode::kStorageFull) return std::move(sealed).error();
  return std::max(log->log_start(), before);
}

Result<void> Partition::delete_below(Offset to) {
  LEAT_TRY(log::Log* const log, this->log());
  std::vector<std::shared_ptr<log::Segment>> removed;
  {
    LEAT_TRY(const Hold hold, Hold::take(*this));
    removed = log->raise_log_start(to);
  }
  for (const auto& segment : removed) {
    const auto sum = segment->sum();
    if (sum && stored_index_) stored_index_->remove(**sum);
    LEAT_TRY_VOID(log->remove_files(segment->base_offset()));
    instance_.counters.segments_deleted.fetch_add(1, std::memory_order_relaxed);
  }
  return {};
}

Result<void> Partition::roll() {
  LEAT_TRY_VOID(check(true));
  LEAT_TRY(log::Log* const log, this->log());
  LEAT_TRY(const Hold hold, Hold::take(*this));
  LEAT_TRY_VOID(check(true));  // once more: it may have been closed meanwhile
  return log->roll();
}

Result<void> Partition::close_batch() {
  const auto hold = Hold::take(*this, Bias::Patience::kShort);
  if (!hold) return {};  // a claim is open: what is before it is there already, the rest when it is done
  LEAT_TRY_VOID(check(false));
  opened_log().close_batch();
  return {};
}

void Partition::mark_deleted() {
  deleted_.store(true, std::memory_order_release);
  waiters_.notify();
  if (stored_index_) stored_index_->remove_all();
  instance_.commits.note_deleted(*this);
}

Result<void> Partition::remove_files() {
  Result<void> removed;
  // In turn with syncs and seals, which make files; its failure is no failed sync.
  LEAT_TRY_VOID(with_sync_turn([&]() -> Result<void> {
    removed = remove_directory();
    return {};
  }));
  return removed;
}

Result<void> Partition::remove_directory() {
  FileSystem& files = *instance_.environment.file_system;
  LEAT_TRY(const bool exists, files.exists(directory_));
  if (!exists) return {};
  LEAT_TRY(const auto entries, files.list(directory_));
  for (const DirectoryEntry& entry : entries) {
    LEAT_TRY_VOID(files.remove(directory_ + "/" + entry.name));
  }
  return files.remove_directory(directory_);
}

}  // namespace leat::partition
