// The structs themselves: defaults, derived values, and that every member has a row.
#include "leat/options.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "config/config.h"
#include "config/table.h"

namespace leat::config {
namespace {

using namespace std::chrono_literals;

/// Converts to anything: an aggregate takes as many of them as it has members.
struct Any {
  template <class T>
  constexpr operator T() const {  // NOLINT(google-explicit-constructor)
    return T();
  }
};
template <class T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...> /*indices*/) {
  return requires { T{(static_cast<void>(I), Any{})...}; };
}
template <class T, std::size_t N = 64>
constexpr std::size_t member_count() {
  if constexpr (takes<T>(std::make_index_sequence<N>{})) {
    return N;
  } else {
    return member_count<T, N - 1>();
  }
}

TEST(TopicOptionTable, HasARowForEachMember) {
  EXPECT_EQ(topic_option_table().size(), member_count<TopicOptions>());
}

TEST(EngineOptionTable, HasARowForEachMemberButTheTopicDefaults) {
  EXPECT_EQ(engine_option_table().size(), member_count<EngineOptions>() - 1);
}

TEST(TopicOptionTable, IsSortedByNameWithoutDoubles) {
  const auto table = topic_option_table();
  EXPECT_EQ(std::ranges::adjacent_find(table, std::ranges::greater_equal{},
                                       &OptionSpec<TopicOptions>::name),
            table.end());
}

TEST(EngineOptionTable, IsSortedByNameWithoutDoubles) {
  const auto table = engine_option_table();
  EXPECT_EQ(std::ranges::adjacent_find(table, std::ranges::greater_equal{},
                                       &OptionSpec<EngineOptions>::name),
            table.end());
}

/// Setting a row by text changes the member that its neighbours do not show: no two rows share one.
template <class Options>
void expect_rows_to_be_independent(std::span<const OptionSpec<Options>> table) {
  const Options defaults;
  for (const auto& row : table) {
    Options options;
    const std::string_view samples[] = {"8388608", "5",       "0.25", "true",
                                        "false",   "compact", "zstd", "LogAppendTime"};
    for (const auto sample : samples) {
      if (row.parse(options, sample) && row.show(options) != row.show(defaults)) break;
    }
    if (row.name == "remote.storage.enable") continue;  // has only one value
    EXPECT_NE(row.show(options), row.show(defaults)) << row.name;
    for (const auto& other : table) {
      if (other.name == row.name) continue;
      EXPECT_EQ(other.show(options), other.show(defaults)) << row.name;
    }
  }
}

TEST(TopicOptionTable, HasIndependentRows) { expect_rows_to_be_independent(topic_option_table()); }
TEST(EngineOptionTable, HasIndependentRows) {
  expect_rows_to_be_independent(engine_option_table());
}

TEST(TopicOptions, HaveKafkasDefaults) {
  const TopicOptions options;
  const auto value = [&](std::string_view name) {
    for (const auto& row : topic_option_table()) {
      if (row.name == name) return row.show(options).value_or("not set");
    }
    return std::string("no such option");
  };
  EXPECT_EQ(value("cleanup.policy"), "delete");
  EXPECT_EQ(value("compression.type"), "producer");
  EXPECT_EQ(value("compression.gzip.level"), "-1");
  EXPECT_EQ(value("compression.lz4.level"), "9");
  EXPECT_EQ(value("compression.zstd.level"), "3");
  EXPECT_EQ(value("delete.retention.ms"), "86400000");
  EXPECT_EQ(value("file.delete.delay.ms"), "60000");
  EXPECT_EQ(value("flush.messages"), "9223372036854775807");
  EXPECT_EQ(value("flush.ms"), "9223372036854775807");
  EXPECT_EQ(value("index.interval.bytes"), "4096");
  EXPECT_EQ(value("internal.segment.bytes"), "not set");
  EXPECT_EQ(value("local.retention.bytes"), "-2");
  EXPECT_EQ(value("local.retention.ms"), "-2");
  EXPECT_EQ(value("max.compaction.lag.ms"), "9223372036854775807");
  EXPECT_EQ(value("max.message.bytes"), "1048588");
  EXPECT_EQ(value("message.timestamp.after.max.ms"), "3600000");
  EXPECT_EQ(value("message.timestamp.before.max.ms"), "9223372036854775807");
  EXPECT_EQ(value("message.timestamp.type"), "CreateTime");
  EXPECT_EQ(value("min.cleanable.dirty.ratio"), "0.5");
  EXPECT_EQ(value("min.compaction.lag.ms"), "0");
  EXPECT_EQ(value("min.insync.replicas"), "1");
  EXPECT_EQ(value("preallocate"), "false");
  EXPECT_EQ(value("retention.bytes"), "-1");
  EXPECT_EQ(value("retention.ms"), "604800000");
  EXPECT_EQ(value("segment.bytes"), "1073741824");
  EXPECT_EQ(value("segment.index.bytes"), "10485760");
  EXPECT_EQ(value("segment.jitter.ms"), "0");
  EXPECT_EQ(value("segment.ms"), "604800000");
  EXPECT_EQ(value("unclean.leader.election.enable"), "false");
}

TEST(TopicOptions, AreInRangeByDefault) {
  EXPECT_TRUE(check(TopicOptions{}));
  EXPECT_TRUE(check(EngineOptions{}));
}

// S10.
TEST(TopicDurability, IsProcessByDefault) {
  EXPECT_EQ(TopicOptions{}.durability(), Durability::kProcess);
}
TEST(TopicDurability, IsSyncWhenEveryMessageIsFlushed) {
  EXPECT_EQ(TopicOptions{.flush_messages = 1}.durability(), Durability::kSync);
}
TEST(TopicDurability, IsNotSyncWhenMessagesAreFlushedByTheDozen) {
  EXPECT_EQ(TopicOptions{.flush_messages = 12}.durability(), Durability::kProcess);
}
TEST(TopicDurability, IsIntervalWhenTheFlushTimeIsFinite) {
  EXPECT_EQ(TopicOptions{.flush_interval = 50ms}.durability(), Durability::kInterval);
}
TEST(TopicDurability, IsSyncWhenTheFlushTimeLeavesNoWindow) {
  EXPECT_EQ(TopicOptions{.flush_interval = 0ms}.durability(), Durability::kSync);
}
TEST(TopicDurability, IsSyncWhenBothAreSet) {
  EXPECT_EQ((TopicOptions{.flush_messages = 1, .flush_interval = 50ms}.durability()),
            Durability::kSync);
}

// R11.
TEST(TopicRollBytes, IsTheInternalSizeWhereATestSetsIt) {
  EXPECT_EQ(TopicOptions{.segment_bytes = 1 << 21}.roll_bytes(), 1 << 21);
  EXPECT_EQ(TopicOptions{.internal_segment_bytes = 4096}.roll_bytes(), 4096);
}

}  // namespace
}  // namespace leat::config
