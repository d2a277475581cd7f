#pragma once

/// \file
/// IncrementalAlterConfigs. Versions: 0-1. Changes configs of a topic one by one: sets them, puts
/// them back to their defaults, adds words to lists and takes words from them (X2). All or none of
/// a resource, durably.
///
/// Errors, a resource: UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION (an internal one),
/// INVALID_CONFIG (also a word for what is no list), INVALID_REQUEST (a resource or a config named
/// twice, a null value, an operation that is not known, a broker, or resources without configs).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/incremental_alter_configs.h"
#include "wire/schema.h"

namespace leat::kafka {

struct IncrementalAlterConfigs {
  using Request = wire::IncrementalAlterConfigsRequest;
  using Response = wire::IncrementalAlterConfigsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
