// SCRAM credentials over the wire.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/record.h"

#include "kafka/api/50_describe_user_scram_credentials.h"
#include "kafka/api/51_alter_user_scram_credentials.h"
#include "unit/kafka/admin_fixture.h"

namespace leat {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::alter_user_scram_credentials_request::ScramCredentialDeletion;
using wire::alter_user_scram_credentials_request::ScramCredentialUpsertion;
using wire::describe_user_scram_credentials_response::CredentialInfo;

constexpr std::int8_t kSha256 = 1;
constexpr std::int8_t kSha512 = 2;

class ScramTest : public AdminTest {
 protected:
  static ScramCredentialUpsertion of(std::string_view user, std::int8_t mechanism = kSha256,
                                     std::int32_t iterations = 4096) {
    return {.name = user,
            .mechanism = mechanism,
            .iterations = iterations,
            .salt = BytesView("salt"),
            .salted_password = BytesView("salted")};
  }
  ErrorCode put(std::vector<ScramCredentialUpsertion> upsertions) {
    return ask<kafka::AlterUserScramCredentials>({.upsertions = std::move(upsertions)})
        .results.at(0)
        .error_code;
  }
  ErrorCode remove(ScramCredentialDeletion deletion) {
    return ask<kafka::AlterUserScramCredentials>({.deletions = {deletion}})
        .results.at(0)
        .error_code;
  }
  auto describe(std::vector<std::string_view> users) {
    wire::DescribeUserScramCredentialsRequest request;
    for (const std::string_view user : users) request.users->push_back({user});
    return ask<kafka::DescribeUserScramCredentials>(request).results;
  }
};

TEST_F(ScramTest, AreKeptToldAndDeleted) {  // A10
  EXPECT_EQ(put({of("alice"), of("alice", kSha512, 8192)}), ErrorCode::kNone);
  const auto told = describe({"alice"});
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(told[0].credential_infos,
              ElementsAre(CredentialInfo{kSha256, 4096}, CredentialInfo{kSha512, 8192}));
  const auto settings = logs_->admin().settings();
  EXPECT_THAT(settings->scram_credentials.begin()->second.stored_key, SizeIs(32));
  EXPECT_EQ(remove({"alice", kSha256}), ErrorCode::kNone);
  EXPECT_THAT(describe({"alice"}).at(0).credential_infos, SizeIs(1));
}

TEST_F(ScramTest, OfAllAreToldWhenNobodyIsNamed) {
  EXPECT_THAT(describe({}), IsEmpty());
  ASSERT_EQ(put({of("alice"), of("bob")}), ErrorCode::kNone);
  EXPECT_THAT(describe({}), SizeIs(2));
}

TEST_F(ScramTest, ThatAreUnknownOrNamedTwiceAreErrors) {
  EXPECT_EQ(describe({"nobody"}).at(0).error_code, ErrorCode::kResourceNotFound);
  EXPECT_EQ(describe({"a", "a"}).at(0).error_code, ErrorCode::kDuplicateResource);
  EXPECT_EQ(remove({"nobody", kSha256}), ErrorCode::kResourceNotFound);
  EXPECT_EQ(put({of("a"), of("a")}), ErrorCode::kDuplicateResource);
}

TEST_F(ScramTest, ThatAreNoneAreRefusedUserByUser) {  // A10: at the limit and one past it
  EXPECT_EQ(put({of("")}), ErrorCode::kUnacceptableCredential);
  EXPECT_EQ(put({of("a", 3)}), ErrorCode::kUnsupportedSaslMechanism);
  EXPECT_EQ(put({of("a", kSha256, 4095)}), ErrorCode::kUnacceptableCredential);
  EXPECT_EQ(put({of("a", kSha256, 16'385)}), ErrorCode::kUnacceptableCredential);
  EXPECT_EQ(put({of("a", kSha256, 16'384)}), ErrorCode::kNone);
  const auto both = ask<kafka::AlterUserScramCredentials>({.upsertions = {of("b", 3), of("c")}});
  ASSERT_THAT(both.results, SizeIs(2));
  EXPECT_EQ(both.results[0].error_code, ErrorCode::kUnsupportedSaslMechanism);
  EXPECT_EQ(both.results[1].error_code, ErrorCode::kNone);
  EXPECT_THAT(describe({}), SizeIs(2));
}

}  // namespace
}  // namespace leat
