#include "kafka/api/51_alter_user_scram_credentials.h"

#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "kafka/admin.h"
#include "kafka/call.h"
#include "kafka/scram.h"
#include "service/admin_service.h"
#include "wire/messages/alter_user_scram_credentials.h"

namespace leat::kafka {
namespace {

using service::ScramCredential;
using service::ScramMechanism;
using service::ScramUser;
using wire::alter_user_scram_credentials_request::ScramCredentialUpsertion;

/// What is to become of a user's credentials: nullopt for a deletion.
using Changes = std::map<ScramMechanism, std::optional<ScramCredential>>;

Error unacceptable(std::string text) {
  return {ErrorCode::kUnacceptableCredential, std::move(text)};
}

Result<ScramMechanism> check(std::string_view user, std::int8_t mechanism) {
  if (user.empty()) return unacceptable("a user name is empty");
  const auto known = static_cast<ScramMechanism>(mechanism);
  if (known == ScramMechanism::kSha256 || known == ScramMechanism::kSha512) return known;
  return Error(ErrorCode::kUnsupportedSaslMechanism,
               fmt::format("there is no SCRAM mechanism {}: 1 is SHA-256, 2 SHA-512", mechanism));
}

Result<ScramCredential> credential_of(const ScramCredentialUpsertion& asked,
                                      ScramMechanism mechanism) {
  if (asked.iterations < kIterationsMin || asked.iterations > kIterationsMax) {
    return unacceptable(fmt::format("{} iterations; it takes {} to {}", asked.iterations,
                                    kIterationsMin, kIterationsMax));
  }
  if (asked.salt.bytes().empty() || asked.salted_password.bytes().empty()) {
    return unacceptable("a salt or a salted password is empty");
  }
  return scram_credential(mechanism, asked.salt.bytes(), asked.salted_password.bytes(),
                          asked.iterations);
}

Error twice(std::string_view user) {
  return {ErrorCode::kDuplicateResource,
          fmt::format("a credential of '{}' is named more than once", user)};
}

/// All that a request says of one user. Errors: what is wrong with any of it.
Result<Changes> changes_of(const Call& call, const wire::AlterUserScramCredentialsRequest& request,
                           std::string_view user) {
  Changes changes;
  const auto settings = call.broker->logs->admin().settings();
  for (const auto& asked : request.deletions) {
    if (asked.name != user) continue;
    LEAT_TRY(const ScramMechanism mechanism, check(user, asked.mechanism));
    if (!settings->scram_credentials.contains({std::string(user), mechanism})) {
      return Error(ErrorCode::kResourceNotFound,
                   fmt::format("'{}' has no such credential to delete", user));
    }
    if (!changes.emplace(mechanism, std::nullopt).second) return twice(user);
  }
  for (const ScramCredentialUpsertion& asked : request.upsertions) {
    if (asked.name != user) continue;
    LEAT_TRY(const ScramMechanism mechanism, check(user, asked.mechanism));
    LEAT_TRY(ScramCredential credential, credential_of(asked, mechanism));
    if (!changes.emplace(mechanism, std::move(credential)).second) return twice(user);
  }
  return changes;
}

Result<void> alter(const Call& call, const wire::AlterUserScramCredentialsRequest& request,
                   std::string_view user) {
  LEAT_TRY(const Changes changes, changes_of(call, request, user));
  for (const auto& [mechanism, credential] : changes) {
    LEAT_TRY_VOID(call.broker->logs->admin().set_scram_credential(
        ScramUser{std::string(user), mechanism}, credential));
  }
  return {};
}

std::map<std::string_view, Result<void>> users_of(
    const wire::AlterUserScramCredentialsRequest& request) {
  std::map<std::string_view, Result<void>> users;
  for (const auto& asked : request.deletions) users.emplace(asked.name, Result<void>());
  for (const auto& asked : request.upsertions) users.emplace(asked.name, Result<void>());
  return users;
}

AlterUserScramCredentials::Response answer(
    const std::map<std::string_view, Result<void>>& outcomes) {
  AlterUserScramCredentials::Response response;
  for (const auto& [user, outcome] : outcomes) {
    auto& result = response.results.emplace_back();
    result.user = std::string(user);
    result.error_message.reset();
    if (outcome) continue;
    result.error_code = to_kafka(outcome.error().code());
    result.error_message = message_of(outcome.error());
  }
  return response;
}

}  // namespace

bool AlterUserScramCredentials::waits(const Call& /*call*/, const Request& request) {
  return !request.deletions.empty() || !request.upsertions.empty();
}

AlterUserScramCredentials::Response AlterUserScramCredentials::serve(const Call& call,
                                                                     const Request& request) {
  auto users = users_of(request);
  for (auto& [user, outcome] : users) outcome = alter(call, request, user);
  return answer(users);
}

AlterUserScramCredentials::Response AlterUserScramCredentials::refuse(const Request& request,
                                                                      ErrorCode code) {
  auto users = users_of(request);
  for (auto& [user, outcome] : users) outcome = Error(code);
  return answer(users);
}

}  // namespace leat::kafka
