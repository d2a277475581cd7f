#include "kafka/api/46_list_partition_reassignments.h"

#include <optional>

#include "leat/error.h"

#include "kafka/call.h"

namespace leat::kafka {

ListPartitionReassignments::Response ListPartitionReassignments::serve(const Call& /*call*/,
                                                                       const Request& request) {
  return refuse(request, ErrorCode::kNone);
}

ListPartitionReassignments::Response ListPartitionReassignments::refuse(const Request& /*request*/,
                                                                        ErrorCode code) {
  Response response;
  response.error_code = code;
  response.error_message = std::nullopt;
  return response;
}

}  // namespace leat::kafka
