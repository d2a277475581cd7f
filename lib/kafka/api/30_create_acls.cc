#include "kafka/api/30_create_acls.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "kafka/acls.h"
#include "kafka/admin.h"
#include "kafka/call.h"
#include "service/admin_service.h"
#include "wire/messages/create_acls.h"

namespace leat::kafka {
namespace {

using wire::create_acls_request::AclCreation;

Acl acl_of(const AclCreation& creation) {
  return {.resource_type = static_cast<ResourceType>(creation.resource_type),
          .pattern_type = static_cast<PatternType>(creation.resource_pattern_type),
          .resource_name = std::string(creation.resource_name),
          .principal = std::string(creation.principal),
          .host = std::string(creation.host),
          .operation = static_cast<AclOperation>(creation.operation),
          .permission = static_cast<AclPermission>(creation.permission_type)};
}

}  // namespace

bool CreateAcls::waits(const Call& call, const Request& request) {
  return call.broker->authorizer != nullptr && !request.creations.empty();
}

CreateAcls::Response CreateAcls::serve(const Call& call, const Request& request) {
  if (call.broker->authorizer == nullptr) return refuse(request, ErrorCode::kSecurityDisabled);
  Response response = refuse(request, ErrorCode::kNone);
  std::vector<Acl> acls;
  for (std::size_t i = 0; i < request.creations.size(); ++i) {
    auto& result = response.results[i];
    Acl acl = acl_of(request.creations[i]);
    result.error_message = fault_of(acl);
    if (result.error_message) {
      result.error_code = ErrorCode::kInvalidRequest;
    } else {
      acls.push_back(std::move(acl));
    }
  }
  const auto added = call.broker->logs->admin().add_acls(acls);
  if (added) return response;
  for (auto& result : response.results) {
    if (result.error_code != ErrorCode::kNone) continue;
    result.error_code = to_kafka(added.error().code());
    result.error_message = message_of(added.error());
  }
  return response;
}

CreateAcls::Response CreateAcls::refuse(const Request& request, ErrorCode code) {
  Response response;
  response.results.resize(request.creations.size(),
                          {.error_code = code, .error_message = std::nullopt});
  return response;
}

}  // namespace leat::kafka
