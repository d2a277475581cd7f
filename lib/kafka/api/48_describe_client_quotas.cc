#include "kafka/api/48_describe_client_quotas.h"

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leat/error.h"
#include "leat/result.h"

#include "kafka/admin.h"
#include "kafka/call.h"
#include "service/admin_service.h"
#include "wire/messages/describe_client_quotas.h"

namespace leat::kafka {
namespace {

/// Kafka's numbers (Q4).
enum Match : std::int8_t { kExact = 0, kDefault = 1, kAny = 2 };

/// By type: a name, nullopt for the default, or (is_any) whatever.
struct Wanted {
  bool is_any = false;
  std::optional<std::string> name = {};
};
using Filter = std::map<std::string, Wanted, std::less<>>;

Error invalid_request(std::string text) { return {ErrorCode::kInvalidRequest, std::move(text)}; }

Result<Filter> filter_of(const wire::DescribeClientQuotasRequest& request) {
  Filter filter;
  for (const auto& component : request.components) {
    const std::string_view type = component.entity_type;
    if (type.empty()) return invalid_request("a type of entity is empty");
    if (type != "user" && type != "client-id" && type != "ip") {
      return Error(ErrorCode::kUnsupportedVersion,
                   fmt::format("there are no quotas of entities of type '{}'", type));
    }
    Wanted wanted;
    switch (component.match_type) {
      case kExact:
        if (!component.match) return invalid_request("an exact match has no name");
        wanted.name = std::string(*component.match);
        break;
      case kDefault:
        if (component.match) return invalid_request("a match of the default has a name");
        break;
      case kAny:
        if (component.match) return invalid_request("a match of whatever has a name");
        wanted.is_any = true;
        break;
      default:
        return invalid_request(fmt::format("there is no match {}", component.match_type));
    }
    if (!filter.emplace(type, std::move(wanted)).second) {
      return invalid_request(fmt::format("'{}' is named more than once", type));
    }
  }
  return filter;
}

bool is_meant(const Filter& filter, bool is_strict, const service::QuotaEntity& entity) {
  if (is_strict && entity.size() != filter.size()) return false;
  return std::ranges::all_of(filter, [&](const auto& part) {
    const auto found = entity.find(part.first);
    return found != entity.end() && (part.second.is_any || found->second == part.second.name);
  });
}

}  // namespace

DescribeClientQuotas::Response DescribeClientQuotas::serve(const Call& call,
                                                           const Request& request) {
  const auto filter = filter_of(request);
  if (!filter) {
    Response response = refuse(request, filter.error().code());
    response.error_message = message_of(filter.error());
    return response;
  }
  Response response;
  response.error_message.reset();
  response.entries.emplace();
  const auto settings = call.broker->logs->admin().settings();
  for (const auto& [entity, quotas] : settings->quotas) {
    if (!is_meant(*filter, request.strict, entity)) continue;
    auto& entry = response.entries->emplace_back();
    for (const auto& [type, name] : entity) entry.entity.push_back({type, name});
    for (const auto& [key, value] : quotas) entry.values.push_back({key, value});
  }
  return response;
}

DescribeClientQuotas::Response DescribeClientQuotas::refuse(const Request& /*request*/,
                                                            ErrorCode code) {
  Response response;
  response.error_code = code;
  response.error_message.reset();
  response.entries.reset();
  return response;
}

}  // namespace leat::kafka
