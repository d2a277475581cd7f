#include <array>
#include <cstdint>
#include <limits>
#include <span>

#include "leat/options.h"

#include "config/config.h"
#include "config/table.h"

namespace leat::config {
namespace {

using enum Importance;

constexpr std::int64_t kMebibyte = 1 << 20;
constexpr std::int64_t kInt32Max = std::numeric_limits<std::int32_t>::max();

constexpr std::array kTable{
    option<&TopicOptions::cleanup_policy>(
        {.name = "cleanup.policy",
         .broker_synonym = "log.cleanup.policy",
         .doc = "What is done with old segments: delete them past retention, compact them to the "
                "latest record of each key, both, or (empty) nothing."}),
    option<&TopicOptions::compression_gzip_level, BetweenOr{-1, {1, 9}}>(
        {.name = "compression.gzip.level",
         .broker_synonym = "compression.gzip.level",
         .doc = "The level where compression.type is gzip; -1 is zlib's own."}),
    option<&TopicOptions::compression_lz4_level, Between{1, 17}>(
        {.name = "compression.lz4.level",
         .broker_synonym = "compression.lz4.level",
         .doc = "The level where compression.type is lz4."}),
    option<&TopicOptions::compression_type>(
        {.name = "compression.type",
         .broker_synonym = "compression.type",
         .doc = "What batches are stored in; producer keeps the producer's choice."}),
    option<&TopicOptions::compression_zstd_level, Between{-131072, 22}>(
        {.name = "compression.zstd.level",
         .broker_synonym = "compression.zstd.level",
         .doc = "The level where compression.type is zstd."}),
    option<&TopicOptions::delete_retention, at_least(0)>(
        {.name = "delete.retention.ms",
         .broker_synonym = "log.cleaner.delete.retention.ms",
         .doc = "How long a tombstone stays after the first compaction that saw it."}),
    option<&TopicOptions::file_delete_delay, at_least(0)>(
        {.name = "file.delete.delay.ms",
         .broker_synonym = "log.segment.delete.delay.ms",
         .doc =
             "Kept for Kafka's tools: files are unlinked at once, readers keep what they hold."}),
    option<&TopicOptions::flush_messages, at_least(1)>(
        {.name = "flush.messages",
         .broker_synonym = "log.flush.interval.messages",
         .doc = "1 syncs every append before it is acknowledged (level sync); more does nothing."}),
    option<&TopicOptions::flush_interval, at_least(0)>(
        {.name = "flush.ms",
         .broker_synonym = "log.flush.interval.ms",
         .doc = "Appended bytes are synced at most this much later (level interval)."}),
    option<&TopicOptions::follower_replication_throttled_replicas>(
        {.name = "follower.replication.throttled.replicas",
         .doc = "Kept for Kafka's tools: one node does not replicate."}),
    option<&TopicOptions::index_interval_bytes, at_least(0)>(
        {.name = "index.interval.bytes",
         .broker_synonym = "log.index.interval.bytes",
         .doc = "Bytes of records between two entries of the offset index."}),
    option<&TopicOptions::internal_segment_bytes, Between{256, kInt32Max}>(
        {.name = "internal.segment.bytes",
         .importance = kLow,
         .doc = "Takes the place of segment.bytes where a test wants smaller segments."}),
    option<&TopicOptions::leader_replication_throttled_replicas>(
        {.name = "leader.replication.throttled.replicas",
         .doc = "Kept for Kafka's tools: one node does not replicate."}),
    option<&TopicOptions::local_retention_bytes, at_least(-2)>(
        {.name = "local.retention.bytes",
         .broker_synonym = "log.local.retention.bytes",
         .doc = "Kept for Kafka's tools: there is no tiered storage."}),
    option<&TopicOptions::local_retention, at_least(-2)>(
        {.name = "local.retention.ms",
         .broker_synonym = "log.local.retention.ms",
         .doc = "Kept for Kafka's tools: there is no tiered storage."}),
    option<&TopicOptions::max_compaction_lag, at_least(1)>(
        {.name = "max.compaction.lag.ms",
         .broker_synonym = "log.cleaner.max.compaction.lag.ms",
         .doc = "A record waits at most this long for compaction, whatever the dirty ratio."}),
    option<&TopicOptions::max_message_bytes, at_least(0)>(
        {.name = "max.message.bytes",
         .broker_synonym = "message.max.bytes",
         .doc = "The largest record batch, as it is stored."}),
    option<&TopicOptions::message_timestamp_after_max, at_least(0)>(
        {.name = "message.timestamp.after.max.ms",
         .broker_synonym = "log.message.timestamp.after.max.ms",
         .doc = "How far in the future a record's own time may lie."}),
    option<&TopicOptions::message_timestamp_before_max, at_least(0)>(
        {.name = "message.timestamp.before.max.ms",
         .broker_synonym = "log.message.timestamp.before.max.ms",
         .doc = "How far in the past a record's own time may lie."}),
    option<&TopicOptions::message_timestamp_type>(
        {.name = "message.timestamp.type",
         .broker_synonym = "log.message.timestamp.type",
         .doc = "Whose clock stamps a record: its publisher's, or the log's at append."}),
    option<&TopicOptions::min_cleanable_dirty_ratio, Fraction{}>(
        {.name = "min.cleanable.dirty.ratio",
         .broker_synonym = "log.cleaner.min.cleanable.ratio",
         .doc = "How much of a log must be uncompacted before a pass is worth it."}),
    option<&TopicOptions::min_compaction_lag, at_least(0)>(
        {.name = "min.compaction.lag.ms",
         .broker_synonym = "log.cleaner.min.compaction.lag.ms",
         .doc = "A record stays uncompacted at least this long."}),
    option<&TopicOptions::min_insync_replicas, at_least(1)>(
        {.name = "min.insync.replicas",
         .broker_synonym = "min.insync.replicas",
         .doc = "Kept for Kafka's tools: one replica is always enough here."}),
    option<&TopicOptions::preallocate>({.name = "preallocate",
                                        .broker_synonym = "log.preallocate",
                                        .doc = "Reserve a segment's whole file when it is made."}),
    option<&TopicOptions::remote_log_copy_disabled>(
        {.name = "remote.log.copy.disable",
         .doc = "Kept for Kafka's tools: there is no tiered storage."}),
    option<&TopicOptions::remote_log_delete_on_disable>(
        {.name = "remote.log.delete.on.disable",
         .doc = "Kept for Kafka's tools: there is no tiered storage."}),
    option<&TopicOptions::remote_storage, OnlyFalse{}>(
        {.name = "remote.storage.enable", .doc = "Only false: there is no tiered storage."}),
    option<&TopicOptions::retention_bytes, at_least(-1)>(
        {.name = "retention.bytes",
         .broker_synonym = "log.retention.bytes",
         .doc = "The size of a partition beyond which its oldest segments go; -1 keeps them."}),
    option<&TopicOptions::retention, at_least(-1)>(
        {.name = "retention.ms",
         .broker_synonym = "log.retention.ms",
         .doc = "A segment whose newest record is older is deleted; -1 keeps it for ever."}),
    option<&TopicOptions::segment_bytes, Between{kMebibyte, kInt32Max}>(
        {.name = "segment.bytes",
         .broker_synonym = "log.segment.bytes",
         .doc = "The size at which the active segment is rolled."}),
    option<&TopicOptions::segment_index_bytes, at_least(4)>(
        {.name = "segment.index.bytes",
         .broker_synonym = "log.index.size.max.bytes",
         .doc = "Kept for Kafka's tools: the index has a bound of its own."}),
    option<&TopicOptions::segment_jitter, at_least(0)>(
        {.name = "segment.jitter.ms",
         .broker_synonym = "log.roll.jitter.ms",
         .doc = "At most this much is taken off segment.ms, so that rolls spread."}),
    option<&TopicOptions::segment_age, at_least(1)>(
        {.name = "segment.ms",
         .broker_synonym = "log.roll.ms",
         .doc = "Record time since a segment's first record at which the next append rolls."}),
    option<&TopicOptions::unclean_leader_election>(
        {.name = "unclean.leader.election.enable",
         .broker_synonym = "unclean.leader.election.enable",
         .doc = "Kept for Kafka's tools: one node has no followers to elect."}),
};

}  // namespace

std::span<const OptionSpec<TopicOptions>> topic_option_table() { return kTable; }

}  // namespace leat::config
