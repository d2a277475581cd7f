#include "kafka/api/29_describe_acls.h"

#include <cstdint>

#include "leat/error.h"

#include "kafka/acls.h"
#include "kafka/call.h"
#include "service/admin_service.h"
#include "wire/messages/describe_acls.h"

namespace leat::kafka {
namespace {

using wire::describe_acls_response::DescribeAclsResource;

bool is_of(const DescribeAclsResource& resource, const Acl& acl) {
  return resource.resource_type == static_cast<std::int8_t>(acl.resource_type) &&
         resource.pattern_type == static_cast<std::int8_t>(acl.pattern_type) &&
         resource.resource_name == acl.resource_name;
}

}  // namespace

DescribeAcls::Response DescribeAcls::serve(const Call& call, const Request& request) {
  if (call.broker->authorizer == nullptr) return refuse(request, ErrorCode::kSecurityDisabled);
  const AclFilter filter = filter_of(request);
  if (!is_known(filter)) return refuse(request, ErrorCode::kInvalidRequest);
  Response response;
  response.error_message.reset();
  const auto settings = call.broker->logs->admin().settings();
  for (const Acl& acl : settings->acls) {  // sorted by resource
    if (!matches(filter, acl)) continue;
    if (response.resources.empty() || !is_of(response.resources.back(), acl)) {
      response.resources.push_back({.resource_type = static_cast<std::int8_t>(acl.resource_type),
                                    .resource_name = acl.resource_name,
                                    .pattern_type = static_cast<std::int8_t>(acl.pattern_type)});
    }
    response.resources.back().acls.push_back(
        {.principal = acl.principal,
         .host = acl.host,
         .operation = static_cast<std::int8_t>(acl.operation),
         .permission_type = static_cast<std::int8_t>(acl.permission)});
  }
  return response;
}

DescribeAcls::Response DescribeAcls::refuse(const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  response.error_message.reset();
  return response;
}

}  // namespace leat::kafka
