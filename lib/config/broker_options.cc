#include <array>
#include <cstdint>
#include <span>

#include "leat/options.h"

#include "config/config.h"
#include "config/table.h"

namespace leat::config {
namespace {

using enum Importance;

constexpr std::int64_t kMebibyte = 1 << 20;

constexpr std::array kTable{
    option<&EngineOptions::background_threads, Between{1, 64}>(
        {.name = "background.threads",
         .importance = kHigh,
         .doc = "Threads for sealing, retention, cleaning and checkpoints."}),
    option<&EngineOptions::group_consumer_assignment_interval, at_least(0)>(
        {.name = "group.consumer.assignment.interval.ms",
         .doc = "The least time from one assignment of a consumer group to the next."}),
    option<&EngineOptions::group_consumer_heartbeat_interval, at_least(1)>(
        {.name = "group.consumer.heartbeat.interval.ms",
         .doc = "What members of a consumer group are told to keep to."}),
    option<&EngineOptions::group_consumer_max_size, at_least(1)>(
        {.name = "group.consumer.max.size", .doc = "The most members of a consumer group."}),
    option<&EngineOptions::group_consumer_session_timeout, at_least(1)>(
        {.name = "group.consumer.session.timeout.ms",
         .doc = "How long a member of a consumer group may be silent."}),
    option<&EngineOptions::group_initial_rebalance_delay, at_least(0)>(
        {.name = "group.initial.rebalance.delay.ms",
         .doc = "How long the first member of an empty group waits for others."}),
    option<&EngineOptions::group_max_session_timeout, at_least(1)>(
        {.name = "group.max.session.timeout.ms",
         .doc = "The longest session timeout that a classic member may ask for."}),
    option<&EngineOptions::group_max_size, at_least(1)>(
        {.name = "group.max.size", .doc = "The most members of a classic group."}),
    option<&EngineOptions::group_min_session_timeout, at_least(1)>(
        {.name = "group.min.session.timeout.ms",
         .doc = "The shortest session timeout that a classic member may ask for."}),
    option<&EngineOptions::allow_remote_file_systems>(
        {.name = "leat.allow.remote.file.systems",
         .doc = "Open on NFS, SMB or 9p in spite of their locks and syncs."}),
    option<&EngineOptions::journal_bytes, BetweenOr{0, at_least(64 << 10)}>(
        {.name = "leat.journal.bytes",
         .doc = "Of the journal that small syncs share; 0: every partition syncs its own files."}),
    option<&EngineOptions::map_budget_bytes, at_least(4 * kMebibyte)>(
        {.name = "leat.map.budget.bytes",
         .doc = "All bytes allocated and mapped ahead of appends together."}),
    option<&EngineOptions::max_mapped_partitions, at_least(0)>(
        {.name = "leat.max.mapped.partitions",
         .doc = "How many partitions may hold a writable map at a time."}),
    option<&EngineOptions::max_partitions, Between{1, kMebibyte}>(
        {.name = "leat.max.partitions",
         .doc = "The most partitions that all topics together may have."}),
    option<&EngineOptions::mmap_appends>(
        {.name = "leat.mmap.appends",
         .doc = "Append through mappings where they are safe; false writes always."}),
    option<&EngineOptions::scrub_bytes_per_second, at_least(0)>(
        {.name = "leat.scrub.bytes.per.second",
         .doc = "How fast sealed segments are read to find damage early; 0: not at all."}),
    option<&EngineOptions::unsynced_bytes_max, at_least(kMebibyte)>(
        {.name = "leat.unsynced.bytes.max",
         .doc = "Unsynced bytes beyond which appends wait for a sync."}),
    option<&EngineOptions::checkpoint_interval, at_least(1)>(
        {.name = "log.flush.offset.checkpoint.interval.ms",
         .importance = kLow,
         .doc = "How often durable offsets and views are checkpointed while there are appends."}),
    option<&EngineOptions::retention_check_interval, at_least(1)>(
        {.name = "log.retention.check.interval.ms",
         .doc = "How often the log is checked for segments to delete."}),
    option<&EngineOptions::num_partitions, at_least(1)>(
        {.name = "num.partitions", .doc = "Of a topic created without a number."}),
    option<&EngineOptions::offset_metadata_max_bytes, at_least(0)>(
        {.name = "offset.metadata.max.bytes",
         .importance = kHigh,
         .doc = "Of the text that goes with a committed offset."}),
    option<&EngineOptions::offsets_retention_check_interval, at_least(1)>(
        {.name = "offsets.retention.check.interval.ms",
         .importance = kHigh,
         .doc = "How often offsets are looked through for those to delete."}),
    option<&EngineOptions::offsets_retention, at_least(1)>(
        {.name = "offsets.retention.minutes",
         .importance = kHigh,
         .doc = "How long the offsets of a group without members are kept."}),
    option<&EngineOptions::offsets_topic_partitions, at_least(1)>(
        {.name = "offsets.topic.num.partitions",
         .importance = kHigh,
         .doc = "Of __consumer_offsets, when it is made."}),
    option<&EngineOptions::producer_id_expiration, at_least(1)>(
        {.name = "producer.id.expiration.ms",
         .importance = kLow,
         .doc = "How long the sequence state of an idle producer is kept."}),
};

}  // namespace

std::span<const OptionSpec<EngineOptions>> engine_option_table() { return kTable; }

}  // namespace leat::config
