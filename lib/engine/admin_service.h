#pragma once

/// \file
/// The settings of an engine's catalog as the adaptor sees and changes them
/// (service/admin_service.h).

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "leat/result.h"

#include "engine/engine_impl.h"
#include "service/admin_service.h"

namespace leat::engine {

/// Thread-safe. The engine may be closed before it: changes then give kClosed.
class EngineAdminService final : public service::AdminService {
 public:
  explicit EngineAdminService(std::shared_ptr<Engine::Impl> engine) : engine_(std::move(engine)) {}

  [[nodiscard]] std::shared_ptr<const service::AdminSettings> settings() const override {
    return engine_->settings();
  }
  [[nodiscard]] std::uint64_t settings_version() const noexcept override {
    return engine_->settings_version();
  }
  Result<void> add_acls(std::span<const service::Acl> acls) override;
  Result<void> remove_acls(std::span<const service::Acl> acls) override;
  Result<void> set_quotas(const service::QuotaEntity& entity,
                          const service::QuotaValues& values) override;
  Result<void> set_scram_credential(
      const service::ScramUser& user,
      const std::optional<service::ScramCredential>& credential) override;

 private:
  const std::shared_ptr<Engine::Impl> engine_;
};

}  // namespace leat::engine
