#pragma once

/// \file
/// `Engine`: a directory of logs (or memory), opened. The way in to everything else.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::inline v0 {

enum class Mode : std::uint8_t {
  kReadWrite,
  kReadOnly,  ///< beside a live writer in another process, without its lock; sees what it appends
};

struct OpenOptions {
  /// Made if missing (its parent must exist). Empty: the engine lives in memory.
  std::string directory = {};
  Mode mode = Mode::kReadWrite;
  EngineOptions options = {};
  Environment environment = {};
};

/// What recovery found at one partition.
struct PartitionRecovery {
  TopicPartition partition;
  Offset log_end;               ///< after recovery
  std::uint64_t cut_bytes = 0;  ///< copied to DIR/cut before they were cut (S16)
  std::string reason;           ///< why the chain ended there
};

/// What opening found. A clean open has an empty `partitions`.
struct RecoveryReport {
  bool was_clean = true;
  bool host_rebooted = false;  ///< words the report only; decides nothing but S3's last page
  LeaderEpoch epoch;
  std::vector<PartitionRecovery> partitions;  ///< those where something was cut
  std::vector<std::string> notes;             ///< lost directories moved aside, indexes rebuilt, …
};

enum class HealthState : std::uint8_t { kHealthy, kReadOnly, kPoisoned, kClosed };
struct Health {
  HealthState state = HealthState::kHealthy;
  std::string reason;  ///< of a poisoning: the first failed sync or broken invariant (S12)
};

/// A snapshot of counters and gauges by name ("leat.log.appends.total", …).
using Metrics = std::map<std::string, double>;

/// An open engine. Move-only, thread-safe but for `close` and the destructor. Handles made from it
/// keep working until `close`, and return kClosed after it.
class Engine {
 public:
  class Impl;

  /// Opens or makes a directory, recovering what a crash left.
  /// Errors: kLocked (names the holder), kUnsupportedFormat (a newer version, or not ours),
  /// kStorageFull, kStorageReadOnly, kNotFound (read-only mode, or no parent), kInvalidConfig, kIo.
  static Result<Engine> open(OpenOptions options) noexcept;
  /// An engine in memory; nothing survives it.
  static Result<Engine> memory(Environment environment = {}) noexcept;

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  /// As a crash of the process at level `process`, nothing worse, unless `close` came first (G35).
  ~Engine();

  /// Makes everything durable, marks the directory clean, gives the lock back.
  Result<void> close() noexcept;

  [[nodiscard]] Health health() const;
  [[nodiscard]] const RecoveryReport& recovery() const;
  [[nodiscard]] Metrics metrics() const;

  [[nodiscard]] Admin admin() const;
  /// `admin().create_topic`, in short.
  Result<Uuid> create_topic(std::string_view name, std::int32_t partitions = -1,
                            ConfigMap configs = {}) {
    return admin().create_topic(
        {.name = std::string(name), .partitions = partitions, .configs = std::move(configs)});
  }

  /// Errors: kUnknownTopicOrPartition, kBusy (there is one already), kStorageReadOnly.
  [[nodiscard]] Result<Appender> appender(std::string_view topic,
                                          PartitionId partition) const noexcept;
  [[nodiscard]] Result<Producer> producer(ProducerOptions options = {}) const noexcept;
  [[nodiscard]] Result<Consumer> consumer(ConsumerOptions options = {}) const noexcept;

  [[nodiscard]] Result<PartitionOffsets> offsets(const TopicPartition& partition) const noexcept;
  /// The first offset whose record's timestamp is at or after `time`; nullopt when all are older.
  [[nodiscard]] Result<std::optional<Offset>> offset_for_time(const TopicPartition& partition,
                                                              Timestamp time) const noexcept;
  /// Makes everything appended so far durable.
  Result<void> flush() const noexcept;
  Result<void> flush(const TopicPartition& partition) const noexcept;
  /// Raises log start to `before`, below which nothing is read any more, and removes the segments
  /// that lie wholly below it; returns log start. Errors: kOffsetOutOfRange above the high
  /// watermark.
  [[nodiscard]] Result<Offset> delete_records(const TopicPartition& partition,
                                              Offset before) const noexcept;
  /// Seals the active segment of a partition and begins a new one.
  Result<void> roll(const TopicPartition& partition) const noexcept;
  /// A crash-consistent copy, of links where it can, in `path`, which must not exist (G34).
  Result<void> snapshot(const std::string& path) const noexcept;
  /// XXH3 over records, offsets and catalog: equal before and after the index was rebuilt (G6).
  [[nodiscard]] Result<std::uint64_t> state_hash() const noexcept;

 private:
  friend struct EngineAccess;  // the adaptor's way in, no part of the API
  explicit Engine(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace leat::inline v0
