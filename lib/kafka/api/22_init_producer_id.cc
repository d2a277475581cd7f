#include "kafka/api/22_init_producer_id.h"

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/authorizer.h"
#include "kafka/call.h"

namespace leat::kafka {

bool InitProducerId::waits(const Call& /*call*/, const Request& request) {
  return !request.transactional_id;
}

InitProducerId::Response InitProducerId::serve(const Call& call, const Request& request) {
  if (request.transactional_id) {
    return refuse(request, ErrorCode::kTransactionalIdAuthorizationFailed);
  }
  if (!may_write_idempotently(call)) {
    return refuse(request, ErrorCode::kClusterAuthorizationFailed);
  }
  const auto id = call.broker->logs->new_producer_id();
  if (!id) return refuse(request, to_kafka(id.error().code()));
  Response response;
  response.producer_id = *id;
  return response;
}

InitProducerId::Response InitProducerId::refuse(const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  response.producer_epoch = ProducerEpoch{-1};
  return response;
}

}  // namespace leat::kafka
