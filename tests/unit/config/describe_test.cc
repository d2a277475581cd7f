// What DescribeConfigs will say.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "leat/options.h"

#include "config/config.h"

namespace leat::config {
namespace {

using namespace std::chrono_literals;

ConfigEntry find(const std::vector<ConfigEntry>& entries, std::string_view name) {
  const auto at = std::ranges::find(entries, name, &ConfigEntry::name);
  EXPECT_NE(at, entries.end()) << name;
  return at == entries.end() ? ConfigEntry{} : *at;
}

TEST(DescribeTopic, ListsEveryOptionInOrderAsDefault) {
  const auto entries = describe(TopicOptions{});
  EXPECT_EQ(entries.size(), topic_option_table().size());
  EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &ConfigEntry::name));
  EXPECT_TRUE(std::ranges::all_of(entries, &ConfigEntry::is_default));
  EXPECT_TRUE(std::ranges::none_of(entries, &ConfigEntry::is_read_only));
  EXPECT_TRUE(std::ranges::none_of(entries, [](const auto& entry) { return entry.doc.empty(); }));
}

TEST(DescribeTopic, GivesTypesByKafkasNumbers) {
  const auto entries = describe(TopicOptions{});
  EXPECT_EQ(find(entries, "preallocate").type, ConfigType::kBoolean);
  EXPECT_EQ(find(entries, "segment.bytes").type, ConfigType::kInt);
  EXPECT_EQ(find(entries, "retention.ms").type, ConfigType::kLong);
  EXPECT_EQ(find(entries, "min.cleanable.dirty.ratio").type, ConfigType::kDouble);
  EXPECT_EQ(find(entries, "cleanup.policy").type, ConfigType::kList);
  EXPECT_EQ(find(entries, "compression.type").type, ConfigType::kString);
}

TEST(DescribeTopic, HasNoValueForWhatIsNotSet) {
  EXPECT_EQ(find(describe(TopicOptions{}), "internal.segment.bytes").value, std::nullopt);
}

TEST(DescribeTopic, TellsWhatTheTopicSetFromWhatTheEngineSet) {
  const TopicOptions engine{.retention = 2h, .retention_bytes = 100};
  const TopicOptions topic{.retention = 1h, .retention_bytes = 100};
  const auto entries = describe(topic, engine);
  EXPECT_EQ(find(entries, "retention.ms").value, "3600000");
  EXPECT_EQ(find(entries, "retention.ms").source, ConfigSource::kTopic);
  EXPECT_EQ(find(entries, "retention.bytes").source, ConfigSource::kStaticBroker);
  EXPECT_FALSE(find(entries, "retention.bytes").is_default);
  EXPECT_EQ(find(entries, "segment.bytes").source, ConfigSource::kDefault);
}

TEST(DescribeTopic, CountsAnOverrideThatEqualsTheDefaultAsTheTopics) {
  const auto entries = describe(TopicOptions{}, TopicOptions{}, {{"retention.ms", "604800000"}});
  EXPECT_EQ(find(entries, "retention.ms").source, ConfigSource::kTopic);
  EXPECT_FALSE(find(entries, "retention.ms").is_default);
}

TEST(DescribeEngine, HasItsOwnOptionsAndTheTopicDefaultsReadOnly) {
  EngineOptions options;
  options.num_partitions = 3;
  options.topic_defaults.segment_bytes = 1 << 21;
  const auto entries = describe(options);
  EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &ConfigEntry::name));
  EXPECT_TRUE(std::ranges::all_of(entries, &ConfigEntry::is_read_only));
  EXPECT_EQ(find(entries, "num.partitions").value, "3");
  EXPECT_EQ(find(entries, "num.partitions").source, ConfigSource::kStaticBroker);
  EXPECT_EQ(find(entries, "log.segment.bytes").value, "2097152");
  EXPECT_EQ(find(entries, "log.segment.bytes").source, ConfigSource::kStaticBroker);
  EXPECT_TRUE(find(entries, "log.retention.ms").is_default);
}

TEST(DescribeEngine, IsAllDefaultsAtFirst) {
  EXPECT_TRUE(std::ranges::all_of(describe(EngineOptions{}), &ConfigEntry::is_default));
}

}  // namespace
}  // namespace leat::config
