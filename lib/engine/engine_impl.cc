// Opening and closing an engine: the order of recovery (lib/log/FORMAT.md) is the order of these
// functions.

#include "engine/engine_impl.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "base/uuid.h"
#include "config/config.h"
#include "engine/catalog.h"
#include "engine/cursors.h"
#include "engine/groups.h"
#include "engine/jobs.h"
#include "engine/journal_replay.h"
#include "engine/scrub.h"
#include "engine/state_file.h"
#include "index/store.h"
#include "io/files.h"
#include "io/posix_fork_guard.h"
#include "io/posix_process.h"
#include "log/journal.h"
#include "log/journal_frame.h"
#include "log/log.h"
#include "partition/instance.h"
#include "partition/partition.h"

namespace leat::inline v0 {
namespace {

constexpr std::string_view kLockName = "LOCK";
constexpr std::string_view kMemoryDirectory = "/leat";

/// A directory without STATE is ours to begin in only when nothing else is there.
Result<void> check_is_empty(FileSystem& files, const std::string& directory) {
  LEAT_TRY(const auto entries, files.list(directory));
  for (const DirectoryEntry& entry : entries) {
    // What a first open that was killed may have left.
    const bool is_ours = entry.name == kLockName || entry.name == "STATE.tmp" ||
                         entry.name == "logs" || entry.name == "index" || entry.name == "cut";
    if (!is_ours) {
      return Error(ErrorCode::kUnsupportedFormat,
                   fmt::format("{} is not a Leat directory: it has no STATE, but '{}'; name an empty or a "
                               "new one",
                               directory, entry.name));
    }
  }
  return {};
}

Result<std::unique_ptr<FileLock>> lock_directory(FileSystem& files, const std::string& directory,
                                                 const std::string& identity) {
  const std::string path = directory + "/" + std::string(kLockName);
  auto lock = files.lock(path);
  if (!lock) {
    if (lock.error().code() != ErrorCode::kLocked) return lock;
    const auto holder = io::read_file(files, path);
    const std::string name =
        holder ? std::string(reinterpret_cast<const char*>(holder->data()), holder->size()) : "someone";
    return Error(ErrorCode::kLocked,
                 fmt::format("{} is open already, by {}; close it there, or open it here read-only",
                             directory, name.empty() ? "someone" : name));
  }
  LEAT_TRY(const auto file, files.open(path, OpenMode::kReadWrite));
  LEAT_TRY_VOID(file->truncate(0));
  LEAT_TRY_VOID(file->write(0, std::as_bytes(std::span(identity))));
  return lock;
}

}  // namespace

Engine::Impl::Impl(OpenOptions options) : options_(std::move(options)) {}

Result<std::shared_ptr<Engine::Impl>> Engine::Impl::open(OpenOptions options) {
  LEAT_TRY_VOID(config::check(options.options));
  std::shared_ptr<Impl> impl(new Impl(std::move(options)));
  LEAT_TRY_VOID(impl->start());
  return impl;
}

Result<void> Engine::Impl::start() {
  const bool in_memory = options_.directory.empty();
  is_on_disk_ = !in_memory;
  const bool is_real = !in_memory && !options_.environment.file_system;
  if (in_memory && !options_.environment.file_system) {
    options_.environment.file_system = memory_file_system();
  }
  if (in_memory) options_.directory = kMemoryDirectory;
  while (options_.directory.size() > 1 && options_.directory.ends_with('/')) {
    options_.directory.pop_back();
  }
  if (!options_.environment.scheduler) {
    options_.environment.scheduler = thread_scheduler("leat", options_.options.background_threads);
  }
  Environment environment = with_defaults(options_.environment);
  environment.scheduler = std::make_shared<engine::Jobs>(environment.scheduler, environment.clock);
  LEAT_TRY(auto guard, io::ForkGuard::open());
  const bool read_only = options_.mode == Mode::kReadOnly;
  instance_.reset(new partition::Instance{
      .environment = std::move(environment),
      .options = options_.options,
      .gate = partition::Gate(std::move(guard), read_only),
      .maps = partition::MapBudget(options_.options.max_mapped_partitions),
      .counters = {},
      .may_map = options_.options.mmap_appends,
      .directory = options_.directory,
      .is_closed = {},
      .store = is_real || read_only ? nullptr : index::memory_store()});
  instance_->sync_all_soon = [this] { sync_all_soon(); };
  cursors_ = std::make_unique<engine::Cursors>(*this);
  groups_ = std::make_unique<engine::Groups>(*this);
  return read_only ? start_read_only() : start_read_write();
}

Result<void> Engine::Impl::start_read_write() {
  FileSystem& files = *instance_->environment.file_system;
  const std::string& directory = options_.directory;
  LEAT_TRY_VOID(io::create_if_missing(files, directory));
  LEAT_TRY(const FileSystemTraits traits, files.traits(directory));
  if (!traits.is_local && !options_.options.allow_remote_file_systems) {  // G33
    return Error(ErrorCode::kUnsupportedFormat,
                 fmt::format("{} is on {}, a file system whose locks and syncs cannot be relied on; set "
                             "leat.allow.remote.file.systems to open it all the same",
                             directory, traits.name));
  }
  instance_->may_map = instance_->may_map && traits.mapped_stores_are_safe;
  LEAT_TRY(lock_, lock_directory(files, directory,
                                 io::process_identity(instance_->environment.boot_id)));
  LEAT_TRY(const auto found, engine::read_state(files, directory));
  was_found_ = found.has_value();
  if (!found) {
    LEAT_TRY_VOID(check_is_empty(files, directory));
    // Its own entry, which an earlier open may have made and not synced: without it all is lost (G2).
    LEAT_TRY_VOID(files.sync_directory(io::parent_of(directory)));
  }
  state_ = found.value_or(engine::State{});
  LEAT_TRY(const FileIdentity identity, files.identity(directory));
  const bool was_copied = found && state_.directory != identity;
  host_rebooted_ = state_.boot_id != instance_->environment.boot_id || was_copied;
  report_.was_clean = state_.is_clean;
  report_.host_rebooted = found.has_value() && host_rebooted_;
  if (was_copied) report_.notes.emplace_back("the directory was copied or moved since it was written");
  epoch_ = LeaderEpoch{state_.is_clean ? state_.opens : state_.opens + 1};
  report_.epoch = epoch_;

  LEAT_TRY_VOID(io::create_if_missing(files, directory + "/logs"));
  LEAT_TRY_VOID(open_catalog(!state_.is_clean || !was_found_));
  if (!was_found_ && !catalog_->topics().empty()) {
    return Error(ErrorCode::kCorruptMessage,
                 fmt::format("{}/{} is gone, but there are topics: restore it from a copy", directory,
                             engine::kStateName));
  }
  if (!was_found_) LEAT_TRY_VOID(make_new_logs());
  open_views();
  engine::JournalReplay journal(files, directory, *catalog_);
  if (!state_.is_clean) LEAT_TRY_VOID(journal.run());
  report_.notes.insert(report_.notes.end(), journal.notes().begin(), journal.notes().end());
  for (const auto& [id, topic] : catalog_->topics()) serve(topic);
  // After a clean close too: a deletion may have left files, and someone may have put some there (S21).
  LEAT_TRY_VOID(set_lost_aside());
  if (!state_.is_clean) LEAT_TRY_VOID(recover_partitions(journal));
  LEAT_TRY_VOID(begin_journal());
  // Only now, with all that recovery kept made durable: until here the crashed run's values stand (S18).
  state_ = {.format = engine::kDirectoryFormat,
            .opens = epoch_.value(),
            .is_clean = false,
            .boot_id = instance_->environment.boot_id,
            .directory = identity};
  LEAT_TRY_VOID(engine::write_state(files, directory, state_));
  begin_scrub();
  return {};
}

void Engine::Impl::begin_scrub() {
  const std::int64_t rate = options_.options.scrub_bytes_per_second;
  if (rate == 0 || !is_on_disk_) return;
  scrub_ = std::make_unique<engine::Scrub>(instance_->environment, rate,
                                           [this] { return all_partitions(); });
  scrub_->start();
}

Result<void> Engine::Impl::start_read_only() {
  FileSystem& files = *instance_->environment.file_system;
  LEAT_TRY(const auto found, engine::read_state(files, options_.directory));
  if (!found) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("{} is not a Leat directory: it has no STATE", options_.directory));
  }
  state_ = *found;
  was_found_ = true;
  instance_->is_closed = [&files, directory = options_.directory] {
    const auto state = engine::read_state(files, directory);
    return state && *state && (*state)->is_clean;
  };
  report_.was_clean = state_.is_clean;
  epoch_ = LeaderEpoch{state_.opens};
  report_.epoch = epoch_;
  LEAT_TRY_VOID(open_catalog(false));
  for (const auto& [id, topic] : catalog_->topics()) serve(topic);
  return {};
}

Result<void> Engine::Impl::open_catalog(bool recover) {
  LEAT_TRY(catalog_, engine::Catalog::open(instance_->environment,
                                           {.directory = options_.directory,
                                            .epoch = epoch_,
                                            .recover = recover,
                                            .host_rebooted = host_rebooted_,
                                            .read_only = options_.mode == Mode::kReadOnly,
                                            .must_be_there = was_found_,
                                            .is_closed = instance_->is_closed}));
  const log::LogRecovery& recovery = catalog_->recovery();
  if (recovery.cut_bytes > 0) {
    report_.notes.push_back(
        fmt::format("catalog: {} bytes cut: {}", recovery.cut_bytes, recovery.reason));
  }
  publish_settings();
  return {};
}

void Engine::Impl::open_views() {
  if (instance_->store) return;
  auto opened = index::open_store(options_.directory + "/index");
  if (!opened) {  // S20: an index error never harms the log
    report_.notes.push_back("index: served from memory: " + opened.error().to_string());
    log(LogLevel::kWarning, report_.notes.back());
    instance_->store = index::memory_store();
    return;
  }
  auto& [store, rebuilt] = *opened;
  if (rebuilt) report_.notes.push_back("index: rebuilt: " + *rebuilt);
  instance_->store = std::move(store);
}

void Engine::Impl::serve(const engine::TopicRecord& topic) {
  auto served = std::make_shared<ServedTopic>();
  served->name = topic.value.name;
  served->id = topic.id;
  served->number = index::LogNumber{static_cast<std::uint32_t>(topic.value.number)};
  served->is_internal = topic.value.is_internal;
  for (const auto& config : topic.value.configs) served->configs[config.name] = config.value;
  // They were checked when they were set; what a newer version may have added is passed over.
  const auto options =
      config::parse_topic_options(served->configs, options_.options.topic_defaults);
  served->options = options ? *options : options_.options.topic_defaults;

  std::string metric = engine::metric_name(served->name);
  const base::MutexLock lock(topics_mutex_);
  if (metric.find('_') != std::string::npos) metric_names_[std::move(metric)] = served->name;
  if (const auto known = topics_.find(served->name);
      known != topics_.end() && known->second->id == served->id) {
    served->partitions = known->second->partitions;
  }
  for (auto p = static_cast<std::int32_t>(served->partitions.size()); p < topic.value.partitions; ++p) {
    const auto start = topic.log_starts.find(p);
    served->partitions.push_back(std::make_shared<partition::Partition>(
        *instance_,
        partition::Identity{.name = {served->name, PartitionId{p}},
                            .log_id = topic.id,
                            .number = served->number},
        served->options, epoch_, start == topic.log_starts.end() ? Offset{0} : start->second));
  }
  topics_by_id_[served->id] = served;
  topics_[served->name] = std::move(served);
  topics_version_.fetch_add(1, std::memory_order_release);
}

void Engine::Impl::serve_no_longer(const ServedTopic& topic) {
  const std::string name = topic.name;  // it may go with what is erased
  const base::MutexLock lock(topics_mutex_);
  metric_names_.erase(engine::metric_name(name));
  topics_by_id_.erase(topic.id);
  topics_.erase(name);
  topics_version_.fetch_add(1, std::memory_order_release);
}

/// What a first open that failed left is made anew: names whose sync has failed may never reach the disk (S12),
/// other names do.
Result<void> Engine::Impl::make_new_logs() {
  FileSystem& files = *instance_->environment.file_system;
  const std::string logs = options_.directory + "/logs";
  LEAT_TRY(const auto entries, files.list(logs));
  for (const DirectoryEntry& entry : entries) {
    if (entry.name == base::to_hex(engine::catalog_id())) continue;  // all that a first open makes
    return Error(ErrorCode::kCorruptMessage,
                 fmt::format("{}/{} is gone, and the catalog, but {}/{} is there: restore them from a copy",
                             options_.directory, engine::kStateName, logs, entry.name));
  }
  catalog_.reset();
  LEAT_TRY_VOID(remove_tree(logs));
  LEAT_TRY_VOID(files.create_directory(logs));
  LEAT_TRY_VOID(open_catalog(false));
  // Before STATE, whose own sync may fail: who finds that one relies on this name.
  return io::synced(files.sync_directory(options_.directory));
}

/// Directories of deleted logs go; those of logs that no record speaks of are kept aside (S21).
Result<void> Engine::Impl::set_lost_aside() {
  FileSystem& files = *instance_->environment.file_system;
  const std::string logs = options_.directory + "/logs";
  LEAT_TRY(const auto entries, files.list(logs));
  bool changed = false;
  for (const DirectoryEntry& entry : entries) {
    const auto id = base::uuid_from_hex(entry.name);
    if (id && (*id == engine::catalog_id() || catalog_->topics().contains(*id))) continue;
    changed = true;
    const std::string path = logs + "/" + entry.name;
    if (id && catalog_->deleted().contains(*id)) {
      LEAT_TRY_VOID(remove_tree(path));
      continue;
    }
    LEAT_TRY_VOID(io::create_if_missing(files, options_.directory + "/lost"));
    LEAT_TRY_VOID(files.rename(path, options_.directory + "/lost/" + entry.name));
    LEAT_TRY_VOID(files.sync_directory(options_.directory + "/lost"));
    report_.notes.push_back(fmt::format("{}: no topic has this log; moved to lost/", entry.name));
  }
  if (!changed) return {};
  return files.sync_directory(logs);
}

Result<void> Engine::Impl::remove_tree(const std::string& path) {
  FileSystem& files = *instance_->environment.file_system;
  LEAT_TRY(const auto entries, files.list(path));
  for (const DirectoryEntry& entry : entries) {
    const std::string child = path + "/" + entry.name;
    LEAT_TRY_VOID(entry.kind == EntryKind::kDirectory ? remove_tree(child) : files.remove(child));
  }
  return files.remove_directory(path);
}

/// A new one: of what an earlier run left, all is in its files by now.
Result<void> Engine::Impl::begin_journal() {
  partition::Instance& instance = *instance_;
  const std::string directory = fmt::format("{}/{}", options_.directory, log::kJournalDirectory);
  LEAT_TRY_VOID(log::remove_journal(*instance.environment.file_system, directory));
  const std::int64_t bytes = instance.options.journal_bytes;
  if (bytes == 0 || !is_on_disk_) return {};
  instance.commits.use_journal(std::make_unique<log::Journal>(
      instance.environment, directory, static_cast<std::uint64_t>(bytes)));
  return {};
}

Result<void> Engine::Impl::recover_partitions(const engine::JournalReplay& journal) {
  for (const auto& topic : topics()) {
    const std::string directory =
        fmt::format("{}/logs/{}", options_.directory, base::to_hex(topic->id));
    const auto entries = instance_->environment.file_system->list(directory);
    if (!entries && entries.error().code() == ErrorCode::kNotFound) continue;
    if (!entries) return entries.error();
    // Those never written have no directory (S21): one look for all of a topic.
    std::set<std::string, std::less<>> written;
    for (const DirectoryEntry& entry : *entries) written.insert(entry.name);
    for (const auto& partition : topic->partitions) {
      const PartitionId number = partition->name().partition;
      if (!written.contains(std::to_string(number.value()))) continue;
      LEAT_TRY_VOID(recover_partition(*partition, journal.durable(topic->number.value(), number)));
    }
  }
  return {};
}

Result<void> Engine::Impl::recover_partition(partition::Partition& partition,
                                             const std::optional<log::DurableMark>& durable) {
  LEAT_TRY(const log::LogRecovery recovery, partition.recover(host_rebooted_, durable));
  if (recovery.cut_bytes == 0) return {};
  LEAT_TRY(const PartitionOffsets offsets, partition.offsets());
  report_.partitions.push_back({.partition = partition.name(),
                                .log_end = offsets.log_end,
                                .cut_bytes = recovery.cut_bytes,
                                .reason = recovery.reason});
  log(LogLevel::kWarning, fmt::format("{}-{}: {} bytes cut at recovery: {}", partition.name().topic,
                                      partition.name().partition.value(), recovery.cut_bytes,
                                      recovery.reason));
  return {};
}

void Engine::Impl::sync_all_soon() {
  if (sync_all_is_due_.exchange(true, std::memory_order_acq_rel)) return;
  instance_->environment.scheduler->post([self = weak_from_this()] {
    const auto engine = self.lock();
    if (!engine) return;
    engine->sync_all_is_due_.store(false, std::memory_order_release);
    (void)engine->flush_all();  // a failure has poisoned the instance
  });
}

void Engine::Impl::abandon() noexcept {
  if (!instance_ || instance_->gate.forked() || instance_->gate.is_closed()) return;
  shut_gate();
  instance_->environment.scheduler->stop();
  lock_.reset();
}

/// Who sleeps on a partition is told, too: it finds the gate shut.
void Engine::Impl::shut_gate() noexcept {
  instance_->gate.close();
  for (const auto& partition : all_partitions()) partition->waiters().notify();
  groups_->close();
}

Engine::Impl::~Impl() {
  abandon();
  // In a child of fork() nothing is ours, and threads that are waited for are not there (G30): the store and the
  // jobs are left alone, at the price of their memory.
  if (instance_ && instance_->gate.forked()) (void)instance_.release();
}

Result<void> Engine::Impl::close() {
  partition::Instance& instance = *instance_;
  if (instance.gate.is_closed()) return {};
  if (instance.gate.forked()) return instance.gate.check();  // G30: a child changes nothing
  const auto writable = instance.gate.check_writable();
  const bool may_write = writable.has_value();
  shut_gate();
  // Jobs end first: what they would have done, closing does.
  instance.environment.scheduler->stop();
  // Poisoned: nothing more is made durable, and whoever closes is told (S12).
  Result<void> outcome;
  if (options_.mode == Mode::kReadWrite) outcome = writable;
  if (may_write) {
    for (const auto& partition : all_partitions()) {
      // Not the others either: they share names with what failed to sync, which is not synced again (S12).
      if (outcome) outcome = partition->close();
    }
    if (outcome) outcome = catalog_->close();
  }
  if (instance.store) (void)instance.store->close();  // S20: what is lost of it is rebuilt
  if (may_write && outcome) {
    state_.is_clean = true;
    FileSystem& files = *instance.environment.file_system;
    outcome = engine::write_state(files, options_.directory, state_);
    // After STATE: with it clean nobody replays what is left of the journal.
    const std::string journal = fmt::format("{}/{}", options_.directory, log::kJournalDirectory);
    if (outcome) outcome = log::remove_journal(files, journal);
  }
  lock_.reset();
  if (!outcome) return outcome.error().with_context("close");
  return {};
}

// --- looking things up ---------------------------------------------------------------------------------

std::shared_ptr<const ServedTopic> Engine::Impl::find_topic(std::string_view name) const {
  const base::MutexLock lock(topics_mutex_);
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : found->second;
}

std::shared_ptr<const ServedTopic> Engine::Impl::find_topic(const Uuid& id) const {
  const base::MutexLock lock(topics_mutex_);
  const auto found = topics_by_id_.find(id);
  return found == topics_by_id_.end() ? nullptr : found->second;
}

Result<std::shared_ptr<const ServedTopic>> Engine::Impl::topic(std::string_view name) {
  LEAT_TRY_VOID(instance_->gate.check());
  auto topic = find_topic(name);
  if (!topic && options_.mode == Mode::kReadOnly) {  // the writer may have made it since
    LEAT_TRY_VOID(refresh());
    topic = find_topic(name);
  }
  if (topic) return topic;
  return Error(ErrorCode::kUnknownTopicOrPartition, fmt::format("there is no topic '{}'", name));
}

Result<std::shared_ptr<partition::Partition>> Engine::Impl::partition(const TopicPartition& name) {
  LEAT_TRY(const auto topic, this->topic(name.topic));
  const std::int32_t number = name.partition.value();
  if (number < 0 || static_cast<std::size_t>(number) >= topic->partitions.size()) {
    return Error(ErrorCode::kUnknownTopicOrPartition,
                 fmt::format("topic '{}' has partitions 0 to {}, not {}", name.topic,
                             topic->partitions.size() - 1, number));
  }
  return topic->partitions[static_cast<std::size_t>(number)];
}

std::vector<std::shared_ptr<const ServedTopic>> Engine::Impl::topics() const {
  const base::MutexLock lock(topics_mutex_);
  std::vector<std::shared_ptr<const ServedTopic>> all;
  all.reserve(topics_.size());
  for (const auto& [name, topic] : topics_) all.push_back(topic);
  return all;
}

std::vector<std::shared_ptr<partition::Partition>> Engine::Impl::all_partitions() const {
  std::vector<std::shared_ptr<partition::Partition>> all;
  for (const auto& topic : topics()) {
    all.insert(all.end(), topic->partitions.begin(), topic->partitions.end());
  }
  return all;
}

void Engine::Impl::log(LogLevel level, std::string_view text) const {
  if (instance_->environment.log) instance_->environment.log(level, text);
}

Health Engine::Impl::health() const {
  const partition::Gate& gate = instance_->gate;
  if (gate.is_poisoned()) {
    const std::optional<Error> cause = gate.cause();
    return {HealthState::kPoisoned, cause ? cause->to_string() : std::string()};
  }
  if (gate.is_closed()) return {HealthState::kClosed, {}};
  if (gate.is_read_only()) return {HealthState::kReadOnly, "opened read-only"};
  return {};
}

}  // namespace leat::inline v0
