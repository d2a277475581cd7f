#include "kafka/api/15_describe_groups.h"

#include <fmt/core.h>
#include <string>
#include <string_view>

#include "leat/error.h"

#include "kafka/call.h"
#include "kafka/groups.h"
#include "wire/messages/describe_groups.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

using wire::describe_groups_response::DescribedGroup;

/// Since this version a group that is not there is an error (G20).
constexpr wire::ApiVersion kTellsOfNoGroup = 6;

DescribedGroup refused(std::string_view group_id, ErrorCode code) {
  DescribedGroup group;
  group.group_id = std::string(group_id);
  group.error_code = code;
  return group;
}

DescribedGroup describe(const Call& call, std::string_view group_id, bool with_operations) {
  const ErrorCode error = check_coordinator(call, group_id);
  if (error != ErrorCode::kNone) return refused(group_id, error);
  DescribedGroup group = call.broker->groups->describe(group_id);
  if (group.error_code == ErrorCode::kGroupIdNotFound) {
    if (call.version < kTellsOfNoGroup) {
      group.error_code = ErrorCode::kNone;
    } else {
      group.error_message = fmt::format("Group {} not found.", group_id);
    }
  }
  if (with_operations && group.error_code == ErrorCode::kNone) {
    group.authorized_operations = kGroupOperations;
  }
  return group;
}

}  // namespace

DescribeGroups::Response DescribeGroups::serve(const Call& call, const Request& request) {
  Response response;
  for (const std::string_view group_id : request.groups) {
    response.groups.push_back(describe(call, group_id, request.include_authorized_operations));
  }
  return response;
}

DescribeGroups::Response DescribeGroups::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const std::string_view group_id : request.groups) {
    response.groups.push_back(refused(group_id, code));
  }
  return response;
}

}  // namespace leat::kafka
