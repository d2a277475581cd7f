// Options by name: what is taken, what is refused and in which words.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"

#include "config/config.h"

namespace leat::config {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// What setting one option says: "" when it was taken, else the sentence, which must be
/// kInvalidConfig.
template <class Options>
std::string refusal(std::string_view name, std::string_view value, Options options = {}) {
  const Options before = options;
  const Result<void> result = set(options, name, value);
  if (result) return "";
  EXPECT_EQ(result.error().code(), ErrorCode::kInvalidConfig);
  EXPECT_EQ(options, before) << "a refused value changed the options";
  return std::string(result.error().message());
}
std::string topic_refusal(std::string_view name, std::string_view value) {
  return refusal<TopicOptions>(name, value);
}
std::string engine_refusal(std::string_view name, std::string_view value) {
  return refusal<EngineOptions>(name, value);
}

TopicOptions topic_with(std::string_view name, std::string_view value) {
  TopicOptions options;
  EXPECT_TRUE(set(options, name, value)) << name << "=" << value;
  return options;
}
EngineOptions engine_with(std::string_view name, std::string_view value) {
  EngineOptions options;
  EXPECT_TRUE(set(options, name, value)) << name << "=" << value;
  return options;
}

/// Takes the two ends of a range and refuses the numbers beyond them.
void expect_range(std::string_view name, std::int64_t first, std::int64_t last) {
  EXPECT_EQ(topic_refusal(name, std::to_string(first)), "");
  EXPECT_EQ(topic_refusal(name, std::to_string(last)), "");
  EXPECT_NE(topic_refusal(name, std::to_string(first - 1)), "") << name;
  if (last < INT64_MAX) {
    EXPECT_NE(topic_refusal(name, std::to_string(last + 1)), "") << name;
  }
}

TEST(SetTopicOption, SetsTheMember) {
  EXPECT_EQ(topic_with("segment.bytes", "2097152").segment_bytes, 2097152);
  EXPECT_EQ(topic_with("retention.ms", "60000").retention, 1min);
  EXPECT_EQ(topic_with("retention.ms", "-1").retention, -1ms);
  EXPECT_EQ(topic_with("flush.ms", "9223372036854775807").flush_interval, kNever);
  EXPECT_EQ(topic_with("min.cleanable.dirty.ratio", "0.01").min_cleanable_dirty_ratio, 0.01);
  EXPECT_EQ(topic_with("message.timestamp.type", "LogAppendTime").message_timestamp_type,
            TimestampType::kLogAppendTime);
  EXPECT_EQ(topic_with("internal.segment.bytes", "4096").internal_segment_bytes, 4096);
}

TEST(SetTopicOption, TakesBlanksAndAnyCaseOfABooleanAsKafkaDoes) {
  EXPECT_EQ(topic_with("retention.ms", " 5 ").retention, 5ms);
  EXPECT_TRUE(topic_with("preallocate", "TRUE").preallocate);
}

TEST(SetTopicOption, ReadsCompressionTypesByKafkasWords) {
  EXPECT_EQ(topic_with("compression.type", "uncompressed").compression_type,
            CompressionType::kNone);
  EXPECT_EQ(topic_with("compression.type", "gzip").compression_type, CompressionType::kGzip);
  EXPECT_EQ(topic_with("compression.type", "snappy").compression_type, CompressionType::kSnappy);
  EXPECT_EQ(topic_with("compression.type", "lz4").compression_type, CompressionType::kLz4);
  EXPECT_EQ(topic_with("compression.type", "zstd").compression_type, CompressionType::kZstd);
  EXPECT_EQ(topic_with("compression.type", "producer").compression_type,
            CompressionType::kProducer);
}

// R7.
TEST(SetTopicOption, ReadsTheCleanupPolicyAsAListInAnyOrder) {
  const auto policy = [](std::string_view text) {
    return topic_with("cleanup.policy", text).cleanup_policy;
  };
  EXPECT_EQ(policy("delete"), CleanupPolicy::kDelete);
  EXPECT_EQ(policy("compact"), CleanupPolicy::kCompact);
  EXPECT_EQ(policy("compact,delete"), CleanupPolicy::kCompactDelete);
  EXPECT_EQ(policy("delete , compact"), CleanupPolicy::kCompactDelete);
  EXPECT_EQ(policy(""), CleanupPolicy::kKeep);
}

TEST(SetTopicOption, RefusesAListWithAnUnknownRepeatedOrMissingWord) {
  EXPECT_NE(topic_refusal("cleanup.policy", "zap"), "");
  EXPECT_NE(topic_refusal("cleanup.policy", "delete,delete"), "");
  EXPECT_NE(topic_refusal("cleanup.policy", "delete,"), "");
}

TEST(SetTopicOption, NamesAnUnknownOptionAndTheNearestKnownOne) {
  EXPECT_EQ(topic_refusal("retentoin.ms", "1"),
            "unknown topic config 'retentoin.ms'; did you mean 'retention.ms'?");
  EXPECT_EQ(topic_refusal("colour", "blue"), "unknown topic config 'colour'");
  EXPECT_EQ(topic_refusal("", "1"), "unknown topic config ''");
}

TEST(SetTopicOption, TellsTheRangeThatAValueMisses) {
  EXPECT_EQ(topic_refusal("segment.bytes", "13"),
            "Invalid value 13 for configuration segment.bytes: it must be of type int in "
            "[1048576,...,2147483647]");
  EXPECT_EQ(topic_refusal("retention.ms", "-2"),
            "Invalid value -2 for configuration retention.ms: it must be of type long in [-1,...]");
  EXPECT_EQ(topic_refusal("compression.gzip.level", "10"),
            "Invalid value 10 for configuration compression.gzip.level: it must be of type int in "
            "[-1] or "
            "[1,...,9]");
  EXPECT_EQ(
      topic_refusal("message.timestamp.type", "now"),
      "Invalid value now for configuration message.timestamp.type: it must be of type string in "
      "[CreateTime, "
      "LogAppendTime]");
  EXPECT_EQ(topic_refusal("preallocate", "yes"),
            "Invalid value yes for configuration preallocate: it must be of type boolean");
}

TEST(SetTopicOption, RefusesWhatIsNoWholeNumber) {
  for (const auto* text : {"", " ", "x", "1x", "1.5", "0x10", "1e6", "9223372036854775808"}) {
    EXPECT_NE(topic_refusal("retention.ms", text), "") << text;
  }
}

TEST(SetTopicOption, RefusesARatioThatIsNone) {
  for (const auto* text : {"-0.1", "1.1", "nan", "inf", "half", ""}) {
    EXPECT_NE(topic_refusal("min.cleanable.dirty.ratio", text), "") << text;
  }
  EXPECT_EQ(topic_refusal("min.cleanable.dirty.ratio", "0"), "");
  EXPECT_EQ(topic_refusal("min.cleanable.dirty.ratio", "1"), "");
}

TEST(SetTopicOption, HoldsEachLimit) {
  constexpr std::int64_t kInt = INT32_MAX;
  constexpr std::int64_t kLong = INT64_MAX;
  expect_range("compression.lz4.level", 1, 17);
  expect_range("compression.zstd.level", -131072, 22);
  expect_range("delete.retention.ms", 0, kLong);
  expect_range("file.delete.delay.ms", 0, kLong);
  expect_range("flush.messages", 1, kLong);
  expect_range("flush.ms", 0, kLong);
  expect_range("index.interval.bytes", 0, kInt);
  expect_range("internal.segment.bytes", 256, kInt);
  expect_range("local.retention.bytes", -2, kLong);
  expect_range("local.retention.ms", -2, kLong);
  expect_range("max.compaction.lag.ms", 1, kLong);
  expect_range("max.message.bytes", 0, kInt);
  expect_range("message.timestamp.after.max.ms", 0, kLong);
  expect_range("message.timestamp.before.max.ms", 0, kLong);
  expect_range("min.compaction.lag.ms", 0, kLong);
  expect_range("min.insync.replicas", 1, kInt);
  expect_range("retention.bytes", -1, kLong);
  expect_range("retention.ms", -1, kLong);
  expect_range("segment.bytes", 1 << 20, kInt);
  expect_range("segment.index.bytes", 4, kInt);
  expect_range("segment.jitter.ms", 0, kLong);
  expect_range("segment.ms", 1, kLong);
}

TEST(SetTopicOption, RefusesTieredStorage) {
  EXPECT_EQ(topic_refusal("remote.storage.enable", "false"), "");
  EXPECT_NE(topic_refusal("remote.storage.enable", "true"), "");
}

TEST(SetEngineOption, SetsItsOwnMembers) {
  EXPECT_EQ(engine_with("num.partitions", "8").num_partitions, 8);
  EXPECT_FALSE(engine_with("leat.mmap.appends", "false").mmap_appends);
  EXPECT_EQ(engine_with("leat.unsynced.bytes.max", "1048576").unsynced_bytes_max, 1048576);
}

TEST(SetEngineOption, SetsTopicDefaultsByTheirBrokerNames) {
  EXPECT_EQ(engine_with("log.segment.bytes", "2097152").topic_defaults.segment_bytes, 2097152);
  EXPECT_EQ(engine_with("message.max.bytes", "100").topic_defaults.max_message_bytes, 100);
  EXPECT_EQ(engine_with("log.flush.interval.messages", "1").topic_defaults.durability(),
            Durability::kSync);
}

TEST(SetEngineOption, TakesTimesInCoarserUnits) {
  EXPECT_EQ(engine_with("log.retention.hours", "24").topic_defaults.retention, 24h);
  EXPECT_EQ(engine_with("log.retention.minutes", "-1").topic_defaults.retention, -1ms);
  EXPECT_EQ(engine_with("log.roll.hours", "2").topic_defaults.segment_age, 2h);
  EXPECT_EQ(engine_with("log.roll.jitter.hours", "1").topic_defaults.segment_jitter, 1h);
}

TEST(SetEngineOption, RefusesACoarseTimeThatIsNoneOrTooLong) {
  EXPECT_THAT(engine_refusal("log.retention.hours", "a week"), HasSubstr("log.retention.hours"));
  EXPECT_NE(engine_refusal("log.roll.hours", "0"), "");
  EXPECT_NE(engine_refusal("log.retention.minutes", "-2"), "");
  EXPECT_EQ(engine_refusal("log.retention.hours", "2562047788015"), "");
}

TEST(SetEngineOption, SuggestsFromAllNamesItTakes) {
  EXPECT_EQ(engine_refusal("num.partition", "1"),
            "unknown engine config 'num.partition'; did you mean 'num.partitions'?");
  EXPECT_EQ(engine_refusal("log.segment.byte", "1"),
            "unknown engine config 'log.segment.byte'; did you mean 'log.segment.bytes'?");
  EXPECT_EQ(engine_refusal("log.retention.hour", "1"),
            "unknown engine config 'log.retention.hour'; did you mean 'log.retention.hours'?");
}

TEST(CheckTopicOptions, FindsAMemberOutOfRange) {
  const auto result = check(TopicOptions{.segment_bytes = 13});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kInvalidConfig);
  EXPECT_THAT(std::string(result.error().message()), HasSubstr("Invalid value 13 for configuration segment.bytes"));
}

TEST(CheckTopicOptions, FindsANumberThatIsNoEnumerator) {
  EXPECT_FALSE(check(TopicOptions{.cleanup_policy = static_cast<CleanupPolicy>(9)}));
  EXPECT_FALSE(check(TopicOptions{.compression_type = static_cast<CompressionType>(9)}));
  EXPECT_FALSE(check(TopicOptions{.message_timestamp_type = static_cast<TimestampType>(9)}));
}

TEST(CheckTopicOptions, WantsTheSmallestCompactionLagBelowTheLargest) {
  EXPECT_TRUE(check(TopicOptions{.min_compaction_lag = 5ms, .max_compaction_lag = 5ms}));
  const auto result = check(TopicOptions{.min_compaction_lag = 6ms, .max_compaction_lag = 5ms});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(),
            "min.compaction.lag.ms (6) is more than max.compaction.lag.ms (5)");
}

TEST(CheckEngineOptions, LooksIntoTheTopicDefaults) {
  EXPECT_FALSE(check(EngineOptions{.topic_defaults = {.segment_bytes = 13}}));
}

TEST(CheckEngineOptions, WantsTheDefaultPartitionsBelowTheLimit) {
  EXPECT_TRUE(check(EngineOptions{.num_partitions = 3, .max_partitions = 3}));
  EXPECT_FALSE(check(EngineOptions{.num_partitions = 4, .max_partitions = 3}));
}

TEST(ParseTopicOptions, AppliesOverridesToTheDefaults) {
  const auto options = parse_topic_options({{"retention.ms", "5"}}, {.retention_bytes = 7});
  ASSERT_TRUE(options);
  EXPECT_EQ(*options, (TopicOptions{.retention = 5ms, .retention_bytes = 7}));
}

TEST(ParseTopicOptions, ChecksTheOptionsTogether) {
  EXPECT_FALSE(
      parse_topic_options({{"max.compaction.lag.ms", "5"}, {"min.compaction.lag.ms", "6"}}));
}

TEST(ParseTopicOptions, RefusesAnUnknownName) {
  EXPECT_FALSE(parse_topic_options({{"colour", "blue"}}));
}

TEST(ParseEngineOptions, LetsTheFinestUnitWin) {
  const auto options = parse_engine_options(
      {{"log.retention.ms", "5"}, {"log.retention.minutes", "6"}, {"log.retention.hours", "7"}});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->topic_defaults.retention, 5ms);
}

TEST(ParseEngineOptions, ChecksTheOptionsTogether) {
  EXPECT_FALSE(parse_engine_options({{"num.partitions", "5"}, {"leat.max.partitions", "4"}}));
}

TEST(Overrides, AreWhatDiffersFromTheDefaultsAndReadBack) {
  const TopicOptions options{.internal_segment_bytes = 4096,
                             .cleanup_policy = CleanupPolicy::kCompactDelete,
                             .min_cleanable_dirty_ratio = 0.1,
                             .compression_type = CompressionType::kZstd,
                             .flush_interval = 50ms};
  const ConfigMap map = overrides(options);
  EXPECT_EQ(map, (ConfigMap{{"cleanup.policy", "compact,delete"},
                            {"compression.type", "zstd"},
                            {"flush.ms", "50"},
                            {"internal.segment.bytes", "4096"},
                            {"min.cleanable.dirty.ratio", "0.1"}}));
  const auto read = parse_topic_options(map);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, options);
}

}  // namespace
}  // namespace leat::config
