#pragma once

/// \file
/// AlterConfigs. Versions: 0-2. Gives a topic exactly the configs that are named; all others go
/// back to their defaults (X2). All or none of a resource, durably.
///
/// Errors, a resource: UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION (an internal one),
/// INVALID_CONFIG, INVALID_REQUEST (named twice, a null value, a broker, or resources without
/// configs).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/alter_configs.h"
#include "wire/schema.h"

namespace leat::kafka {

struct AlterConfigs {
  using Request = wire::AlterConfigsRequest;
  using Response = wire::AlterConfigsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
