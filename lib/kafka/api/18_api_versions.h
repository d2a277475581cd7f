#pragma once

/// \file
/// ApiVersions. Versions: 0-4. What is served, derived from the table of APIs (K11), and the
/// features that follow from it. An unknown version is answered at version 0 with
/// UNSUPPORTED_VERSION and all keys (W5). Errors: INVALID_REQUEST for a software name or version
/// that Kafka would refuse (W6).

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/api_versions.h"
#include "wire/schema.h"

namespace leat::kafka {

struct ApiVersions {
  using Request = wire::ApiVersionsRequest;
  using Response = wire::ApiVersionsResponse;
  static constexpr wire::Versions kAdvertised{0, 4};
  static constexpr wire::Versions kServed{0, 4};
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
  /// W5.
  static void refuse_version(Call call);
};

}  // namespace leat::kafka
