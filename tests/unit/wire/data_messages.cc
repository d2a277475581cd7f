#include <vector>

#include "unit/wire/any_message.h"
#include "unit/wire/any_message_of.h"
#include "wire/messages/api_versions.h"
#include "wire/messages/fetch.h"
#include "wire/messages/find_coordinator.h"
#include "wire/messages/headers.h"
#include "wire/messages/list_offsets.h"
#include "wire/messages/metadata.h"
#include "wire/messages/produce.h"

namespace leat::wire::testing {

std::vector<AnyMessage> data_messages() {
  return any_messages<ApiVersionsRequest, ApiVersionsResponse, MetadataRequest, MetadataResponse,
                      ProduceRequest, ProduceResponse, FetchRequest, FetchResponse,
                      ListOffsetsRequest, ListOffsetsResponse, FindCoordinatorRequest,
                      FindCoordinatorResponse, RequestHeader, ResponseHeader>();
}

}  // namespace leat::wire::testing
