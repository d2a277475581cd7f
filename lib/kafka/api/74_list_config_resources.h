#pragma once

/// \file
/// ListConfigResources. Versions: 0-1. The names of what has configs: topics and brokers; there are
/// no client metrics, which are all that version 0 asks for, no groups and no loggers. No types are
/// all of them. Errors: UNSUPPORTED_VERSION for a type that is not known (KIP-1142).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/list_config_resources.h"
#include "wire/schema.h"

namespace leat::kafka {

struct ListConfigResources {
  using Request = wire::ListConfigResourcesRequest;
  using Response = wire::ListConfigResourcesResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
