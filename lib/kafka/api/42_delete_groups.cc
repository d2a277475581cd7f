#include "kafka/api/42_delete_groups.h"

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "leat/error.h"

#include "kafka/call.h"
#include "kafka/groups.h"
#include "service/group_service.h"

namespace leat::kafka {

void DeleteGroups::serve(const Call& call, const Request& request) {
  const auto parts =
      std::make_shared<Parts<Response>>(Reply<Response>(call), refuse(request, ErrorCode::kNone));
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < request.groups_names.size(); ++i) {
    const std::string_view group_id = request.groups_names[i];
    ErrorCode& error = parts->response().results[i].error_code;
    error = check_coordinator(call, group_id);
    if (error != ErrorCode::kNone || !seen.insert(group_id).second) continue;
    parts->expect_one();
    call.broker->groups->remove(group_id, [parts, &error](ErrorCode code) {
      error = code;
      parts->one_came();
    });
  }
  parts->one_came();
}

DeleteGroups::Response DeleteGroups::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const std::string_view group_id : request.groups_names) {
    response.results.push_back({.group_id = std::string(group_id), .error_code = code});
  }
  return response;
}

}  // namespace leat::kafka
