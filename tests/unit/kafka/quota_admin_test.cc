// Quotas over the wire, and how they hold a connection.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/testing/simulated_world.h"

#include "kafka/api/00_produce.h"
#include "kafka/api/03_metadata.h"
#include "kafka/api/48_describe_client_quotas.h"
#include "kafka/api/49_alter_client_quotas.h"
#include "unit/kafka/admin_fixture.h"

namespace leat {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::alter_client_quotas_request::EntityData;
using wire::alter_client_quotas_request::EntryData;
using wire::alter_client_quotas_request::OpData;
using wire::describe_client_quotas_request::ComponentData;

class QuotaTest : public AdminTest {
 protected:
  ErrorCode alter(std::vector<EntityData> entity, std::vector<OpData> ops, bool is_trial = false) {
    return ask<kafka::AlterClientQuotas>(
               {.entries = {{.entity = std::move(entity), .ops = std::move(ops)}},
                .validate_only = is_trial})
        .entries.at(0)
        .error_code;
  }
  static EntityData user(std::optional<std::string_view> name) { return {"user", name}; }
  static EntityData client(std::optional<std::string_view> name) { return {"client-id", name}; }
  static OpData rate(double value) { return {.key = "producer_byte_rate", .value = value}; }

  wire::DescribeClientQuotasResponse describe(std::vector<ComponentData> filter,
                                              bool is_strict = false) {
    return ask<kafka::DescribeClientQuotas>({.components = std::move(filter), .strict = is_strict});
  }
  std::size_t count(std::vector<ComponentData> filter, bool is_strict = false) {
    return describe(std::move(filter), is_strict).entries->size();
  }
};

TEST_F(QuotaTest, AreSetFoundAndRemoved) {
  EXPECT_EQ(alter({user("alice"), client(std::nullopt)}, {rate(1024)}), ErrorCode::kNone);
  const auto found = describe({});
  ASSERT_THAT(*found.entries, SizeIs(1));
  EXPECT_THAT(found.entries->at(0).entity, SizeIs(2));
  EXPECT_EQ(found.entries->at(0).values.at(0).key, "producer_byte_rate");
  EXPECT_EQ(found.entries->at(0).values.at(0).value, 1024);
  EXPECT_EQ(
      alter({user("alice"), client(std::nullopt)}, {{.key = "producer_byte_rate", .remove = true}}),
      ErrorCode::kNone);
  EXPECT_THAT(*describe({}).entries, IsEmpty());
}

TEST_F(QuotaTest, AreOnlyCheckedWhenThatIsAskedFor) {
  EXPECT_EQ(alter({user("alice")}, {rate(1024)}, true), ErrorCode::kNone);
  EXPECT_THAT(*describe({}).entries, IsEmpty());
}

TEST_F(QuotaTest, AreFoundByNameByDefaultAndByWhatever) {  // Q4
  ASSERT_EQ(alter({user("alice")}, {rate(1)}), ErrorCode::kNone);
  ASSERT_EQ(alter({user(std::nullopt)}, {rate(1)}), ErrorCode::kNone);
  ASSERT_EQ(alter({user("alice"), client("app")}, {rate(1)}), ErrorCode::kNone);
  ASSERT_EQ(alter({{"ip", "10.0.0.1"}}, {{.key = "connection_creation_rate", .value = 1}}),
            ErrorCode::kNone);
  EXPECT_EQ(count({}), 4U);
  EXPECT_EQ(count({{"user", 0, "alice"}}), 2U);
  EXPECT_EQ(count({{"user", 0, "alice"}}, true), 1U);
  EXPECT_EQ(count({{"user", 1, std::nullopt}}), 1U);
  EXPECT_EQ(count({{"user", 2, std::nullopt}}), 3U);
  EXPECT_EQ(count({{"user", 2, std::nullopt}, {"client-id", 0, "app"}}, true), 1U);
}

TEST_F(QuotaTest, ThatMakeNoSenseAreRefused) {
  EXPECT_EQ(alter({}, {rate(1)}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({user("")}, {rate(1)}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({user("a"), user("b")}, {rate(1)}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({{"group", "g"}}, {rate(1)}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({user("a"), {"ip", "10.0.0.1"}}, {rate(1)}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({{"ip", "10.0.0.1"}}, {rate(1)}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({user("a")}, {rate(0)}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({user("a")}, {rate(1.5)}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(alter({user("a")}, {{.key = "no_such_rate", .value = 1}}), ErrorCode::kInvalidRequest);
  EXPECT_EQ(describe({{"", 0, "a"}}).error_code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(describe({{"user", 7, "a"}}).error_code, ErrorCode::kInvalidRequest);
  EXPECT_EQ(describe({{"group", 0, "a"}}).error_code, ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(describe({{"user", 0, "a"}, {"user", 0, "b"}}).error_code, ErrorCode::kInvalidRequest);
}

TEST_F(QuotaTest, AnswerAtOnceAndHoldWhatFollows) {  // W10
  create("t");
  ASSERT_EQ(alter({client("test")}, {rate(1)}), ErrorCode::kNone);  // the fixture's client id
  wire::ProduceRequest request{.acks = 1};
  request.topic_data.push_back(
      {.name = "t", .partition_data = {{}}});  // refused; it came all the same
  const auto answer = ask<kafka::Produce>(request, 12);
  EXPECT_GT(answer.throttle_time_ms, 0);
  ASSERT_TRUE(session_->is_muted());
  const auto until = session_->next_deadline();
  ASSERT_TRUE(until.has_value());

  tell<kafka::Metadata>({.topics = std::nullopt}, 12);
  EXPECT_EQ(session_->unanswered(), 1U);
  session_->on_time(*until - std::chrono::nanoseconds(1));
  EXPECT_FALSE(session_->next_output().has_value());
  session_->on_time(*until);
  EXPECT_TRUE(session_->next_output().has_value());
  EXPECT_FALSE(session_->is_muted());
}

TEST_F(QuotaTest, HoldAProduceThatIsNotAnswered) {  // W10, W12
  create("t");
  ASSERT_EQ(alter({client("test")}, {rate(1)}), ErrorCode::kNone);
  tell<kafka::Produce>({.acks = 0}, 12);
  EXPECT_TRUE(session_->is_muted());
  EXPECT_FALSE(session_->closing().has_value());
}

TEST_F(QuotaTest, HoldNobodyElse) {  // Q2
  ASSERT_EQ(alter({client("somebody")}, {rate(1)}), ErrorCode::kNone);
  const auto answer = ask<kafka::Produce>({.acks = 1}, 12);
  EXPECT_EQ(answer.throttle_time_ms, 0);
  EXPECT_FALSE(session_->is_muted());
}

}  // namespace
}  // namespace leat
