#pragma once

/// \file
/// Every message, for what goes over all of them: tests, fuzzing, documents. Who serves or sends
/// some includes those.

#include "wire/messages/api_versions.h"
#include "wire/messages/fetch.h"
#include "wire/messages/find_coordinator.h"
#include "wire/messages/headers.h"
#include "wire/messages/init_producer_id.h"
#include "wire/messages/list_offsets.h"
#include "wire/messages/metadata.h"
#include "wire/messages/produce.h"
#include "wire/schema.h"

namespace leat::wire {

/// Types by the dozen.
template <TopLevel... M>
struct MessageList {};

/// Calls `visit.operator()<M>()` for each message of the list, in order.
template <TopLevel... M, class Visit>
constexpr void for_each_message(MessageList<M...> /*list*/, const Visit& visit) {
  (visit.template operator()<M>(), ...);
}

/// In the order of their keys.
using Requests = MessageList<ProduceRequest, FetchRequest, ListOffsetsRequest, MetadataRequest,
                             FindCoordinatorRequest, ApiVersionsRequest, InitProducerIdRequest>;
using Responses = MessageList<ProduceResponse, FetchResponse, ListOffsetsResponse, MetadataResponse,
                              FindCoordinatorResponse, ApiVersionsResponse, InitProducerIdResponse>;
/// Those without a key.
using KeylessMessages = MessageList<RequestHeader, ResponseHeader>;

}  // namespace leat::wire
