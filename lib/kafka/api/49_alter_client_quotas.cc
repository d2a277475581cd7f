#include "kafka/api/49_alter_client_quotas.h"

#include <cmath>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "kafka/admin.h"
#include "kafka/call.h"
#include "kafka/quotas.h"
#include "service/admin_service.h"
#include "wire/messages/alter_client_quotas.h"

namespace leat::kafka {
namespace {

using service::QuotaEntity;
using service::QuotaValues;
using wire::alter_client_quotas_request::EntryData;
using wire::alter_client_quotas_request::OpData;
using Answer = wire::alter_client_quotas_response::EntryData;

Error invalid_request(std::string text) { return {ErrorCode::kInvalidRequest, std::move(text)}; }

Result<QuotaEntity> entity_of(const EntryData& asked) {
  QuotaEntity entity;
  for (const auto& part : asked.entity) {
    const std::string_view type = part.entity_type;
    if (type != "user" && type != "client-id" && type != "ip") {
      return invalid_request(fmt::format("there are no quotas of entities of type '{}'", type));
    }
    if (part.entity_name && part.entity_name->empty()) {
      return invalid_request(fmt::format("the name of '{}' is empty; null is the default", type));
    }
    std::optional<std::string> name;
    if (part.entity_name) name = std::string(*part.entity_name);
    if (!entity.emplace(type, std::move(name)).second) {
      return invalid_request(fmt::format("'{}' is named more than once", type));
    }
  }
  if (entity.empty()) return invalid_request("an entity has no parts");
  if (entity.contains("ip") && entity.size() > 1) {
    return invalid_request("the quotas of an address are not also those of a user or client id");
  }
  return entity;
}

Result<void> check(const QuotaEntity& entity, const OpData& change) {
  const std::string_view key = change.key;
  const bool is_of_address = entity.contains("ip");
  const bool is_known = is_of_address
                            ? key == "connection_creation_rate"
                            : key == kProducerByteRate || key == kConsumerByteRate ||
                                  key == kRequestPercentage || key == "controller_mutation_rate";
  if (!is_known) {
    return invalid_request(fmt::format("{} have no quota '{}'",
                                       is_of_address ? "addresses" : "users and client ids", key));
  }
  if (change.remove) return {};
  if (!std::isfinite(change.value) || change.value <= 0) {
    return invalid_request(
        fmt::format("quota {} must be greater than 0, not {}", key, change.value));
  }
  const bool is_whole = key != kRequestPercentage && key != "controller_mutation_rate";
  if (is_whole && change.value != std::floor(change.value)) {
    return invalid_request(
        fmt::format("quota {} must be a whole number, not {}", key, change.value));
  }
  return {};
}

Result<void> alter(const Call& call, const EntryData& asked, std::set<QuotaEntity>& seen,
                   bool validate_only) {
  LEAT_TRY(const QuotaEntity entity, entity_of(asked));
  if (!seen.insert(entity).second) return invalid_request("the entity is named more than once");
  service::AdminService& admin = call.broker->logs->admin();
  const auto settings = admin.settings();
  const auto set = settings->quotas.find(entity);
  QuotaValues values = set == settings->quotas.end() ? QuotaValues() : set->second;
  for (const OpData& change : asked.ops) {
    LEAT_TRY_VOID(check(entity, change));
    if (change.remove) {
      values.erase(std::string(change.key));
    } else {
      values[std::string(change.key)] = change.value;
    }
  }
  if (validate_only) return {};
  return admin.set_quotas(entity, values);
}

Answer answer_for(const EntryData& asked) {
  Answer answer;
  answer.error_message.reset();
  for (const auto& part : asked.entity) {
    auto& told = answer.entity.emplace_back();
    told.entity_type = std::string(part.entity_type);
    told.entity_name.reset();
    if (part.entity_name) told.entity_name = std::string(*part.entity_name);
  }
  return answer;
}

}  // namespace

bool AlterClientQuotas::waits(const Call& /*call*/, const Request& request) {
  return !request.entries.empty();
}

AlterClientQuotas::Response AlterClientQuotas::serve(const Call& call, const Request& request) {
  Response response;
  std::set<QuotaEntity> seen;
  for (const EntryData& asked : request.entries) {
    Answer& answer = response.entries.emplace_back(answer_for(asked));
    const auto altered = alter(call, asked, seen, request.validate_only);
    if (altered) continue;
    answer.error_code = to_kafka(altered.error().code());
    answer.error_message = message_of(altered.error());
  }
  return response;
}

AlterClientQuotas::Response AlterClientQuotas::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const EntryData& asked : request.entries) {
    response.entries.emplace_back(answer_for(asked)).error_code = code;
  }
  return response;
}

}  // namespace leat::kafka
