#include "kafka/api/60_describe_cluster.h"

#include <cstdint>

#include "leat/error.h"

#include "base/uuid.h"
#include "kafka/acls.h"
#include "kafka/admin.h"
#include "kafka/authorizer.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/nodes.h"
#include "kafka/topics.h"

namespace leat::kafka {

DescribeCluster::Response DescribeCluster::serve(const Call& call, const Request& request) {
  constexpr std::int8_t kBrokers = 1;
  constexpr std::int8_t kControllers = 2;
  if (request.endpoint_type == kControllers) {
    return refuse(request, call.version == 0 ? ErrorCode::kInvalidRequest
                                             : ErrorCode::kMismatchedEndpointType);
  }
  if (request.endpoint_type != kBrokers) {
    return refuse(request, ErrorCode::kUnsupportedEndpointType);
  }
  const Broker& broker = *call.broker;
  Response response;
  response.cluster_id = base::to_base64(broker.logs->cluster_id());
  response.controller_id = broker.nodes.controller().id;
  for (const Node& node : broker.nodes.all()) {
    response.brokers.push_back({.broker_id = node.id,
                                .host = advertised_host(node, *call.peer),
                                .port = node.port,
                                .rack = node.rack});
  }
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations =
        allowed_operations(call, ResourceType::kCluster, kClusterName, kClusterOperations);
  }
  return response;
}

DescribeCluster::Response DescribeCluster::refuse(const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  return response;
}

}  // namespace leat::kafka
