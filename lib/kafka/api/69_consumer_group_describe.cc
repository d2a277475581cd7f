#include "kafka/api/69_consumer_group_describe.h"

#include <fmt/core.h>
#include <string>
#include <string_view>

#include "leat/error.h"

#include "kafka/call.h"
#include "kafka/groups.h"
#include "wire/messages/consumer_group_describe.h"

namespace leat::kafka {
namespace {

using wire::consumer_group_describe_response::DescribedGroup;

DescribedGroup refused(std::string_view group_id, ErrorCode code) {
  DescribedGroup group;
  group.group_id = std::string(group_id);
  group.error_code = code;
  return group;
}

DescribedGroup describe(const Call& call, std::string_view group_id, bool with_operations) {
  const ErrorCode error = check_coordinator(call, group_id);
  if (error != ErrorCode::kNone) return refused(group_id, error);
  DescribedGroup group = call.broker->groups->describe_consumer_group(group_id);
  if (group.error_code == ErrorCode::kGroupIdNotFound) {
    group.error_message = fmt::format("Group {} not found.", group_id);
  }
  if (with_operations && group.error_code == ErrorCode::kNone) {
    group.authorized_operations = kGroupOperations;
  }
  return group;
}

}  // namespace

ConsumerGroupDescribe::Response ConsumerGroupDescribe::serve(const Call& call,
                                                             const Request& request) {
  Response response;
  for (const std::string_view group_id : request.group_ids) {
    response.groups.push_back(describe(call, group_id, request.include_authorized_operations));
  }
  return response;
}

ConsumerGroupDescribe::Response ConsumerGroupDescribe::refuse(const Request& request,
                                                              ErrorCode code) {
  Response response;
  for (const std::string_view group_id : request.group_ids) {
    response.groups.push_back(refused(group_id, code));
  }
  return response;
}

}  // namespace leat::kafka
