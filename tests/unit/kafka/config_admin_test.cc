// What admin clients do with configs, rule by rule.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"

#include "config/config.h"
#include "kafka/api/32_describe_configs.h"
#include "kafka/api/33_alter_configs.h"
#include "kafka/api/44_incremental_alter_configs.h"
#include "kafka/api/74_list_config_resources.h"
#include "unit/kafka/admin_fixture.h"

namespace leat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;
using wire::describe_configs_response::DescribeConfigsResourceResult;
using wire::describe_configs_response::DescribeConfigsResult;
using wire::describe_configs_response::DescribeConfigsSynonym;
using wire::list_config_resources_response::ConfigResource;

constexpr std::int8_t kTopic = 2;
constexpr std::int8_t kBroker = 4;
constexpr std::int8_t kClientMetrics = 16;
constexpr std::int8_t kGroup = 32;

using Keys = std::optional<std::vector<std::string_view>>;

class ConfigsTest : public AdminTest {
 protected:
  ConfigsTest() { create("t", 1, {{"retention.ms", "5"}}); }

  DescribeConfigsResult described(std::int8_t type, std::string_view name, Keys keys = {}) {
    return ask<kafka::DescribeConfigs>({.resources = {{.resource_type = type,
                                                       .resource_name = name,
                                                       .configuration_keys = std::move(keys)}},
                                        .include_synonyms = true,
                                        .include_documentation = true})
        .results.at(0);
  }
  DescribeConfigsResourceResult config(std::int8_t type, std::string_view name,
                                       std::string_view key) {
    return described(type, name, {{key}}).configs.at(0);
  }
  std::string value(std::string_view key) {
    return config(kTopic, "t", key).value.value_or("null");
  }
  ErrorCode describe_refusal(std::int8_t type, std::string_view name) {
    return described(type, name).error_code;
  }

  using Change = wire::incremental_alter_configs_request::AlterableConfig;
  static constexpr std::int8_t kSet = 0;
  static constexpr std::int8_t kDelete = 1;
  static constexpr std::int8_t kAppend = 2;
  static constexpr std::int8_t kSubtract = 3;
  auto altered(std::int8_t type, std::string_view name, std::vector<Change> changes,
               bool validate_only = false) {
    return ask<kafka::IncrementalAlterConfigs>({.resources = {{.resource_type = type,
                                                               .resource_name = name,
                                                               .configs = std::move(changes)}},
                                                .validate_only = validate_only})
        .responses.at(0);
  }
  ErrorCode alter(std::vector<Change> changes) {
    return altered(kTopic, "t", std::move(changes)).error_code;
  }

  using Named = wire::alter_configs_request::AlterableConfig;
  ErrorCode replace(std::vector<Named> configs, bool validate_only = false) {
    return ask<kafka::AlterConfigs>({.resources = {{.resource_type = kTopic,
                                                    .resource_name = "t",
                                                    .configs = std::move(configs)}},
                                     .validate_only = validate_only})
        .responses.at(0)
        .error_code;
  }
};

// --- DescribeConfigs ----------------------------------------------------------------------------

TEST_F(ConfigsTest, TellsEveryConfigOfATopic) {  // X3
  EXPECT_THAT(described(kTopic, "t").configs, SizeIs(config::topic_option_table().size()));
  EXPECT_THAT(described(kTopic, "t", std::vector<std::string_view>()).configs,
              SizeIs(config::topic_option_table().size()));
}

TEST_F(ConfigsTest, TellsWhereAValueComesFrom) {  // X1
  const auto own = config(kTopic, "t", "retention.ms");
  EXPECT_EQ(own.value, "5");
  EXPECT_EQ(own.config_source, 1);
  EXPECT_EQ(own.config_type, 5);
  EXPECT_THAT(own.documentation, Optional(HasSubstr("segment")));
  const auto of_default = config(kTopic, "t", "max.message.bytes");
  EXPECT_EQ(of_default.value, "1048588");
  EXPECT_EQ(of_default.config_source, 5);
  EXPECT_EQ(of_default.config_type, 3);
}

TEST_F(ConfigsTest, TellsSynonymsInTheOrderInWhichTheyDecide) {  // X1
  EXPECT_THAT(config(kTopic, "t", "retention.ms").synonyms,
              ElementsAre(DescribeConfigsSynonym{"retention.ms", "5", 1},
                          DescribeConfigsSynonym{"log.retention.ms", "604800000", 5}));
  EXPECT_THAT(config(kTopic, "t", "max.message.bytes").synonyms,
              ElementsAre(DescribeConfigsSynonym{"message.max.bytes", "1048588", 5}));
}

TEST_F(ConfigsTest, SaysNoMoreThanIsAskedFor) {
  const auto response = ask<kafka::DescribeConfigs>(
      {.resources = {{.resource_type = kTopic,
                      .resource_name = "t",
                      .configuration_keys = {{"retention.ms", "no.such"}}}}});
  const auto& configs = response.results.at(0).configs;
  ASSERT_THAT(configs, SizeIs(1));
  EXPECT_THAT(configs[0].synonyms, IsEmpty());
  EXPECT_EQ(configs[0].documentation, std::nullopt);
}

TEST_F(ConfigsTest, TellsTheConfigsOfTheBrokerThatIsAsked) {  // X1
  EXPECT_EQ(config(kBroker, "1", "num.partitions").value, "1");
  EXPECT_EQ(config(kBroker, "1", "log.retention.ms").value, "604800000");
  EXPECT_EQ(config(kBroker, "1", "fetch.max.bytes").value, "57671680");
  EXPECT_EQ(config(kBroker, "1", "node.id").value, "1");
  EXPECT_TRUE(config(kBroker, "1", "num.partitions").read_only);
  EXPECT_EQ(describe_refusal(kBroker, "2"), ErrorCode::kInvalidRequest);
  EXPECT_EQ(describe_refusal(kBroker, "x"), ErrorCode::kInvalidRequest);
}

TEST_F(ConfigsTest, TheDefaultOfAllBrokersHasNone) {  // X1
  EXPECT_EQ(describe_refusal(kBroker, ""), ErrorCode::kNone);
  EXPECT_THAT(described(kBroker, "").configs, IsEmpty());
}

TEST_F(ConfigsTest, RefusesToDescribeWhatHasNone) {
  EXPECT_EQ(describe_refusal(kTopic, "u"), ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(describe_refusal(kGroup, "g"), ErrorCode::kInvalidRequest);
  EXPECT_EQ(describe_refusal(kClientMetrics, "m"), ErrorCode::kInvalidRequest);
  EXPECT_EQ(describe_refusal(99, "x"), ErrorCode::kInvalidRequest);
}

TEST_F(ConfigsTest, AreDescribedAtEveryVersion) {
  for (wire::ApiVersion version = 1; version <= 4; ++version) {
    const auto response = ask<kafka::DescribeConfigs>(
        {.resources = {{.resource_type = kTopic, .resource_name = "t"}}}, version);
    EXPECT_EQ(response.results.at(0).error_code, ErrorCode::kNone) << version;
  }
}

// --- IncrementalAlterConfigs --------------------------------------------------------------------

TEST_F(ConfigsTest, SetsOneAndLeavesTheOthers) {  // X2
  EXPECT_EQ(alter({{"segment.ms", kSet, "7"}}), ErrorCode::kNone);
  EXPECT_EQ(value("segment.ms"), "7");
  EXPECT_EQ(value("retention.ms"), "5");
}

TEST_F(ConfigsTest, PutsOneBackToItsDefault) {  // X2
  EXPECT_EQ(alter({{"retention.ms", kDelete, std::nullopt}}), ErrorCode::kNone);
  EXPECT_EQ(value("retention.ms"), "604800000");
}

TEST_F(ConfigsTest, AddsWordsToLists) {  // X2
  EXPECT_EQ(alter({{"cleanup.policy", kAppend, "compact"}}), ErrorCode::kNone);
  EXPECT_EQ(value("cleanup.policy"), "compact,delete");
  EXPECT_EQ(alter({{"cleanup.policy", kAppend, "compact"}}), ErrorCode::kNone);
  EXPECT_EQ(value("cleanup.policy"), "compact,delete");
}

TEST_F(ConfigsTest, TakesWordsFromLists) {  // X2
  EXPECT_EQ(alter({{"cleanup.policy", kSet, "compact,delete"}}), ErrorCode::kNone);
  EXPECT_EQ(alter({{"cleanup.policy", kSubtract, "delete"}}), ErrorCode::kNone);
  EXPECT_EQ(value("cleanup.policy"), "compact");
}

TEST_F(ConfigsTest, RefusesToAlterAsKafkaDoes) {  // X2
  EXPECT_EQ(alter({{"no.such", kSet, "1"}}), ErrorCode::kInvalidConfig);
  EXPECT_EQ(alter({{"retention.ms", kSet, "x"}}), ErrorCode::kInvalidConfig);
  EXPECT_EQ(alter({{"retention.ms", kAppend, "1"}}), ErrorCode::kInvalidConfig);
  EXPECT_EQ(alter({{"retention.ms", kSet, std::nullopt}}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({{"retention.ms", 4, "1"}}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({{"retention.ms", kSet, "1"}, {"retention.ms", kSet, "2"}}),
            ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({{"segment.ms", kSet, "7"}, {"retention.ms", kSet, "x"}}),
            ErrorCode::kInvalidConfig);
  EXPECT_EQ(value("segment.ms"), "604800000");  // all or none
  EXPECT_EQ(value("retention.ms"), "5");
}

TEST_F(ConfigsTest, ChangesNothingButTopics) {
  const std::vector<Change> change{{"retention.ms", kSet, "1"}};
  EXPECT_EQ(altered(kTopic, "u", change).error_code, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(altered(kBroker, "1", change).error_code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(altered(kGroup, "g", change).error_code, ErrorCode::kInvalidRequest);
  EXPECT_THAT(altered(kGroup, "g", change).error_message, Optional(HasSubstr("type 32")));
}

TEST_F(ConfigsTest, OnlyChecksChangesWhenAskedTo) {  // X2
  EXPECT_EQ(altered(kTopic, "t", {{"retention.ms", kSet, "9"}}, true).error_code, ErrorCode::kNone);
  EXPECT_EQ(altered(kTopic, "t", {{"retention.ms", kSet, "x"}}, true).error_code,
            ErrorCode::kInvalidConfig);
  EXPECT_EQ(value("retention.ms"), "5");
}

TEST_F(ConfigsTest, AltersAResourceThatIsNamedTwiceNotAtAll) {
  const auto response = ask<kafka::IncrementalAlterConfigs>(
      {.resources = {{.resource_type = kTopic,
                      .resource_name = "t",
                      .configs = {{"retention.ms", kSet, "9"}}},
                     {.resource_type = kTopic, .resource_name = "t"}}});
  ASSERT_THAT(response.responses, SizeIs(2));
  EXPECT_EQ(response.responses[0].error_code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(response.responses[1].error_code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(value("retention.ms"), "5");
}

// --- AlterConfigs -------------------------------------------------------------------------------

TEST_F(ConfigsTest, ReplacesTheWholeSet) {  // X2
  EXPECT_EQ(replace({{"segment.ms", "7"}}), ErrorCode::kNone);
  EXPECT_EQ(value("segment.ms"), "7");
  EXPECT_EQ(value("retention.ms"), "604800000");
}

TEST_F(ConfigsTest, OnlyChecksASetWhenAskedTo) {  // X2
  EXPECT_EQ(replace({{"segment.ms", "7"}}, true), ErrorCode::kNone);
  EXPECT_EQ(value("segment.ms"), "604800000");
  EXPECT_EQ(value("retention.ms"), "5");
}

TEST_F(ConfigsTest, RefusesASetAsKafkaDoes) {
  EXPECT_EQ(replace({{"no.such", "7"}}), ErrorCode::kInvalidConfig);
  EXPECT_EQ(replace({{"segment.ms", std::nullopt}}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(value("retention.ms"), "5");
}

// --- ListConfigResources ------------------------------------------------------------------------

TEST_F(ConfigsTest, ListsWhatHasConfigs) {
  const auto listed = [&](std::vector<std::int8_t> types, wire::ApiVersion version = 1) {
    return ask<kafka::ListConfigResources>({.resource_types = std::move(types)}, version)
        .config_resources;
  };
  EXPECT_THAT(listed({}), ElementsAre(ConfigResource{"t", kTopic}, ConfigResource{"1", kBroker}));
  EXPECT_THAT(listed({kBroker}), ElementsAre(ConfigResource{"1", kBroker}));
  EXPECT_THAT(listed({kGroup, kClientMetrics}), IsEmpty());
  EXPECT_THAT(listed({}, 0), IsEmpty());  // client metrics
}

TEST_F(ConfigsTest, ListsNoKindThatIsNotKnown) {
  EXPECT_EQ(ask<kafka::ListConfigResources>({.resource_types = {99}}).error_code,
            ErrorCode::kUnsupportedVersion);
}

}  // namespace
}  // namespace leat
