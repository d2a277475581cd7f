// What the catalog keeps about clients: ACLs, quotas, credentials.

#include <optional>
#include <utility>
#include <vector>

#include "leat/record.h"
#include "leat/result.h"

#include "base/try.h"
#include "engine/catalog.h"
#include "engine/catalog_records.h"
#include "service/admin_service.h"
#include "wire/versioned.h"

namespace leat::engine {
namespace {

AclKey key_of(const service::Acl& acl) {
  return {.resource_type = acl.resource_type,
          .pattern_type = acl.pattern_type,
          .resource_name = acl.resource_name,
          .principal = acl.principal,
          .host = acl.host,
          .operation = acl.operation,
          .permission = acl.permission};
}

}  // namespace

Result<void> Catalog::put_acl(const service::Acl& acl) {
  LEAT_TRY(const auto key, wire::encode_key(key_of(acl)));
  LEAT_TRY(const auto value, wire::encode_versioned(AclValue{}, 0));
  return append(key, value);
}

Result<void> Catalog::remove_acl(const service::Acl& acl) {
  LEAT_TRY(const auto key, wire::encode_key(key_of(acl)));
  return append(key, nullptr);
}

Result<void> Catalog::apply_acl(const RecordView& record) {
  LEAT_TRY(AclKey key, wire::decode_key<AclKey>(record.key.bytes()));
  service::Acl acl{.resource_type = key.resource_type,
                   .pattern_type = key.pattern_type,
                   .resource_name = std::move(key.resource_name),
                   .principal = std::move(key.principal),
                   .host = std::move(key.host),
                   .operation = key.operation,
                   .permission = key.permission};
  if (record.value.is_null()) {
    settings_.acls.erase(acl);
    return {};
  }
  LEAT_TRY_VOID(wire::decode_versioned<AclValue>(record.value.bytes()));
  settings_.acls.insert(std::move(acl));
  return {};
}

Result<void> Catalog::put_quotas(const service::QuotaEntity& entity,
                                 const service::QuotaValues& values) {
  QuotaKey key;
  for (const auto& [type, name] : entity) key.entity.push_back({type, name});
  LEAT_TRY(const auto key_bytes, wire::encode_key(key));
  if (values.empty()) return append(key_bytes, nullptr);
  QuotaValue value;
  for (const auto& [name, number] : values) value.quotas.push_back({name, number});
  LEAT_TRY(const auto value_bytes, wire::encode_versioned(value, 0));
  return append(key_bytes, value_bytes);
}

Result<void> Catalog::apply_quotas(const RecordView& record) {
  LEAT_TRY(QuotaKey key, wire::decode_key<QuotaKey>(record.key.bytes()));
  service::QuotaEntity entity;
  for (QuotaEntityPart& part : key.entity) entity[std::move(part.type)] = std::move(part.name);
  if (record.value.is_null()) {
    settings_.quotas.erase(entity);
    return {};
  }
  LEAT_TRY(const auto value, wire::decode_versioned<QuotaValue>(record.value.bytes()));
  service::QuotaValues values;
  for (const QuotaNumber& quota : value.quotas) values[quota.key] = quota.value;
  settings_.quotas[std::move(entity)] = std::move(values);
  return {};
}

Result<void> Catalog::put_scram_credential(
    const service::ScramUser& user, const std::optional<service::ScramCredential>& credential) {
  LEAT_TRY(const auto key, wire::encode_key(ScramKey{user.name, user.mechanism}));
  if (!credential) return append(key, nullptr);
  LEAT_TRY(const auto value,
           wire::encode_versioned(ScramValue{.salt = credential->salt,
                                             .stored_key = credential->stored_key,
                                             .server_key = credential->server_key,
                                             .iterations = credential->iterations},
                                  0));
  return append(key, value);
}

Result<void> Catalog::apply_scram(const RecordView& record) {
  LEAT_TRY(ScramKey key, wire::decode_key<ScramKey>(record.key.bytes()));
  service::ScramUser user{.name = std::move(key.user), .mechanism = key.mechanism};
  if (record.value.is_null()) {
    settings_.scram_credentials.erase(user);
    return {};
  }
  LEAT_TRY(ScramValue value, wire::decode_versioned<ScramValue>(record.value.bytes()));
  settings_.scram_credentials[std::move(user)] = {.salt = std::move(value.salt),
                                                  .stored_key = std::move(value.stored_key),
                                                  .server_key = std::move(value.server_key),
                                                  .iterations = value.iterations};
  return {};
}

}  // namespace leat::engine
