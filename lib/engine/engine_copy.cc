// What concerns all of an engine at once: flush, snapshot (G34), the state hash (G6), metrics.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/mutex.h"
#include "base/try.h"
#include "base/uuid.h"
#include "engine/catalog.h"
#include "engine/engine_impl.h"
#include "engine/scrub.h"
#include "engine/state_file.h"
#include "io/files.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/log.h"
#include "log/segment.h"
#include "log/segment_name.h"
#include "log/segment_reader.h"
#include "partition/fetch.h"
#include "partition/group_commit.h"
#include "partition/instance.h"
#include "partition/partition.h"
#include "record/batch_view.h"

namespace leat::inline v0 {
namespace {

/// Bytes that the state hash reads at a time.
constexpr std::size_t kHashedBytes = 1U << 20U;
/// Lookups through the index that the state hash takes of each segment.
constexpr std::int64_t kProbes = 16;

/// Copies the first `bytes` of a file and makes them durable.
Result<void> copy_file(FileSystem& files, const std::string& from, const std::string& to,
                       std::uint64_t bytes) {
  LEAT_TRY(const auto source, files.open(from, OpenMode::kRead));
  LEAT_TRY(const auto target, files.open(to, OpenMode::kCreateNew));
  LEAT_TRY(const std::uint64_t copied, io::copy_stretch(*source, {.bytes = bytes}, *target, 0));
  if (copied < bytes) return Error(ErrorCode::kIo, from + " is shorter than its records");
  return target->sync();
}

/// Copies a log as it is up to a sync point: sealed segments by link, which never change, the rest by bytes.
Result<void> copy_log(FileSystem& files, log::Log& log, const log::SyncPoint& point,
                      const std::string& from, const std::string& to) {
  for (const auto& segment : log.segments()) {
    const bool is_active = segment == point.active;
    if (segment->base_offset() > point.offset) break;  // rolled since
    const std::string name = log::segment_name(segment->base_offset(), log::kLogSuffix);
    if (!segment->is_sealed()) {
      const std::uint32_t end = is_active ? point.active_end : segment->published().head().end;
      LEAT_TRY_VOID(copy_file(files, segment->path(), fmt::format("{}/{}", to, name), end));
      continue;
    }
    for (const auto suffix : {log::kLogSuffix, log::kSumSuffix, log::kSnapshotSuffix}) {
      const std::string file = log::segment_name(segment->base_offset(), suffix);
      LEAT_TRY_VOID(files.link(fmt::format("{}/{}", from, file), fmt::format("{}/{}", to, file)));
    }
  }
  return files.sync_directory(to);
}

std::uint64_t mix(std::uint64_t hash, std::int64_t value) {
  std::byte bytes[8];
  base::store_be<std::int64_t>(bytes, value);
  return base::xxh3(bytes, hash);
}

/// What the index answers for a segment: it must be the same by rows, by memory and by scan.
Result<std::uint64_t> hash_lookups(log::Log& log, const log::Segment& segment, std::uint64_t hash) {
  const std::int64_t base = segment.base_offset().value();
  const std::int64_t count = segment.published().log_end() - base;
  for (std::int64_t probe = 0; probe < std::min(kProbes, count); ++probe) {
    const Offset offset{base + count * probe / kProbes};
    LEAT_TRY(auto reader, log.reader_at(offset));
    if (!reader) continue;
    LEAT_TRY(const auto* const piece, reader->next(1));
    if (!piece || piece->bytes.empty() || piece->records_of) continue;
    const record::BatchView batch(piece->bytes.data());
    LEAT_TRY(const auto found, log.find(batch.base_timestamp()));
    hash = mix(mix(hash, batch.base_offset().value()), found ? found->offset.value() : -1);
  }
  return hash;
}

Result<std::uint64_t> hash_partition(const std::shared_ptr<partition::Partition>& partition,
                                     std::uint64_t hash) {
  LEAT_TRY(log::Log* const log, partition->log());
  log::SyncPoint point;
  {
    LEAT_TRY(const auto hold, partition::Partition::Hold::take(*partition));
    point = log->sync_point();  // closes the open batch: its bytes are then final
  }
  hash = mix(mix(hash, log->log_start().value()), point.offset.value());
  partition::Reader reader(partition);
  reader.seek(log->log_start());
  while (reader.offset() < point.offset) {
    LEAT_TRY(const auto* const piece, reader.next(kHashedBytes));
    if (!piece) break;
    hash = base::xxh3(piece->bytes, hash);
  }
  for (const auto& segment : log->segments()) {
    LEAT_TRY(hash, hash_lookups(*log, *segment, hash));
  }
  return hash;
}

}  // namespace

Result<void> Engine::Impl::flush_all() {
  LEAT_TRY_VOID(instance_->gate.check_writable());
  struct Unflushed {
    std::shared_ptr<partition::Partition> partition;
    Offset end;
  };
  std::vector<Unflushed> unflushed;
  partition::Partitions small;
  for (const auto& partition : all_partitions()) {
    if (!partition->is_opened()) continue;
    const log::Log& log = partition->opened_log();
    if (log.durable_offset() >= log.log_end()) continue;
    unflushed.push_back({partition, log.log_end()});
    if (instance_->commits.takes(log.unsynced_bytes())) small.push_back(partition);
  }
  // Together first: one write and one sync for all of them (S13).
  if (!small.empty()) LEAT_TRY_VOID(instance_->commits.commit(small));
  Result<void> outcome;  // one that cannot be synced now does not keep the others
  for (const Unflushed& each : unflushed) {
    auto durable = each.partition->make_durable(each.end);
    if (each.partition->is_deleted()) continue;  // meanwhile
    if (!durable && outcome) outcome = std::move(durable);
  }
  return outcome;
}

Result<void> Engine::Impl::snapshot(const std::string& path) {
  LEAT_TRY_VOID(instance_->gate.check_writable());
  FileSystem& files = *instance_->environment.file_system;
  LEAT_TRY(const bool exists, files.exists(path));
  if (exists) return Error(ErrorCode::kAlreadyExists, path + " is there; name a new directory");
  const base::MutexLock admin(admin_mutex_);  // no topic comes or goes meanwhile
  LEAT_TRY_VOID(flush_all());
  const std::string logs = path + "/logs";
  LEAT_TRY_VOID(files.create_directory(path));
  LEAT_TRY_VOID(files.create_directory(logs));
  const std::string catalog = base::to_hex(engine::catalog_id());
  LEAT_TRY_VOID(files.create_directory(logs + "/" + catalog));
  LEAT_TRY_VOID(files.create_directory(logs + "/" + catalog + "/0"));
  LEAT_TRY_VOID(copy_log(files, catalog_->log(), catalog_->log().sync_point(),
                         options_.directory + "/logs/" + catalog + "/0",
                         logs + "/" + catalog + "/0"));
  LEAT_TRY_VOID(files.sync_directory(logs + "/" + catalog));
  for (const auto& partition : all_partitions()) {
    LEAT_TRY(const bool has_files, files.exists(partition->directory()));
    if (!has_files) continue;
    const std::string topic = logs + "/" + base::to_hex(partition->identity().log_id);
    LEAT_TRY_VOID(io::create_if_missing(files, topic));
    const std::string to = fmt::format("{}/{}", topic, partition->name().partition.value());
    LEAT_TRY_VOID(files.create_directory(to));
    LEAT_TRY(log::Log* const log, partition->log());
    log::SyncPoint point;
    {
      LEAT_TRY(const auto hold, partition::Partition::Hold::take(*partition));
      point = log->sync_point();
    }
    LEAT_TRY_VOID(copy_log(files, *log, point, partition->directory(), to));
    LEAT_TRY_VOID(files.sync_directory(topic));
  }
  LEAT_TRY_VOID(files.sync_directory(logs));
  // As a crashed directory, so that opening it checks every byte that has no `.sum` yet.
  engine::State state = state_;
  state.is_clean = false;
  LEAT_TRY_VOID(engine::write_state(files, path, state));
  // Its name last: what power loss leaves of a copy that was not acknowledged has none (S19's manner).
  return files.sync_directory(io::parent_of(path));
}

Result<std::uint64_t> Engine::Impl::state_hash() {
  LEAT_TRY_VOID(instance_->gate.check());
  if (options_.mode == Mode::kReadWrite) LEAT_TRY_VOID(flush_all());
  std::uint64_t hash = 0;
  for (const auto& topic : topics()) {
    hash = base::xxh3(base::as_bytes(topic->name), hash);
    hash = base::xxh3(topic->id.bytes, hash);
    for (const auto& [name, value] : topic->configs) {
      hash = base::xxh3(base::as_bytes(fmt::format("{}={}\n", name, value)), hash);
    }
    for (const auto& partition : topic->partitions) {
      LEAT_TRY(hash, hash_partition(partition, hash));
    }
  }
  return hash;
}

Metrics Engine::Impl::metrics() const {
  const partition::Counters& counters = instance_->counters;
  const auto value = [](const std::atomic<std::uint64_t>& counter) {
    return static_cast<double>(counter.load(std::memory_order_relaxed));
  };
  Metrics metrics{{"leat.log.batches.appended.total", value(counters.batches_appended)},
                  {"leat.log.syncs.total", value(counters.syncs)},
                  {"leat.journal.commits.total", value(counters.journal_commits)},
                  {"leat.journal.checkpoints.total", value(counters.journal_checkpoints)},
                  {"leat.log.segments.sealed.total", value(counters.segments_sealed)},
                  {"leat.log.segments.deleted.total", value(counters.segments_deleted)},
                  {"leat.index.errors.total", value(counters.index_errors)}};
  double bytes = 0;
  double segments = 0;
  double records = 0;
  double partitions = 0;
  double unsynced = 0;
  for (const auto& partition : all_partitions()) {
    ++partitions;
    if (!partition->is_opened()) continue;
    const log::Log& log = partition->opened_log();
    bytes += static_cast<double>(log.size_in_bytes());
    segments += static_cast<double>(log.segment_count());
    records += static_cast<double>(log.log_end() - log.log_start());
    unsynced += static_cast<double>(log.log_end() - log.durable_offset());
  }
  metrics["leat.topics"] = static_cast<double>(topics().size());
  metrics["leat.partitions"] = partitions;
  metrics["leat.log.bytes"] = bytes;
  metrics["leat.log.segments"] = segments;
  metrics["leat.log.offsets"] = records;
  metrics["leat.log.offsets.unsynced"] = unsynced;
  if (scrub_) {
    metrics["leat.scrub.bytes.total"] = static_cast<double>(scrub_->bytes());
    metrics["leat.scrub.damaged.total"] = static_cast<double>(scrub_->damaged());
    metrics["leat.scrub.rounds.total"] = static_cast<double>(scrub_->rounds());
  }
  if (instance_->store) {
    metrics["leat.index.bytes"] = static_cast<double>(instance_->store->approximate_bytes());
  }
  return metrics;
}

}  // namespace leat::inline v0
