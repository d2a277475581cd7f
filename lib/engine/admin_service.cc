#include "engine/admin_service.h"

#include <optional>
#include <span>

#include "leat/result.h"

#include "base/try.h"
#include "engine/catalog.h"
#include "service/admin_service.h"

namespace leat::engine {

Result<void> EngineAdminService::add_acls(std::span<const service::Acl> acls) {
  return engine_->change_settings([&](Catalog& catalog) -> Result<void> {
    for (const service::Acl& acl : acls) {
      if (!catalog.settings().acls.contains(acl)) LEAT_TRY_VOID(catalog.put_acl(acl));
    }
    return {};
  });
}

Result<void> EngineAdminService::remove_acls(std::span<const service::Acl> acls) {
  return engine_->change_settings([&](Catalog& catalog) -> Result<void> {
    for (const service::Acl& acl : acls) {
      if (catalog.settings().acls.contains(acl)) LEAT_TRY_VOID(catalog.remove_acl(acl));
    }
    return {};
  });
}

Result<void> EngineAdminService::set_quotas(const service::QuotaEntity& entity,
                                            const service::QuotaValues& values) {
  return engine_->change_settings(
      [&](Catalog& catalog) { return catalog.put_quotas(entity, values); });
}

Result<void> EngineAdminService::set_scram_credential(
    const service::ScramUser& user, const std::optional<service::ScramCredential>& credential) {
  return engine_->change_settings(
      [&](Catalog& catalog) { return catalog.put_scram_credential(user, credential); });
}

}  // namespace leat::engine
