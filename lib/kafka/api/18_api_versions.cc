#include "kafka/api/18_api_versions.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "leat/error.h"

#include "kafka/api_table.h"
#include "kafka/call.h"

namespace leat::kafka {
namespace {

ApiVersions::Response keys(ErrorCode error) {
  ApiVersions::Response response;
  response.error_code = error;
  for (const ApiEntry& api : api_table()) {
    response.api_keys.push_back({api.key, api.advertised.first, api.advertised.last});
  }
  return response;
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// W6: letters and digits, with dots and dashes between them.
bool is_software_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

}  // namespace

ApiVersions::Response ApiVersions::serve(const Call& call, const Request& request) {
  if (call.version >= 3 && !(is_software_name(request.client_software_name) &&
                             is_software_name(request.client_software_version))) {
    return refuse(request, ErrorCode::kInvalidRequest);
  }
  Response response = keys(ErrorCode::kNone);
  // Kafka's own number for a cluster formatted by 4.3, with what is served of the rest (rules 1.3).
  constexpr std::int16_t kMetadataFirst = 7;
  constexpr std::int16_t kMetadataLast = 30;
  response.supported_features.push_back({"metadata.version", kMetadataFirst, kMetadataLast});
  response.finalized_features.push_back({"metadata.version", kMetadataLast, kMetadataFirst});
  response.finalized_features_epoch = 1;
  return response;
}

ApiVersions::Response ApiVersions::refuse(const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  return response;
}

void ApiVersions::refuse_version(Call call) {
  call.version = 0;
  Reply<Response>(std::move(call)).send(keys(ErrorCode::kUnsupportedVersion));
}

}  // namespace leat::kafka
