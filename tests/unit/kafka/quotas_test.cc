// Rates over a window, and whose quota a client's is.
#include "kafka/quotas.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/result.h"
#include "leat/testing/simulated_world.h"

#include "service/admin_service.h"

namespace leat::kafka {
namespace {

using service::QuotaEntity;
using service::QuotaValues;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using namespace std::chrono_literals;

constexpr std::int16_t kProduce = 0;
constexpr std::int16_t kFetch = 1;
constexpr QuotaWindow kWindow;  // 11 samples of a second

TEST(RateWindow, HoldsNobodyWithinTheQuota) {  // Q1
  RateWindow window(kWindow);
  const MonotonicTime now{};
  EXPECT_EQ(window.delay(100, now), 0ns);
  window.record(1000, now);
  EXPECT_EQ(window.delay(100, now), 0ns) << "1000 in a window of 10 s that counts as full";
}

TEST(RateWindow, HoldsForAsLongAsTheSurplusTakes) {  // Q1: (observed - quota) / quota * window
  RateWindow window(kWindow);
  const MonotonicTime now{};
  window.record(1500, now);
  EXPECT_EQ(window.delay(100, now), 5s);
  EXPECT_EQ(window.delay(100, now + 2s), 5s) << "the window is not longer until it is full";
  EXPECT_EQ(window.delay(100, now + 10500ms), 4500ms);
}

TEST(RateWindow, ForgetsWhatIsOlderThanItself) {  // Q1
  RateWindow window(kWindow);
  const MonotonicTime now{};
  window.record(1e9, now);
  EXPECT_FALSE(window.is_idle(now + 10999ms));
  EXPECT_TRUE(window.is_idle(now + 11s));
  EXPECT_EQ(window.delay(1, now + 11s), 0ns);
}

/// Settings that a test sets.
class Settings final : public service::AdminService {
 public:
  [[nodiscard]] std::shared_ptr<const service::AdminSettings> settings() const override {
    return settings_;
  }
  [[nodiscard]] std::uint64_t settings_version() const noexcept override { return version_; }
  Result<void> set_quotas(const QuotaEntity& entity, const QuotaValues& values) override {
    auto settings = std::make_shared<service::AdminSettings>(*settings_);
    settings->quotas[entity] = values;
    settings_ = std::move(settings);
    ++version_;
    return {};
  }
  Result<void> add_acls(std::span<const service::Acl> /*acls*/) override { return {}; }
  Result<void> remove_acls(std::span<const service::Acl> /*acls*/) override { return {}; }
  Result<void> set_scram_credential(
      const service::ScramUser& /*user*/,
      const std::optional<service::ScramCredential>& /*credential*/) override {
    return {};
  }

 private:
  std::shared_ptr<const service::AdminSettings> settings_ =
      std::make_shared<service::AdminSettings>();
  std::uint64_t version_ = 1;
};

class QuotasTest : public ::testing::Test {
 protected:
  void set(const QuotaEntity& entity, const QuotaValues& values) {
    ASSERT_TRUE(settings_.set_quotas(entity, values));
  }
  void set_rate(const QuotaEntity& entity, double bytes) {
    set(entity, {{std::string(kProducerByteRate), bytes}});
  }
  /// How long a client is held that produces 10,000 bytes in an empty window: by 1000 a second 0 s,
  /// by 500 10 s, by 250 30 s.
  milliseconds held(const char* user, const char* client) {
    const auto quotas = quotas_.of(user, client);
    if (quotas == nullptr) return 0ms;
    quotas->record_produced(10'000, now_);
    const milliseconds delay = quotas->delay(kProduce, now_);
    now_ += 20s;
    return delay;
  }

  testing::SimulatedWorld world_{1};
  Settings settings_;
  Quotas quotas_{settings_, world_.environment().clock, kWindow};
  MonotonicTime now_{};
};

TEST_F(QuotasTest, AreNobodysWhereNoneIsSet) {
  EXPECT_EQ(quotas_.of("alice", "app"), nullptr);
  set_rate({{"user", "bob"}}, 1);
  EXPECT_EQ(quotas_.of("alice", "app"), nullptr);
  EXPECT_NE(quotas_.of("bob", "app"), nullptr);
}

TEST_F(QuotasTest, OfTheNearestEntityCount) {  // Q2
  const std::optional<std::string> any;
  set_rate({{"client-id", any}}, 500);
  EXPECT_EQ(held("alice", "app"), 10s);
  set_rate({{"client-id", "app"}}, 250);
  EXPECT_EQ(held("alice", "app"), 30s);
  set_rate({{"user", any}}, 500);
  EXPECT_EQ(held("alice", "app"), 10s);
  set_rate({{"user", any}, {"client-id", any}}, 250);
  EXPECT_EQ(held("alice", "app"), 30s);
  set_rate({{"user", any}, {"client-id", "app"}}, 500);
  EXPECT_EQ(held("alice", "app"), 10s);
  set_rate({{"user", "alice"}}, 250);
  EXPECT_EQ(held("alice", "app"), 30s);
  set_rate({{"user", "alice"}, {"client-id", any}}, 500);
  EXPECT_EQ(held("alice", "app"), 10s);
  set_rate({{"user", "alice"}, {"client-id", "app"}}, 250);
  EXPECT_EQ(held("alice", "app"), 30s);
}

TEST_F(QuotasTest, OfAUserAreSharedByItsClientsAndOfTheDefaultByNobody) {  // Q2
  set_rate({{"user", std::nullopt}}, 1000);
  quotas_.of("alice", "one")->record_produced(20'000, now_);
  EXPECT_EQ(quotas_.of("alice", "two")->delay(kProduce, now_), 10s);
  EXPECT_EQ(quotas_.of("bob", "one")->delay(kProduce, now_), 0ms);
}

TEST_F(QuotasTest, OfBytesHoldThoseWhoMoveThem) {
  set({{"user", "alice"}}, {{std::string(kConsumerByteRate), 1000}});
  const auto quotas = quotas_.of("alice", "app");
  quotas->record_produced(1 << 30, now_);
  quotas->record_fetched(20'000, now_);
  EXPECT_EQ(quotas->delay(kFetch, now_), 10s);
  EXPECT_EQ(quotas->delay(kProduce, now_), 0ms);
}

TEST_F(QuotasTest, OfTimeHoldForASampleAtMost) {
  set({{"user", "alice"}}, {{std::string(kRequestPercentage), 10}});
  const auto quotas = quotas_.of("alice", "app");
  quotas->record_time(1020ms, now_);  // 102 percent seconds in 10 s
  EXPECT_EQ(quotas->delay(3, now_), 200ms);
  quotas->record_time(100s, now_);
  EXPECT_EQ(quotas->delay(3, now_), 1s);
}

TEST_F(QuotasTest, RaisedCountFromTheNextLookOn) {
  set_rate({{"user", "alice"}}, 1000);
  quotas_.of("alice", "app")->record_produced(20'000, now_);
  EXPECT_EQ(quotas_.of("alice", "app")->delay(kProduce, now_), 10s);
  set_rate({{"user", "alice"}}, 2000);
  EXPECT_EQ(quotas_.of("alice", "app")->delay(kProduce, now_), 0ms);
}

TEST_F(QuotasTest, ForgetClientsThatAreTooMany) {
  set_rate({{"user", std::nullopt}, {"client-id", std::nullopt}}, 1000);
  const auto first = quotas_.of("alice", "app");
  for (int i = 0; i < 10'001; ++i) (void)quotas_.of("alice", std::to_string(i).c_str());
  EXPECT_NE(quotas_.of("alice", "app"), first);
}

}  // namespace
}  // namespace leat::kafka
