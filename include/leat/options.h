#pragma once

/// \file
/// Options: what a topic and an engine can be told. Plain values: a member's initialiser is its
/// default, a designated initialiser sets it, `==` compares. Every member has a row in one table
/// (lib/config), which gives its Kafka name, its range and its text form; lib/config/OPTIONS.md
/// prints that table. Ranges are checked when the options are used (create a topic, open an
/// engine): kInvalidConfig.

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace leat::inline v0 {

/// Kafka's Long.MAX_VALUE as a time: never. Do not add to it.
inline constexpr std::chrono::milliseconds kNever = std::chrono::milliseconds::max();

/// What is done with old segments. Kafka's list of words as a set of bits. Never change a number.
enum class CleanupPolicy : std::uint8_t {
  kKeep = 0,           ///< The empty list: nothing is removed, whatever retention says.
  kDelete = 1,         ///< Segments past retention are deleted.
  kCompact = 2,        ///< The latest record of each key is kept; retention is ignored.
  kCompactDelete = 3,  ///< Both.
};

/// How a batch's records are compressed: the numbers of a batch's attributes (B3). Never change
/// one.
enum class CompressionType : std::int8_t {
  kProducer = -1,  ///< Topics only: keep what the producer chose.
  kNone = 0,
  kGzip = 1,
  kSnappy = 2,
  kLz4 = 3,
  kZstd = 4,
};

/// Whose clock stamps a record: the numbers of a batch's attributes (B3). Never change one.
enum class TimestampType : std::uint8_t {
  kCreateTime = 0,     ///< The publisher's.
  kLogAppendTime = 1,  ///< The log's, at append (B12).
};

/// When an append is acknowledged, and so what an acknowledged record survives. Ordered: a call may
/// ask for more than its topic's level, never for less (S10).
enum class Durability : std::uint8_t {
  kProcess = 0,   ///< In the page cache: survives kill -9 of the process.
  kInterval = 1,  ///< The same, synced every flush interval: power loss takes at most that window.
  kSync = 2,      ///< Synced (group commit): survives power loss.
};

/// Per-topic settings. Kafka's topic configs; a member is named after its config without the unit.
struct TopicOptions {
  // Segments.

  /// `segment.bytes`, [1 MiB, 2³¹ - 1]: the size at which the active segment is rolled (R8).
  std::int32_t segment_bytes = 1 << 30;
  /// `segment.ms`, [1, …]: record time since a segment's first record at which the next append
  /// rolls (R8).
  std::chrono::milliseconds segment_age = std::chrono::hours(24 * 7);
  /// `segment.jitter.ms`, [0, …]: at most this much is taken off `segment_age`, so that rolls
  /// spread.
  std::chrono::milliseconds segment_jitter{0};
  /// `segment.index.bytes`, [4, …]: kept for Kafka's tools; the index has its own bound (S20).
  std::int32_t segment_index_bytes = 10 << 20;
  /// `index.interval.bytes`, [0, …]: bytes of records between two entries of the offset index.
  std::int32_t index_interval_bytes = 4096;
  /// `preallocate`: reserve a segment's whole file when it is made.
  bool preallocate = false;
  /// `internal.segment.bytes`, [256, 2³¹ - 1]: takes the place of `segment_bytes` where a test
  /// wants segments smaller than Kafka allows (R11).
  std::optional<std::int32_t> internal_segment_bytes = std::nullopt;

  // Retention (R2-R10).

  /// `cleanup.policy`.
  CleanupPolicy cleanup_policy = CleanupPolicy::kDelete;
  /// `retention.ms`, [-1, …]: a segment whose newest record is older is deleted; -1 ms keeps it for
  /// ever.
  std::chrono::milliseconds retention = std::chrono::hours(24 * 7);
  /// `retention.bytes`, [-1, …], of each partition: the oldest segments beyond it go; -1 keeps
  /// them.
  std::int64_t retention_bytes = -1;
  /// `file.delete.delay.ms`, [0, …]: kept for Kafka's tools; files are unlinked at once, leases
  /// hold the bytes (S25).
  std::chrono::milliseconds file_delete_delay = std::chrono::minutes(1);

  // Compaction (C1-C9).

  /// `min.cleanable.dirty.ratio`, [0, 1]: how much of a log must be uncleaned before a pass is
  /// worth it.
  double min_cleanable_dirty_ratio = 0.5;
  /// `min.compaction.lag.ms`, [0, max_compaction_lag]: a record stays uncompacted at least this
  /// long.
  std::chrono::milliseconds min_compaction_lag{0};
  /// `max.compaction.lag.ms`, [1, …]: a record waits at most this long, whatever the dirty ratio.
  std::chrono::milliseconds max_compaction_lag = kNever;
  /// `delete.retention.ms`, [0, …]: how long a tombstone stays after the first pass that saw it.
  std::chrono::milliseconds delete_retention = std::chrono::hours(24);

  // Records.

  /// `max.message.bytes`, [0, …]: the largest record batch, as it is stored (B9).
  std::int32_t max_message_bytes = (1 << 20) + 12;
  /// `compression.type`: what batches are stored in; kProducer keeps the producer's choice (B14).
  CompressionType compression_type = CompressionType::kProducer;
  /// `compression.gzip.level`, -1 (zlib's choice) or [1, 9].
  std::int32_t compression_gzip_level = -1;
  /// `compression.lz4.level`, [1, 17].
  std::int32_t compression_lz4_level = 9;
  /// `compression.zstd.level`, [-131072, 22].
  std::int32_t compression_zstd_level = 3;
  /// `message.timestamp.type`.
  TimestampType message_timestamp_type = TimestampType::kCreateTime;
  /// `message.timestamp.before.max.ms`, [0, …]: how far in the past a record's own time may lie
  /// (B11).
  std::chrono::milliseconds message_timestamp_before_max = kNever;
  /// `message.timestamp.after.max.ms`, [0, …]: how far in the future it may lie (B11).
  std::chrono::milliseconds message_timestamp_after_max = std::chrono::hours(1);

  // Durability (S10); see `durability()`.

  /// `flush.messages`, [1, …]: 1 syncs each append before it is acknowledged; larger values do
  /// nothing.
  std::int64_t flush_messages = std::numeric_limits<std::int64_t>::max();
  /// `flush.ms`, [0, …]: appended bytes are synced at most this much later.
  std::chrono::milliseconds flush_interval = kNever;

  // Accepted, kept and answered because Kafka's tools set them; without effect on one node.

  /// `min.insync.replicas`, [1, …]: one replica is always enough here (B15).
  std::int32_t min_insync_replicas = 1;
  /// `unclean.leader.election.enable`.
  bool unclean_leader_election = false;
  /// `leader.replication.throttled.replicas`.
  std::string leader_replication_throttled_replicas = {};
  /// `follower.replication.throttled.replicas`.
  std::string follower_replication_throttled_replicas = {};
  /// `remote.storage.enable`: only false, as in a Kafka without tiered storage.
  bool remote_storage = false;
  /// `remote.log.copy.disable`.
  bool remote_log_copy_disabled = false;
  /// `remote.log.delete.on.disable`.
  bool remote_log_delete_on_disable = false;
  /// `local.retention.ms`, [-2, …].
  std::chrono::milliseconds local_retention{-2};
  /// `local.retention.bytes`, [-2, …].
  std::int64_t local_retention_bytes = -2;

  friend bool operator==(const TopicOptions&, const TopicOptions&) = default;

  /// The size at which a segment is rolled: `internal_segment_bytes` where set, else
  /// `segment_bytes`.
  [[nodiscard]] constexpr std::int32_t roll_bytes() const {
    return internal_segment_bytes.value_or(segment_bytes);
  }

  /// The topic's level (S10): `flush.messages=1` is kSync, a finite `flush.ms` kInterval (0 leaves
  /// no window and so is kSync), anything else kProcess.
  [[nodiscard]] constexpr Durability durability() const {
    if (flush_messages == 1 || flush_interval <= std::chrono::milliseconds(0)) {
      return Durability::kSync;
    }
    return flush_interval == kNever ? Durability::kProcess : Durability::kInterval;
  }
};

/// Settings of an engine. Fixed while it is open. Named after Kafka's broker config where there is
/// one, `leat.…` where there is none.
struct EngineOptions {
  /// What a topic gets where it says nothing itself. By name they are set as Kafka's broker-wide
  /// defaults: `log.segment.bytes`, `log.retention.ms` (also `.minutes`, `.hours`),
  /// `message.max.bytes`, …
  TopicOptions topic_defaults = {};

  /// `num.partitions`, [1, max_partitions]: of a topic created without a number.
  std::int32_t num_partitions = 1;
  /// `leat.max.partitions`, [1, 2²⁰]: the most partitions that all topics together may have.
  std::int32_t max_partitions = 100'000;

  /// `leat.mmap.appends`: false writes every append by `pwritev`, as on file systems where mapped
  /// stores are unsafe (S8).
  bool mmap_appends = true;
  /// `leat.map.budget.bytes`, [4 MiB, …]: all bytes allocated and mapped ahead of appends together
  /// (S8).
  std::int64_t map_budget_bytes = std::int64_t{1} << 30;
  /// `leat.max.mapped.partitions`, [0, …]: how many partitions may hold a writable map at a time
  /// (S8).
  std::int32_t max_mapped_partitions = 1024;
  /// `leat.unsynced.bytes.max`, [1 MiB, …]: appends wait for a sync beyond it; it bounds what
  /// recovery has to walk and what power loss can take below kSync (S12).
  std::int64_t unsynced_bytes_max = 256 << 20;
  /// `leat.journal.bytes`, 0 or [64 KiB, …]: of the journal that small syncs of many partitions
  /// share; it grows to that while it is used. 0: every partition syncs its own files (S13).
  std::int64_t journal_bytes = 128 << 20;
  /// `leat.scrub.bytes.per.second`, [0, …]: a job reads sealed segments at that rate, an hour after
  /// the last round again, and reports damage to the log sink and in the metrics `leat.scrub.…`
  /// (G23). 0: it is found when it is read.
  std::int64_t scrub_bytes_per_second = 0;
  /// `leat.allow.remote.file.systems`: open on NFS, SMB or 9p in spite of their locks and syncs
  /// (G33).
  bool allow_remote_file_systems = false;

  /// `log.flush.offset.checkpoint.interval.ms`, [1, …]: how often durable offsets and views are
  /// checkpointed while there are appends.
  std::chrono::milliseconds checkpoint_interval = std::chrono::minutes(1);
  /// `log.retention.check.interval.ms`, [1, …] (R1).
  std::chrono::milliseconds retention_check_interval = std::chrono::minutes(5);
  /// `producer.id.expiration.ms`, [1, …]: an idle producer's sequence state is forgotten after it.
  std::chrono::milliseconds producer_id_expiration = std::chrono::hours(24);
  // Consumer groups.

  /// `group.min.session.timeout.ms`, `group.max.session.timeout.ms`, [1, …]: what a classic member
  /// may ask for (G2).
  std::chrono::milliseconds group_min_session_timeout = std::chrono::seconds(6);
  std::chrono::milliseconds group_max_session_timeout = std::chrono::minutes(30);
  /// `group.initial.rebalance.delay.ms`, [0, …]: how long the first member of an empty group waits
  /// for others (G5). Kafka's default is 3 s.
  std::chrono::milliseconds group_initial_rebalance_delay{0};
  /// `group.max.size`, [1, …] (G18).
  std::int32_t group_max_size = std::numeric_limits<std::int32_t>::max();
  /// `group.consumer.session.timeout.ms`, [1, …]: who of the consumer protocol (KIP-848) is not
  /// heard of for so long is out (N8). A test may set it as low as it likes.
  std::chrono::milliseconds group_consumer_session_timeout = std::chrono::seconds(45);
  /// `group.consumer.heartbeat.interval.ms`, [1, …]: what members are told to keep to.
  std::chrono::milliseconds group_consumer_heartbeat_interval = std::chrono::seconds(5);
  /// `group.consumer.max.size`, [1, …].
  std::int32_t group_consumer_max_size = std::numeric_limits<std::int32_t>::max();
  /// `group.consumer.assignment.interval.ms`, [0, …]: the least time from one assignment to the
  /// next (N12). Kafka's default is 1 s.
  std::chrono::milliseconds group_consumer_assignment_interval{0};
  /// `offsets.retention.minutes`, [1, …]: how long the offsets of a group without members are kept
  /// (O8).
  std::chrono::minutes offsets_retention = std::chrono::hours(24 * 7);
  /// `offsets.retention.check.interval.ms`, [1, …].
  std::chrono::milliseconds offsets_retention_check_interval = std::chrono::minutes(10);
  /// `offset.metadata.max.bytes`, [0, …]: of the text that goes with a committed offset (O1).
  std::int32_t offset_metadata_max_bytes = 4096;
  /// `offsets.topic.num.partitions`, [1, …]: of `__consumer_offsets`, when it is made (G1).
  std::int32_t offsets_topic_partitions = 50;

  /// `background.threads`, [1, 64]: of the engine's own scheduler; none if one is injected.
  std::int32_t background_threads = 2;

  friend bool operator==(const EngineOptions&, const EngineOptions&) = default;
};

/// A config's type, by DescribeConfigs' numbers.
enum class ConfigType : std::int8_t {
  kBoolean = 1,
  kString = 2,
  kInt = 3,
  kShort = 4,
  kLong = 5,
  kDouble = 6,
  kList = 7,
};

/// Where a config's value comes from, by DescribeConfigs' numbers.
enum class ConfigSource : std::int8_t {
  kTopic = 1,         ///< DYNAMIC_TOPIC_CONFIG: set on the topic.
  kStaticBroker = 4,  ///< STATIC_BROKER_CONFIG: set on the engine.
  kDefault = 5,       ///< DEFAULT_CONFIG.
};

/// One config as DescribeConfigs tells it.
struct ConfigEntry {
  std::string name = {};
  std::optional<std::string> value =
      std::nullopt;  ///< nullopt: a config without a default that was not set
  ConfigSource source = ConfigSource::kDefault;
  ConfigType type = ConfigType::kString;
  bool is_default = true;  ///< source == kDefault
  bool is_read_only = false;
  std::string doc = {};
  friend bool operator==(const ConfigEntry&, const ConfigEntry&) = default;
};

}  // namespace leat::inline v0
