// What the catalog keeps about clients: ACLs, quotas, credentials.

#include "service/admin_service.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/testing/simulated_world.h"

#include "engine/log_service.h"
#include "service/log_service.h"
#include "unit/io/result_matchers.h"

namespace leat {
namespace {

using service::Acl;
using service::AdminSettings;
using service::QuotaEntity;
using service::ScramCredential;
using service::ScramMechanism;
using service::ScramUser;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsError;
using testing::IsOk;
using ::testing::Pair;

class AdminServiceTest : public ::testing::Test {
 protected:
  AdminServiceTest() { open(); }

  void open() {
    engine_ = Engine::open({.directory = "/d", .environment = world_.environment()}).value();
    logs_ = engine::log_service(*engine_).value();
  }
  void reopen() {
    logs_.reset();
    ASSERT_THAT(engine_->close(), IsOk());
    open();
  }
  service::AdminService& admin() { return logs_->admin(); }
  AdminSettings settings() { return *admin().settings(); }

  static Acl acl(const char* topic) {
    return {.resource_type = service::ResourceType::kTopic,
            .resource_name = topic,
            .principal = "User:alice",
            .host = "*",
            .operation = service::AclOperation::kRead,
            .permission = service::AclPermission::kAllow};
  }

  testing::SimulatedWorld world_{1};
  std::optional<Engine> engine_;
  std::shared_ptr<service::LogService> logs_;
};

TEST_F(AdminServiceTest, KeepsAclsAcrossAReopen) {
  const std::vector<Acl> acls{acl("a"), acl("b")};
  ASSERT_THAT(admin().add_acls(acls), IsOk());
  ASSERT_THAT(admin().remove_acls({acls.data(), 1}), IsOk());
  EXPECT_THAT(settings().acls, ElementsAre(acl("b")));
  reopen();
  EXPECT_THAT(settings().acls, ElementsAre(acl("b")));
}

TEST_F(AdminServiceTest, KeepsQuotasAcrossAReopen) {
  const QuotaEntity alice{{"client-id", std::nullopt}, {"user", "alice"}};
  const QuotaEntity anyone{{"user", std::nullopt}};
  ASSERT_THAT(admin().set_quotas(alice, {{"producer_byte_rate", 1024.5}}), IsOk());
  ASSERT_THAT(admin().set_quotas(anyone, {{"request_percentage", 10}}), IsOk());
  ASSERT_THAT(admin().set_quotas(anyone, {}), IsOk());
  const auto is_alices = ElementsAre(Pair(alice, ElementsAre(Pair("producer_byte_rate", 1024.5))));
  EXPECT_THAT(settings().quotas, is_alices);
  reopen();
  EXPECT_THAT(settings().quotas, is_alices);
}

TEST_F(AdminServiceTest, KeepsCredentialsAcrossAReopen) {
  const ScramUser alice{"alice", ScramMechanism::kSha256};
  const ScramUser bob{"bob", ScramMechanism::kSha512};
  const ScramCredential credential{.salt = {std::byte{1}},
                                   .stored_key = {std::byte{2}, std::byte{3}},
                                   .server_key = {std::byte{4}},
                                   .iterations = 4096};
  ASSERT_THAT(admin().set_scram_credential(alice, credential), IsOk());
  ASSERT_THAT(admin().set_scram_credential(bob, credential), IsOk());
  ASSERT_THAT(admin().set_scram_credential(bob, std::nullopt), IsOk());
  reopen();
  EXPECT_THAT(settings().scram_credentials, ElementsAre(Pair(alice, credential)));
}

TEST_F(AdminServiceTest, TellsOfAChangeByAVersionAndLeavesWhatWasRead) {
  const auto before = admin().settings();
  const std::uint64_t version = admin().settings_version();
  const Acl one = acl("a");
  ASSERT_THAT(admin().add_acls({&one, 1}), IsOk());
  EXPECT_GT(admin().settings_version(), version);
  EXPECT_THAT(before->acls, IsEmpty());
}

TEST_F(AdminServiceTest, ChangesNothingOfAClosedEngine) {
  ASSERT_THAT(engine_->close(), IsOk());
  const Acl one = acl("a");
  EXPECT_THAT(admin().add_acls({&one, 1}), IsError(ErrorCode::kClosed));
  EXPECT_THAT(settings().acls, IsEmpty());
}

}  // namespace
}  // namespace leat
