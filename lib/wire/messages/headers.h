#pragma once

/// \file
/// What stands before each body (W1, W2), and which version of it a body wants.

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "wire/schema.h"

namespace leat::wire {

/// The client id is encoded the old way in the flexible version too (W1).
struct RequestHeader {
  std::int16_t request_api_key = 0;
  std::int16_t request_api_version = 0;
  std::int32_t correlation_id = 0;
  std::optional<std::string_view> client_id = "";
  bool operator==(const RequestHeader&) const = default;

  static constexpr std::string_view kName = "RequestHeader";
  static constexpr Versions kVersions{1, 2};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = RequestHeader;
    return std::tuple{
        field<&M::request_api_key>("RequestApiKey"),
        field<&M::request_api_version>("RequestApiVersion"),
        field<&M::correlation_id>("CorrelationId"),
        field<&M::client_id>("ClientId",
                             {.versions = since(1), .nullable = since(1), .flexible = kNoVersions}),
    };
  }
};
static_assert(well_formed<RequestHeader>());

struct ResponseHeader {
  std::int32_t correlation_id = 0;
  bool operator==(const ResponseHeader&) const = default;

  static constexpr std::string_view kName = "ResponseHeader";
  static constexpr Versions kVersions{0, 1};
  static constexpr Versions kFlexible = since(1);
  static constexpr auto fields() {
    using M = ResponseHeader;
    return std::tuple{
        field<&M::correlation_id>("CorrelationId"),
    };
  }
};
static_assert(well_formed<ResponseHeader>());

/// The header before M's body at `version`: flexible bodies have flexible headers (W1).
template <TopLevel M>
constexpr ApiVersion request_header_version(ApiVersion version) {
  return M::kFlexible.contains(version) ? ApiVersion{2} : ApiVersion{1};
}
/// The same for answers (W2). ApiVersions answers with header 0 at every version: who reads it does
/// not know yet which versions the broker has.
template <TopLevel M>
constexpr ApiVersion response_header_version(ApiVersion version) {
  constexpr std::int16_t kApiVersionsKey = 18;
  return M::kApiKey != kApiVersionsKey && M::kFlexible.contains(version) ? ApiVersion{1}
                                                                         : ApiVersion{0};
}

}  // namespace leat::wire
