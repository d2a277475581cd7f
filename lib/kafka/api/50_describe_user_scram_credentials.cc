#include "kafka/api/50_describe_user_scram_credentials.h"

#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"

#include "kafka/admin.h"
#include "kafka/call.h"
#include "service/admin_service.h"
#include "wire/messages/describe_user_scram_credentials.h"

namespace leat::kafka {
namespace {

using wire::describe_user_scram_credentials_response::CredentialInfo;
using Answer = wire::describe_user_scram_credentials_response::DescribeUserScramCredentialsResult;

Answer answer_for(std::string_view user) {
  Answer answer;
  answer.user = std::string(user);
  answer.error_message.reset();
  return answer;
}

Answer refused(std::string_view user, const Error& error) {
  Answer answer = answer_for(user);
  answer.error_code = to_kafka(error.code());
  answer.error_message = message_of(error);
  return answer;
}

}  // namespace

DescribeUserScramCredentials::Response DescribeUserScramCredentials::serve(const Call& call,
                                                                           const Request& request) {
  const auto settings = call.broker->logs->admin().settings();
  std::map<std::string, std::vector<CredentialInfo>, std::less<>> users;
  for (const auto& [user, credential] : settings->scram_credentials) {
    users[user.name].push_back({static_cast<std::int8_t>(user.mechanism), credential.iterations});
  }
  Response response;
  response.error_message.reset();
  if (!request.users || request.users->empty()) {
    for (auto& [name, infos] : users) {
      response.results.emplace_back(answer_for(name)).credential_infos = std::move(infos);
    }
    return response;
  }
  std::map<std::string_view, int> named;
  for (const auto& user : *request.users) ++named[user.name];
  for (const auto& [name, times] : named) {
    const auto found = users.find(name);
    if (times > 1) {
      response.results.push_back(
          refused(name, {ErrorCode::kDuplicateResource, fmt::format("'{}' is named twice", name)}));
    } else if (found == users.end()) {
      response.results.push_back(refused(
          name, {ErrorCode::kResourceNotFound, fmt::format("'{}' has no credentials", name)}));
    } else {
      response.results.emplace_back(answer_for(name)).credential_infos = found->second;
    }
  }
  return response;
}

DescribeUserScramCredentials::Response DescribeUserScramCredentials::refuse(
    const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  response.error_message.reset();
  return response;
}

}  // namespace leat::kafka
