#include "kafka/api/31_delete_acls.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "kafka/acls.h"
#include "kafka/admin.h"
#include "kafka/call.h"
#include "service/admin_service.h"
#include "wire/messages/delete_acls.h"

namespace leat::kafka {
namespace {

using wire::delete_acls_request::DeleteAclsFilter;
using wire::delete_acls_response::DeleteAclsFilterResult;
using wire::delete_acls_response::DeleteAclsMatchingAcl;

DeleteAclsMatchingAcl deleted(const Acl& acl) {
  return {.error_message = std::nullopt,
          .resource_type = static_cast<std::int8_t>(acl.resource_type),
          .resource_name = acl.resource_name,
          .pattern_type = static_cast<std::int8_t>(acl.pattern_type),
          .principal = acl.principal,
          .host = acl.host,
          .operation = static_cast<std::int8_t>(acl.operation),
          .permission_type = static_cast<std::int8_t>(acl.permission)};
}

DeleteAclsFilterResult refused(const Error& error) {
  return {.error_code = to_kafka(error.code()), .error_message = message_of(error)};
}

DeleteAclsFilterResult remove(const Call& call, const DeleteAclsFilter& asked) {
  const AclFilter filter = filter_of(asked);
  if (!is_known(filter)) return refused(Error(ErrorCode::kInvalidRequest));
  service::AdminService& admin = call.broker->logs->admin();
  const auto settings = admin.settings();
  std::vector<Acl> matching;
  for (const Acl& acl : settings->acls) {
    if (matches(filter, acl)) matching.push_back(acl);
  }
  const auto removed = admin.remove_acls(matching);
  if (!removed) return refused(removed.error());
  DeleteAclsFilterResult result;
  result.error_message.reset();
  for (const Acl& acl : matching) result.matching_acls.push_back(deleted(acl));
  return result;
}

}  // namespace

bool DeleteAcls::waits(const Call& call, const Request& request) {
  return call.broker->authorizer != nullptr && !request.filters.empty();
}

DeleteAcls::Response DeleteAcls::serve(const Call& call, const Request& request) {
  if (call.broker->authorizer == nullptr) return refuse(request, ErrorCode::kSecurityDisabled);
  Response response;
  for (const DeleteAclsFilter& filter : request.filters) {
    response.filter_results.push_back(remove(call, filter));
  }
  return response;
}

DeleteAcls::Response DeleteAcls::refuse(const Request& request, ErrorCode code) {
  Response response;
  response.filter_results.resize(request.filters.size(), refused(Error(code)));
  return response;
}

}  // namespace leat::kafka
