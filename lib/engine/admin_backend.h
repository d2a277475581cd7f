#pragma once

/// \file
/// The Admin of this engine.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/result.h"
#include "leat/types.h"

#include "engine/engine_impl.h"

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

  // group_admin.cc
  Result<std::vector<GroupListing>> list_groups() override;
  Result<GroupDescription> describe_group(std::string_view group) override;
  Result<GroupLag> group_lag(std::string_view group) override;
  Result<std::map<TopicPartition, Offset>> reset_offsets(
      std::string_view group, const std::vector<TopicPartition>& partitions, ResetTo to,
      bool dry_run) override;
  Result<void> delete_group(std::string_view group) override;

 private:
  Result<std::map<TopicPartition, Offset>> committed(std::string_view group);
  Result<PartitionLag> lag_of(const TopicPartition& name, std::optional<Offset> committed);
  Result<Offset> reset_offset(const TopicPartition& name, std::optional<Offset> committed,
                              ResetTo to);
  Result<void> commit(std::string_view group, const std::map<TopicPartition, Offset>& offsets);

  std::shared_ptr<Engine::Impl> engine_;
};

}  // namespace leat::engine
