#pragma once

/// \file
/// The Admin of this engine.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine_impl.h"
#include "leat/admin.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::engine {

/// Thread-safe; shared by the copies of an Admin.
class EngineAdmin final : public AdminBackend {
 public:
  explicit EngineAdmin(std::shared_ptr<Engine::Impl> engine) : engine_(std::move(engine)) {}

  Result<Uuid> create_topic(const NewTopic& topic) override {
    return engine_->create_topic(topic, false);
  }
  Result<void> delete_topic(std::string_view name) override { return engine_->delete_topic(name); }
  Result<std::vector<std::string>> list_topics(bool with_internal) override;
  Result<TopicDescription> describe_topic(std::string_view name) override;
  Result<void> add_partitions(std::string_view topic, std::int32_t total) override {
    return engine_->add_partitions(topic, total);
  }
  Result<std::vector<ConfigEntry>> describe_configs(std::string_view topic) override;
  Result<void> alter_configs(std::string_view topic, const ConfigMap& set,
                             const std::vector<std::string>& remove) override {
    return engine_->alter_configs(topic, set, remove);
  }

 private:
  std::shared_ptr<Engine::Impl> engine_;
};

}  // namespace leat::engine
